import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { number, words } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Partitions.module.css';
import { isList, isRecord, numberIn, textIn } from './json.ts';

interface Cursor {
  readonly to: string;
  /** Handed out, not yet acknowledged. */
  readonly inFlight: number;
  /** Written, not yet acknowledged. */
  readonly lag: number;
}
export interface PartitionLane {
  readonly name: string;
  /** Offset of the next message to be written. */
  readonly end: number;
  readonly cursors: readonly Cursor[];
}
const MOST = 12, W = 340, BAR = 14, ROW = 16, LEFT = 4;
/** So many of the newest offsets are drawn at least. */
const FEWEST = 20;

/** Null where the data is something else. */
export function partitionLanes(value: Json | undefined): readonly PartitionLane[] | null {
  if (!isList(value)) return null;
  const lanes: PartitionLane[] = [];
  for (const item of value) {
    const end = isRecord(item) ? numberIn(item, 'end') : null, partition = isRecord(item) ? numberIn(item, 'partition') : null;
    if (!isRecord(item) || end === null || partition === null || !isList(item.lanes)) return null;
    const cursors = item.lanes.filter(isRecord).map((lane) => ({ to: textIn(lane, 'to') ?? '?', inFlight: Math.max(0, numberIn(lane, 'inFlight') ?? 0), lag: Math.max(0, numberIn(lane, 'lag') ?? 0) }));
    lanes.push({ name: `${textIn(item, 'topic') ?? 'partition'} ${partition}`, end, cursors });
  }
  return lanes;
}

/** One bar a partition and consumer: offsets up to the end, what is acknowledged, what is handed out, and how far the cursor lags. */
export function Partitions({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const lanes = partitionLanes(value);
  if (lanes === null) return <DataTable value={value} label={label} />;
  if (lanes.length === 0) return <p className={css.nothing}>Nothing has been published yet.</p>;
  const span = Math.max(FEWEST, ...lanes.flatMap(({ cursors }) => cursors.map(({ lag }) => lag))) * 1.25;
  return (
    <div className={css.partitions}>
      {lanes.slice(0, MOST).map((lane) => <Lane key={lane.name} {...lane} span={span} />)}
      {lanes.length > MOST && <p className={css.nothing}>and {number(lanes.length - MOST)} more</p>}
    </div>
  );
}
const Lane = memo(function Lane({ name, end, cursors, span }: PartitionLane & { readonly span: number }) {
  const from = Math.max(0, end - span), x = (offset: number): number => LEFT + ((W - 2 * LEFT) * (offset - from)) / span;
  const said = cursors.map(({ to, lag, inFlight }) => `${words(to)} lags by ${number(lag)}, ${number(inFlight)} of them handed out`).join('; ');
  return (
    <figure className={css.lane}>
      <figcaption><b>{words(name)}</b> <span>end {number(end)}</span></figcaption>
      <svg viewBox={`0 0 ${W} ${Math.max(1, cursors.length) * (BAR + ROW)}`} role="img" aria-label={`${words(name)}, end at ${number(end)}: ${said || 'nobody listens'}`}>
        {cursors.length === 0 && <rect className={css.bar} x={x(from)} y={2} width={x(end) - x(from)} height={BAR} />}
        {cursors.map(({ to, lag, inFlight }, i) => {
          const done = end - lag, out = Math.min(end, done + inFlight);
          return (
            <g key={to} transform={`translate(0,${i * (BAR + ROW)})`}>
              <rect className={css.bar} x={x(from)} y={2} width={Math.max(0, x(end) - x(from))} height={BAR} />
              <rect className={css.done} x={x(from)} y={2} width={Math.max(0, x(Math.max(from, done)) - x(from))} height={BAR} />
              <rect className={css.out} x={x(Math.max(from, done))} y={2} width={Math.max(0, x(out) - x(Math.max(from, done)))} height={BAR} />
              <path className={css.cursor} d={`M${x(Math.max(from, done))},0v${BAR + 4}`} />
              <text className={css.word} x={LEFT} y={BAR + 14}>{words(to)}: lag {number(lag)}</text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
});
