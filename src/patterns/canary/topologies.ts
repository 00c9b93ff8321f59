/** The shop of the canary scenarios: users, a gateway that splits, and the two places where a release can run. */
import type { LayerSpec, LinkSpec, NodeSpec, Scenario } from '../../kernel/story.ts';

type More = Readonly<Record<string, unknown>>;
export const seconds = (s: number): number => s * 1000;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;

export const shoppers = (more: More = {}): LayerSpec => ({ id: 'shoppers', engine: 'client', params: { op: 'order', ratePerSecond: 100, entityCount: 400, deadlineMs: 5000, ...more } });
export const rollout = (params: More = {}, preset?: string): LayerSpec => ({ id: 'rollout', engine: 'canary', params, ...(preset !== undefined && { preset }) });
export const usersNode = (more: More = {}): NodeSpec => ({ id: 'users', title: 'Users', role: 'client', stack: [shoppers(more)] });
export const gateway = (layer: LayerSpec): NodeSpec => ({ id: 'gateway', title: 'Gateway', role: 'gateway', stack: [layer] });
/** Both places are alike: a release is fresh or established wherever it runs. */
export const places = (more: More = {}): readonly NodeSpec[] => [
  { id: 'stable', title: 'Place A', role: 'service', stack: [{ id: 'stable-app', engine: 'canary/release', params: more }] },
  { id: 'canary', title: 'Place B', role: 'service', stack: [{ id: 'canary-app', engine: 'canary/release', params: { startsEmpty: true, ...more } }] },
];
export const links: readonly LinkSpec[] = [
  { from: 'users', to: 'gateway', latency: ms(10) }, { from: 'gateway', to: 'stable', latency: ms(2) }, { from: 'gateway', to: 'canary', latency: ms(2) },
];
export const shop = (users: More, layer: LayerSpec, release: More = {}): Pick<Scenario, 'nodes' | 'links' | 'faults'> => ({ nodes: [usersNode(users), gateway(layer), ...places(release)], links, faults: [] });
/** The same alarm, but no share to begin with. */
export const allAtOnce = { plan: 'steps', steps: [100], judge: 'absolute', baseline: 'stableAll', minSamples: 0, correction: 'none', window: 'interval' } as const;
/** Against a limit, interval by interval, whatever there is. */
export const byLimit = { judge: 'absolute', baseline: 'stableAll', minSamples: 0, correction: 'none', window: 'interval' } as const;

export const EXPOSURE = { label: 'Bad answers of the new release', metric: 'ledger.exposure', unit: 'count', better: 'lower' } as const;
export const EXPOSED = { label: 'Users who had it', metric: 'ledger.usersExposed', unit: 'count', better: 'lower' } as const;
export const PROMOTED = { label: 'Promoted', metric: 'rollout.note.promoted', unit: 'count', better: 'lower' } as const;
export const ROLLED_BACK = { label: 'Rolled back', metric: 'rollout.note.rolledBack', unit: 'count', better: 'lower' } as const;
