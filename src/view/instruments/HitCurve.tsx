import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { curveOf, type CurveReading, type Spot } from './readings.ts';

const W = 340, H = 150, LEFT = 40, BOTTOM = 32, TOP = 8;

/** The theory's value at a place on its line; null beyond its ends. */
export function theoryAt(points: readonly Spot[], x: number): number | null {
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!, b = points[i]!;
    if (x >= a.x && x <= b.x) return b.x === a.x ? b.y : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
  }
  return null;
}
const share = (y: number, ratio: boolean): string => (ratio ? `${number(Math.round(y * 1000) / 10)} %` : number(y));

/** What theory says as a line, what has been measured as a point on it, if theory is right. */
export function HitCurve({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const data = curveOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { xLabel, points, at, marks } = data;
  if (points.length < 2) return <p className={css.nothing}>There is no line to compare with yet.</p>;
  const all = [...points, ...marks, ...(at === null ? [] : [at])];
  const ratio = all.every(({ y }) => y >= 0 && y <= 1);
  const low = Math.min(...all.map((p) => p.x)), wide = Math.max(...all.map((p) => p.x)) - low || 1;
  const high = ratio ? 1 : Math.max(...all.map((p) => p.y)) * 1.05 || 1;
  const x = (v: number): number => Number((LEFT + ((W - LEFT - 8) * (v - low)) / wide).toFixed(1)), y = (v: number): number => Number((TOP + (H - TOP - BOTTOM) * (1 - v / high)).toFixed(1));
  const expected = at === null ? null : theoryAt(points, at.x);
  return (
    <div className={css.dots}>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${label}: ${at === null ? 'nothing measured yet' : `measured ${share(at.y, ratio)} at ${number(at.x)}`}${expected === null ? '' : `, theory says ${share(expected, ratio)}`}`}>
        {[0, 0.5, 1].map((part) => <g key={part}><path className={css.axis} d={`M${LEFT},${y(part * high)}H${W}`} /><text className={css.rateNote} x={LEFT - 5} y={y(part * high) + 4} textAnchor="end">{share(part * high, ratio)}</text></g>)}
        <Line path={points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.x)},${y(p.y)}`).join('')} />
        {marks.map((mark) => <Mark key={mark.label} x={x(mark.x)} y={y(mark.y)} label={mark.label} />)}
        {at !== null && <circle className={css.measured} cx={x(at.x)} cy={y(at.y)} r={5} />}
        <text className={css.rateNote} x={LEFT} y={H - 18}>{number(low)}</text><text className={css.rateNote} x={W - 8} y={H - 18} textAnchor="end">{number(low + wide)}</text>
        <text className={css.rateNote} x={(LEFT + W) / 2} y={H - 4} textAnchor="middle">{xLabel}</text>
      </svg>
      <p className={css.list}>{at === null ? 'Nothing has been measured yet.' : <>Measured <b>{share(at.y, ratio)}</b>{expected !== null && <>, theory <b>{share(expected, ratio)}</b></>}.</>}
        <span className={css.dotKey}><svg width="16" height="10" aria-hidden="true"><path className={css.theory} d="M0,5h16" /></svg> theory <svg width="10" height="10" aria-hidden="true"><circle className={css.measured} cx="5" cy="5" r="4" /></svg> measured</span>
      </p>
    </div>
  );
}
const Line = memo(function Line({ path }: { readonly path: string }) { return <path className={css.theory} d={path} />; });
const Mark = memo(function Mark({ x, y, label }: CurveReading['marks'][number]) {
  return <g><path className={css.curveMark} d={`M${x - 4},${y}h8M${x},${y - 4}v8`} /><text className={css.rateNote} x={x > W * 0.7 ? x - 8 : x + 8} y={y - 5} textAnchor={x > W * 0.7 ? 'end' : 'start'}>{label}</text></g>;
});
