import { memo, useMemo, useRef, type PointerEvent } from 'react';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import type { Chart as ChartStory } from '../../kernel/story.ts';
import type { Samples } from '../../session/types.ts';
import { faultEnd } from '../common/faults.ts';
import { number, secondsText, withUnit } from '../common/format.ts';
import { SAMPLE_MS, valueAt } from '../common/samples.ts';
import { useActions, usePlayhead, useRun, useSelect } from '../common/session.tsx';
import { useSize } from '../common/useSize.ts';
import css from './Charts.module.css';
import { greatest, smoothed, thinned, timeOf } from './series.ts';

const HEIGHT = 116, LEFT = 40, RIGHT = 10, TOP = 6, BOTTOM = 18;
const SMOOTH_ROWS = 1000 / SAMPLE_MS;

function lines(samples: Samples, chart: ChartStory): readonly Float64Array[] {
  const window = chart.unit === 'perSecond' ? SMOOTH_ROWS : 1;
  return chart.series.map(({ name }) => smoothed(samples.values[name] ?? new Float64Array(0), samples.values[name] === undefined ? 0 : samples.rows, window));
}
const pathOf = (values: Float64Array, columns: number, x: ScaleLinear<number, number>, y: ScaleLinear<number, number>): string =>
  thinned(values, columns).map((line) => line.map(({ row, value }, i) => `${i === 0 ? 'M' : 'L'}${x(timeOf(row)).toFixed(1)},${y(value).toFixed(1)}`).join('')).join('');

export function Chart({ chart }: { readonly chart: ChartStory }) {
  const actions = useActions();
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const durationMs = useRun((run) => run.durationMs) ?? 1;
  const samples = useRun((run) => run.samples), revision = useRun((run) => run.revision), rows = useRun((run) => run.samples.rows) ?? 0;
  const other = useSelect((state) => state.other?.samples), otherRows = useSelect((state) => state.other?.samples.rows) ?? 0;
  const mine = useMemo(() => (samples === undefined ? [] : lines(samples, chart)),
    // Samples grow in place: rows and revision say that they have changed.
    // eslint-disable-next-line react/exhaustive-deps
    [samples, chart, rows, revision]);
  const theirs = useMemo(() => (other === undefined ? [] : lines(other, chart)),
    // eslint-disable-next-line react/exhaustive-deps
    [other, chart, otherRows]);
  const x = useMemo(() => scaleLinear([0, durationMs], [LEFT, Math.max(LEFT + 1, width - RIGHT)]), [durationMs, width]);
  const top = Math.max(greatest(mine), greatest(theirs)) || 1;
  const y = useMemo(() => scaleLinear([0, top], [HEIGHT - BOTTOM, TOP]).nice(3), [top]);
  const seek = (event: PointerEvent<HTMLElement>) => actions.seek(Math.max(0, Math.round(x.invert(event.clientX - event.currentTarget.getBoundingClientRect().left))));
  return (
    <figure className={css.figure} data-testid="chart" data-title={chart.title}>
      <figcaption><b>{chart.title}</b><Legend chart={chart} /></figcaption>
      <div className={css.box} ref={box} style={{ height: HEIGHT }} onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); seek(event); }} onPointerMove={(event) => { if (event.buttons === 1) seek(event); }}>
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={`${chart.title} over time; at most ${withUnit(top, chart.unit)}`}>
            <Ground x={x} y={y} chart={chart} width={width} />
            {theirs.map((values, i) => <path key={chart.series[i]!.name} className={css.other} data-series={i % 4} d={pathOf(values, width - LEFT, x, y)} />)}
            {mine.map((values, i) => <path key={chart.series[i]!.name} className={css.line} data-series={i % 4} d={pathOf(values, width - LEFT, x, y)} />)}
          </svg>
        )}
        <Playhead x={x} />
      </div>
    </figure>
  );
}

interface GroundProps {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly chart: ChartStory;
  readonly width: number;
}
/** Axes, and what was broken when. */
const Ground = memo(function Ground({ x, y, chart, width }: GroundProps) {
  const faults = useRun((run) => run.resolved.faults) ?? [];
  const [, durationMs = 1] = x.domain();
  const every = x.ticks(Math.max(2, Math.floor(width / 90)));
  const label = (value: number): string => (chart.unit === 'ms' ? (value >= 1000 ? `${number(value / 1000)} s` : `${number(value)}${value === 0 ? '' : ' ms'}`) : chart.unit === 'ratio' ? `${number(value * 100)} %` : withUnit(value, chart.unit));
  return (
    <>
      {faults.map((fault, i) => <rect key={i} className={css.fault} x={x(fault.fromMs)} y={TOP} width={Math.max(1, x(faultEnd(fault, durationMs)) - x(fault.fromMs))} height={HEIGHT - BOTTOM - TOP} />)}
      {y.ticks(3).map((value) => <g key={value}><path className={css.grid} d={`M${LEFT},${y(value)}H${width - RIGHT}`} /><text className={css.tick} x={LEFT - 6} y={y(value) + 3.5} textAnchor="end">{label(value)}</text></g>)}
      {every.map((ms) => <text key={ms} className={css.tick} x={x(ms)} y={HEIGHT - 4} textAnchor={ms === 0 ? 'start' : x(ms) > width - 24 ? 'end' : 'middle'}>{secondsText(ms)}</text>)}
    </>
  );
});

/** Names of the lines with their values at the playhead. */
function Legend({ chart }: { readonly chart: ChartStory }) {
  const values = useRun((run) => chart.series.map(({ name }) => {
    const atMs = run.look?.atMs ?? 0;
    if (chart.unit !== 'perSecond') return withUnit(valueAt(run.samples, name, atMs), chart.unit);
    let sum = 0, count = 0;
    for (let i = 0; i < SMOOTH_ROWS; i++) {
      const value = valueAt(run.samples, name, atMs - i * SAMPLE_MS);
      if (value !== null) { sum += value; count++; }
    }
    return count === 0 ? 'n/a' : withUnit(Math.round((sum / count) * 10) / 10, chart.unit);
  }).join('\n'))?.split('\n') ?? [];
  return (
    <ul className={css.legend}>
      {chart.series.map(({ name, label }, i) => <li key={name}><i data-series={i % 4} />{label} <span>{values[i]}</span></li>)}
    </ul>
  );
}

function Playhead({ x }: { readonly x: ScaleLinear<number, number> }) {
  return <div className={css.playhead} ref={usePlayhead(x)} />;
}
