import { memo } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { secondsText } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import css from './Timeline.module.css';

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Steps of whole tenths and seconds, at least so many px apart. */
export function ticks(durationMs: number, width: number, apart: number): { readonly major: readonly number[]; readonly minor: readonly number[] } {
  const least = (durationMs / 1000 / Math.max(1, width)) * apart;
  const step = (STEPS_S.find((it) => it >= least) ?? STEPS_S.at(-1)!) * 1000;
  const minorStep = (STEPS_S.findLast((it) => it * 1000 < step && (it * 1000 * width) / durationMs >= 5) ?? step / 1000) * 1000;
  const every = (ms: number) => Array.from({ length: Math.floor(durationMs / ms + 1e-9) + 1 }, (_, i) => i * ms);
  return { major: every(step), minor: every(minorStep) };
}

export const Ruler = memo(function Ruler({ scale, width }: { readonly scale: ScaleLinear<number, number>; readonly width: number }) {
  const durationMs = scale.domain()[1]!;
  const { major, minor } = ticks(durationMs, width, 64);
  const measure = useRun((run) => run.resolved.measure);
  const label = (ms: number): string => secondsText(ms);
  const anchor = (ms: number) => (scale(ms) < 14 ? 'start' : scale(ms) > width - 18 ? 'end' : 'middle');
  return (
    <svg className={css.ruler} width={width} height={28} aria-hidden="true">
      <path className={css.minor} d={minor.map((ms) => `M${scale(ms).toFixed(1)},0v4`).join('')} />
      <path className={css.major} d={major.map((ms) => `M${scale(ms).toFixed(1)},0v8`).join('')} />
      {major.map((ms) => <text key={ms} x={scale(ms)} y={22} textAnchor={anchor(ms)}>{label(ms)}</text>)}
      {measure !== undefined && (
        <g className={css.measure}>
          <title>{`Headline numbers are measured ${measure.label}: ${secondsText(measure.fromMs)} to ${secondsText(measure.untilMs)}`}</title>
          <rect x={scale(measure.fromMs)} y={0} width={Math.max(0, scale(measure.untilMs) - scale(measure.fromMs))} height={28} />
          <path d={`M${scale(measure.fromMs)},6V1H${scale(measure.untilMs)}V6`} />
        </g>
      )}
    </svg>
  );
});
