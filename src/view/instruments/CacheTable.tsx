import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { durationText, number } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { cacheOf, type CacheRow } from './readings.ts';

const STATES: Readonly<Record<CacheRow['state'], string>> = { fresh: 'fresh', stale: 'stale', loading: 'loading', negative: 'known to be missing', void: 'taken back' };

/** How much of its time an entry has left, and of the time after it in which it may still be served. Whole per cents. */
export function lifeOf({ storedMs, untilMs, graceUntilMs }: Pick<CacheRow, 'storedMs' | 'untilMs' | 'graceUntilMs'>, atMs: number): { readonly left: number; readonly grace: number; readonly text: string } {
  if (storedMs === null) return { left: 0, grace: 0, text: '' };
  if (untilMs === null) return { left: 100, grace: 0, text: 'no end' };
  const end = Math.max(untilMs, graceUntilMs ?? untilMs), all = Math.max(1e-9, end - storedMs);
  const left = Math.max(0, Math.min(1, (untilMs - Math.max(atMs, storedMs)) / all));
  const grace = Math.max(0, Math.min(1, (end - Math.max(atMs, untilMs)) / all));
  const text = atMs < untilMs ? durationText(untilMs - atMs) : atMs < end ? `${durationText(end - atMs)} of grace` : 'over';
  return { left: Math.round(100 * left), grace: Math.round(100 * grace), text };
}

/** What is kept, how long it will be, and how often it was of use. */
export function CacheTable({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const data = cacheOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { rows, size, capacity, hits, misses, more } = data;
  return (
    <>
      <p className={css.list}><b>{number(size)}</b>{capacity !== null && capacity > 0 && ` of ${number(capacity)}`} kept; {hits + misses === 0 ? 'not asked yet' : <><b>{number(Math.round((1000 * hits) / (hits + misses)) / 10)} %</b> of {number(hits + misses)} reads were hits</>}</p>
      {rows.length === 0 ? <p className={css.nothing}>The cache is empty.</p> : (
        <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
          <table className={`${css.table} ${css.cache}`}>
            <thead><tr><th scope="col">Key</th><th scope="col">Version</th><th scope="col">State</th><th scope="col">Time left</th><th scope="col">Hits</th></tr></thead>
            <tbody>{rows.map((row) => { const { left, grace, text } = lifeOf(row, atMs); return <Row key={row.key} name={row.key} version={row.version} state={row.state} hits={row.hits} left={left} grace={grace} text={text} />; })}</tbody>
          </table>
        </div>
      )}
      {more > 0 && <p className={css.nothing}>and {number(more)} more</p>}
    </>
  );
}
interface RowProps extends Pick<CacheRow, 'version' | 'state' | 'hits'> {
  readonly name: string;
  readonly left: number;
  readonly grace: number;
  readonly text: string;
}
const Row = memo(function Row({ name, version, state, hits, left, grace, text }: RowProps) {
  return (
    <tr data-state={state}>
      <th scope="row">{name}</th><td>{version === '' ? '–' : version}</td><td>{STATES[state]}</td>
      <td><span className={css.ttl} aria-hidden="true"><i style={{ width: `${left}%` }} /><i data-grace="true" style={{ width: `${grace}%` }} /></span>{text === '' ? '–' : text}</td>
      <td>{number(hits)}</td>
    </tr>
  );
});
