import { memo } from 'react';
import { arc } from 'd3-shape';
import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import css from './Instruments.module.css';
import { ringData, type RingCell } from './ring.ts';

const R = 92, INNER = 64, GAUGE = 104;
const slice = (from: number, to: number, inner: number, outer: number): string => arc()({ startAngle: from, endAngle: to, innerRadius: inner, outerRadius: outer }) ?? '';

/** The sliding window: a cell for each result, oldest at the top and on clockwise. Failures stand out by height and colour. */
export const WindowRing = memo(function WindowRing({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const data = ringData(value);
  if (data === null) return <p className={css.nothing}>The window is empty.</p>;
  const { cells, ratePercent, thresholdPercent, calls, failed, minimum, over } = data;
  const step = (2 * Math.PI) / cells.length;
  const gap = Math.min(0.02, step * 0.15);
  const filled = cells.filter((cell) => cell.failed !== null).length;
  const enough = minimum === null || calls >= minimum;
  const rate = ratePercent ?? (calls === 0 ? null : (100 * failed) / calls);
  const tripped = thresholdPercent !== null && rate !== null && enough && rate >= thresholdPercent;
  const at = thresholdPercent === null ? null : (thresholdPercent / 100) * 2 * Math.PI;
  return (
    <div className={css.ring}>
      <svg viewBox="-116 -116 232 232" role="img" aria-label={`${label}: ${number(failed)} of ${number(calls)} failed${rate === null ? '' : `, ${number(rate)} %`}${thresholdPercent === null ? '' : `; threshold ${number(thresholdPercent)} %`}`}>
        <circle className={css.gaugeTrack} r={GAUGE} />
        {rate !== null && rate > 0 && <path className={tripped ? css.gaugeOver : css.gauge} d={slice(0, Math.min(1, rate / 100) * 2 * Math.PI - 0.0001, GAUGE - 3, GAUGE + 3)} />}
        {at !== null && <path className={css.threshold} d={`M${Math.sin(at) * (GAUGE - 7)},${-Math.cos(at) * (GAUGE - 7)}L${Math.sin(at) * (GAUGE + 9)},${-Math.cos(at) * (GAUGE + 9)}`} />}
        {cells.map((cell, i) => <Cell key={i} cell={cell} from={i * step + gap} to={(i + 1) * step - gap} newest={i === filled - 1} />)}
        <text className={css.rate} y={6} textAnchor="middle">{rate === null ? 'n/a' : `${number(Math.round(rate * 10) / 10)} %`}</text>
        <text className={css.rateNote} y={24} textAnchor="middle">{`${number(failed)} of ${number(calls)} failed`}</text>
        {!enough && <text className={css.rateNote} y={39} textAnchor="middle">{`needs ${number(minimum)}`}</text>}
      </svg>
      <dl className={css.ringFacts}>
        {over !== '' && <div><dt>Over</dt><dd>{over}</dd></div>}
        {thresholdPercent !== null && <div><dt>Threshold</dt><dd>{number(thresholdPercent)} %</dd></div>}
        {data.slowPercent !== null && <div><dt>Slow</dt><dd>{number(data.slowPercent)} %</dd></div>}
        {data.key !== '' && <div><dt>Of</dt><dd>{data.key}</dd></div>}
        <div className={css.ringKey}><dt>Cells</dt><dd><i data-cell="ok" /> ok <i data-cell="failed" /> failed <i data-cell="slow" /> slow</dd></div>
      </dl>
    </div>
  );
});

const Cell = memo(function Cell({ cell, from, to, newest }: { readonly cell: RingCell; readonly from: number; readonly to: number; readonly newest: boolean }) {
  const { failed, slow } = cell;
  if (failed === null) return <path className={css.cellEmpty} d={slice(from, to, INNER + 10, INNER + 12)} />;
  const height = INNER + 12 + failed * (R - INNER - 12);
  return (
    <g>
      {failed < 1 && <path className={css.cellOk} d={slice(from, to, INNER, INNER + 12)} />}
      {failed > 0 && <path className={css.cellFailed} d={slice(from, to, INNER, height)} />}
      {slow && <path className={css.cellSlow} d={slice(from, to, INNER - 5, INNER - 1.5)} />}
      {newest && <path className={css.cellNewest} d={slice(from, to, INNER - 2, R + 2)} />}
    </g>
  );
});
