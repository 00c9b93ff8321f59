/** How many calls a second go into a layer and come out of it below, as counted by the simulation in the second before a moment. */
import type { LayerId, Ms, NodeId } from '../../kernel/contract.ts';
import type { Samples } from '../../session/types.ts';
import { number, steady } from '../common/format.ts';
import { meanBefore } from '../common/samples.ts';

export interface Flow {
  readonly in: number;
  readonly out: number;
}
export function flowOf(samples: Samples, layer: LayerId, atMs: Ms): Flow | null {
  const into = meanBefore(samples, `${layer}.inPerSecond`, atMs), out = meanBefore(samples, `${layer}.outPerSecond`, atMs);
  return into === null || out === null ? null : { in: into, out };
}
/** Calls a second that a node sends over its links. */
export function sentBy(samples: Samples, node: NodeId, targets: readonly NodeId[], atMs: Ms): number | null {
  const rates = targets.map((to) => meanBefore(samples, `${node}>${to}.requestsPerSecond`, atMs));
  return rates.every((rate) => rate === null) ? null : rates.reduce<number>((sum, rate) => sum + (rate ?? 0), 0);
}

export type Effect = 'none' | 'same' | 'more' | 'less';
/** What a layer does to the load: within 2 % it does nothing. */
export function effectOf(flow: Flow | null): Effect {
  if (flow === null || (flow.in === 0 && flow.out === 0)) return 'none';
  if (Math.abs(flow.out - flow.in) <= 0.02 * Math.max(flow.in, flow.out)) return 'same';
  return flow.out > flow.in ? 'more' : 'less';
}
/** In words: “×4.0”, “sheds 75 %”. */
export function effectText(flow: Flow | null): string {
  switch (effectOf(flow)) {
    case 'none': return 'no calls';
    case 'same': return 'passes all';
    case 'more': return flow!.in === 0 ? 'sends on what it kept' : `multiplies by ${number(Math.round((flow!.out / flow!.in) * 10) / 10)}`;
    case 'less': return `keeps back ${number(Math.round(100 * (1 - flow!.out / flow!.in)))} %`;
  }
}
export const rateText = (rate: number | null | undefined): string => (rate === null || rate === undefined ? '–' : `${steady(rate)}/s`);
