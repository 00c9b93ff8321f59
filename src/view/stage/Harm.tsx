import { useEngines } from '../common/engines.ts';
import { words } from '../common/format.ts';
import { IconMark } from '../common/icons.tsx';
import { useRun } from '../common/session.tsx';
import { seenBy } from '../stack/occurrences.ts';
import { wrongOrders } from '../stack/stackModel.ts';
import css from './Stage.module.css';

/** Marks a plate that should stand elsewhere in its stack, once that has done harm by the shown moment. */
export function Harm({ layer, node, width }: { readonly layer: string; readonly node: string; readonly width: number }) {
  const engines = useEngines();
  const why = useRun((run) => {
    const layers = run.resolved.nodes.find(({ id }) => id === node)?.layers ?? [];
    const done = wrongOrders(layers, engines).find(({ inner, cause }) => inner === layer && cause !== null && seenBy(run.notes, cause.layer, cause.note, run.look?.atMs ?? 0) !== null);
    return done === undefined ? '' : `Better outside of ${words(done.outer)}. ${done.cause!.why}`;
  }) ?? '';
  if (why === '') return null;
  return <g className={css.plateHarm} role="img" aria-label={why} data-testid="plate-harm"><title>{why}</title><IconMark name="warn" x={width - 17} y={-17} size={15} /></g>;
}
