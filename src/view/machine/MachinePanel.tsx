import { useEffect, useMemo, useRef, useState } from 'react';
import type { MachineView } from '../../kernel/contract.ts';
import { engineParts, useLayers, type LayerInfo } from '../common/engines.ts';
import { capital, words } from '../common/format.ts';
import { saveText } from '../common/saveText.ts';
import { useActions, useInspection, useRun, useSelect, useSession } from '../common/session.tsx';
import { FindCounterexample } from '../counterexample/FindCounterexample.tsx';
import { Button, Dialog, Empty, hiddenClass, selectClass } from '../common/ui.tsx';
import { activePaths, countKey, moveCounts, movesUntil } from './activity.ts';
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
  // Of many the one that moved last, unless somebody chose.
  const moved = views.length < 2 ? undefined : moves.findLast((row) => row.layer === layer.id && row.atMs <= atMs)?.instance;
  const view = views.find(({ instance }) => instance === chosen) ?? views.find(({ instance }) => instance === moved) ?? views[0];
  const instance = view?.instance ?? '';
  const rows = movesUntil(moves, layer.id, instance, atMs);
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
      {views.length > 1 && (
        <label className={css.pick}>Instance <select className={selectClass} value={chosen ?? ''} onChange={(event) => setChosen(event.target.value === '' ? null : event.target.value)}>
          <option value="">the one that moved last: {instance}</option>
          {views.slice(0, 300).map((it) => <option key={it.instance} value={it.instance}>{it.instance}: {spaced(it.state)}</option>)}
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
        <Button size="small" icon="save" onClick={() => { if (drawing.current !== null) saveText(`${name}.svg`, 'image/svg+xml', svgText(drawing.current, layout.width, layout.height)); }}>SVG</Button>
        <Button size="small" icon="save" onClick={() => saveText(`${name}.mmd`, 'text/plain', mermaid(model))}>Mermaid</Button>
        <Button size="small" icon="save" onClick={() => saveText(`${name}.json`, 'application/json', xstateJson(machine))}>XState</Button>
      </div>
    </>
  );
}
