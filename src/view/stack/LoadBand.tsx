import { memo } from 'react';
import type { LayerId, NodeId } from '../../kernel/contract.ts';
import type { RunState } from '../../session/types.ts';
import { words } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { effectOf, effectText, flowOf, rateText, sentBy, type Effect } from './flow.ts';
import css from './Stack.module.css';

const WIDE = 60;

/** The highest rate anywhere in the stack: the full width of the band. */
const most = ({ samples, look }: RunState, all: readonly { readonly id: LayerId }[]): number => all.reduce((high, { id }) => {
  const flow = flowOf(samples, id, look?.atMs ?? 0);
  return flow === null ? high : Math.max(high, flow.in, flow.out);
}, 1e-9);
/** Whole pixels, so that nothing is drawn anew for less. */
const width = (rate: number, full: number): number => (rate <= 0 ? 0 : Math.max(1, Math.round((WIDE * rate) / full)));

/** The load as a band: as wide as calls come in above, as wide as they go on below. */
export function LoadBand({ layer, all, app }: { readonly layer: LayerId; readonly all: readonly { readonly id: LayerId }[]; readonly app: boolean }) {
  const text = useRun((run) => {
    const flow = flowOf(run.samples, layer, run.look?.atMs ?? 0);
    if (flow === null) return '0 0 none';
    const full = most(run, all);
    return `${app ? 0 : width(flow.in, full)} ${width(flow.out, full)} ${app ? 'same' : effectOf(flow)}`;
  }) ?? '0 0 none';
  const [above, below, effect] = text.split(' ');
  return <Band above={Number(above)} below={Number(below)} effect={effect as Effect} />;
}
const Band = memo(function Band({ above, below, effect }: { readonly above: number; readonly below: number; readonly effect: Effect }) {
  const middle = WIDE / 2;
  return (
    <svg className={css.band} viewBox={`0 0 ${WIDE} 100`} preserveAspectRatio="none" aria-hidden="true" data-effect={effect}>
      <path d={`M${middle - above / 2},0H${middle + above / 2}V30L${middle + below / 2},70V100H${middle - below / 2}V70L${middle - above / 2},30Z`} />
    </svg>
  );
});

/** The same in words. */
export function LoadWords({ layer, app }: { readonly layer: LayerId; readonly app: boolean }) {
  const text = useRun((run) => {
    const flow = flowOf(run.samples, layer, run.look?.atMs ?? 0);
    return flow === null ? '' : app ? `sends ${rateText(flow.out)}` : `${rateText(flow.in)} in, ${rateText(flow.out)} out: ${effectText(flow)}`;
  }) ?? '';
  const effect = useRun((run) => (app ? 'same' : effectOf(flowOf(run.samples, layer, run.look?.atMs ?? 0)))) ?? 'none';
  return <span className={css.load} data-effect={effect} data-testid={`stack-load-${layer}`}>{text}</span>;
}

/** Below the last layer: what goes out onto the links. */
export function NetworkRow({ node, targets, all }: { readonly node: NodeId; readonly targets: readonly NodeId[]; readonly all: readonly { readonly id: LayerId }[] }) {
  const rate = useRun((run) => rateText(sentBy(run.samples, node, targets, run.look?.atMs ?? 0))) ?? '–';
  const wide = useRun((run) => width(sentBy(run.samples, node, targets, run.look?.atMs ?? 0) ?? 0, Math.max(most(run, all), sentBy(run.samples, node, targets, run.look?.atMs ?? 0) ?? 0))) ?? 0;
  return (
    <div className={css.network}>
      <svg className={css.band} viewBox={`0 0 ${WIDE} 100`} preserveAspectRatio="none" aria-hidden="true"><path d={`M${(WIDE - wide) / 2},0h${wide}v60l${-wide / 2},40l${-wide / 2},-40Z`} /></svg>
      <p><b>{rate}</b> to {targets.map(words).join(', ')}</p>
    </div>
  );
}
