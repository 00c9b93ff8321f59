/** The layer in small worlds in which anything goes wrong, and against the plainest bulkhead there is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { role } from '../../../test/theory/experiment.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { World } from '../../kernel/world.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { engine } from './engine.ts';
import { bulkheadStory, type BulkheadParams } from './params.ts';
import { bulkheadRig } from './testing.ts';

const node = fc.constantFrom('callers', 'gateway', 'shop');
const span = fc.tuple(fc.nat(2500), fc.integer({ min: 1, max: 1500 })).map(([fromMs, forMs]) => ({ fromMs, untilMs: fromMs + forMs }));
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(span, node, fc.boolean()).map(([at, id, refuse]): Fault => ({ kind: 'crash', node: id, refuse, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'pause', node: id, ...at })),
  fc.tuple(span, node).map(([at, id]): Fault => ({ kind: 'hang', node: id, ...at })),
  fc.tuple(span, node, fc.integer({ min: -3000, max: 3000 }), fc.constantFrom(0, 200_000, -200_000)).map(([at, id, offsetMs, driftPpm]): Fault => ({ kind: 'clock', node: id, offsetMs, driftPpm, ...at })),
  fc.tuple(span, node, ratio, fc.constantFrom('transientError' as const, 'overload' as const)).map(([at, id, share, outcome]): Fault => ({ kind: 'errors', node: id, ratio: share, outcome, ...at })),
  fc.tuple(span, fc.integer({ min: 2, max: 20 })).map(([at, factor]): Fault => ({ kind: 'slow', node: 'shop', factor, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropRequests', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'dropReplies', ratio: share, ...at })),
  fc.tuple(span, ratio).map(([at, share]): Fault => ({ kind: 'duplicate', ratio: share, lagMs: 30, ...at })),
);
const part = fc.tuple(fc.nat(3), fc.nat(4), fc.constantFrom<readonly (string | number)[]>(['shop'], ['call'], ['gateway', 'callers'], [0], [1], ['*']));
const compartments = fc.array(part, { maxLength: 3 }).map((list) => list.map(([reserve, more, of], i) => ({ name: `part ${i}`, reserve, max: Math.max(1, reserve + more), of: [...of] })));
const lively = arbitraryParams(bulkheadStory, {
  fixed: { keepAliveMs: 60, updateIntervalMs: 100, minRttIntervalMs: 700, minRttRequests: 5, windowMs: 100, windowSize: 3, minLimit: 1, initialLimit: 6 },
  data: { compartments, maxWaitDurationMs: fc.constantFrom(0, 20, 100, 400), maxConcurrentCalls: fc.integer({ min: 0, max: 14 }), maxLimit: fc.integer({ min: 6, max: 40 }) },
}) as fc.Arbitrary<BulkheadParams>;

const planOf = (seed: number, one: BulkheadParams, two: BulkheadParams, faults: readonly Fault[]): Plan => ({
  seed, durationMs: 4000, measure: { fromMs: 0, untilMs: 4000 }, faults, laws: [],
  interventions: [{ atMs: 1000, kind: 'params', layer: 'outbound', params: { ...two } }, { atMs: 2000, kind: 'params', layer: 'inbound', params: { ...one } }],
  nodes: [
    { id: 'callers', layers: [role('users', 'client', { ratePerSecond: 120, deadlineMs: 500, priority: seed % 3 }), { id: 'outer', engine, params: one }, { id: 'inner', engine, params: two }] },
    { id: 'gateway', layers: [{ id: 'inbound', engine, params: two }, role('gateway-app', 'service', { concurrency: 20, calls: [{ op: '*', to: 'shop' }] }), { id: 'outbound', engine, params: one }] },
    { id: 'shop', layers: [{ id: 'before', engine, params: two }, role('shop-app', 'service', { concurrency: 3, queueCapacity: 10, failRatio: 0.1, calls: [{ op: 'request', to: 'gateway', as: 'price' }] })] },
  ],
  links: [
    { from: 'callers', to: 'gateway', latency: { kind: 'exponential', meanMs: 5 } }, { from: 'gateway', to: 'shop', latency: { kind: 'constant', ms: 5 } },
    { from: 'shop', to: 'gateway', latency: { kind: 'constant', ms: 5 } },
  ],
});
const RUNS = Number(process.env['BULKHEAD_RUNS'] ?? 60);

test('five bulkheads of any kind, nested calls and all, keep every rule whatever goes wrong', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 5 }), (seed, one, two, faults) => {
    const plan = planOf(seed, one, two, faults);
    const world = new World(plan, { check: 'event' });
    world.runUntil(plan.durationMs);
    expect(world.summary()['callers.offered']).toBeGreaterThan(0);
  }), { numRuns: RUNS });
});

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(fc.nat(), lively, lively, fc.array(fault, { maxLength: 3 }), fc.integer({ min: 1, max: 3999 }), (seed, one, two, faults, atMs) => {
    const plan = planOf(seed, one, two, faults);
    const { straight, back } = thereAndBack(plan, atMs);
    expect(back).toBe(straight);
  }), { numRuns: Math.ceil(RUNS / 4) });
});

/** One list of those inside, one of those waiting, searched every time. */
class Naive {
  readonly inside: number[] = [];
  readonly line: number[] = [];
  constructor(readonly limit: number, readonly places: number, readonly newestFirst: boolean) {}
  come(id: number): void {
    if (this.inside.length < this.limit) this.inside.push(id);
    else if (this.line.length < this.places) this.line.push(id);
  }
  go(id: number): void {
    if (this.line.includes(id)) this.line.splice(this.line.indexOf(id), 1);
    if (!this.inside.includes(id)) return;
    this.inside.splice(this.inside.indexOf(id), 1);
    const next = this.newestFirst ? this.line.pop() : this.line.shift();
    if (next !== undefined) this.inside.push(next);
  }
}
test('one compartment lets in whom a plain list would let in, in that order', () => {
  const step = fc.oneof(fc.constant(-1), fc.constant(-1), fc.nat(30));
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(6), fc.boolean(), fc.array(step, { maxLength: 80 }), (limit, places, newestFirst, steps) => {
    const rig = bulkheadRig({ maxConcurrentCalls: limit, queueCapacity: places, limitWait: false, discipline: newestFirst ? 'lifo' : 'fifo' });
    const naive = new Naive(limit, places, newestFirst);
    const calls = new Map<number, ReturnType<typeof rig.request>>();
    let atMs = 0;
    for (const what of steps) {
      atMs++;
      if (what < 0) {
        const call = rig.request(atMs);
        calls.set(call.id, call);
        naive.come(call.id);
      } else {
        const open = [...calls.values()].filter((call) => rig.outcomeOf(call) === undefined);
        const call = open[what % Math.max(1, open.length)];
        if (call === undefined) continue;
        naive.go(call.id);
        if (rig.wentOut(call) && what % 2 === 0) rig.done(atMs, call);
        else { rig.giveUp(atMs, call); calls.delete(call.id); }
      }
      const inside = [...rig.state.tickets.values()].filter(({ enteredMs }) => enteredMs >= 0).map(({ call }) => call.id);
      expect(inside.sort((a, b) => a - b)).toEqual([...naive.inside].sort((a, b) => a - b));
      expect(rig.state.waiting).toBe(naive.line.length);
    }
  }), { numRuns: 150 });
});
