import { describe, expect, test } from 'vitest';
import { OK, type Call, type Context, type Engine, type Outcome } from './contract.ts';
import { World } from './world.ts';
import { notesOf, planOf, runSketch } from '../../test/support/smallWorlds.ts';
import { caller, constant, echo, impatient, relay, retrier, server, wall, watcher, type Act } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
const calls = (...acts: Act[]) => ({ engine: caller, params: { acts } });
const works = (ms: number) => ({ engine: server, params: { work: constant(ms) } });

describe('a call', () => {
  test('goes down every layer of every node and its answer comes back the same way', () => {
    expect(notesOf({
      nodes: {
        user: [calls({ atMs: 1, to: 'gateway' }), watcher, watcher],
        gateway: [watcher, { engine: relay, params: { to: ['shop'] } }, watcher],
        shop: [watcher, watcher, works(5)],
      },
      links: { 'user>gateway': 10, 'gateway>shop': 20 },
    })).toEqual([
      '1 user-1 down a', '1 user-2 down a', '11 gateway-0 down a', '11 gateway-2 down a', '31 shop-0 down a', '31 shop-1 down a', '31 shop-2 took a',
      '36 shop-2 did a', '36 shop-1 up a ok', '36 shop-0 up a ok', '56 gateway-2 up a ok', '56 gateway-0 up a ok', '66 user-2 up a ok', '66 user-1 up a ok', '66 user-0 heard a ok',
    ]);
  });

  test('passes through layers that take no requests', () => {
    const deaf: Engine = { ...always, init: () => null };
    expect(notesOf({ nodes: { user: [calls({ atMs: 0, to: 'shop' }), deaf, deaf], shop: [deaf, works(0)] }, links: { 'user>shop': 1 } }, 'took', 'did')).toEqual(['2 user-0 heard a ok']);
  });

  test('passes only through the layers that are meant for its target, in either direction', () => {
    const seen = notesOf({
      nodes: {
        user: [calls({ atMs: 0, to: 'b', op: 'b' }, { atMs: 0, to: 'c', op: 'c' }), { engine: watcher, to: ['b'] }, { engine: watcher, to: ['c'] }],
        b: [echo], c: [echo],
      },
      links: { 'user>b': 1, 'user>c': 2 },
    });
    expect(seen).toEqual(['0 user-1 down b', '0 user-2 down c', '2 user-1 up b ok', '2 user-0 heard b ok', '4 user-2 up c ok', '4 user-0 heard c ok']);
  });

  test('that a layer refuses never reaches the callee', () => {
    const { world, text, notes } = runSketch({ nodes: { user: [calls({ atMs: 3, to: 'shop' }), watcher, wall], shop: [works(0)] }, links: { 'user>shop': 1 } });
    expect(notes('started')).toEqual(['3 user-1 down a', '3 user-1 up a rejected by wall', '3 user-0 heard a rejected by wall']);
    expect(world.summary()).toMatchObject({ 'user>shop.requests': 0, 'shop.arrivals': 0, 'user.rejected': 1 });
    // One refusal is one mark, whoever passes it on.
    expect(text({ without: ['note'] })).toBe('            3 ms  #1 starts at user-0\n                  #1 refused by user-2: rejected\n                  #1 ends at user-0: rejected\n');
  });

  test('made on behalf of another inherits its root, deadline and priority, and an attempt keeps its key', () => {
    const got: Call[] = [];
    const tell: Engine = { ...always, init: () => null, onRequest: (_, call, ctx) => { got.push(call); ctx.reply(call, { kind: 'overload' }); } };
    runSketch({
      nodes: { user: [calls({ atMs: 2, to: 'gateway', deadlineMs: 700 })], gateway: [{ engine: relay, params: { to: ['shop'] } }, { engine: retrier, params: { times: 3 } }], shop: [tell] },
      links: { 'user>gateway': 10, 'gateway>shop': 20 },
    });
    expect(got.map(({ rootId, deadlineMs, priority, attempt, from, to, createdMs }) => ({ rootId, deadlineMs, priority, attempt, from, to, createdMs }))).toEqual([0, 1, 2].map((attempt) => ({
      rootId: 1, deadlineMs: 700, priority: 0, attempt, from: 'gateway', to: 'shop', createdMs: 12 + 40 * attempt,
    })));
    expect(new Set(got.map(({ key }) => key)).size).toBe(1);
    expect(new Set(got.map(({ id }) => id)).size).toBe(3);
  });

  test('to the same target again on behalf of the same call has a key of its own, also when others come between', () => {
    const got = new Map<string, number[]>([['b', []], ['c', []]]);
    const tell = (name: string): Engine => ({ ...always, init: () => null, onRequest: (_, call, ctx) => { got.get(name)!.push(call.key); ctx.reply(call, OK); } });
    runSketch({
      nodes: { user: [{ atMs: 0, to: 'gateway' }], gateway: [{ engine: relay, params: { to: ['b', 'c', 'b', 'c', 'b'] } }], b: [tell('b')], c: [tell('c')] },
      links: { 'user>gateway': 1, 'gateway>b': 1, 'gateway>c': 1 },
    });
    const keys = [...got.get('b')!, ...got.get('c')!];
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(5);
  });
});

test('a layer before an application may try it again, on the spot', () => {
  const flaky: Engine = { ...always, init: () => ({ n: 0 }), onRequest(state: { n: number }, call, ctx) { ctx.reply(call, ++state.n < 3 ? { kind: 'overload' } : OK); } };
  expect(notesOf({ nodes: { user: [calls({ atMs: 0, to: 'shop' })], shop: [watcher, { engine: retrier, params: { times: 3 } }, watcher, flaky] }, links: { 'user>shop': 10 } })).toEqual([
    '10 shop-0 down a', '10 shop-2 down a', '10 shop-2 up a overload', '10 shop-2 down a', '10 shop-2 up a overload', '10 shop-2 down a', '10 shop-2 up a ok', '10 shop-0 up a ok', '20 user heard a ok',
  ]);
});

describe('a handler runs to its end', () => {
  test('send never calls back before it has returned its call', () => {
    const order: string[] = [];
    const eager: Engine<null, { calls: Map<number, string> }> = {
      ...always,
      init: () => ({ calls: new Map() }),
      onStart: (_, ctx) => ctx.after(0, 'go'),
      onTimer(state, _key, ctx) {
        for (const name of ['first', 'second']) {
          state.calls.set(ctx.send('shop', { op: name }).id, name);
          order.push(`sent ${name}`);
        }
        order.push('end of handler');
      },
      onReply: (state, call) => { order.push(`answer to ${state.calls.get(call.id)}`); },
    };
    runSketch({ nodes: { user: [eager, watcher, wall], shop: [echo] }, links: { 'user>shop': 1 } });
    expect(order).toEqual(['sent first', 'sent second', 'end of handler', 'answer to first', 'answer to second']);
  });
});

describe('an answer given early', () => {
  const early = runSketch({ nodes: { user: [calls({ atMs: 0, to: 'shop' }), watcher, { engine: impatient, params: { ms: 30 } }, watcher], shop: [{ engine: server, params: { work: constant(40) } }] }, links: { 'user>shop': 10 } });
  const hangOn: Engine = { ...server, onCancel: undefined };

  test('is the only one that the sender hears', () => {
    expect(early.notes('started', 'took')).toEqual([
      '0 user-1 down a', '0 user-3 down a', '30 user-2 timedOut a', '30 user-3 cancelled a', '30 user-1 up a timeout', '30 user-0 heard a timeout', '40 shop dropped a',
    ]);
  });

  test('stops what comes up later at the layer that gave it', () => {
    const { notes, text, world } = runSketch({ nodes: { user: [calls({ atMs: 0, to: 'shop' }), watcher, { engine: impatient, params: { ms: 30 } }, watcher], shop: [{ engine: hangOn, params: { work: constant(40) } }] }, links: { 'user>shop': 10 } });
    expect(notes('started', 'took', 'did')).toEqual(['0 user-1 down a', '0 user-3 down a', '30 user-2 timedOut a', '30 user-3 cancelled a', '30 user-1 up a timeout', '30 user-0 heard a timeout', '60 user-3 up a ok']);
    expect(text({ fromMs: 50, without: ['note', 'effect'] })).toBe('           50 ms  #1 a user ← shop: ok, nobody waits, arrives at 60 ms\n           60 ms  #1 too late for user-2: ok\n');
    expect(world.summary()).toMatchObject({ 'user.timeout': 1, 'user.ok': 0, 'shop.wasted': 1 });
  });

  test('on the side of the callee keeps a later one from going out', () => {
    const { notes, world } = runSketch({ nodes: { user: [calls({ atMs: 0, to: 'shop' })], shop: [{ engine: impatient, params: { ms: 30 } }, { engine: hangOn, params: { work: constant(40) } }] }, links: { 'user>shop': 10 } });
    expect(notes('started', 'took')).toEqual(['40 shop-0 timedOut a', '50 shop-1 did a', '50 user heard a timeout']);
    expect(world.summary()).toMatchObject({ 'user>shop.replies': 1, 'user.timeout': 1 });
  });
});

describe('mistakes of an engine end the run and say where', () => {
  const twice = (act: (call: Call, ctx: Context) => void): Engine => ({ ...always, init: () => null, onRequest: (_, call, ctx) => { act(call, ctx); act(call, ctx); } });
  const user = calls({ atMs: 5, to: 'shop' });
  const links = { 'user>shop': 10 };

  test('a call is answered once', () => {
    expect(() => runSketch({ nodes: { user: [user], shop: [twice((call, ctx) => ctx.reply(call, OK))] }, links })).toThrow(
      'a call is answered once (shop, at 15 ms): call 1 (a) was answered twice by the same layer');
  });
  test('a call is sent once', () => {
    expect(() => runSketch({ nodes: { user: [user, twice((call, ctx) => ctx.forward(call))], shop: [echo] }, links })).toThrow(
      'a call is sent once (user, at 5 ms): call 1 was forwarded twice; another attempt needs again()');
  });
  test('somebody answers a request', () => {
    expect(() => runSketch({ nodes: { user: [user], shop: [watcher] }, links })).toThrow('every request is answered (shop, at 15 ms): no layer of shop answers "a"');
  });
  test('a target exists', () => {
    expect(() => runSketch({ nodes: { user: [calls({ atMs: 5, to: 'nowhere' })] } })).toThrow('known target (user, at 5 ms): no node is called nowhere');
  });
  test('a target is linked', () => {
    expect(() => runSketch({ nodes: { user: [user], shop: [echo] } })).toThrow('linked target (user, at 5 ms): there is no link from user to shop');
    expect(() => runSketch({ nodes: { user: [calls({ atMs: 5, to: 'shop', how: 'message' })], shop: [server] } })).toThrow('linked target (user, at 5 ms): there is no link from user to shop');
  });
  test('layers that hand a call to and fro without end are stopped', () => {
    const stubborn: Engine = { ...always, init: () => null, onRequest: (_, call, ctx) => { ctx.again(call, 0); }, onReply: (_, call, __, ctx) => { ctx.again(call, 0); } };
    const world = new World(planOf({ nodes: { user: [user, stubborn, wall], shop: [echo] }, links }), { fingerprint: false });
    expect(() => world.runUntil(1000)).toThrow('a step comes to its end (user-1, at 5 ms): the layers hand calls to and fro without end');
  });
  test('only those on the way of a call answer it', () => {
    const stolen: Call[] = [];
    const thief: Engine = { ...always, init: () => null, onStart: (_, ctx) => ctx.after(20, 'steal'), onTimer: (_, __, ctx) => ctx.reply(stolen[0]!, OK) };
    const victim: Engine = { ...always, init: () => null, onRequest: (_, call) => { stolen.push(call); } };
    expect(() => runSketch({ nodes: { user: [user], shop: [victim], thief: [thief] }, links })).toThrow(
      'a reply comes from the way of its call (thief, at 20 ms): thief answered call 1 of user');
  });
});

describe('a call to the own node', () => {
  const asker = (act: (call: Call, ctx: Context) => void = (call, ctx) => ctx.reply(call, OK)): Engine<null, null> => ({
    ...always,
    init: () => null,
    onStart: (_, ctx) => ctx.after(5, 'ask'),
    onTimer(_, key, ctx) {
      if (key === 'ask') { const call = ctx.send('shop', { op: 'own' }); ctx.after(100, call.id); }
      else ctx.note('waited');
    },
    onRequest(_, call, ctx) { ctx.note('asked', call.op); act(call, ctx); },
    onReply(_, call, outcome: Outcome, ctx) { ctx.note('heard', outcome.kind); ctx.clear(call.id); },
  });

  test('goes out under the sender and comes in at the top', () => {
    expect(notesOf({ nodes: { shop: [watcher, asker(), watcher] }, links: { 'shop>shop': 10 } })).toEqual([
      '5 shop-2 down own', '15 shop-0 down own', '15 shop-1 asked own', '15 shop-0 up own ok', '25 shop-2 up own ok', '25 shop-1 heard ok',
    ]);
  });
  test('needs no layer below its sender', () => {
    expect(notesOf({ nodes: { shop: [asker()] }, links: { 'shop>shop': 2 } })).toEqual(['7 shop asked own', '9 shop heard ok']);
  });
  test('may be answered by a layer above its sender', () => {
    expect(notesOf({ nodes: { shop: [wall, asker(), watcher] }, links: { 'shop>shop': 2 } })).toEqual(['5 shop-2 down own', '9 shop-2 up own rejected by wall', '9 shop-1 heard rejected']);
  });
  test('is given up like any other', () => {
    const open: Call[] = [];
    const quits: Engine = { ...asker((call) => { open.push(call); }), onTimer: (_, key, ctx) => (key === 'ask' ? ctx.after(3, ctx.send('shop', { op: 'own' }).id) : ctx.cancel(open[0]!)), onCancel: (_, call, ctx) => ctx.note('left', call.op) };
    const { notes, world } = runSketch({ nodes: { shop: [watcher, quits, watcher] }, links: { 'shop>shop': 2 } });
    expect(notes()).toEqual(['5 shop-2 down own', '7 shop-0 down own', '7 shop-1 asked own', '8 shop-2 cancelled own', '10 shop-0 cancelled own', '10 shop-1 left own']);
    expect(world.conditions()['shop']).toMatchObject({ pending: 0, open: 1 });
  });
  test('is not answered by the layers below its sender', () => {
    expect(() => runSketch({ nodes: { user: [calls({ atMs: 1, to: 'user' }), watcher, echo] }, links: { 'user>user': 1 } })).not.toThrow(); // refused on its way out
    expect(() => runSketch({ nodes: { user: [calls({ atMs: 1, to: 'user' }), watcher] }, links: { 'user>user': 1 } })).toThrow('every request is answered (user, at 2 ms): no layer of user answers "a"');
  });
});
