import type { Json } from '../../kernel/contract.ts';
import { durationText, number, secondsText } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { dotsOf, type DotsReading, type Drop } from './readings.ts';

const W = 340, H = 106, GROUND = 70, PITCH = 6;

/** Dots by time, piled up where they come close together: admitted ones from the ground up, refused ones on top. */
export function piles(dots: readonly Drop[], fromMs: number, untilMs: number): readonly (Drop & { readonly x: number; readonly y: number })[] {
  const heights = new Map<number, number>();
  const inside = dots.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  return [...inside.filter(({ admitted }) => admitted), ...inside.filter(({ admitted }) => !admitted)].map((dot) => {
    const column = Math.round((((dot.atMs - fromMs) / (untilMs - fromMs)) * (W - 8)) / PITCH);
    const height = heights.get(column) ?? 0;
    heights.set(column, height + 1);
    return { ...dot, x: 4 + column * PITCH, y: Math.max(6, GROUND - 5 - height * PITCH) };
  });
}
/** What is in view: the window, two before it, and what has come of a fixed one. */
export function viewOf({ windowMs, startMs, aligned }: Pick<DotsReading, 'windowMs' | 'startMs' | 'aligned'>, atMs: number): { readonly fromMs: number; readonly untilMs: number } {
  const untilMs = aligned ? startMs + windowMs : Math.max(atMs, startMs + windowMs);
  return { fromMs: untilMs - 3 * windowMs, untilMs };
}

/** Calls as dots under a bracket of the window's length: how many it holds is what the limit is about. */
export function WindowDots({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const data = dotsOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { windowMs, limit, used, aligned, startMs, brackets, key } = data;
  const { fromMs, untilMs } = viewOf(data, atMs);
  const x = (ms: number): number => 4 + ((Math.max(fromMs, Math.min(untilMs, ms)) - fromMs) / (untilMs - fromMs)) * (W - 8);
  const placed = piles(data.dots, fromMs, untilMs);
  const inWindow = data.dots.filter((dot) => dot.atMs >= startMs && dot.atMs <= startMs + windowMs);
  const refused = inWindow.filter(({ admitted }) => !admitted).length;
  const past = brackets.filter((bracket) => bracket.untilMs > fromMs && bracket.untilMs <= startMs);
  const span = (from: number, until: number): string => `M${x(from)},${GROUND + 12}v-6H${x(until)}v6`;
  return (
    <div className={css.dots}>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${label}: ${number(used)} of ${number(limit)} used in the ${aligned ? 'fixed' : 'sliding'} window of ${durationText(windowMs)}${key === '' ? '' : ` of ${key}`}; ${number(refused)} refused in it`}>
        <rect className={css.windowGround} data-full={used >= limit} x={x(startMs)} y={2} width={Math.max(0, x(startMs + windowMs) - x(startMs))} height={GROUND - 2} />
        <path className={css.axis} d={`M0,${GROUND}H${W}`} />
        {placed.map((dot, i) => (dot.admitted ? <circle key={i} className={css.admitted} cx={dot.x} cy={dot.y} r={2.4} /> : <rect key={i} className={css.refusedDot} x={dot.x - 2.2} y={dot.y - 2.2} width={4.4} height={4.4} />))}
        {past.map((bracket) => (
          <g key={bracket.fromMs}><path className={css.bracketPast} d={span(bracket.fromMs, bracket.untilMs)} /><text className={css.rateNote} x={(x(bracket.fromMs) + x(bracket.untilMs)) / 2} y={GROUND + 26} textAnchor="middle">{number(bracket.count)}</text></g>
        ))}
        <path className={css.bracket} d={span(startMs, startMs + windowMs)} />
        <text className={css.bracketText} x={(x(startMs) + x(startMs + windowMs)) / 2} y={GROUND + 27} textAnchor="middle">{number(used)} of {number(limit)}</text>
        {atMs >= fromMs && atMs <= untilMs && <path className={css.now} d={`M${x(atMs)},2V${GROUND}`} />}
      </svg>
      <p className={css.list}>
        {aligned ? 'A fixed window' : 'A sliding window'} of {durationText(windowMs)}{key !== '' && <> of <b>{key}</b></>}, from {secondsText(startMs, 2)} on.
        <span className={css.dotKey}><svg width="10" height="10" aria-hidden="true"><circle className={css.admitted} cx="5" cy="5" r="3" /></svg> admitted <svg width="10" height="10" aria-hidden="true"><rect className={css.refusedDot} x="2" y="2" width="6" height="6" /></svg> refused</span>
      </p>
    </div>
  );
}
