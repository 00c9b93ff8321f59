import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Json, Plan } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import { drive } from '../kernel/harness.ts';
import { World } from '../kernel/world.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { broker } from './broker.ts';
import { brokerStory } from './broker.params.ts';
import type { BrokerParams } from './broker.params.ts';
import { client } from './client.ts';
import { clientStory } from './client.params.ts';

const usual = {
  ...initialParams(brokerStory.params), publishTime: { kind: 'constant', ms: 0 }, partitions: 1, ackTimeoutMs: 100, maxDeliveries: 3,
  // The harness names whoever sends messages in "outside".
  subscribers: [{ topic: 'orders', to: 'outside' }], topic: 'orders',
} as unknown as BrokerParams;
const rigOf = (params: Partial<BrokerParams> = {}) => drive(broker, { params: { ...usual, ...params }, copyStates: true });
type Rig = ReturnType<typeof rigOf>;
const publish = (rig: Rig, atMs: number, value: Json, entity = 'e1') => {
  const call = rig.request(atMs, { op: 'publish', entity, payload: { value } });
  rig.advance(atMs);
  return rig.outcomeOf(call)!;
};
const ack = (rig: Rig, atMs: number, offset: number, topic = 'ack') => rig.message(atMs, { topic, payload: { id: `orders/0/${offset}` } });
const casts = (rig: Rig) => rig.decisions('cast').map(({ atMs, to, post }) => [atMs, to, (post.payload as { value: Json }).value, (post.payload as { delivery: number }).delivery]);

describe('a broker', () => {
  test('stores a message, says where, and delivers it', () => {
    const rig = rigOf();
    expect(publish(rig, 5, 'hello')).toEqual({ kind: 'ok', value: { topic: 'orders', partition: 0, offset: 0 } });
    expect(rig.decisions('cast')).toEqual([expect.objectContaining({ atMs: 5, to: 'outside', post: { topic: 'orders', entity: 'e1', payload: { id: 'orders/0/0', delivery: 1, value: 'hello' } } })]);
    ack(rig, 9, 0);
    expect(rig.timers()).toEqual([]);
    rig.advance(1_000);
    expect(casts(rig)).toHaveLength(1);
    expect(rig.inspect().meters).toMatchObject({ backlog: 0, published: 1, acknowledged: 1, redeliveries: 0 });
  });

  test('takes the topic from the payload', () => {
    const rig = rigOf({ subscribers: [{ topic: 'bills', to: 'a' }, { topic: '*', to: 'b' }, { topic: 'orders', to: 'c' }] });
    rig.request(0, { op: 'publish', payload: { topic: 'bills', value: 1 } });
    rig.advance(0);
    expect(casts(rig).map(([, to]) => to)).toEqual(['a', 'b']);
  });

  test('delivers again until acknowledged, and then goes on', () => {
    const rig = rigOf();
    publish(rig, 0, 'first');
    publish(rig, 1, 'second');
    ack(rig, 150, 0);
    ack(rig, 160, 0);
    rig.advance(240);
    expect(casts(rig)).toEqual([[0, 'outside', 'first', 1], [100, 'outside', 'first', 2], [150, 'outside', 'second', 1]]);
  });

  test('delivers again at once what was not accepted', () => {
    const rig = rigOf();
    publish(rig, 0, 'x');
    ack(rig, 10, 0, 'nack');
    expect(casts(rig)).toEqual([[0, 'outside', 'x', 1], [10, 'outside', 'x', 2]]);
    rig.advance(109);
    expect(casts(rig)).toHaveLength(2); // the time for the ack began anew
  });

  test('gives a message up after its last delivery and lets those behind it go on', () => {
    const rig = rigOf();
    publish(rig, 0, 'poison');
    publish(rig, 0, 'good');
    rig.advance(300);
    ack(rig, 301, 1);
    rig.advance(2_000);
    expect(casts(rig)).toEqual([[0, 'outside', 'poison', 1], [100, 'outside', 'poison', 2], [200, 'outside', 'poison', 3], [300, 'outside', 'good', 1]]);
    expect(rig.notes('published', 'delivered', 'redelivered', 'acknowledged')).toEqual(['deadLettered']);
    expect(rig.decisions('effect').map(({ name }) => name)).toEqual(['published', 'published', 'deadLettered']);
    expect(rig.inspect()).toMatchObject({ meters: { backlog: 0, dead: 1 }, views: { deadLetters: [{ id: 'orders/0/0', to: 'outside', entity: 'e1' }] } });
  });

  test('lets as many be in flight as it may, and each has its own time', () => {
    const rig = rigOf({ inFlight: 2 });
    for (let i = 0; i < 3; i++) publish(rig, i * 10, i);
    ack(rig, 50, 1);
    expect(casts(rig)).toEqual([[0, 'outside', 0, 1], [10, 'outside', 1, 1], [50, 'outside', 2, 1]]);
    rig.advance(100);
    expect(casts(rig)[3]).toEqual([100, 'outside', 0, 2]);
  });

  test('keeps a message until everybody has it', () => {
    const rig = rigOf({ subscribers: [{ topic: 'orders', to: 'outside' }, { topic: 'orders', to: 'slow' }] });
    publish(rig, 0, 'x');
    ack(rig, 1, 0);
    expect(rig.inspect().meters).toMatchObject({ backlog: 1, acknowledged: 1 });
    rig.advance(1_000); // "slow" never acknowledges, until it is a dead letter
    expect(rig.inspect().meters).toMatchObject({ backlog: 0, dead: 1 });
  });

  test('keeps nothing that nobody subscribes to', () => {
    const rig = rigOf({ subscribers: [] });
    publish(rig, 0, 'x');
    expect(rig.inspect().meters).toMatchObject({ backlog: 0, published: 1 });
  });

  test('refuses when it is full', () => {
    const rig = rigOf({ capacity: 2 });
    expect([publish(rig, 0, 1), publish(rig, 0, 2), publish(rig, 0, 3)].map(({ kind }) => kind)).toEqual(['ok', 'ok', 'overload']);
    ack(rig, 1, 0);
    expect(publish(rig, 1, 3).kind).toBe('ok');
  });

  test('shares partitions among the nodes of a group, one entity always with the same node', () => {
    const rig = rigOf({ partitions: 8, subscribers: [{ topic: 'orders', to: ['w0', 'w1'] }], inFlight: 100 });
    for (let i = 0; i < 40; i++) publish(rig, i / 10, i, `e${i % 10}`);
    const byEntity = new Map<string, Set<string>>();
    for (const { to, post } of rig.decisions('cast')) byEntity.set(post.entity!, (byEntity.get(post.entity!) ?? new Set()).add(to));
    expect([...byEntity.values()].every((nodes) => nodes.size === 1)).toBe(true);
    expect(new Set(rig.decisions('cast').map(({ to }) => to))).toEqual(new Set(['w0', 'w1']));
  });

  test('passes on messages that are not for it and does not stumble over odd acks', () => {
    const rig = rigOf();
    publish(rig, 0, 'x');
    rig.message(1, { topic: 'gossip' });
    for (const payload of [null, 3, {}, { id: 'orders' }, { id: 'orders/0/7' }, { id: 'bills/0/0' }, { id: 'orders/9/0' }, { id: '///' }] as Json[]) rig.message(1, { topic: 'ack', payload });
    expect(rig.decisions('pass')).toHaveLength(1);
    expect(rig.inspect().meters).toMatchObject({ acknowledged: 0, backlog: 1 });
  });
});

describe('a crash of the broker', () => {
  test('loses nothing that was stored: what was under way is delivered again', () => {
    const rig = rigOf();
    publish(rig, 0, 'first');
    publish(rig, 1, 'second');
    rig.crash(50);
    rig.restart(500);
    ack(rig, 510, 0);
    expect(casts(rig)).toEqual([[0, 'outside', 'first', 1], [500, 'outside', 'first', 2], [510, 'outside', 'second', 1]]);
  });

  test('does not begin the count of deliveries anew', () => {
    const rig = rigOf({ maxDeliveries: 2 });
    publish(rig, 0, 'poison');
    publish(rig, 1, 'good');
    for (let i = 1; i <= 2; i++) { rig.crash(i * 10); rig.restart(i * 10 + 1); }
    expect(casts(rig)).toEqual([[0, 'outside', 'poison', 1], [11, 'outside', 'poison', 2], [21, 'outside', 'good', 1]]);
  });
});

describe('new subscribers', () => {
  test('start with the messages after them; the old ones keep their place', () => {
    const rig = rigOf();
    publish(rig, 0, 1);
    publish(rig, 0, 2);
    rig.setParams(5, { subscribers: [{ topic: 'orders', to: 'late' }, { topic: 'orders', to: 'outside' }] });
    publish(rig, 6, 3);
    ack(rig, 7, 0);
    expect(casts(rig).map(([atMs, to, value]) => [atMs, to, value])).toEqual([[0, 'outside', 1], [6, 'late', 3], [7, 'outside', 2]]);
    rig.advance(106);
    expect(casts(rig).slice(3).map(([atMs, to, value]) => [atMs, to, value])).toEqual([[106, 'late', 3]]);
  });

  test('of a named group take over its place', () => {
    const rig = rigOf({ subscribers: [{ topic: 'orders', to: 'outside', group: 'workers' }] });
    publish(rig, 0, 1);
    publish(rig, 0, 2);
    rig.setParams(5, { subscribers: [{ topic: 'orders', to: 'other', group: 'workers' }] });
    rig.advance(100);
    expect(casts(rig)).toEqual([[0, 'outside', 1, 1], [100, 'other', 1, 2]]);
  });

  test('that go away leave nothing behind', () => {
    const rig = rigOf();
    publish(rig, 0, 1);
    rig.setParams(5, { subscribers: [] });
    expect(rig.inspect().meters).toMatchObject({ backlog: 0 });
    rig.advance(1_000);
    expect(casts(rig)).toHaveLength(1);
  });
});

test.each<[Json]>([[{}], [[{}]], [[null]], [[{ topic: 'a' }]], [[{ topic: 'a', to: [] }]], [[{ to: 'b' }]]])('subscribers %j are refused', (subscribers) => {
  expect(() => rigOf({ subscribers })).toThrow('broker: subscribers must be');
});

describe('in a world of lost, doubled and late messages and crashes', () => {
  interface Got { list: { entity: string; id: string }[] }
  /** Acknowledges everything it gets. */
  const consumer: Engine<null, Got> = {
    init: () => ({ list: [] }),
    onRestart: (got) => got, // kept for the test, as a database would
    onMessage(got, message, ctx) {
      const { id } = message.payload as { id: string };
      got.list.push({ entity: message.entity, id });
      ctx.cast('broker', { topic: 'ack', payload: { id } });
    },
    inspect: (got) => ({ views: { list: got.list as unknown as Json } }), invariants: [],
  };
  const link = (from: string, to: string) => ({ from, to, latency: { kind: 'uniform', minMs: 1, maxMs: 6 } as const });
  const span = (fromMs: number, forMs: number) => ({ fromMs, untilMs: Math.min(4_000, fromMs + forMs) });
  const moment = fc.tuple(fc.integer({ min: 0, max: 3_900 }), fc.integer({ min: 1, max: 1_000 }));
  const fault: fc.Arbitrary<Fault> = fc.oneof(
    fc.tuple(moment, fc.constantFrom('broker', 'a', 'b')).map(([[from, length], node]) => ({ kind: 'crash' as const, node, ...span(from, length) })),
    fc.tuple(moment, fc.constantFrom('broker', 'a', 'b')).map(([[from, length], node]) => ({ kind: 'pause' as const, node, ...span(from, length) })),
    fc.tuple(moment, fc.double({ min: 0, max: 1, noNaN: true })).map(([[from, length], ratio]) => ({ kind: 'dropMessages' as const, ratio, ...span(from, length) })),
    fc.tuple(moment, fc.nat(200)).map(([[from, length], lagMs]) => ({ kind: 'duplicate' as const, ratio: 0.5, lagMs, ...span(from, length) })),
  );

  test('everybody gets every stored message, and those of one entity in order', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(fault, { maxLength: 6 }), (seed, faults) => {
      const stored: { id: string; entity: string }[] = [];
      const plan: Plan = {
        seed, durationMs: 30_000, measure: { fromMs: 0, untilMs: 30_000 }, faults, interventions: [],
        laws: [{
          name: 'record', why: '', init: () => null, holds: () => true,
          onEffect: (_state, { name, data }) => { if (name === 'published') stored.push(data as { id: string; entity: string }); },
        }],
        nodes: [
          { id: 'users', layers: [{ id: 'load', engine: client, params: { ...initialParams(clientStory.params), op: 'publish', ratePerSecond: 30, stopMs: 4_000, entityCount: 5, payload: { value: 1 } } }] },
          { id: 'broker', layers: [{ id: 'log', engine: broker, params: { ...usual, partitions: 3, maxDeliveries: 1_000, subscribers: [{ topic: 'orders', to: 'a' }, { topic: '*', to: ['b', 'c'] }] } }] },
          ...['a', 'b', 'c'].map((id) => ({ id, layers: [{ id: `got${id}`, engine: consumer, params: {} }] })),
        ],
        links: [link('users', 'broker'), ...['a', 'b', 'c'].flatMap((id) => [link('broker', id), link(id, 'broker')])],
      };
      const world = new World(plan, { check: 'event' });
      world.runUntil(30_000);
      const got = (node: string) => world.inspect()[`got${node}`]!.views!['list'] as unknown as Got['list'];
      for (const nodes of [['a'], ['b', 'c']]) {
        const seen = new Set<string>();
        const lists = nodes.map((node) => got(node));
        for (const list of lists) for (const { id } of list) seen.add(id);
        expect(stored.filter(({ id }) => !seen.has(id))).toEqual([]);
        for (let e = 1; e <= 5; e++) {
          const sent = stored.filter(({ entity }) => entity === `e${e}`).map(({ id }) => id);
          const firsts = lists.flatMap((list) => [...new Set(list.filter(({ entity }) => entity === `e${e}`).map(({ id }) => id))]);
          expect(firsts).toEqual(sent);
        }
      }
      expect(world.inspect()['log']!.meters).toMatchObject({ backlog: 0 });
    }), { numRuns: 40 });
  });
});
