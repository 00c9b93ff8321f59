import { lazy, memo, Suspense } from 'react';
import { useRun, useSession } from '../common/session.tsx';
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
/** An order can only be wrong where two policies stand on one node; elsewhere its code is not even loaded. */
export function PlateHarm({ layer, node, width }: { readonly layer: string; readonly node: string; readonly width: number }) {
  const { roles } = useSession();
  const several = useRun((run) => (run.resolved.nodes.find(({ id }) => id === node)?.layers ?? []).filter(({ engine }) => !Object.hasOwn(roles, engine)).length > 1) ?? false;
  return several ? <Suspense fallback={null}><Harm layer={layer} node={node} width={width} /></Suspense> : null;
}
