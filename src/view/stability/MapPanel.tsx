import { useId, useState } from 'react';
import { useLayers } from '../common/engines.ts';
import { number } from '../common/format.ts';
import { useRun, useSelect } from '../common/session.tsx';
import { Button, Empty, inputClass, selectClass } from '../common/ui.tsx';
import { axisTitle, labelOf, rangeProblem, tunables, usualAxes, usualRange, valuesBetween, type Tunable } from './axes.ts';
import { MapDrawing } from './MapDrawing.tsx';
import css from './Map.module.css';
import { sameBut, useMapJob } from './mapJob.ts';

const FINENESS = [10, 20, 30] as const;
interface Range {
  readonly from: number;
  readonly to: number;
}
interface Form {
  readonly x?: string;
  readonly y?: string;
  readonly metric?: string;
  readonly cells: number;
  /** Ranges that somebody typed, by parameter. */
  readonly ranges: Readonly<Record<string, Range>>;
}

/** Two parameters against one figure: how far from the brink is this run? */
export function MapPanel() {
  const id = useId();
  const layers = useLayers();
  const { job, state } = useMapJob();
  const pattern = useSelect((it) => it.card?.id ?? '');
  const document = useRun((run) => run.document), resolved = useRun((run) => run.resolved), figures = useRun((run) => run.summary);
  const [form, setForm] = useState<Form>({ cells: 20, ranges: {} });
  if (document === undefined || resolved === undefined) return null;
  const params = new Map(resolved.nodes.flatMap((node) => node.layers.map((layer) => [layer.id, layer.params] as const)));
  const all = tunables(layers.values(), (layer) => params.get(layer));
  const usual = usualAxes(all, (layer) => (layers.get(layer)?.engine ?? '').split('/')[0] === pattern);
  const { headlines } = resolved;
  const pick = (wanted: string | undefined, otherwise: string | undefined): Tunable | undefined => all.find((t) => t.id === wanted) ?? all.find((t) => t.id === otherwise);
  const x = pick(form.x, usual?.[0]), y = pick(form.y, usual?.[1]);
  const metric = form.metric ?? headlines[0]?.metric ?? '';
  if (x === undefined || y === undefined || metric === '') return <Empty><p>This scenario has no two numbers to vary.</p></Empty>;
  const rangeOf = (t: Tunable): Range => form.ranges[t.id] ?? usualRange(t);
  const problem = x.id === y.id ? 'Choose two different parameters.' : (rangeProblem(x.param, rangeOf(x).from, rangeOf(x).to) ?? rangeProblem(y.param, rangeOf(y).from, rangeOf(y).to));
  const axis = (t: Tunable) => ({ layer: t.layer, param: t.name, values: valuesBetween(t.param, rangeOf(t).from, rangeOf(t).to, form.cells) });
  const running = state?.phase === 'running';
  const stale = state !== null && !sameBut(document, state.document, state.grid);
  const start = () => { if (problem === null) void job.start({ x: axis(x), y: axis(y), metric }, document); };
  const rest = Object.keys(figures ?? {}).filter((name) => !headlines.some((it) => it.metric === name)).toSorted();
  return (
    <div className={css.map} data-testid="map-panel">
      <p className={css.intro}>Each cell is a whole run of this scenario with other values of two parameters; its shade is the figure in the end. The ring is the run on the stage.</p>
      <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (!running) start(); }}>
        <fieldset className={css.fields} disabled={running}>
          <legend className={css.legend}>What to vary</legend>
          {([['x', 'Across', x], ['y', 'Upwards', y]] as const).map(([name, title, chosen]) => (
            <div key={name} className={css.axis}>
              <label><span>{title}</span>
                <select className={selectClass} value={chosen.id} data-testid={`map-${name}`} onChange={(event) => setForm({ ...form, [name]: event.target.value })}>
                  {all.map((t) => <option key={t.id} value={t.id}>{axisTitle(t)}</option>)}
                </select>
              </label>
              {(['from', 'to'] as const).map((end) => (
                <label key={`${chosen.id}-${end}`}><span>{end}</span>
                  <input className={inputClass} type="number" step="any" value={Number.isNaN(rangeOf(chosen)[end]) ? '' : rangeOf(chosen)[end]} aria-label={`${labelOf(chosen)}, ${end}`} data-testid={`map-${name}-${end}`}
                    onChange={(event) => setForm({ ...form, ranges: { ...form.ranges, [chosen.id]: { ...rangeOf(chosen), [end]: event.target.value === '' ? NaN : Number(event.target.value) } } })} />
                </label>
              ))}
            </div>
          ))}
          <div className={css.axis}>
            <label><span>Figure</span>
              <select className={selectClass} value={metric} data-testid="map-metric" onChange={(event) => setForm({ ...form, metric: event.target.value })}>
                <optgroup label="Of this scenario">{headlines.map((it) => <option key={it.metric} value={it.metric}>{it.label}</option>)}</optgroup>
                {rest.length > 0 && <optgroup label="All figures">{rest.map((name) => <option key={name} value={name}>{name}</option>)}</optgroup>}
              </select>
            </label>
            <label><span>Cells</span>
              <select className={selectClass} value={form.cells} data-testid="map-cells" onChange={(event) => setForm({ ...form, cells: Number(event.target.value) })}>
                {FINENESS.map((n) => <option key={n} value={n}>{n} × {n}</option>)}
              </select>
            </label>
          </div>
        </fieldset>
        <div className={css.go}>
          {running ? <Button key="cancel" data-testid="map-cancel" onClick={() => job.cancel()}>Cancel</Button>
            : <Button key="start" type="submit" look="primary" disabled={problem !== null} data-testid="map-start">{stale || state !== null ? 'Compute again' : 'Compute the map'}</Button>}
          {running && <progress className={css.progress} value={state.computed} max={state.of} aria-label="Runs done" />}
          <p id={`${id}-state`} className={css.progressText} data-testid="map-state" data-phase={state?.phase ?? 'idle'} data-problem={problem !== null}>{problem ?? stateText(state)}</p>
        </div>
      </form>
      {stale && !running && <p className={css.stale} role="status">The run has changed since: this map is of how it was.</p>}
      {state !== null && <MapDrawing state={state} stale={stale} tunable={(layer, name) => all.find((t) => t.layer === layer && t.name === name)} headline={headlines.find((it) => it.metric === state.grid.metric)} />}
      {state === null && <p className={css.nothing}>Nothing is computed yet. A map of {form.cells} × {form.cells} is {number(form.cells * form.cells)} runs; they run in the background, coarse first.</p>}
    </div>
  );
}

function stateText(state: ReturnType<typeof useMapJob>['state']): string {
  if (state === null) return '';
  const { phase, computed, of, seconds } = state;
  switch (phase) {
    case 'running': return `${number(computed)} of ${number(of)} runs${seconds > 0.5 ? `, ${number(Math.round(computed / seconds))} a second` : ''}`;
    case 'done': return `${number(of)} runs in ${number(Math.round(seconds * 10) / 10)} s`;
    case 'cancelled': return `Cancelled after ${number(computed)} of ${number(of)} runs`;
    case 'failed': return `It stopped: ${state.problem ?? 'no reason was given'}`;
  }
}
