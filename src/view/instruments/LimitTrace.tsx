import type { Json } from '../../kernel/contract.ts';
import { number, secondsText } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { limitOf, type LimitReading } from './readings.ts';

const W = 340, H = 124, LEFT = 30, BOTTOM = 18;

/** The limit as a staircase over the calls under it. */
export function LimitTrace({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const data = limitOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { limit, inFlight, queued, points, of } = data;
  const text = `${label}: ${number(inFlight)} under way of a limit of ${number(Math.round(limit * 10) / 10)}${queued > 0 ? `, ${number(queued)} waiting` : ''}${of === '' ? '' : `, of ${of}`}`;
  return (
    <div className={css.dots}>
      {points.length < 2 ? <p className={css.nothing}>Nothing has been recorded yet.</p> : <Trace points={points} text={text} />}
      <p className={css.list}><b>{number(inFlight)}</b> under way, limit <b>{number(Math.round(limit * 10) / 10)}</b>{queued > 0 && <>, <b>{number(queued)}</b> waiting</>}{of !== '' && ` (${of})`}
        <span className={css.dotKey}><svg width="16" height="10" aria-hidden="true"><path className={css.limitLine} d="M0,5h16" /></svg> limit <svg width="16" height="10" aria-hidden="true"><rect className={css.busyArea} width="16" height="10" /></svg> under way</span>
      </p>
    </div>
  );
}
function Trace({ points, text }: { readonly points: LimitReading['points']; readonly text: string }) {
  const fromMs = points[0]!.atMs, untilMs = Math.max(fromMs + 1, points.at(-1)!.atMs);
  const high = Math.max(1, ...points.map((point) => Math.max(point.limit, point.inFlight))) * 1.08;
  const x = (ms: number): string => (LEFT + ((W - LEFT) * (ms - fromMs)) / (untilMs - fromMs)).toFixed(1);
  const y = (level: number): string => ((H - BOTTOM) * (1 - level / high)).toFixed(1);
  const stairs = (of: (point: LimitReading['points'][number]) => number): string => points.map((point, i) => (i === 0 ? `M${x(point.atMs)},${y(of(point))}` : `H${x(point.atMs)}V${y(of(point))}`)).join('');
  const middle = Math.round(high / 2);
  return (
    <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={text}>
      {[0, middle].map((level) => <g key={level}><path className={css.axis} d={`M${LEFT},${y(level)}H${W}`} /><text className={css.rateNote} x={LEFT - 5} y={Number(y(level)) + 4} textAnchor="end">{number(level)}</text></g>)}
      <path className={css.busyArea} d={`${stairs((point) => point.inFlight)}V${y(0)}H${x(fromMs)}Z`} />
      <path className={css.limitLine} d={stairs((point) => point.limit)} />
      <text className={css.rateNote} x={LEFT} y={H - 4}>{secondsText(fromMs)}</text>
      <text className={css.rateNote} x={W} y={H - 4} textAnchor="end">{secondsText(untilMs)}</text>
    </svg>
  );
}
