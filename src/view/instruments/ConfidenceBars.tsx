import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import css from './ConfidenceBars.module.css';
import { DataTable } from './DataTable.tsx';
import shared from './Instruments.module.css';
import { isList, isRecord, numberIn, textIn } from './json.ts';

const W = 340, PAD = 8, ROW = 40, AXIS = 20;

export interface BandReading { readonly label: string; readonly low: number; readonly mid: number; readonly high: number; readonly n: number; readonly limit: number | null }
/** [{ label, low, mid, high, n, limit? }], ratios from 0 to 1; null for anything else. */
export function bandsOf(value: Json | undefined): readonly BandReading[] | null {
  if (!isList(value)) return null;
  const bands: BandReading[] = [];
  for (const row of value) {
    if (!isRecord(row)) return null;
    const label = textIn(row, 'label'), low = numberIn(row, 'low'), mid = numberIn(row, 'mid'), high = numberIn(row, 'high');
    if (label === null || low === null || mid === null || high === null) return null;
    bands.push({ label, low, mid, high, n: numberIn(row, 'n') ?? 0, limit: numberIn(row, 'limit') });
  }
  return bands;
}
const percent = (ratio: number): string => `${number(Math.round(ratio * 10_000) / 100)} %`;
/** The end of the axis: the next round figure above all that is to be seen. An arm without a sample does not count. */
export function endOfAxis(bands: readonly BandReading[]): number {
  const most = Math.max(0.01, ...bands.flatMap(({ n, high, limit }) => [n > 0 ? high : 0, (limit ?? 0) * 1.2]));
  return [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1].find((end) => end >= most) ?? 1;
}
/** Above the limit for certain, or above what it is compared with for certain. */
const isOver = (band: BandReading, other: BandReading | undefined): boolean => band.n > 0 && ((band.limit !== null && band.low > band.limit) || (other !== undefined && other.n > 0 && band.low > other.high));

/** What was measured of each side, as a point, and between which bounds it lies, as a bar. Bars that stand apart differ for certain. */
export function ConfidenceBars({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const bands = bandsOf(value);
  if (bands === null) return <DataTable value={value} label={label} />;
  if (bands.length === 0) return <p className={shared.nothing}>Nothing is compared at this moment.</p>;
  const end = endOfAxis(bands), H = bands.length * ROW + AXIS;
  const x = (ratio: number): number => Number((PAD + ((W - 2 * PAD) * Math.min(end, ratio)) / end).toFixed(1));
  const told = bands.map((band) => `${band.label} ${band.n === 0 ? 'not seen yet' : `${percent(band.mid)}, between ${percent(band.low)} and ${percent(band.high)}, of ${number(band.n)}`}${band.limit === null ? '' : `, limit ${percent(band.limit)}`}`);
  return (
    <div className={css.bars}>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${label}: ${told.join('; ')}`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part}><path className={css.axis} d={`M${x(part * end)},0V${H - AXIS}`} /><text className={css.note} x={x(part * end)} y={H - 5} textAnchor={part === 0 ? 'start' : part === 1 ? 'end' : 'middle'}>{percent(part * end)}</text></g>
        ))}
        {bands.map((band, i) => {
          const y = i * ROW + 28, side = i % 2 === 0 ? 'new' : 'old';
          return (
            <g key={band.label}>
              <text className={css.label} x={PAD} y={y - 14}>{band.label}</text>
              <text className={css.note} x={W - PAD} y={y - 14} textAnchor="end">{band.n === 0 ? 'not seen yet' : `${percent(band.mid)} of ${number(band.n)}`}</text>
              {band.n > 0 && <path className={css.band} data-side={side} data-over={isOver(band, side === 'new' ? bands[i + 1] : undefined)} d={`M${x(band.low)},${y}H${Math.max(x(band.high), x(band.low) + 2)}`} />}
              {band.n > 0 && <circle className={css.mid} cx={x(band.mid)} cy={y} r={4} />}
              {band.limit !== null && <path className={css.limit} d={`M${x(band.limit)},${y - 9}v18`} />}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
