import { lazy, memo, Suspense } from 'react';
import { useEngines } from '../common/engines.ts';
import { useRun } from '../common/session.tsx';
import { effectOf, effectText, flowOf, rateText } from '../stack/flow.ts';
import css from './Stage.module.css';

/** What a plate does to the load, in words; nothing where it passes every call on once. */
export function useLoadText(layer: string): string {
  return useRun((run) => {
    const flow = flowOf(run.samples, layer, run.look?.atMs ?? 0);
    const effect = effectOf(flow);
    return flow === null || (effect !== 'more' && effect !== 'less') ? '' : `${effect}|${rateText(flow.in)} → ${rateText(flow.out)}|${rateText(flow.in)} in, ${rateText(flow.out)} out, ${effectText(flow)}`;
  }) ?? '';
}

/** Above the plate: calls in and out where they differ. */
export const PlateLoad = memo(function PlateLoad({ load, width }: { readonly load: string; readonly width: number }) {
  const [effect, short] = load.split('|');
  return load === '' ? null : <text className={css.plateLoad} data-effect={effect} aria-hidden="true" x={width / 2 - 4} y={-6} textAnchor="middle">{short}</text>;
});

const Harm = lazy(async () => ({ default: (await import('./Harm.tsx')).Harm }));
/** An order can only do harm where a policy stands inside one of which it is known that it must not; elsewhere the code for it is not even loaded. */
export function PlateHarm({ layer, node, width }: { readonly layer: string; readonly node: string; readonly width: number }) {
  const engines = useEngines();
  const misplaced = useRun((run) => {
    const layers = run.resolved.nodes.find(({ id }) => id === node)?.layers ?? [];
    const at = layers.findIndex(({ id }) => id === layer);
    const outside = layers.slice(0, Math.max(0, at)).map(({ engine }) => engine);
    return engines(layers[at]?.engine ?? '')?.misplaced?.some(({ inside }) => outside.includes(inside)) ?? false;
  }) ?? false;
  return misplaced ? <Suspense fallback={null}><Harm layer={layer} node={node} width={width} /></Suspense> : null;
}
