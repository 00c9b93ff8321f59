import { useState } from 'react';
import { momentText } from '../common/format.ts';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import { CrashHere, SaidText, type Said } from '../sequence/CrashHere.tsx';
import { countUntil, movesOf } from './activity.ts';
import css from './Machine.module.css';
import type { Picked } from './MachineChart.tsx';
import { spaced } from './machineLayout.ts';

const MOST = 200;

interface Props {
  readonly layer: string;
  readonly instance: string;
  readonly picked: Picked | null;
  readonly onAll: () => void;
}
/** When moves were made: all, or those that enter a state or go a way. Each leads to its moment. */
export function Times({ layer, instance, picked, onAll }: Props) {
  const actions = useActions();
  const moves = useRun((run) => run.moves) ?? [];
  useRun((run) => run.moves.length);
  const revision = useRun((run) => run.revision) ?? 0;
  const within = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);
  const mine = movesOf(moves, revision, layer, instance);
  const rows = mine.filter((row) => picked === null || (picked.kind === 'state' ? within(row.to, picked.path) && !within(row.from, picked.path) : row.from === picked.from && row.to === picked.to));
  const playing = useSelect((state) => state.clock.playing);
  const [said, setSaid] = useState<Said | null>(null);
  const current = useSelect((state) => countUntil(rows, state.clock.atMs) - 1);
  const from = Math.max(0, Math.min(rows.length - MOST, current - MOST / 2));
  const title = picked === null ? 'Moves' : picked.kind === 'state' ? `Times it became ${spaced(picked.path)}` : `${spaced(picked.from)} → ${spaced(picked.to)}`;
  return (
    <section className={css.times}>
      <h2>{title} <small>{rows.length}</small>{picked !== null && <Button size="small" look="quiet" onClick={onAll}>show all</Button>}</h2>
      {rows.length === 0 ? <p className={css.none}>Not in this run{picked === null ? '' : ', as far as it is computed'}.</p> : (
        <ol>
          {rows.slice(from, from + MOST).map((row, i) => (
            <li key={`${row.atMs}/${from + i}`} aria-current={from + i === current ? 'true' : undefined}>
              <button type="button" onClick={() => { setSaid(null); actions.seek(row.atMs); }}><time>{momentText(row.atMs)}</time><span>{spaced(row.from)} → {spaced(row.to)}</span><small>{spaced(row.event)}</small></button>
            </li>
          ))}
        </ol>
      )}
      {!playing && rows[current] !== undefined && <CrashHere layer={layer} atMs={rows[current].atMs} instance={instance} onSaid={setSaid} />}
      <SaidText said={said} />
    </section>
  );
}
