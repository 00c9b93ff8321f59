/** The event store step by step; the projection and the service over rows where no scenario shows them. */
import { expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { auditLog } from '../../primitives/eventStream.ts';
import { crudRig, projectionRig, storeRig } from './testing.ts';

const append = (expected: Json, id: string, entity = 'e1', more: object = {}) => ({ op: 'append', entity, payload: { expected, events: [{ id, type: 'Deposited', schema: 3, data: { minor: 1000, currency: 'EUR' } }], ...more } as Json });

test('an append is recorded when its work ends, and checked then', () => {
  const rig = storeRig();
  const [first, second] = [rig.request(0, append(1, 'a')), rig.request(1, append(1, 'b'))];
  expect(rig.state.events.next).toBe(4);
  rig.advance(20);
  expect(rig.outcomeOf(first)).toEqual({ kind: 'ok', value: { from: 2, to: 2, position: 4 } });
  expect(rig.outcomeOf(second)).toEqual({ kind: 'permanentError', detail: 'wrongExpectedVersion' });
  expect(auditLog(rig.state.events)).toBeNull();
});

test('bad appends are refused as invalid, and say why', () => {
  const rig = storeRig();
  const calls = [append(-2, 'a'), { ...append('any', 'a'), payload: { expected: 'any', events: [] } }, append('any', '')].map((request, i) => rig.request(i, request));
  rig.advance(50);
  expect(calls.map((call) => rig.outcomeOf(call)!.kind)).toEqual(['permanentError', 'permanentError', 'permanentError']);
  expect(rig.notes()).toEqual(['invalid', 'invalid', 'invalid']);
});

test('a load takes 5 ms and 0.05 ms for each event, of the log as it was when it began', () => {
  const rig = storeRig({ accounts: 1, historyEvents: 100 });
  const call = rig.request(0, { op: 'load', entity: 'e1', payload: { snapshot: true } });
  rig.request(0, append('any', 'late'));
  rig.advance(9.99);
  expect(rig.outcomeOf(call)).toBeUndefined();
  rig.advance(10);
  expect((rig.outcomeOf(call) as unknown as { value: { events: unknown[] } }).value.events).toHaveLength(100);
});

test('a lock has one holder; the next load begins when the append gives it back; a lost lock appends nothing', () => {
  const rig = storeRig({ lockLeaseMs: 50, accounts: 1 });
  const load = { op: 'load', entity: 'e1', payload: { snapshot: true, lock: true } };
  rig.request(0, load);
  expect(rig.state.locks.get('e1')!.queue).toHaveLength(0);
  rig.advance(51);
  expect(rig.notes()).toContain('lockLost');
  const late = rig.request(60, append('any', 'a', 'e1', { locked: true }));
  rig.advance(80);
  expect(rig.outcomeOf(late)).toEqual({ kind: 'permanentError', detail: 'wrongExpectedVersion' });
});

test('a snapshot answers questions about later moments, not about earlier ones', () => {
  const rig = storeRig({ accounts: 1, historyEvents: 10 });
  rig.request(0, { op: 'saveSnapshot', entity: 'e1', payload: { version: 5, schema: 3, balance: 1, limit: 1, opened: true } });
  rig.advance(20);
  const ask = (untilPosition: number) => rig.request(20, { op: 'load', entity: 'e1', payload: { snapshot: true, untilPosition } });
  const [later, earlier] = [ask(7), ask(3)];
  rig.advance(40);
  const got = (call: typeof later) => (rig.outcomeOf(call) as unknown as { value: { snapshot: unknown; events: unknown[] } }).value;
  expect([got(later).snapshot !== null, got(later).events.length, got(earlier).snapshot, got(earlier).events.length]).toEqual([true, 2, null, 4]);
});

test('a dropped key makes the name unreadable and leaves everything else; a deleted stream leaves a hole', () => {
  const shred = storeRig();
  shred.control(1, 'forget');
  const call = shred.request(2, { op: 'read', entity: 'e1', payload: {} });
  shred.advance(20);
  expect((shred.outcomeOf(call) as unknown as { value: { events: { data: unknown }[] } }).value.events[0]!.data).toMatchObject({ holder: null });
  expect(auditLog(shred.state.events)).toBeNull();
  const erase = storeRig({ erase: 'delete' });
  erase.control(1, 'forget');
  expect(auditLog(erase.state.events)).toContain('is missing');
});

test('the ribbon folds: what each account held before the first cell, after each, and at the end', () => {
  const rig = storeRig({ accounts: 1 });
  rig.request(0, append('any', 'a'));
  rig.advance(20);
  expect(rig.inspect().views!['ribbon']).toMatchObject({ before: { e1: '0.00' }, folded: { e1: '110.00' }, records: [{ value: '0.00' }, { value: '100.00', state: 'in' }, { offset: 2, value: '110.00' }] });
  rig.control(21, 'lookEarlier');
  rig.control(22, 'lookNow');
  expect(rig.state.lookAt).toBe(Infinity);
});

test('events, snapshots and dropped keys survive a crash; an append under way does not', () => {
  const rig = storeRig();
  rig.request(0, append('any', 'a'));
  rig.crash(5);
  rig.restart(10);
  rig.advance(30);
  expect(rig.state.events.next).toBe(4);
});

test('the projection counts an event once, whatever it is told, and starts again on request', () => {
  const rig = projectionRig();
  const event = (position: number, type: string, minor: number) => ({ id: `x${position}`, type, schema: 3, data: { minor }, stream: 'e1', version: position, position, atMs: 0, hash: 0 });
  rig.answer(5, 1, { kind: 'ok', value: { events: [event(0, 'Deposited', 500), event(1, 'Withdrawn', 200)], next: 2 } as unknown as Json });
  rig.advance(10);
  rig.message(11, { topic: 'appended', payload: { position: 1 } });
  expect(rig.inspect().views!['rows']).toEqual([{ account: 'e1', balance: '3.00', version: 1 }]);
  rig.control(12, 'rebuild');
  expect(rig.notes()).toEqual(['projected', 'replayStarted']);
});

test('the service over rows knows only now, and says when its store has failed', () => {
  const rig = crudRig();
  expect(rig.outcomeOf(rig.request(0, { op: 'balanceAt', entity: 'e1' }))).toMatchObject({ kind: 'permanentError' });
  rig.request(1, { op: 'deposit', entity: 'e1' });
  rig.advance(2500);
  expect(rig.notes()).toEqual(['onlyNow', 'failed']);
});
