import { useState } from 'react';
import type { LayerId } from '../../kernel/contract.ts';
import type { LayerSpec } from '../../kernel/story.ts';
import { useEngines } from '../common/engines.ts';
import { capital, words } from '../common/format.ts';
import { useActions, useRun, useSelect, useSession } from '../common/session.tsx';
import { Button, Empty, hiddenClass, Info, selectClass } from '../common/ui.tsx';
import { AddLayer } from './AddLayer.tsx';
import { LayerRow } from './LayerRow.tsx';
import { NetworkRow } from './LoadBand.tsx';
import { SortableList } from './sorting.tsx';
import css from './Stack.module.css';
import { callersOf, firstOut, freshId, isApp, leastPlace, moved, placeFor, recommended, sameOrder, specsOf, wrongOrders } from './stackModel.ts';

/** The layers of a node that calls others: their order, the load that passes them, and what a wrong order does. */
export function StackPanel() {
  const { store } = useSession();
  const actions = useActions();
  const engines = useEngines();
  const story = useSelect((state) => state.story), pattern = useSelect((state) => state.card?.id ?? '');
  const selection = useSelect((state) => state.selection);
  const document = useRun((run) => run.document), resolved = useRun((run) => run.resolved);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, say] = useState('');
  const scenario = story?.scenarios[document?.scenario ?? ''];
  if (document === undefined || resolved === undefined || scenario === undefined) return null;
  const callers = callersOf(resolved, engines, pattern);
  const wanted = selection?.kind === 'node' ? selection.id : selection?.kind === 'layer' ? resolved.nodes.find(({ layers }) => layers.some(({ id }) => id === selection.id))?.id : undefined;
  const node = callers.find(({ id }) => id === wanted) ?? callers[0];
  if (node === undefined) return <Empty><p>No node of this scenario calls another, so there is no stack to edit.</p></Empty>;

  const specs = specsOf(document, scenario, node.id);
  const least = leastPlace(specs, engines, resolved.links.some(({ to }) => to === node.id));
  const best = recommended(specs, engines);
  const wrong = wrongOrders(specs, engines);
  const ranked = specs.filter(({ engine }) => engines(engine)?.rank !== undefined).length;
  const put = (stack: readonly LayerSpec[] | null, done: string): boolean => {
    const refused = actions.setStack(node.id, stack);
    setProblem(refused);
    if (refused === null) say(done);
    return refused === null;
  };
  const move = (id: LayerId, place: number) => {
    const next = moved(specs, id, place, least);
    if (next !== specs) put(next, `${words(id)} is layer ${next.findIndex((layer) => layer.id === id) + 1} of ${next.length} now.`);
    else if (place < least) setProblem('Nothing comes in here from other nodes, so a layer before the application would never see a call.');
  };
  const add = async (engine: string) => {
    const missing = await actions.loadEngines([engine]);
    if (missing !== null) { setProblem(missing); return; }
    const now = store.getState().run;
    if (now === null) return;
    const id = freshId(engine, new Set(now.resolved.nodes.flatMap(({ layers }) => layers.map((layer) => layer.id))));
    const place = placeFor(specs, engine, engines);
    if (put([...specs.slice(0, place), { id, engine }, ...specs.slice(place)], `${words(id)} was added.`)) actions.select({ kind: 'layer', id });
  };
  const remove = (id: LayerId) => {
    if (put(specs.filter((layer) => layer.id !== id), `${words(id)} was removed.`) && selection?.kind === 'layer' && selection.id === id) actions.select({ kind: 'node', id: node.id });
  };
  return (
    <div className={css.stack} data-testid="stack-panel">
      <div className={css.top}>
        <label className={css.node}>Calls of
          <select className={selectClass} value={node.id} data-testid="stack-node" onChange={(event) => { setProblem(null); actions.select({ kind: 'node', id: event.target.value }); }}>
            {callers.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
          </select>
        </label>
        <AddLayer onChoose={(engine) => void add(engine)} />
        <Button size="small" disabled={sameOrder(specs, best)} data-testid="stack-recommended" onClick={() => put(best, 'The layers are in the recommended order.')}>Put in the recommended order</Button>
        {document.stacks?.[node.id] !== undefined && <Button size="small" look="quiet" icon="undo" data-testid="stack-reset" onClick={() => put(null, 'The stack of the variant is back.')}>Stack of the variant</Button>}
      </div>
      <p className={css.intro}>
        A call goes through the layers from the top down. Drag one by its handle, or use the arrows.
        {ranked > 1 && <b className={css.order} data-good={sameOrder(specs, best)}>{sameOrder(specs, best) ? 'In the recommended order.' : 'Not in the recommended order.'}</b>}
        <Info about="About the recommended order"><p>From the outside in: cache, timeout of the whole call, retry, circuit breaker, rate limit, bulkhead, hedging, timeout of each attempt. So every attempt passes breaker and limits, and none holds a permit while it waits.</p></Info>
      </p>
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
      <SortableList ids={specs.map(({ id }) => id)} nameOf={words} onMove={move}>
        <ol className={css.layers} aria-label={`Layers of ${node.title}, outermost first`}>
          {specs.map((layer, i) => (
            <LayerRow key={layer.id} layer={layer} story={engines(layer.engine)} fixed={isApp(layer.engine, engines(layer.engine))} before={i < firstOut(specs, engines) - 1} all={specs}
              wrong={wrong.filter(({ inner }) => inner === layer.id)} selected={selection?.kind === 'layer' && selection.id === layer.id}
              up={i > least ? () => move(layer.id, i - 1) : null} down={i < specs.length - 1 ? () => move(layer.id, i + 1) : null} onRemove={() => remove(layer.id)} />
          ))}
        </ol>
      </SortableList>
      <NetworkRow node={node.id} targets={resolved.links.filter(({ from }) => from === node.id).map(({ to }) => to)} all={specs} />
      <p className={hiddenClass} role="status">{capital(said)}</p>
    </div>
  );
}
