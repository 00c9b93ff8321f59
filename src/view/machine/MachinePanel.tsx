import { useEffect, useMemo, useRef, useState } from 'react';
import type { MachineView } from '../../kernel/contract.ts';
import { engineParts, useLayers, type LayerInfo } from '../common/engines.ts';
import { capital, words } from '../common/format.ts';
import { saveText } from '../common/saveText.ts';
import { useActions, useInspection, useRun, useSelect, useSession } from '../common/session.tsx';
import { FindCounterexample } from '../counterexample/FindCounterexample.tsx';
import { Button, Dialog, Empty, hiddenClass, selectClass } from '../common/ui.tsx';
import { activePaths, countKey, countUntil, lastMoved, moveCounts, movesOf } from './activity.ts';
import { mermaid, svgText, xstateJson } from './exports.ts';
import { Guards } from './Guards.tsx';
import css from './Machine.module.css';
import { MachineChart, type Picked } from './MachineChart.tsx';
import { machineLayout, spaced } from './machineLayout.ts';
import { allStates, machineModel } from './machineModel.ts';
import { Times } from './Times.tsx';

/** The state chart of a layer's machine, drawn from the machine that the engine runs. */
export function MachinePanel() {
  const layers = [...useLayers().values()].filter(({ story }) => story?.machine !== undefined);
  const selection = useSelect((state) => state.selection);
  const [chosen, setChosen] = useState<string | null>(null);
  const selected = selection?.kind === 'layer' ? selection.id : selection?.kind === 'node' ? layers.find(({ node }) => node === selection.id)?.id : undefined;
  const layer = layers.find(({ id }) => id === chosen) ?? layers.find(({ id }) => id === selected) ?? layers[0];
  if (layer === undefined) return <Empty><p>Nothing in this variant is a state machine. Choose a variant that runs the pattern.</p></Empty>;
  return (
    <div className={css.machine}>
      {layers.length > 1 && (
        <label className={css.pick}>Layer <select className={selectClass} value={layer.id} onChange={(event) => setChosen(event.target.value)}>
          {layers.map(({ id, nodeTitle }) => <option key={id} value={id}>{capital(words(id))} ({nodeTitle})</option>)}
        </select></label>
      )}
      <Machine key={layer.id} layer={layer} name={layer.story!.machine!} />
    </div>
  );
}

function useMachine(engine: string, name: string): { readonly machine: unknown; readonly problem: string | null } {
  const { catalogue } = useSession();
  const [state, setState] = useState<{ readonly machine: unknown; readonly problem: string | null }>({ machine: null, problem: null });
  useEffect(() => {
    let on = true;
    const card = catalogue.find(({ id }) => id === engineParts(engine).pattern);
    card?.machines?.().then((machines) => { if (on) setState({ machine: machines[name] ?? null, problem: machines[name] === undefined ? `There is no machine ${name}.` : null }); },
      (error: unknown) => { if (on) setState({ machine: null, problem: error instanceof Error ? error.message : String(error) }); });
    return () => { on = false; };
  }, [catalogue, engine, name]);
  return state;
}

function Machine({ layer, name }: { readonly layer: LayerInfo; readonly name: string }) {
  const { machine, problem } = useMachine(layer.engine, name);
  const model = useMemo(() => machineModel(machine), [machine]);
  const layout = useMemo(() => (model === null ? null : machineLayout(model)), [model]);
  const inspection = useInspection(layer.id);
  const actions = useActions();
  const [chosen, setChosen] = useState<string | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [large, setLarge] = useState(false);
  const drawing = useRef<SVGSVGElement>(null), enlarged = useRef<SVGSVGElement>(null);
  const views: readonly MachineView[] = inspection?.machines ?? [];
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const moves = useRun((run) => run.moves) ?? [];
  const revision = useRun((run) => run.revision) ?? 0;
  // Of many the one that moved last, unless somebody chose. What has ended is no longer seen inside, but its moves say where it is.
  const recent = lastMoved(moves, layer.id, atMs, views.length < 2 && views[0]?.instance === '' ? 1 : 40);
  const ended = recent.filter((id) => !views.some(({ instance: open }) => open === id));
  const instance = chosen ?? recent.find((id) => views.some((it) => it.instance === id)) ?? views[0]?.instance ?? recent[0] ?? '';
  const mine = movesOf(moves, revision, layer.id, instance);
  const rows = mine.slice(0, countUntil(mine, atMs));
  const place = rows.at(-1)?.to ?? mine[0]?.from;
  const view = views.find((it) => it.instance === instance) ?? (place === undefined ? undefined : { instance, state: place });
  const last = rows.at(-1);
  const counts = moveCounts(rows);
  if (problem !== null) return <Empty><p>The state chart can’t be shown: {problem}</p></Empty>;
  if (model === null || layout === null) return <Empty><p role="status">Loading…</p></Empty>;
  const active = activePaths(view?.state);
  const chart = {
    layout, active, last: last === undefined ? '' : countKey(last.from, last.event, last.to), counts, picked, onPick: setPicked, label: `State chart of ${words(layer.id)}`,
  };
  const states = allStates(model.root);
  const description = states.find(({ path }) => path === active[0])?.description;
  return (
    <>
      {(views.length > 1 || instance !== '') && (
        <label className={css.pick}>Instance <select className={selectClass} data-testid="instance" value={chosen ?? ''} onChange={(event) => setChosen(event.target.value === '' ? null : event.target.value)}>
          <option value="">the one that moved last{chosen === null && `: ${instance}`}</option>
          {chosen !== null && !views.some((it) => it.instance === chosen) && !ended.includes(chosen) && <option value={chosen}>{chosen}</option>}
          <optgroup label="Under way">{views.slice(0, 300).map((it) => <option key={it.instance} value={it.instance}>{it.instance}: {spaced(it.state)}</option>)}</optgroup>
          {ended.length > 0 && <optgroup label="Ended lately">{ended.map((id) => <option key={id} value={id}>{id}</option>)}</optgroup>}
        </select></label>
      )}
      <div data-testid="machine" data-state={view?.state}>
        <MachineChart {...chart} drawing={drawing} />
      </div>
      <Dialog wide open={large} onClose={() => setLarge(false)} title={chart.label}><MachineChart {...chart} drawing={enlarged} /></Dialog>
      <p className={hiddenClass}>{`${capital(words(layer.id))} is ${active.map(spaced).join(' and ') || 'not started'}. It can become ${[...new Set(model.moves.filter(({ from }) => active.includes(from)).map(({ to, event }) => `${spaced(to)} by ${spaced(event)}`))].join(', ')}.`}</p>
      {view !== undefined && (
        <div className={css.now}>
          <p><b>{capital(spaced(view.state))}.</b> {description}</p>
          <Guards view={view} />
        </div>
      )}
      <Times layer={layer.id} instance={instance} picked={picked} onAll={() => setPicked(null)} />
      <div className={css.exports} role="group" aria-label="Take the chart along">
        <Button size="small" look="quiet" data-testid="previous-transition" onClick={() => void actions.step({ unit: 'transition', layer: layer.id, instance }, -1)}>Previous transition</Button>
        <Button size="small" look="quiet" data-testid="next-transition" onClick={() => void actions.step({ unit: 'transition', layer: layer.id, instance }, 1)}>Next transition</Button>
        <FindCounterexample />
        <Button size="small" icon="fit" onClick={() => setLarge(true)}>Enlarge</Button>
        <Button size="small" icon="save" data-testid="export-svg" onClick={() => { if (drawing.current !== null) saveText(`${name}.svg`, 'image/svg+xml', svgText(drawing.current, layout.width, layout.height)); }}>SVG</Button>
        <Button size="small" icon="save" data-testid="export-mermaid" onClick={() => saveText(`${name}.mmd`, 'text/plain', mermaid(model))}>Mermaid</Button>
        <Button size="small" icon="save" data-testid="export-xstate" onClick={() => saveText(`${name}.json`, 'application/json', xstateJson(machine))}>XState</Button>
      </div>
    </>
  );
}
