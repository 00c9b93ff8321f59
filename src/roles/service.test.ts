import { describe, expect, test } from 'vitest';
import { OK } from '../kernel/contract.ts';
import type { Call, Engine, Json, Outcome } from '../kernel/contract.ts';
import { drive, driveStack } from '../kernel/harness.ts';
import type { StackOptions } from '../kernel/harness.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { serviceStory } from './service.params.ts';
import type { ServiceParams } from './service.params.ts';
import { readCalls, service } from './service.ts';
import { hashText } from '../kernel/random.ts';

const usual = { ...initialParams(serviceStory.params), concurrency: 1, serviceTime: { kind: 'constant', ms: 10 } } as ServiceParams;
const rigOf = (params: Partial<ServiceParams> = {}, options: Partial<StackOptions> = {}) => drive(service, { params: { ...usual, ...params }, copyStates: true, ...options });
const after = (afterMs: number, outcome: Outcome = OK) => () => ({ afterMs, outcome });
type Rig = ReturnType<typeof rigOf>;
const sent = (rig: Rig) => rig.decisions('send').map(({ atMs, op, to }) => [atMs, op, to]);
const answered = (rig: Rig) => rig.decisions('reply').map(({ atMs, outcome }) => [atMs, outcome]);

const TWO: Json = [{ op: 'buy', to: 'stock', as: 'reserve' }, { op: '*', to: 'payments' }];

describe('a service', () => {
  test('does its own work, then calls the others one after the other, then answers with the last value', () => {
    const rig = rigOf({ calls: TWO }, { below: (call) => ({ afterMs: 5, outcome: { kind: 'ok', value: call.to } }) });
    rig.request(0, { op: 'buy', entity: 'e1' });
    rig.advance(100);
    expect(sent(rig)).toEqual([[10, 'reserve', 'stock'], [15, 'buy', 'payments']]);
    expect(answered(rig)).toEqual([[20, { kind: 'ok', value: 'payments' }]]);
  });

  test('makes the calls of the operation at hand and of * alone', () => {
    const rig = rigOf({ calls: TWO }, { below: after(5) });
    rig.request(0, { op: 'look' });
    rig.advance(100);
    expect(sent(rig)).toEqual([[10, 'look', 'payments']]);
    expect(answered(rig)).toEqual([[15, OK]]);
  });

  test('sends on payload, entity, idempotency key, priority and deadline', () => {
    const seen: Call[] = [];
    const rig = rigOf({ calls: TWO, callTimeoutMs: 50 }, { below: (call) => { seen.push(call); return { afterMs: 1, outcome: OK }; } });
    rig.request(0, { op: 'buy', entity: 'e7', payload: { n: 1 }, idempotencyKey: 'k', priority: 3, deadlineMs: 60.5 });
    rig.advance(100);
    expect(seen.map(({ entity, payload, idempotencyKey, priority }) => ({ entity, payload, idempotencyKey, priority })))
      .toEqual([0, 1].map(() => ({ entity: 'e7', payload: { n: 1 }, idempotencyKey: 'k', priority: 3 })));
    // 10 + 50 is before the caller's own deadline, 11 + 50 would be after it.
    expect(seen.map(({ deadlineMs }) => deadlineMs)).toEqual([60, 60.5]);
  });

  test('chooses among several nodes by the entity', () => {
    const shards = ['s0', 's1', 's2'];
    const rig = rigOf({ concurrency: 100, calls: [{ op: '*', to: shards }] }, { below: after(1) });
    const entities = Array.from({ length: 30 }, (_, i) => `e${i}`);
    for (const entity of entities) rig.request(0, { entity });
    rig.advance(50);
    expect(sent(rig).map(([, , to]) => to)).toEqual(entities.map((entity) => shards[hashText(entity) % 3]));
    expect(new Set(sent(rig).map(([, , to]) => to)).size).toBe(3);
  });

  test('holds its slot during calls, like a thread', () => {
    const rig = rigOf({ calls: TWO }, { below: after(30) });
    rig.request(0, { op: 'look' });
    rig.request(0, { op: 'look' });
    rig.advance(20);
    expect(rig.inspect()).toMatchObject({ slots: { used: 1, of: 1 }, queue: { length: 1 }, views: { slots: [{ op: 'look', waitingFor: 'payments' }] } });
    rig.advance(200);
    expect(answered(rig)).toEqual([[40, OK], [80, OK]]);
  });

  test('gives its slot to the next one during calls when told so', () => {
    const rig = rigOf({ calls: TWO, holdWhileCalling: false }, { below: after(30) });
    rig.request(0, { op: 'look' });
    rig.request(0, { op: 'look' });
    rig.advance(25);
    expect(rig.inspect()).toMatchObject({ slots: { used: 0, of: 1 }, meters: { away: 2 } });
    rig.advance(200);
    expect(answered(rig)).toEqual([[40, OK], [50, OK]]);
  });

  test('fails of itself at the ratio given, before any call', () => {
    const rig = rigOf({ calls: TWO, failRatio: 0.3 }, { uniform: (purpose, call) => (purpose === 'fail' && call!.entity === 'bad' ? 0.29 : 0.3), below: after(1) });
    rig.request(0, { entity: 'bad' });
    rig.request(0, { entity: 'good' });
    rig.advance(50);
    expect(answered(rig)).toEqual([[10, { kind: 'transientError', detail: 'own error' }], [21, OK]]);
    expect(sent(rig)).toHaveLength(1);
  });

  test('works longer for a dearer call when work grows with cost', () => {
    const rig = rigOf({ costScalesWork: true });
    rig.request(0, { cost: 3 });
    rig.advance(50);
    expect(answered(rig)).toEqual([[30, OK]]);
  });
});

describe('when a call of a service ends badly', () => {
  test.each<[Outcome, Outcome]>([
    [{ kind: 'transientError', detail: 'disk' }, { kind: 'transientError', detail: 'payments: disk' }],
    [{ kind: 'timeout' }, { kind: 'transientError', detail: 'payments: timeout' }],
    [{ kind: 'overload', detail: 'queue full' }, { kind: 'transientError', detail: 'payments: queue full' }],
    [{ kind: 'throttled', retryAfterMs: 9 }, { kind: 'transientError', detail: 'payments: throttled' }],
    [{ kind: 'rejected', by: 'breaker' }, { kind: 'transientError', detail: 'payments: refused by breaker' }],
    [{ kind: 'cancelled' }, { kind: 'transientError', detail: 'payments: cancelled' }],
    [{ kind: 'permanentError', detail: 'no such card' }, { kind: 'permanentError', detail: 'payments: no such card' }],
  ])('%j, it answers %j', (outcome, expected) => {
    const rig = rigOf({ calls: TWO }, { below: after(5, outcome) });
    rig.request(0, { op: 'look' });
    rig.advance(50);
    expect(answered(rig)).toEqual([[15, expected]]);
    expect(rig.notes()).toEqual(['callFailed']);
  });

  test('the calls after it are not made', () => {
    const rig = rigOf({ calls: TWO }, { below: after(5, { kind: 'transientError' }) });
    rig.request(0, { op: 'buy' });
    rig.advance(50);
    expect(sent(rig)).toEqual([[10, 'reserve', 'stock']]);
  });

  test('and it may do without, it goes on and says what is missing', () => {
    const below = (call: Call) => ({ afterMs: 5, outcome: call.to === 'stock' ? ({ kind: 'timeout' } as const) : ({ kind: 'ok', value: 7 } as const) });
    const rig = rigOf({ calls: TWO, onDownstreamFailure: 'degrade' }, { below });
    rig.request(0, { op: 'buy' });
    rig.advance(50);
    expect(answered(rig)).toEqual([[20, { kind: 'ok', value: { degraded: ['stock'], value: 7 } }]]);
    expect(rig.notes()).toEqual(['degraded']);
  });

  test('a stale answer makes a stale answer', () => {
    const rig = rigOf({ calls: TWO }, { below: (call) => ({ afterMs: 5, outcome: call.to === 'stock' ? { kind: 'stale', value: 1 } : OK }) });
    rig.request(0, { op: 'buy' });
    rig.advance(50);
    expect(answered(rig)).toEqual([[20, { kind: 'stale', value: 1 }]]);
  });

  test('an answer that does not come is a timeout, and the call is given up', () => {
    const rig = rigOf({ calls: TWO, callTimeoutMs: 40 });
    rig.request(0, { op: 'look' });
    rig.advance(200);
    expect(answered(rig)).toEqual([[50, { kind: 'transientError', detail: 'payments: timeout' }]]);
    expect(rig.decisions('cancel')).toEqual([expect.objectContaining({ atMs: 50, outcome: { kind: 'timeout' } })]);
    expect(rig.timers()).toEqual([]);
  });

  test('an answer in time leaves no timer', () => {
    const rig = rigOf({ calls: TWO, callTimeoutMs: 40 }, { below: after(5) });
    rig.request(0, { op: 'buy' });
    rig.advance(20);
    expect(rig.timers()).toEqual([]);
    rig.advance(200);
    expect(answered(rig)).toEqual([[20, OK]]);
  });
});

describe('an outbound layer that answers at once', () => {
  const refusing: Engine<{ readonly op: string }> = {
    init: () => null,
    onRequest(_state, call, ctx) {
      if (call.to === 'node') ctx.forward(call);
      else if (ctx.params.op === '*' || call.op === ctx.params.op) ctx.reply(call, { kind: 'rejected', by: 'breaker' });
      else ctx.forward(call);
    },
    inspect: () => ({}), invariants: [],
  };
  const run = (op: string, params: Partial<ServiceParams>) => {
    const rig = driveStack([{ engine: service, params: { ...usual, calls: TWO, callTimeoutMs: 40, ...params }, layer: 'app' }, { engine: refusing, params: { op }, layer: 'breaker' }],
      { below: after(5) });
    const call = rig.request(0, { op: 'buy' });
    const next = rig.request(0, { op: 'buy' });
    rig.advance(200);
    expect(rig.timers()).toEqual([]);
    return [rig.outcomeOf(call), rig.outcomeOf(next)];
  };
  const refused = (node: string): Outcome => ({ kind: 'transientError', detail: `${node}: refused by breaker` });

  test('is heard, with no timer left and the slot free', () => expect(run('*', {})).toEqual([refused('stock'), refused('stock')]));
  test('is heard on a later call', () => expect(run('buy', {})).toEqual([refused('payments'), refused('payments')]));
  test('is heard by a service that goes on without', () => {
    expect(run('*', { onDownstreamFailure: 'degrade' })).toEqual([0, 1].map(() => ({ kind: 'ok', value: { degraded: ['stock', 'payments'], value: null } })));
  });
  test('is heard by a service that has given its slot back', () => expect(run('*', { holdWhileCalling: false })).toEqual([refused('stock'), refused('stock')]));
});

describe('when the caller gives up', () => {
  const run = (params: Partial<ServiceParams>, atMs: number) => {
    const rig = rigOf({ calls: TWO, ...params }, { below: after(20) });
    const call = rig.request(0, { op: 'buy' });
    rig.giveUp(atMs, call);
    rig.advance(200);
    return { answered: answered(rig), cancelled: rig.decisions('cancel').map((decision) => decision.atMs), sent: sent(rig).length };
  };
  const cancelled = (atMs: number) => [[atMs, { kind: 'cancelled' }]];

  test('during the own work, the work ends but no call is begun', () => expect(run({}, 5)).toEqual({ answered: cancelled(10), cancelled: [], sent: 0 }));
  test('during the own work and it may be interrupted, it ends at once', () => expect(run({ interruptible: true }, 5)).toEqual({ answered: cancelled(5), cancelled: [], sent: 0 }));
  test('during a call, that call is given up too', () => expect(run({}, 15)).toEqual({ answered: cancelled(15), cancelled: [15], sent: 1 }));
  test('and nobody heeds it, everything is done for nobody', () => expect(run({ cancelPropagation: false }, 5)).toEqual({ answered: [[50, OK]], cancelled: [], sent: 2 }));
  test('work without calls is done to its end and answered, for nobody', () => expect(run({ calls: [] }, 5)).toEqual({ answered: [[10, OK]], cancelled: [], sent: 0 }));
});

test('no call is begun after the deadline when expired calls are dropped', () => {
  const rig = rigOf({ calls: TWO, dropExpired: 'atHead' }, { below: after(20) });
  rig.request(0, { op: 'buy', deadlineMs: 25 });
  rig.advance(200);
  expect(sent(rig)).toEqual([[10, 'reserve', 'stock']]);
  expect(answered(rig)).toEqual([[30, { kind: 'timeout', detail: 'deadline passed' }]]);
});

test('a crash forgets what was under way; late answers do no harm', () => {
  const rig = rigOf({ calls: TWO }, { below: after(30) });
  rig.request(0, { op: 'look' });
  rig.crash(20);
  rig.restart(25);
  rig.request(30, { op: 'look' });
  rig.advance(200);
  expect(answered(rig)).toEqual([[70, OK]]);
});

test('calls are read anew when they change, and calls under way keep theirs', () => {
  const rig = rigOf({ calls: TWO, concurrency: 2 }, { below: after(20) });
  rig.request(0, { op: 'look' });
  rig.setParams(5, { calls: [] });
  rig.request(5, { op: 'look' });
  rig.advance(200);
  expect(answered(rig)).toEqual([[15, OK], [30, OK]]);
});

test.each<[Json, string]>([
  [{}, 'it is not a list'],
  [[1], 'entry 0 is not an object'],
  [[{ op: 'a', to: 'b' }, { to: 'b' }], 'op of entry 1 is not a text'],
  [[{ op: 'a' }], 'to of entry 0 is neither a node nor a list of nodes'],
  [[{ op: 'a', to: [] }], 'to of entry 0 is neither a node nor a list of nodes'],
  [[{ op: 'a', to: ['b', 1] }], 'to of entry 0 is neither a node nor a list of nodes'],
  [[{ op: 'a', to: 'b', as: 1 }], 'as of entry 0 is not a text'],
])('calls %j are refused: %s', (calls, why) => expect(() => readCalls(calls)).toThrow(`service: calls must be [{ op, to, as? }], but ${why}`));
