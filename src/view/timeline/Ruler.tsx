import { memo } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { secondsText } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { ticks } from './ticks.ts';
import css from './Timeline.module.css';

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
