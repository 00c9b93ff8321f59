import { memo, useState } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { momentText, number, words } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import panel from './Instruments.module.css';
import css from './LogRibbon.module.css';
import { changesBetween, foldTo, logOf, type LogReading } from './logReading.ts';

const COLUMNS = 40, CELL = 10, ROW = 16, MOST_ROWS = 8;
/** Shape and tone of a state, so that it is read without colour too: full, upper or lower half, hollow, cross, dot. */
type Shape = 'full' | 'upper' | 'lower' | 'hollow' | 'cross' | 'dot';
const LOOKS: Readonly<Record<string, readonly [tone: string, shape: Shape]>> = {
  in: ['ok', 'upper'], out: ['retry', 'lower'], other: ['soft', 'dot'], published: ['ok', 'full'], applied: ['ok', 'full'], pending: ['soft', 'lower'], open: ['soft', 'hollow'], failed: ['error', 'cross'], parked: ['refused', 'dot'],
};
const lookOf = (state: string): readonly [tone: string, shape: Shape] => LOOKS[state] ?? ['soft', 'full'];
function drawn(shape: Shape, x: number, y: number): string {
  switch (shape) {
    case 'full': return `M${x + 1},${y + 1}h8v12h-8z`;
    case 'upper': return `M${x + 1},${y + 1}h8v6h-8z`;
    case 'lower': return `M${x + 1},${y + 7}h8v6h-8z`;
    case 'hollow': return `M${x + 1},${y + 1}h8v12h-8zM${x + 2.500},${y + 2.500}v9h5v-9z`;
    case 'cross': return `M${x + 1},${y + 3}l1.500,-1.500 2.500,2.500 2.500,-2.500 1.500,1.500 -2.500,4 2.500,4 -1.500,1.500 -2.500,-2.500 -2.500,2.500 -1.500,-1.500 2.500,-4z`;
    case 'dot': return `M${x + 3},${y + 5}h4v4h-4z`;
  }
}

/** A log as a ribbon of cells, in order; where its records say what they set, two sliders fold it to any position and tell what changed between them. */
export function LogRibbon({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const log = logOf(value);
  const [to, setTo] = useState<number | null>(null);
  const [from, setFrom] = useState<number | null>(null);
  if (log === null) return <DataTable value={value} label={label} />;
  const { records } = log;
  if (records.length === 0) return <p className={panel.nothing}>The log is empty.</p>;
  const first = records[0]!.offset, last = records.at(-1)!.offset;
  const until = Math.max(first - 1, Math.min(last, to ?? last)), since = Math.max(first - 1, Math.min(until, from ?? first - 1));
  const states = [...new Set(records.map(({ state }) => state))].sort();
  return (
    <div className={css.ribbon}>
      <Cells text={JSON.stringify([first, last, since, until, states, log.cursors, records.map(({ state }) => state).join(' ')])} log={log} since={since} until={until} label={label} />
      <p className={css.key} aria-hidden="true">
        {states.map((state) => <span key={state}><svg viewBox="0 0 10 14" width="10" height="14"><path className={css.cell} data-tone={lookOf(state)[0]} d={drawn(lookOf(state)[1], 0, 0)} fillRule="evenodd" /></svg>{words(state)}</span>)}
      </p>
      <p className={css.cursors}>{log.cursors.map(({ name, at }) => <span key={name}><b>{number(at)}</b> {name}</span>)}{log.of !== null && log.of > records.length && <span>the newest <b>{number(records.length)}</b> of {number(log.of)} are shown</span>}</p>
      {log.foldable && (
        <>
          <Slider name="Folded up to" value={until} min={first - 1} max={last} onChange={setTo} />
          <Slider name="Compared with" value={since} min={first - 1} max={until} onChange={setFrom} />
          <Fold log={log} since={since} until={until} following={to === null} onFollow={() => { setTo(null); setFrom(null); }} />
        </>
      )}
    </div>
  );
}

function Slider({ name, value, min, max, onChange }: { readonly name: string; readonly value: number; readonly min: number; readonly max: number; readonly onChange: (value: number) => void }) {
  return (
    <label className={css.slider}>
      <span>{name}</span>
      <input type="range" min={min} max={max} step={1} value={value} aria-valuetext={value < min + 1 ? 'before the first shown' : `position ${number(value)}`} onChange={(event) => onChange(event.currentTarget.valueAsNumber)} />
      <output>{value <= min ? 'start' : number(value)}</output>
    </label>
  );
}

const MOST_CHANGES = 8;
function Fold({ log, since, until, following, onFollow }: { readonly log: LogReading; readonly since: number; readonly until: number; readonly following: boolean; readonly onFollow: () => void }) {
  const at = log.records.findLast(({ offset }) => offset <= until);
  const changes = changesBetween(log, since, until);
  const known = foldTo(log, until).size;
  return (
    <div>
      <p className={css.at}>
        {at === undefined ? 'Before the first event shown.' : <>{at.label}{at.atMs !== null && <> at {momentText(at.atMs)}</>}</>}
        {!following && <button type="button" onClick={onFollow}>Follow the end</button>}
      </p>
      {changes.length === 0 ? <p className={panel.nothing}>Nothing changed between the two.</p> : (
        <table className={panel.table}>
          <caption className={css.caption}>{number(changes.length)} of {number(known)} changed</caption>
          <thead><tr><th scope="col">Key</th><th scope="col">{words(log.unit)} was</th><th scope="col">is</th><th scope="col">events</th></tr></thead>
          <tbody>{changes.slice(0, MOST_CHANGES).map(({ key, was, is, events }) => <tr key={key}><th scope="row">{key}</th><td>{was === '' ? '–' : was}</td><td>{is}</td><td>{number(events)}</td></tr>)}</tbody>
        </table>
      )}
      {changes.length > MOST_CHANGES && <p className={panel.nothing}>and {number(changes.length - MOST_CHANGES)} more</p>}
    </div>
  );
}

interface CellsProps {
  /** All that the picture depends on, as text: it decides whether it is drawn anew. */
  readonly text: string;
  readonly log: LogReading;
  readonly since: number;
  readonly until: number;
  readonly label: string;
}
const Cells = memo(function Cells({ log, since, until, label }: CellsProps) {
  const records = log.records.slice(-COLUMNS * MOST_ROWS);
  const rows = Math.ceil(records.length / COLUMNS);
  const height = rows * ROW + 2;
  const place = (i: number): readonly [x: number, y: number] => [(i % COLUMNS) * CELL, Math.floor(i / COLUMNS) * ROW + 1];
  const paths = new Map<string, string>();
  records.forEach(({ state, offset }, i) => {
    const [tone, shape] = lookOf(state);
    const name = `${tone} ${offset > until ? 'late' : offset > since ? 'between' : 'early'}`;
    paths.set(name, (paths.get(name) ?? '') + drawn(shape, ...place(i)));
  });
  const marks = [...log.cursors.map(({ at }) => ({ at, kind: 'cursor' })), ...(log.foldable ? [{ at: until + 1, kind: 'slider' }] : [])].flatMap(({ at, kind }) => {
    const i = records.findIndex(({ offset }) => offset >= at);
    const index = i < 0 ? records.length : i;
    if (index === 0) return [];
    // Behind the cell before it, so that the end of a row is not the start of the next.
    const [x, y] = place(index - 1);
    return [{ d: `M${x + CELL},${y - 1}v${ROW}`, kind, key: `${kind} ${at}` }];
  });
  const counts = new Map<string, number>();
  for (const { state } of records) counts.set(state, (counts.get(state) ?? 0) + 1);
  const spoken = `${label}: ${number(records.length)} records up to ${number(records.at(-1)!.offset)}, ${[...counts].map(([state, n]) => `${number(n)} ${words(state)}`).join(', ')}${log.cursors.length > 0 ? `; ${log.cursors.map(({ name, at }) => `${name} at ${number(at)}`).join(', ')}` : ''}`;
  return (
    <svg viewBox={`0 0 ${COLUMNS * CELL} ${height}`} role="img" aria-label={spoken} className={css.cells}>
      {[...paths].map(([name, d]) => <path key={name} className={css.cell} data-tone={name.split(' ')[0]} data-part={name.split(' ')[1]} d={d} fillRule="evenodd" />)}
      {marks.map(({ d, kind, key }) => <path key={key} className={css.mark} data-kind={kind} d={d} />)}
    </svg>
  );
}, (a, b) => a.text === b.text && a.label === b.label);
