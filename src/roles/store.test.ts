import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, Outcome } from '../kernel/contract.ts';
import { drive } from '../kernel/harness.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { store } from './store.ts';
import { storeStory } from './store.params.ts';
import type { StoreParams } from './store.params.ts';

const usual = {
  ...initialParams(storeStory.params), readTime: { kind: 'constant', ms: 2 }, writeTime: { kind: 'constant', ms: 5 },
} as StoreParams;
const rigOf = (params: Partial<StoreParams> = {}) => drive(store, { params: { ...usual, ...params }, copyStates: true });
type Rig = ReturnType<typeof rigOf>;
/** Asks and waits for the answer. */
function ask(rig: Rig, op: string, entity: string, payload: Json = null): Outcome {
  const call = rig.request(rig.nowMs, { op, entity, payload });
  rig.advance(rig.nowMs + 10);
  return rig.outcomeOf(call)!;
}
const ok = (value: Json): Outcome => ({ kind: 'ok', value });
const CONFLICT: Outcome = { kind: 'permanentError', detail: 'version conflict' };

describe('a store', () => {
  test('gives what was put, with its version', () => {
    const rig = rigOf();
    expect(ask(rig, 'get', 'a')).toEqual(ok({ value: null, version: 0 }));
    expect(ask(rig, 'put', 'a', { value: 7 })).toEqual(ok({ version: 1 }));
    expect(ask(rig, 'put', 'a', { value: { x: 1 } })).toEqual(ok({ version: 2 }));
    expect(ask(rig, 'get', 'a')).toEqual(ok({ value: { x: 1 }, version: 2 }));
    expect(ask(rig, 'get', 'b')).toEqual(ok({ value: null, version: 0 }));
  });

  test('numbered records are there from the beginning, and are written like others', () => {
    const rig = rigOf({ initialCount: 100 });
    expect([ask(rig, 'get', 'e7'), ask(rig, 'get', 'e100'), ask(rig, 'get', 'e101'), ask(rig, 'get', 'e07'), ask(rig, 'get', 'x7')])
      .toEqual([ok({ value: 7, version: 1 }), ok({ value: 100, version: 1 }), ...Array.from({ length: 3 }, () => ok({ value: null, version: 0 }))]);
    expect(ask(rig, 'put', 'e7', { value: 'new' })).toEqual(ok({ version: 2 }));
    expect(ask(rig, 'increment', 'e8')).toEqual(ok({ value: 9, version: 2 }));
    expect(ask(rig, 'delete', 'e9')).toEqual(ok({ version: 2 }));
    expect([ask(rig, 'get', 'e7'), ask(rig, 'get', 'e9')]).toEqual([ok({ value: 'new', version: 2 }), ok({ value: null, version: 2 })]);
  });

  test.each<[Json, Json]>([[5, 5], ['x', 'x'], [{ y: 1 }, { y: 1 }], [{ value: null }, null], [{ value: [1] }, [1]], [[1, 2], [1, 2]], [null, null]])('a put of %j writes %j', (payload, value) => {
    const rig = rigOf();
    ask(rig, 'put', 'a', payload);
    expect(ask(rig, 'get', 'a')).toEqual(ok({ value, version: 1 }));
  });

  test('writes only over the version expected', () => {
    const rig = rigOf();
    expect(ask(rig, 'compareAndSet', 'a', { value: 1, expectedVersion: 0 })).toEqual(ok({ version: 1 }));
    expect(ask(rig, 'compareAndSet', 'a', { value: 2, expectedVersion: 0 })).toEqual(CONFLICT);
    expect(ask(rig, 'compareAndSet', 'a', { value: 3, expectedVersion: 1 })).toEqual(ok({ version: 2 }));
    expect(ask(rig, 'get', 'a')).toEqual(ok({ value: 3, version: 2 }));
    expect(ask(rig, 'compareAndSet', 'a', { value: 3 })).toMatchObject({ kind: 'permanentError' });
    expect(rig.decisions('note').map(({ name, data }) => [name, data])).toEqual([['conflict', { op: 'compareAndSet', key: 'a', expected: 0, version: 1 }]]);
  });

  test('of two that read the same version, one wins', () => {
    const rig = rigOf();
    const first = rig.request(0, { op: 'compareAndSet', entity: 'a', payload: { value: 1, expectedVersion: 0 } });
    const second = rig.request(0, { op: 'compareAndSet', entity: 'a', payload: { value: 2, expectedVersion: 0 } });
    rig.advance(20);
    expect([rig.outcomeOf(first), rig.outcomeOf(second)]).toEqual([ok({ version: 1 }), CONFLICT]);
  });

  test('versions go on after a delete, so what comes back is not taken for the old one', () => {
    const rig = rigOf();
    ask(rig, 'put', 'a', { value: 1 });
    expect(ask(rig, 'delete', 'a', { expectedVersion: 5 })).toEqual(CONFLICT);
    expect(ask(rig, 'delete', 'a')).toEqual(ok({ version: 2 }));
    expect(ask(rig, 'get', 'a')).toEqual(ok({ value: null, version: 2 }));
    ask(rig, 'put', 'a', { value: 1 });
    expect(ask(rig, 'compareAndSet', 'a', { value: 9, expectedVersion: 1 })).toEqual(CONFLICT);
    expect(ask(rig, 'delete', 'never')).toEqual(ok({ version: 0 }));
  });

  test('increments', () => {
    const rig = rigOf();
    expect(ask(rig, 'increment', 'n')).toEqual(ok({ value: 1, version: 1 }));
    expect(ask(rig, 'increment', 'n', { by: -4 })).toEqual(ok({ value: -3, version: 2 }));
    ask(rig, 'put', 'text', { value: 'x' });
    expect(ask(rig, 'increment', 'text')).toEqual({ kind: 'permanentError', detail: 'text is not a number' });
  });

  test('a read that asks for a later version is stale', () => {
    const rig = rigOf();
    ask(rig, 'put', 'a', { value: 1 });
    expect(ask(rig, 'get', 'a', { minVersion: 1 })).toEqual(ok({ value: 1, version: 1 }));
    expect(ask(rig, 'get', 'a', { minVersion: 2 })).toEqual({ kind: 'stale', value: { value: 1, version: 1 } });
  });

  test('refuses what it does not know and what it has no room for', () => {
    const rig = rigOf({ maxKeys: 1 });
    expect(ask(rig, 'explode', 'a')).toEqual({ kind: 'permanentError', detail: 'unknown operation explode' });
    ask(rig, 'put', 'a', 1);
    expect(ask(rig, 'put', 'b', 1)).toEqual({ kind: 'permanentError', detail: 'no room for more keys' });
    expect(ask(rig, 'put', 'a', 2)).toEqual(ok({ version: 2 }));
  });

  test('keys are any text', () => {
    const rig = rigOf({ initial: { constructor: 1 } });
    for (const key of ['__proto__', 'toString', '', 'e1']) {
      expect(ask(rig, 'get', key)).toEqual(ok({ value: null, version: 0 }));
      ask(rig, 'put', key, { value: key });
      expect(ask(rig, 'get', key)).toEqual(ok({ value: key, version: 1 }));
    }
    expect(ask(rig, 'get', 'constructor')).toEqual(ok({ value: 1, version: 1 }));
  });
});

test('a write is applied, and seen, at the end of its work', () => {
  const rig = rigOf();
  rig.request(0, { op: 'put', entity: 'a', payload: { value: 1 } });
  const early = rig.request(1, { op: 'get', entity: 'a' });
  const late = rig.request(4, { op: 'get', entity: 'a' });
  rig.advance(20);
  expect(rig.outcomeOf(early)).toEqual(ok({ value: null, version: 0 }));
  expect(rig.outcomeOf(late)).toEqual(ok({ value: 1, version: 1 }));
  expect(rig.decisions('effect')).toEqual([expect.objectContaining({ atMs: 5, name: 'applied', data: expect.objectContaining({ op: 'put', key: 'a', value: 1, before: null, version: 1, call: 1, root: 1 }) })]);
});

test('a write whose caller gave up in the middle is applied all the same', () => {
  const rig = rigOf();
  const call = rig.request(0, { op: 'put', entity: 'a', payload: 1 });
  rig.giveUp(3, call);
  rig.advance(10);
  expect(rig.decisions('effect')).toHaveLength(1);
});

test('refused, expired and interrupted writes leave no trace', () => {
  const rig = rigOf({ concurrency: 1, queueCapacity: 1, interruptible: true, dropExpired: 'atHead' });
  const call = rig.request(0, { op: 'put', entity: 'a', payload: 1 });
  rig.request(0, { op: 'put', entity: 'b', payload: 1, deadlineMs: 2 });
  rig.request(0, { op: 'put', entity: 'c', payload: 1 });
  rig.giveUp(3, call);
  rig.advance(50);
  expect(rig.decisions('effect')).toEqual([]);
  expect(rig.inspect().meters).toMatchObject({ records: 0, writes: 0 });
});

test('records survive a crash, the calls under way do not', () => {
  const rig = rigOf({ initial: { a: 1 } });
  ask(rig, 'increment', 'a');
  rig.request(rig.nowMs, { op: 'increment', entity: 'a' });
  rig.crash(rig.nowMs + 1);
  rig.restart(rig.nowMs + 100);
  rig.advance(rig.nowMs + 100);
  expect(ask(rig, 'get', 'a')).toEqual(ok({ value: 2, version: 2 }));
});

test('behaves as a plain map with versions, whatever is asked', () => {
  const command = fc.record({
    op: fc.constantFrom('get', 'put', 'compareAndSet', 'delete', 'increment'), key: fc.constantFrom('a', 'b'),
    value: fc.integer({ min: -2, max: 2 }), expectedVersion: fc.nat(4),
  });
  fc.assert(fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
    const rig = drive(store, { params: usual });
    const model = new Map<string, [value: number | null, version: number]>();
    for (const { op, key, value, expectedVersion } of commands) {
      const [old, version] = model.get(key) ?? [null, 0];
      const conflict = op === 'compareAndSet' && expectedVersion !== version;
      if (op !== 'get' && !conflict && !(op === 'delete' && version === 0)) {
        model.set(key, [op === 'delete' ? null : op === 'increment' ? (old ?? 0) + 1 : value, version + 1]);
      }
      const payload: Record<string, Json> = op === 'increment' || op === 'delete' ? {} : { value };
      if (op === 'compareAndSet') payload['expectedVersion'] = expectedVersion;
      const outcome = ask(rig, op, key, payload);
      expect(outcome.kind).toBe(conflict ? 'permanentError' : 'ok');
      const [now, at] = model.get(key) ?? [null, 0];
      expect(ask(rig, 'get', key)).toEqual(ok({ value: now, version: at }));
    }
  }), { numRuns: 100 });
});

test('initial records must be an object', () => expect(() => rigOf({ initial: [] })).toThrow('store: initial must be an object'));
