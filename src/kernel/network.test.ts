import { describe, expect, test } from 'vitest';
import type { Call, Engine } from './contract.ts';
import type { Distribution } from './distributions.ts';
import type { Fault } from './faults.ts';
import { DUPLICATE, HOP, LATE, LOST } from './trace.ts';
import { runSketch, type Seen, type Sketch, type TinyLayer } from '../../test/support/smallWorlds.ts';
import { constant, retrier, server, watcher } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
const random = (meanMs: number): Distribution => ({ kind: 'exponential', meanMs });
/** Sends requests at random times, named by their number. */
const source: Engine<{ readonly to: string }, { sent: number }> = {
  ...always,
  workload: true,
  init: () => ({ sent: 0 }),
  onStart: (_, ctx) => ctx.after(ctx.sample(random(20), 'gap'), 'next'),
  onTimer(state, _, ctx) {
    ctx.send(ctx.params.to, { op: String(++state.sent) });
    ctx.after(ctx.sample(random(20), 'gap'), 'next');
  },
};
/** Lets only requests with even numbers through. */
const sieve: Engine<null, null> = { ...always, init: () => null, onRequest: (_, call, ctx) => (Number(call.op) % 2 === 0 ? ctx.forward(call) : ctx.reply(call, { kind: 'rejected', by: 'sieve' })) };
const works = { engine: server, params: { work: random(30) } };

const sketch = (layers: readonly (TinyLayer | Engine)[] = [], more: Partial<Sketch> = {}): Sketch => ({
  nodes: { user: [{ engine: source, params: { to: 'shop' }, id: 'source' }, ...layers], shop: [works] }, links: { 'user>shop': random(10) }, durationMs: 3000, ...more,
});
/** What chance did to each first attempt, by its number: when it was sent, and how long its way, its work and its way back were. */
function draws({ trace, names }: Seen, link = 0): Map<string, readonly number[]> {
  const { hops } = trace;
  const asked = new Map<number, number[]>();
  const found = new Map<string, readonly number[]>();
  for (let i = 0; i < hops.length; i++) {
    if (hops.link[i] !== link || hops.attempt[i] !== 0 || (hops.flags[i]! & DUPLICATE) !== 0) continue;
    const [sent, arrive, call, op] = [hops.sentNs[i]!, hops.arriveNs[i]!, hops.call[i]!, names.list[hops.op[i]!]!];
    if (hops.kind[i] === HOP.request) asked.set(call, [sent, arrive]);
    if (hops.kind[i] !== HOP.reply) continue;
    const [start, there] = asked.get(call)!;
    found.set(op, [start!, there! - start!, sent - there!, arrive - sent]);
  }
  return found;
}
const drawsOf = (...args: Parameters<typeof sketch>) => draws(runSketch(sketch(...args), { check: 'off' }));
/** Every one of them is there with the same numbers. */
function expectSame(part: Map<string, readonly number[]>, whole: Map<string, readonly number[]>): void {
  expect(part.size).toBeGreaterThan(40);
  for (const [op, numbers] of part) expect(numbers, `request ${op}`).toEqual(whole.get(op));
}

describe('what chance does to a request', () => {
  const plain = drawsOf();

  test('is the same in every run of the same seed, and another with another seed', () => {
    expect(drawsOf()).toEqual(plain);
    expect(plain.size).toBeGreaterThan(100);
    const other = drawsOf([], { seed: 2 });
    for (let column = 0; column < 4; column++) expect([...other.values()].map((row) => row[column]).slice(0, 20)).not.toEqual([...plain.values()].map((row) => row[column]).slice(0, 20));
  });
  test('is the same whatever layers stand in its way', () => {
    expectSame(drawsOf([watcher, watcher]), plain);
    expectSame(drawsOf([{ engine: retrier, params: { times: 3 } }]), plain);
    expectSame(drawsOf([], { nodes: { user: [{ engine: source, params: { to: 'shop' }, id: 'source' }], shop: [watcher, { ...works, id: 'shop' }] } }), plain);
  });
  test('is the same when others are refused', () => {
    const half = drawsOf([sieve]);
    expect(half.size).toBeLessThan(plain.size * 0.6);
    expectSame(half, plain);
  });
  test('is the same when failing ones are tried again', () => {
    const faults: Fault[] = [{ kind: 'errors', node: 'shop', ratio: 0.4, fromMs: 0 }];
    expectSame(drawsOf([{ engine: retrier, params: { times: 3 } }], { faults }), drawsOf([], { faults }));
  });
  test('is the same when another user comes along', () => {
    const user: TinyLayer = { engine: source, params: { to: 'shop' }, id: 'source' };
    const both = runSketch(sketch([], { nodes: { other: [{ ...user, id: 'more' }], user: [user], shop: [works] }, links: { 'other>shop': random(10), 'user>shop': random(10) } }), { check: 'off' });
    expectSame(draws(both, 1), plain);
    expect(draws(both, 0)).not.toEqual(draws(both, 1));
  });
  test('is another for each attempt', () => {
    const { trace } = runSketch(sketch([{ engine: retrier, params: { times: 3 } }], { faults: [{ kind: 'errors', node: 'shop', ratio: 1, fromMs: 0 }] }), { check: 'off' });
    const { hops } = trace;
    const ways = Array.from({ length: 60 }, (_, i) => i).filter((i) => hops.kind[i] === HOP.request).map((i) => hops.arriveNs[i]! - hops.sentNs[i]!);
    expect(new Set(ways).size).toBe(ways.length);
  });
  test('is another on each link and in each direction', () => {
    const [, there, , back] = plain.get('1')!;
    expect(there).not.toBe(back);
  });
});

describe('the record of a hop', () => {
  const calls: Call[] = [];
  const keep: Engine = { ...server, onRequest(state, call, ctx) { calls.push(call); server.onRequest!(state, call, ctx); } };
  const seen = runSketch({
    nodes: { user: [{ atMs: 0, to: 'shop', op: 'a' }, { atMs: 100, to: 'shop', op: 'b' }, { atMs: 200, to: 'shop', op: 'c', patienceMs: 30 }, { atMs: 300, to: 'shop', op: 'm', how: 'message' }], shop: [{ engine: { ...keep, onCancel: undefined }, params: { work: constant(50) } }] },
    links: { 'user>shop': 10 },
    faults: [{ kind: 'duplicate', ratio: 1, lagMs: 5, fromMs: 0, untilMs: 50 }, { kind: 'dropReplies', ratio: 1, fromMs: 150, untilMs: 170 }],
  });
  const { hops } = seen.trace;
  const rows = Array.from({ length: hops.length }, (_, i) => [seen.names.list[hops.op[i]!]!, hops.kind[i], hops.sentNs[i]! / 1e6, hops.arriveNs[i]! / 1e6, hops.flags[i]]);

  test('says what went where and when, and whether it was lost, a copy, or for nobody', () => {
    expect(rows).toEqual([
      ['a', HOP.request, 0, 10, 0], ['a', HOP.request, 0, 15, DUPLICATE], ['a', HOP.reply, 60, 70, 0], ['a', HOP.reply, 65, 75, DUPLICATE],
      ['b', HOP.request, 100, 110, 0], ['b', HOP.reply, 160, 170, LOST],
      ['c', HOP.request, 200, 210, 0], ['c', HOP.cancel, 230, 240, 0], ['c', HOP.reply, 260, 270, LATE],
      ['m', HOP.message, 300, 310, 0],
    ]);
  });
  test('leads a copy back to its root', () => {
    expect(Array.from(hops.root.slice(0, 2))).toEqual([1, 1]);
    expect(Array.from(hops.call.slice(0, 2))).toEqual([1, 2]);
  });
  test('is counted by link', () => {
    expect(seen.world.summary()).toMatchObject({ 'user>shop.requests': 3, 'user>shop.replies': 4, 'user>shop.messages': 1, 'user>shop.lost': 1, 'user>shop.amplification': 1 });
  });
});

test('amplification is requests over first tries', () => {
  const { world } = runSketch(sketch([{ engine: retrier, params: { times: 3 } }], { faults: [{ kind: 'errors', node: 'shop', ratio: 1, fromMs: 0 }] }), { check: 'off' });
  expect(world.summary()['user>shop.amplification']).toBeGreaterThan(2.9);
  expect(world.summary()['user>shop.amplification']).toBeLessThanOrEqual(3);
});
