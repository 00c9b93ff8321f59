/** The banks among which the scenarios move money. */
import type { LayerSpec, LinkSpec, NodeSpec } from '../../kernel/story.ts';

type Params = Readonly<Record<string, unknown>>;
const ms = (constant: number) => ({ kind: 'constant', ms: constant }) as const;
export const link = (from: string, to: string, latencyMs: number): LinkSpec => ({ from, to, latency: ms(latencyMs) });

const MEMBERS = ['bank-a', 'bank-b', 'ledger'] as const;
const REPLICAS = ['replica-1', 'replica-2', 'replica-3'] as const;
const ACCOUNTS = 50;

/** Customers who move money; a few accounts are in demand more than others. */
export const customers = (id: string, title: string, target: string, ratePerSecond: number, accounts = ACCOUNTS): NodeSpec => ({
  id, title, role: 'client',
  stack: [{ id: `${id}-users`, engine: 'client', params: { op: 'transfer', target, ratePerSecond, entityCount: accounts, entitySkew: 0.8 } }],
});
export const coordinatorLayer = (id: string, params: Params = {}): LayerSpec => ({ id, engine: 'two-phase-commit', params: { replicas: REPLICAS, ...params } });
/** The baseline in the coordinator's place. */
export const writerLayer = (id: string, params: Params = {}): LayerSpec => ({ id, engine: 'two-phase-commit/best-effort', params });
export const office = (id: string, title: string, params: Params = {}): NodeSpec => ({ id, title, role: 'service', stack: [coordinatorLayer(id, params)] });
export const bank = (id: string, title: string, params: Params = {}): NodeSpec => ({ id, title, role: 'store', stack: [{ id, engine: 'two-phase-commit/participant', params }] });
const replicaNode = (id: string, title: string): NodeSpec => ({ id, title, role: 'store', stack: [{ id, engine: 'two-phase-commit/replica' }] });

export const banks = (params: Params = {}): readonly NodeSpec[] => [bank('bank-a', 'Bank A', params), bank('bank-b', 'Bank B', params), bank('ledger', 'Ledger', params)];
export const replicas: readonly NodeSpec[] = REPLICAS.map((id, i) => replicaNode(id, `Replica ${i + 1}`));

/** Everybody can talk to whom the protocols need. */
export function linksFor(offices: readonly string[], { withReplicas = false, bankMs = 40 } = {}): readonly LinkSpec[] {
  const links: LinkSpec[] = [];
  for (const from of offices) for (const member of MEMBERS) links.push(link(from, member, bankMs), link(member, from, bankMs));
  for (const a of MEMBERS) for (const b of MEMBERS) if (a !== b) links.push(link(a, b, bankMs));
  if (!withReplicas) return links;
  for (const to of REPLICAS) {
    for (const from of offices) links.push(link(from, to, 20));
    for (const member of MEMBERS) links.push(link(member, to, bankMs));
    for (const from of REPLICAS) if (from !== to) links.push(link(from, to, 20));
  }
  return links;
}
export const REPLICATED = { protocol: 'replicatedCoordinator', orphanScan: false } as const;
