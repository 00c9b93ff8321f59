import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { number, words } from '../common/format.ts';
import { clipped } from './clipped.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { compartmentsOf, type Compartment } from './readings.ts';

const MOST = 10, DEPTH = 84, TOP = 30, W = 340;

/** A hull with bulkheads: calls are the water, and it stays in its compartment. */
export function Compartments({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const all = compartmentsOf(value);
  if (all === null) return <DataTable value={value} label={label} />;
  if (all.length === 0) return <p className={css.nothing}>There is no compartment yet.</p>;
  const shown = all.slice(0, MOST);
  const width = (W - 40) / shown.length;
  const high = TOP + DEPTH;
  return (
    <div className={css.dots}>
      <svg viewBox={`0 0 ${W} ${high + 58}`} role="img" aria-label={`${label}: ${shown.map(({ name, used, max, queued, refused }) => `${name} ${number(used)} of ${number(max)}${queued > 0 ? `, ${number(queued)} waiting` : ''}${refused > 0 ? `, ${number(refused)} refused` : ''}`).join('; ')}`}>
        <path className={css.hull} d={`M2,${TOP - 4}H${W - 2}Q${W - 8},${high + 14} ${W - 40},${high + 14}H40Q8,${high + 14} 2,${TOP - 4}Z`} />
        {shown.map((compartment, i) => <Hold key={compartment.name} {...compartment} x={20 + i * width} width={width} />)}
      </svg>
      {all.length > MOST && <p className={css.list}>and {number(all.length - MOST)} more</p>}
    </div>
  );
}
const Hold = memo(function Hold({ name, used, reserve, max, queued, refused, x, width }: Compartment & { readonly x: number; readonly width: number }) {
  const share = Math.max(0, Math.min(1, used / max)), high = TOP + DEPTH;
  const ticks = Math.min(queued, Math.floor((width - 10) / 4));
  return (
    <g transform={`translate(${x},0)`}>
      <rect className={css.hold} width={width} x={0} y={TOP} height={DEPTH} />
      <rect className={share >= 1 ? css.waterFull : css.water} x={1.5} y={high - DEPTH * share} width={Math.max(0, width - 3)} height={DEPTH * share} />
      {reserve > 0 && <path className={css.floor} d={`M0,${high - DEPTH * Math.min(1, reserve / max)}h${width}`} />}
      {ticks > 0 && <path className={css.waiting} d={Array.from({ length: ticks }, (_, i) => `M${6 + i * 4},${TOP - 18}v11`).join('')} />}
      {queued > 0 && <text className={css.rateNote} x={ticks * 4 + 6} y={TOP - 9}>{number(queued)}</text>}
      <text className={css.holdText} x={width / 2} y={TOP + DEPTH / 2 + 4} textAnchor="middle">{number(used)}/{number(max)}</text>
      <text className={css.rateNote} x={width / 2} y={high + 32} textAnchor="middle"><title>{words(name)}</title>{clipped(words(name), Math.floor(width / 6.2))}</text>
      {refused > 0 && <text className={css.refusedText} x={width / 2} y={high + 48} textAnchor="middle">{number(refused)}{width > 70 ? ' refused' : ' ✕'}</text>}
    </g>
  );
});
