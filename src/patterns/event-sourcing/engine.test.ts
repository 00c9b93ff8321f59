/** The command service step by step, with the store played by hand. */
import { expect, test } from 'vitest';
import type { Json, Outcome } from '../../kernel/contract.ts';
import { bankRig, found, listening } from './testing.ts';
import type { SourcingParams } from './params.ts';

const ok = (value: Json): Outcome => ({ kind: 'ok', value });
const CONFLICT: Outcome = { kind: 'permanentError', detail: 'wrongExpectedVersion' };
const APPENDED = ok({ from: 2, to: 2, position: 2 });
const withdraw = (amount: number) => ({ op: 'withdraw', entity: 'e1', payload: { amount } });
const deposit = (amount: number) => ({ op: 'deposit', entity: 'e1', payload: { amount } });
function bank(params: Partial<SourcingParams> = {}) {
  const { calls, options } = listening();
  const rig = bankRig(params, options);
  return { rig, calls, payload: (i: number) => calls[i]!.payload as Readonly<Record<string, Json>> };
}

test('load, decide, append with the version that was loaded', () => {
  const { rig, calls, payload } = bank();
  const call = rig.request(0, withdraw(3000));
  rig.answer(10, calls[0]!, ok(found(100)));
  expect(rig.state.tickets.get(call.id)!.mode).toBe('deciding');
  rig.advance(15);
  expect(calls.map(({ op }) => op)).toEqual(['load', 'append']);
  expect(payload(1)).toMatchObject({ expected: 1, events: [{ type: 'Withdrawn', schema: 3, data: { minor: 3000, currency: 'EUR' } }] });
  rig.answer(20, calls[1]!, APPENDED);
  expect(rig.outcomeOf(call)).toEqual(ok({ balance: 7000, version: 2 }));
  expect(rig.notes()).toEqual(['replayStarted', 'replayFinished', 'accepted']);
});

test('a rule says no: the caller hears why, and nothing is appended', () => {
  const { rig, calls } = bank();
  const call = rig.request(0, withdraw(20_000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  expect(rig.outcomeOf(call)).toEqual(ok({ rejected: 'insufficient funds' }));
  expect(calls).toHaveLength(1);
});

test('a conflict loads and decides again after a wait, until no retry is left', () => {
  const { rig, calls, payload } = bank({ maxRetries: 1 });
  const call = rig.request(0, withdraw(6000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  rig.answer(20, calls[1]!, CONFLICT);
  rig.advance(30);
  expect(calls.map(({ op }) => op)).toEqual(['load', 'append', 'load']);
  rig.answer(40, calls[2]!, ok(found(70)));
  rig.advance(45);
  expect(payload(3)['events']).toEqual(payload(1)['events']);
  rig.answer(50, calls[3]!, CONFLICT);
  expect(rig.outcomeOf(call)).toEqual({ kind: 'transientError', detail: 'wrong expected version' });
  expect(rig.notes().filter((name) => name === 'conflict' || name === 'retried' || name === 'gaveUp')).toEqual(['conflict', 'retried', 'conflict', 'gaveUp']);
  expect(rig.state.counts).toMatchObject({ conflicts: 2, firstTryConflicts: 1, retried: 1, failed: 1 });
});

test('what was decided again is decided by the new state', () => {
  const { rig, calls } = bank();
  const call = rig.request(0, withdraw(8000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  rig.answer(20, calls[1]!, CONFLICT);
  rig.advance(30);
  rig.answer(40, calls[2]!, ok(found(20)));
  rig.advance(45);
  expect(rig.outcomeOf(call)).toEqual(ok({ rejected: 'insufficient funds' }));
});

test.each([
  ['none', false, 'any'], ['optimistic', false, 1], ['optimistic', true, 'any'],
] as const)('concurrency %s, deposits free %s: a deposit expects %s', (concurrency, commutativeDeposits, expected) => {
  const { rig, calls, payload } = bank({ concurrency, commutativeDeposits });
  rig.request(0, deposit(1000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  expect(payload(1)['expected']).toBe(expected);
});

test('no answer to the append: the same append again, with the same ids; without stable ids others', () => {
  for (const stableIds of [true, false]) {
    const { rig, calls, payload } = bank({ storeTimeoutMs: 100, stableIds });
    const call = rig.request(0, deposit(1000));
    rig.answer(10, calls[0]!, ok(found(100)));
    rig.advance(115);
    expect(calls.map(({ op }) => op)).toEqual(['load', 'append', 'append']);
    const id = (i: number) => (payload(i)['events'] as readonly { id: string }[])[0]!.id;
    expect(id(1) === id(2)).toBe(stableIds);
    rig.answer(120, calls[2]!, APPENDED);
    expect(rig.outcomeOf(call)!.kind).toBe('ok');
    expect(rig.notes()).toContain('sentAgain');
  }
});

test('an idempotency key names the event', () => {
  const { rig, calls, payload } = bank();
  rig.request(0, { ...deposit(1000), idempotencyKey: 'order-7' });
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  expect(payload(1)['events']).toMatchObject([{ id: 'order-7' }]);
});

test.each([
  [{ snapshotEvery: 3 }, 'deposit', true], [{ snapshotEvery: 4 }, 'deposit', false], [{ snapshotEvery: 0 }, 'deposit', false], [{ snapshotEvery: 0, snapshotAfterMs: 9 }, 'deposit', true],
  [{ snapshotEvery: 0, snapshotAfterMs: 10 }, 'deposit', false], [{ snapshotEvery: 0, snapshotOn: 'deposit' }, 'deposit', true], [{ snapshotEvery: 0, snapshotOn: 'withdraw' }, 'deposit', false],
] as const)('%j after a %s of two events and 10 ms of loading: snapshot %s', (params, op, taken) => {
  const { rig, calls, payload } = bank(params);
  rig.request(0, { ...deposit(1000), op });
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  rig.answer(20, calls[1]!, APPENDED);
  expect(calls.length > 2).toBe(taken);
  if (taken) expect(payload(2)).toEqual({ version: 2, schema: 3, balance: 11_000, limit: 50_000, opened: true });
});

test('snapshot and tail: only the tail is folded; a snapshot of another schema is thrown away, or misread if nobody looks', () => {
  const snapshot = { version: 1, position: 1, schema: 1, balance: 100, limit: 50_000, opened: true };
  const checked = bank();
  checked.rig.request(0, withdraw(5000));
  checked.rig.answer(10, checked.calls[0]!, ok(found(0, { snapshot, events: [] })));
  expect(checked.rig.notes()).toEqual(['snapshotDiscarded']);
  expect(checked.payload(1)).toMatchObject({ snapshot: false });
  const blind = bank({ checkSnapshotSchema: false });
  const call = blind.rig.request(0, withdraw(5000));
  blind.rig.answer(10, blind.calls[0]!, ok(found(0, { snapshot, events: [] })));
  blind.rig.advance(15);
  expect(blind.rig.outcomeOf(call)).toEqual(ok({ rejected: 'insufficient funds' }));
  const fresh = bank();
  fresh.rig.request(0, { op: 'balance', entity: 'e1' });
  fresh.rig.answer(10, fresh.calls[0]!, ok(found(0, { snapshot: { ...snapshot, schema: 3, balance: 4200 }, events: [] })));
  expect(fresh.rig.state.counts).toMatchObject({ snapshotHits: 1, folded: 0 });
});

test('one after the other: the second command of an account waits for the first, another account does not', () => {
  const { rig, calls } = bank({ serial: true });
  rig.request(0, deposit(1000)); rig.request(1, deposit(2000)); rig.request(2, { ...deposit(1000), entity: 'e2' });
  expect(calls.map(({ entity }) => entity)).toEqual(['e1', 'e2']);
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.advance(15);
  rig.answer(20, calls.find(({ op }) => op === 'append')!, APPENDED);
  expect(calls.filter(({ op, entity }) => op === 'load' && entity === 'e1')).toHaveLength(2);
});

test('a caller who gives up leaves line, lock and store behind', () => {
  const { rig, calls } = bank({ serial: true, concurrency: 'pessimistic' });
  const first = rig.request(0, deposit(1000));
  rig.request(1, deposit(2000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.giveUp(12, first);
  expect(calls.map(({ op }) => op)).toEqual(['load', 'unlock', 'load']);
  expect(rig.state.counts.cancelled).toBe(1);
});

test('a question about the past names its position, or a moment by chance; old versions are folded', () => {
  const { rig, calls, payload } = bank();
  rig.request(0, { op: 'balanceAt', entity: 'e1', payload: { position: 7 } });
  rig.request(1, { op: 'balanceAt', entity: 'e1' });
  expect([payload(0)['untilPosition'], payload(1)['untilShare']]).toEqual([7, 0.5]);
  rig.answer(10, calls[0]!, ok(found(100, { until: 7 })));
  rig.advance(15);
  expect(rig.notes()).toContain('answered');
});

test('an unknown type stops the command with an error', () => {
  const { rig, calls } = bank({ upcasting: false });
  const call = rig.request(0, deposit(1000));
  const events = [{ id: 'o', type: 'MoneyIn', schema: 1, data: { amount: 5 }, version: 0, position: 0, atMs: 0, stream: 'e1', hash: 0 }];
  rig.answer(10, calls[0]!, ok(found(0, { events: events as unknown as Json, version: 0 })));
  expect(rig.outcomeOf(call)).toEqual({ kind: 'permanentError', detail: 'unknown event MoneyIn' });
});

test('a crash loses only what was under way', () => {
  const { rig, calls } = bank();
  rig.request(0, deposit(1000));
  rig.answer(10, calls[0]!, ok(found(100)));
  rig.crash(12);
  rig.restart(20);
  expect(rig.state.tickets.size).toBe(0);
  expect(rig.decisions('transition').at(-1)).toMatchObject({ to: 'cancelled' });
});

test('before its opening an account held nothing: an answer, not an error; of a stream that is gone there is none', () => {
  for (const exists of [true, false]) {
    const { rig, calls } = bank();
    const call = rig.request(0, { op: 'balanceAt', entity: 'e1', payload: { position: 0 } });
    rig.answer(10, calls[0]!, ok(found(0, { events: [], version: -1, until: 0, exists })));
    rig.advance(15);
    expect(rig.outcomeOf(call)!.kind).toBe(exists ? 'ok' : 'permanentError');
  }
});
