import { memo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Headline } from '../../kernel/story.ts';
import { number, withUnit, words } from '../common/format.ts';
import { useActions } from '../common/session.tsx';
import { axisTitle, placeOn, valueText, type Tunable } from './axes.ts';
import { brink, extent, shownAt } from './cells.ts';
import css from './Map.module.css';
import type { MapState } from './mapJob.ts';

interface Props {
  readonly state: MapState;
  readonly stale: boolean;
  readonly tunable: (layer: string, name: string) => Tunable | undefined;
  readonly headline: Headline | undefined;
}
export function MapDrawing({ state, stale, tunable, headline }: Props) {
  const actions = useActions();
  const { x, y, metric } = state.grid;
  const columns = x.values.length, rows = y.values.length;
  const across = tunable(x.layer, x.param), upwards = tunable(y.layer, y.param);
  const here = across === undefined || upwards === undefined ? null : { i: placeOn(x, across.value), j: placeOn(y, upwards.value) };
  const [cursor, setCursor] = useState<{ readonly i: number; readonly j: number } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const span = extent(state.values);
  const say = (value: number): string => (headline === undefined ? number(value) : withUnit(value, headline.unit));
  const label = headline?.label ?? words(metric);
  const at = cursor ?? (here === null ? null : { i: Math.round(here.i.at), j: Math.round(here.j.at) });

  const open = ({ i, j }: { readonly i: number; readonly j: number }) => {
    const params: Record<string, Record<string, unknown>> = { [x.layer]: { [x.param]: x.values[i]! } };
    params[y.layer] = { ...params[y.layer], [y.param]: y.values[j]! };
    setProblem(actions.setParams(params, `${words(x.param)} ${x.values[i]}, ${words(y.param)} ${y.values[j]}`));
  };
  const cellUnder = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const i = Math.floor(((event.clientX - box.left) / box.width) * columns), j = rows - 1 - Math.floor(((event.clientY - box.top) / box.height) * rows);
    return { i: Math.max(0, Math.min(columns - 1, i)), j: Math.max(0, Math.min(rows - 1, j)) };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], PageUp: [0, 5], PageDown: [0, -5], Home: [-columns, 0], End: [columns, 0] };
    const by = step[event.key];
    if (at === null || (by === undefined && event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    event.stopPropagation();
    if (by === undefined) open(at);
    else setCursor({ i: Math.max(0, Math.min(columns - 1, at.i + by[0])), j: Math.max(0, Math.min(rows - 1, at.j + by[1])) });
  };
  const cell = at === null ? undefined : state.values[at.j * columns + at.i];
  const cellText = cell === undefined ? 'not computed yet' : cell === null ? 'not allowed: the values contradict each other' : Number.isNaN(cell) ? 'no such figure' : say(cell);
  const place = at === null ? '' : `${across === undefined ? words(x.param) : across.param.label} ${valueText(x.values[at.i]!, across?.param.unit ?? 'none')}, ${upwards === undefined ? words(y.param) : upwards.param.label.toLowerCase()} ${valueText(y.values[at.j]!, upwards?.param.unit ?? 'none')}`;
  const ends = (axis: typeof x, t: Tunable | undefined) => [axis.values[0]!, axis.values.at(-1)!].map((value) => valueText(value, t?.param.unit ?? 'none'));
  const [left, right] = ends(x, across), [bottom, top] = ends(y, upwards);
  return (
    <figure className={css.figure} data-stale={stale}>
      <figcaption className={css.caption}><b>{label}</b>
        {span !== null && <span className={css.key}>{say(span.low)}<i aria-hidden="true" />{say(span.high)}<em><svg width="18" height="10" aria-hidden="true"><path className={css.brink} d="M0,5h18" /></svg> half of the most</em></span>}
      </figcaption>
      <p className={css.axisName}>{upwards === undefined ? words(y.param) : axisTitle(upwards)} ↑</p>
      <div className={css.frame}>
        <div className={css.upwards} aria-hidden="true"><span>{top}</span><span>{bottom}</span></div>
        <div className={css.ground} role="group" tabIndex={0} data-testid="map-ground" aria-label={`Map of ${label}. Arrow keys read the cells, Enter opens the run of a cell.`} onKeyDown={onKeyDown}
          onPointerMove={(event) => setCursor(cellUnder(event))} onPointerLeave={() => setCursor(null)} onClick={(event) => open(cellUnder(event as unknown as PointerEvent<HTMLElement>))}>
          <Cells values={state.values} columns={columns} rows={rows} low={span?.low ?? 0} high={span?.high ?? 1} />
          {cursor !== null && <i className={css.cursor} style={{ left: `${(100 * cursor.i) / columns}%`, bottom: `${(100 * cursor.j) / rows}%`, width: `${100 / columns}%`, height: `${100 / rows}%` }} />}
          {here !== null && <i className={css.here} data-testid="map-here" data-outside={here.i.outside || here.j.outside} style={{ left: `${(100 * (here.i.at + 0.5)) / columns}%`, bottom: `${(100 * (here.j.at + 0.5)) / rows}%` }} />}
        </div>
        <div className={css.across} aria-hidden="true"><span>{left}</span><span>{right}</span></div>
      </div>
      <p className={css.axisName}>{across === undefined ? words(x.param) : axisTitle(across)} →</p>
      <p className={css.readout} aria-live="polite" data-testid="map-readout">{at !== null && <><span>{cursor === null ? 'The run on the stage is nearest to: ' : ''}{place}:</span> <b>{cellText}</b>{cursor !== null && <span>. Click or Enter opens this run.</span>}</>}</p>
      {here !== null && (here.i.outside || here.j.outside) && <p className={css.stale}>The run on the stage lies outside of the map; the ring is at its edge.</p>}
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
    </figure>
  );
}

/** Sixteen shades do; a cell whose own run is still to come shows that of a coarser one. */
const shade = (share: number): string => `color-mix(in oklab, var(--accent) ${Math.round((4 + 96 * Math.max(0, Math.min(1, share))) / 4) * 4}%, var(--surface))`;
const Cells = memo(function Cells({ values, columns, rows, low, high }: { readonly values: MapState['values']; readonly columns: number; readonly rows: number; readonly low: number; readonly high: number }) {
  const base = low > 0 && low < high * 0.5 ? 0 : low;
  const cells = Array.from({ length: columns * rows }, (_, k) => {
    const i = k % columns, j = (k - i) / columns;
    const { value } = shownAt(values, columns, i, j);
    const fill = typeof value !== 'number' || !Number.isFinite(value) ? (value === undefined ? 'var(--sunken)' : 'url(#map-none)') : shade(high > base ? (value - base) / (high - base) : 1);
    return <rect key={k} x={i} y={rows - 1 - j} width={1.02} height={1.02} fill={fill} />;
  });
  return (
    <svg className={css.cells} viewBox={`0 0 ${columns} ${rows}`} preserveAspectRatio="none" aria-hidden="true">
      <defs><pattern id="map-none" width="0.5" height="0.5" patternUnits="userSpaceOnUse"><rect width="0.5" height="0.5" fill="var(--sunken)" /><path d="M0,0.5 0.5,0" stroke="var(--line)" strokeWidth="0.08" /></pattern></defs>
      {cells}
      {high > low && <path className={css.brink} d={brink(values, columns, rows, high / 2)} />}
    </svg>
  );
});
