import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OK } from '../kernel/contract.ts';
import type { Call, Engine, Intervention, Plan } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import { drive, driveStack } from '../kernel/harness.ts';
import { World } from '../kernel/world.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { client } from './client.ts';
import { clientStory } from './client.params.ts';
import type { ClientParams } from './client.params.ts';
import { entityAt, entityLaw } from './entities.ts';

const usual = initialParams(clientStory.params) as unknown as ClientParams;

interface Seen { atMs: number; call: Call }
/** Takes everything down and answers after a while, or never. */
const sink: Engine<{ readonly afterMs: number }, Seen[]> = {
  init: () => [],
  onRequest(seen, call, ctx) {
    seen.push({ atMs: ctx.nowMs, call });
    if (ctx.params.afterMs < Infinity) ctx.after(ctx.params.afterMs, seen.length - 1);
  },
  onTimer: (seen, key, ctx) => ctx.reply(seen[key as number]!.call, OK),
  onCancel: (_seen, call, ctx) => ctx.reply(call, { kind: 'cancelled' }),
  inspect: (seen) => ({ views: { seen: seen.map(({ atMs, call }) => ({ atMs, ...call })) as never } }),
  invariants: [],
};
interface Setting { seed?: number; forMs?: number; afterMs?: number; interventions?: readonly Intervention[]; faults?: readonly Fault[] }
function run(params: Partial<ClientParams>, { seed = 1, forMs = 10_000, afterMs = 1, interventions = [], faults = [] }: Setting = {}) {
  const plan: Plan = {
    seed, durationMs: forMs, measure: { fromMs: 0, untilMs: forMs }, faults, interventions, laws: [],
    nodes: [
      { id: 'users', layers: [{ id: 'load', engine: client, params: { ...usual, ...params } }] },
      { id: 'server', layers: [{ id: 'sink', engine: sink, params: { afterMs } }] },
    ],
    links: [{ from: 'users', to: 'server', latency: { kind: 'constant', ms: 0 } }],
  };
  const world = new World(plan, { check: 'event' });
  world.runUntil(forMs);
  const seen = world.inspect()['sink']!.views!['seen'] as unknown as (Call & { atMs: number })[];
  return { world, seen, times: seen.map(({ atMs }) => atMs) };
}
const within = (times: readonly number[], fromMs: number, untilMs: number) => times.filter((ms) => ms >= fromMs && ms < untilMs).length;

describe('arrivals', () => {
  test('evenly spaced ones keep their distance', () => {
    expect(run({ arrivals: 'periodic', ratePerSecond: 4 }, { forMs: 1_000 }).times).toEqual([250, 500, 750, 1_000]);
  });

  test('random ones come at their rate, with gaps that are exponential', () => {
    const { times } = run({ ratePerSecond: 100 }, { forMs: 100_000 });
    expect(times.length).toBeGreaterThan(9_700); // 10,000 ± 3 × 100
    expect(times.length).toBeLessThan(10_300);
    const gaps = times.slice(1).map((ms, i) => ms - times[i]!);
    // P(gap > 20 ms) = e^-2 = 0.135
    expect(gaps.filter((gap) => gap > 20).length / gaps.length).toBeCloseTo(0.135, 1.5);
  });

  test('they are the same whatever happens to the requests', () => {
    const calm = run({ ratePerSecond: 50, deadlineMs: 5 });
    const dead = run({ ratePerSecond: 50, deadlineMs: 5 }, { afterMs: Infinity });
    const strip = ({ seen }: typeof calm) => seen.map(({ atMs, entity, key }) => [atMs, entity, key]);
    expect(strip(dead)).toEqual(strip(calm));
    expect(dead.world.summary()['users.timeout']).toBeGreaterThan(400);
  });

  test('start and stop bound them', () => {
    const { times } = run({ arrivals: 'periodic', ratePerSecond: 10, startMs: 1_000, stopMs: 1_500 });
    expect(times).toEqual([1_100, 1_200, 1_300, 1_400]);
  });

  test('phases: silence off, the full rate on', () => {
    const { times } = run({ arrivals: 'onOff', ratePerSecond: 200, onMs: 500, offMs: 500, startMs: 250 }, { forMs: 20_250 });
    for (const ms of times) expect((ms - 250) % 1_000).toBeLessThan(500);
    expect(times.length).toBeGreaterThan(1_860); // 2,000 ± 3 × 45
    expect(times.length).toBeLessThan(2_140);
  });

  test('phases: another rate when off', () => {
    const { times } = run({ arrivals: 'onOff', ratePerSecond: 100, onMs: 1_000, offMs: 3_000, offFactor: 2 }, { forMs: 40_000 });
    const on = times.filter((ms) => ms % 4_000 < 1_000).length;
    expect(on).toBeGreaterThan(900); // 1,000 ± 3 × 32
    expect(on).toBeLessThan(1_100);
    expect(times.length - on).toBeGreaterThan(5_770); // 6,000 ± 3 × 77
    expect(times.length - on).toBeLessThan(6_230);
  });

  test('bursts come together, again and again', () => {
    const { times } = run({ arrivals: 'burst', burstAtMs: 100, burstCount: 3, burstEveryMs: 400 }, { forMs: 1_000 });
    expect(times).toEqual([100, 100, 100, 500, 500, 500, 900, 900, 900]);
  });

  test('a single burst comes once', () => {
    expect(run({ arrivals: 'burst', burstAtMs: 100, burstCount: 2 }).times).toEqual([100, 100]);
  });

  test('a trace is followed, and what lies behind comes at once', () => {
    expect(run({ arrivals: 'trace', traceMs: [0, 5, 5, 3, 80], startMs: 10 }).times).toEqual([10, 15, 15, 15, 90]);
  });

  test('a fixed number of users has each one request under way', () => {
    const { world, times } = run({ arrivals: 'closedLoop', users: 7, thinkTime: { kind: 'constant', ms: 90 } }, { afterMs: 10 });
    expect(within(times, 0, 90)).toBe(7);
    expect(times.length).toBeCloseTo(7 * 100, -1);
    expect(world.inspect()['load']!.meters!['waiting']).toBeLessThanOrEqual(7);
    expect(new Set(times).size).toBe(times.length); // they do not march in step
  });

  test('users who never think still let time move on', () => {
    const { times } = run({ arrivals: 'closedLoop', users: 1, thinkTime: { kind: 'constant', ms: 0 } }, { forMs: 1, afterMs: 0 });
    expect(times.length).toBeGreaterThan(900);
    expect(times.length).toBeLessThan(1_100);
  });
});

describe('a change in mid-run', () => {
  const params = (atMs: number, changed: Partial<ClientParams>): Intervention => ({ atMs, kind: 'params', layer: 'load', params: changed });

  test('of the rate takes effect at once, in mid-gap', () => {
    const { times } = run({ arrivals: 'periodic', ratePerSecond: 1 }, { forMs: 1_000, interventions: [params(500, { ratePerSecond: 10 })] });
    expect(times).toEqual([550, 650, 750, 850, 950]); // half a gap had passed; the other half takes 50 ms
  });

  test('of the rate leaves the random traffic what it was, only faster', () => {
    const before = run({ ratePerSecond: 20 });
    const changed = run({ ratePerSecond: 20 }, { interventions: [params(5_000, { ratePerSecond: 40 })] });
    const n = within(before.times, 0, 5_000);
    expect(changed.times.slice(0, n)).toEqual(before.times.slice(0, n));
    const halved = before.times.slice(n).map((ms) => 5_000 + (ms - 5_000) / 2);
    changed.times.slice(n, n + halved.length).forEach((ms, i) => expect(ms).toBeCloseTo(halved[i]!, 4));
  });

  test('of the phases takes effect at once', () => {
    const { times } = run({ arrivals: 'onOff', ratePerSecond: 100, onMs: 10_000, offMs: 10_000 }, { interventions: [params(5_000, { onMs: 1, offFactor: 0 })] });
    expect(within(times, 0, 5_000)).toBeGreaterThan(400);
    expect(within(times, 5_000, 10_000)).toBe(0);
  });

  test('of the users lets new ones in and sends others away after their turn', () => {
    const { times } = run({ arrivals: 'closedLoop', users: 2, thinkTime: { kind: 'constant', ms: 100 } }, {
      forMs: 9_000, afterMs: 0, interventions: [params(3_000, { users: 10 }), params(6_000, { users: 1 }), params(7_000, { users: 4 })],
    });
    expect(within(times, 1_000, 3_000)).toBe(40);
    expect(within(times, 4_000, 6_000)).toBe(200);
    expect(within(times, 6_200, 7_000)).toBe(8);
    expect(within(times, 8_000, 9_000)).toBe(40);
  });

  test('of the kind of arrivals starts the new kind', () => {
    const { times } = run({ arrivals: 'closedLoop', users: 5, thinkTime: { kind: 'constant', ms: 100 } }, {
      afterMs: 0, interventions: [params(2_000, { arrivals: 'periodic', ratePerSecond: 1 }), params(6_500, { arrivals: 'closedLoop' })],
    });
    expect(times.filter((ms) => ms >= 2_000 && ms < 6_500)).toEqual([3_000, 4_000, 5_000, 6_000]);
    expect(within(times, 7_000, 8_000)).toBe(50);
  });

  test('of the stop ends and resumes', () => {
    const { times } = run({ arrivals: 'periodic', ratePerSecond: 1 }, { interventions: [params(2_500, { stopMs: 3_000 }), params(6_000, { stopMs: 0 })] });
    expect(times).toEqual([1_000, 2_000, 6_000, 7_000, 8_000, 9_000, 10_000]);
  });

  test('by hand: the control sends 50 at once and leaves the rest of the traffic alone', () => {
    const plain = run({ ratePerSecond: 20 });
    const pushed = run({ ratePerSecond: 20 }, { interventions: [{ atMs: 5_000, kind: 'control', layer: 'load', control: 'burst' }] });
    expect(within(pushed.times, 5_000, 5_000.001)).toBe(50);
    expect(pushed.seen.filter(({ atMs }) => atMs !== 5_000).map(({ atMs, entity }) => [atMs, entity])).toEqual(plain.seen.map(({ atMs, entity }) => [atMs, entity]));
  });
});

describe('patience', () => {
  test('is sent along as a deadline and ends the call', () => {
    const rig = drive(client, { params: { ...usual, arrivals: 'trace', traceMs: [10, 20], deadlineMs: 30, target: 'below' }, copyStates: true });
    rig.advance(25);
    rig.answer(35, 1, OK);
    rig.advance(200);
    expect(rig.decisions('cancel')).toEqual([expect.objectContaining({ atMs: 50, call: 2, outcome: { kind: 'timeout' } })]);
    expect(rig.notes()).toEqual(['gaveUp']);
    expect(rig.timers()).toEqual([]);
    expect(rig.inspect()).toMatchObject({ meters: { sent: 2, waiting: 0, ok: 1, failed: 1 }, views: { ended: { ok: 1, timeout: 1 } } });
  });

  test('of a user of the closed loop leads to the next thought', () => {
    const { times } = run({ arrivals: 'closedLoop', users: 1, thinkTime: { kind: 'constant', ms: 100 }, deadlineMs: 200 }, { afterMs: Infinity, forMs: 3_000 });
    expect(times.slice(1).map((ms, i) => Math.round(ms - times[i]!))).toEqual(times.slice(1).map(() => 300));
  });

  test('latency counts from when a request was meant to start', () => {
    const { seen, world } = run({ arrivals: 'periodic', ratePerSecond: 10 }, { forMs: 1_000, afterMs: 0, faults: [{ kind: 'pause', node: 'users', fromMs: 150, untilMs: 450 }] });
    expect(seen.map(({ atMs, intendedMs }) => [atMs, intendedMs])).toEqual([
      [100, 100], [450, 200], [450, 300], [450, 400], ...[500, 600, 700, 800, 900, 1_000].map((ms) => [ms, ms]),
    ]);
    expect(world.summary()['users.meanMs']).toBeCloseTo((250 + 150 + 50) / 9, 6); // the last is still under way at the end
  });
});

test('a request refused on its own node is over at once: no timer, and its user thinks', () => {
  const refuse: Engine = { init: () => null, onRequest: (_state, call, ctx) => ctx.reply(call, { kind: 'rejected', by: 'limiter' }), inspect: () => ({}), invariants: [] };
  const params = { ...usual, arrivals: 'closedLoop', users: 1, thinkTime: { kind: 'constant', ms: 100 }, deadlineMs: 1_000 };
  const rig = driveStack([{ engine: client, params, layer: 'load' }, { engine: refuse, params: null, layer: 'limiter' }]);
  rig.advance(1_000);
  expect(rig.decisions('send').map(({ atMs }) => Math.round(atMs))).toEqual([50, 150, 250, 350, 450, 550, 650, 750, 850, 950]);
  expect(rig.timers().map(({ key }) => key)).toEqual(['user 0']);
  expect(rig.inspect('load').meters).toMatchObject({ sent: 10, waiting: 0, failed: 10 });
});

test('requests carry what the parameters say, and a key of their own that a crash does not repeat', () => {
  const { seen } = run({ arrivals: 'periodic', ratePerSecond: 1, op: 'buy', target: 'server', payload: { n: 2 }, priority: 4, cost: 2.5, idempotencyKeys: true, entityCount: 1 },
    { forMs: 6_000, faults: [{ kind: 'crash', node: 'users', fromMs: 2_500, untilMs: 3_500 }] });
  expect(seen.map(({ op, entity, payload, priority, cost }) => ({ op, entity, payload, priority, cost })))
    .toEqual(seen.map(() => ({ op: 'buy', entity: 'e1', payload: { n: 2 }, priority: 4, cost: 2.5 })));
  expect(seen.map(({ atMs, idempotencyKey }) => [atMs, idempotencyKey])).toEqual([[1_000, 'load-1'], [2_000, 'load-2'], [4_500, 'load-3'], [5_500, 'load-4']]);
});

describe('entities', () => {
  const share = (count: number, skew: number, k: number): number => {
    let total = 0;
    for (let i = 1; i <= count; i++) total += i ** -skew;
    return k ** -skew / total;
  };
  test.each([[1_000, 1], [1_000, 0.7], [100_000, 1.2], [50, 2.5], [8, 1], [1, 1], [11, 4]])('%i of skew %f come as often as Zipf says', (count, skew) => {
    const law = entityLaw(count, skew);
    // The border between k and k + 1 lies at the sum of the first k weights.
    let sum = 0;
    for (let k = 1; k <= Math.min(count, 3_000); k++) {
      const width = k ** -skew;
      const low = sum / law.total, high = (sum + width) / law.total;
      sum += width;
      const inside = low + (high - low) * 0.01, beyond = low + (high - low) * 0.99;
      expect([entityAt(law, inside), entityAt(law, Math.min(beyond, 1 - 2 ** -53))]).toEqual([k, k]);
    }
  });

  test('without skew are all alike, with it the first comes first', () => {
    expect(entityAt(entityLaw(10, 0), 0)).toBe(1);
    expect(entityAt(entityLaw(10, 0), 0.999)).toBe(10);
    const { seen } = run({ ratePerSecond: 1_000, entityCount: 100, entitySkew: 1 });
    const first = seen.filter(({ entity }) => entity === 'e1').length / seen.length;
    expect(first).toBeCloseTo(share(100, 1, 1), 1.7); // 0.193
  });

  test('always are one of them, whatever the draw', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 4, noNaN: true }), fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }), (count, skew, u) => {
      const k = entityAt(entityLaw(count, skew), u);
      expect(Number.isInteger(k) && k >= 1 && k <= count).toBe(true);
    }), { numRuns: 2_000 });
  });
});
