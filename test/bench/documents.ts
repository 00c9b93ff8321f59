/** Runs of the product that are measured: documents, with what was changed in them. */
import type { Plan } from '../../src/kernel/contract.ts';
import type { LayerSpec } from '../../src/kernel/story.ts';
import { documentFrom, type Changes } from '../../src/headless/index.ts';
import { loadRun, type LoadedRun } from '../../src/runs/runner.ts';

export const load = async (name: string, changes: Changes = {}): Promise<LoadedRun> => loadRun(await documentFrom(name, changes));

/** A gateway with breaker whose dependency hangs for half a minute: 120 s simulated. */
export const FLAGSHIP = 'circuit-breaker/hanging-payments/with';
/** Five services, one of them down for 20 s: 60 s simulated. */
export const ORDER_SAGA = 'saga/order-saga/with';
/** A broker that delivers at least once, two consumers with an inbox: 70 s simulated. */
export const BROKER = 'inbox/credits/with';

export const flagship = (durationMs?: number): Promise<LoadedRun> => load(FLAGSHIP, durationMs === undefined ? {} : { durationMs });
export const orderSaga = (ratePerSecond: number, durationMs = 60_000): Promise<LoadedRun> => load(ORDER_SAGA, { params: { users: { ratePerSecond } }, durationMs });

const users: LayerSpec = { id: 'users', engine: 'client', params: { op: 'read', arrivals: 'closedLoop', users: 200, thinkTime: { kind: 'exponential', meanMs: 1000 } } };
/** In the order that the stack editor recommends, wide enough that nothing is refused: what is measured is the way of a call that succeeds. */
const FIVE: readonly LayerSpec[] = [
  { id: 'timeout', engine: 'timeout' },
  { id: 'retry', engine: 'retry' },
  { id: 'breaker', engine: 'circuit-breaker' },
  { id: 'limit', engine: 'rate-limiting', params: { capacity: 100_000, ratePerSecond: 100_000 } },
  { id: 'bulkhead', engine: 'bulkhead', params: { maxConcurrentCalls: 1000 } },
];
/** Two hundred callers and one service that is well, with as many of the five layers between them as are named. */
export async function stackOf(layers: readonly string[], durationMs: number): Promise<Plan> {
  const stack = [users, ...FIVE.filter(({ id }) => layers.includes(id))];
  return (await load('retry/transient-blips/without', { faults: [], durationMs, stacks: { callers: stack } })).plan;
}
export const ALL_FIVE = FIVE.map(({ id }) => id);
