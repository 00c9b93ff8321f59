/** The limiter and its store: questions, reports, leases, and doing without. */
import { describe, expect, test } from 'vitest';
import type { Call, Json } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import type { CentralParams } from './central.params.ts';
import { central } from './central.ts';
import { limitRig, type LimitRig } from './testing.ts';

const shared = { capacity: 10, ratePerSecond: 2, retryAfterJitter: 0, store: 'store', storeTimeoutMs: 50, storeDownMs: 1000 } as const;
/** The newest question to the store. */
const asked = (rig: LimitRig, op: string): number => rig.decisions('send').findLast((sent) => sent.to === 'store' && sent.op === op)!.call;
const admits = (remaining = 5): Json => ({ allowed: true, remaining, limit: 10, retryAfterMs: 0, resetAfterMs: 0, waitMs: 0, key: 'client A', level: 'client' });
const refuses = (retryAfterMs = 500): Json => ({ allowed: false, remaining: 0, limit: 10, retryAfterMs, resetAfterMs: 0, waitMs: 0, key: 'client A', level: 'client' });

describe('central', () => {
  test('a request waits for the store’s word', () => {
    const rig = limitRig({ ...shared, topology: 'central' });
    expect(rig.ask(0)).toBe(false);
    rig.answer(2, asked(rig, 'take'), { kind: 'ok', value: admits() });
    expect(rig.wentOut(rig.call)).toBe(true);
    rig.ask(10);
    rig.answer(12, asked(rig, 'take'), { kind: 'ok', value: refuses() });
    expect(rig.outcome()).toEqual({ kind: 'throttled', retryAfterMs: 500.001 });
    expect(rig.timers().filter(({ key }) => typeof key === 'number')).toEqual([]);
  });
  test('a caller who gives up takes the question with him', () => {
    const rig = limitRig({ ...shared, topology: 'central' });
    rig.ask(0);
    rig.giveUp(1, rig.call);
    expect([rig.state.pending.size, rig.state.askedFor.size, rig.timers().length]).toEqual([0, 0, 0]);
  });
  test.each([['open', true], ['closed', false], ['localFallback', true]] as const)('without the store, %s', (failMode, passes) => {
    const rig = limitRig({ ...shared, topology: 'central', failMode });
    rig.ask(0);
    rig.advance(60);
    expect(rig.wentOut(rig.call)).toBe(passes);
    expect(rig.notes('taken', 'bucketFull')).toEqual(failMode === 'open' ? ['storeUnavailable', 'failedOpen'] : failMode === 'closed' ? ['storeUnavailable', 'failedClosed', 'limited'] : ['storeUnavailable']);
    // For a second it is left alone, then asked again.
    const before = rig.state.storeCalls;
    expect(rig.ask(100)).toBe(passes);
    expect(rig.state.storeCalls).toBe(before);
    rig.ask(1100);
    rig.answer(1102, asked(rig, 'take'), { kind: 'ok', value: admits() });
    expect(rig.notes()).toContain('storeBack');
  });
  test('own shares are a third of burst and rate', () => {
    const rig = limitRig({ ...shared, capacity: 9, ratePerSecond: 3, topology: 'central' });
    rig.ask(0);
    rig.advance(60);
    for (let i = 0; i < 2; i++) expect(rig.ask(60)).toBe(true);
    expect([rig.ask(60), rig.ask(950)]).toEqual([false, false]);
    expect(rig.state.shelf.slots.get('client A')!.terms).toMatchObject({ capacity: 3, ratePerSecond: 1 });
  });
  test('a store that is not linked counts as away', () => {
    const rig = limitRig({ ...shared, store: 'nowhere', topology: 'central', failMode: 'open' });
    expect(rig.ask(0)).toBe(true);
    expect(rig.state.storeCalls).toBe(0);
  });
  test('read, then write: decides on what it read', () => {
    const rig = limitRig({ ...shared, topology: 'central', storeOp: 'readThenWrite' });
    rig.ask(0);
    rig.answer(2, asked(rig, 'read'), { kind: 'ok', value: { states: [{ bucket: { base: 1, sinceNs: 0, lastNs: 0 }, gcra: null }] } });
    expect(rig.wentOut(rig.call)).toBe(true);
    rig.answer(4, asked(rig, 'write'), { kind: 'ok', value: null });
    rig.ask(5);
    rig.answer(7, asked(rig, 'read'), { kind: 'ok', value: { states: [{ bucket: { base: 0, sinceNs: 5e6, lastNs: 5e6 }, gcra: null }] } });
    expect(rig.outcome()).toMatchObject({ kind: 'throttled' });
  });
  test('a refund goes to the store', () => {
    const rig = limitRig({ ...shared, topology: 'central', settle: 'refundUnserved' }, { below: (call) => (call.to === 'store' ? { afterMs: 1, outcome: { kind: 'ok', value: admits() } } : { afterMs: 1, outcome: { kind: 'overload' } }) });
    rig.ask(0);
    rig.advance(10);
    expect(rig.decisions('cast')).toMatchObject([{ to: 'store', post: { topic: 'refund', payload: { rows: [{ key: 'client A', cost: 1 }] } } }]);
  });
});

describe('leases', () => {
  const lease = { ...shared, topology: 'quotaLease', leaseTokens: 4, leaseMs: 1000 } as const;
  const grant = (granted: number): Json => ({ ...(admits() as object), granted });
  test('one question for a chunk; those who come meanwhile wait for the same', () => {
    const rig = limitRig(lease);
    const calls = [0, 1, 2].map((atMs) => { rig.ask(atMs); return rig.call; });
    expect(rig.state.storeCalls).toBe(1);
    rig.answer(3, asked(rig, 'lease'), { kind: 'ok', value: grant(4) });
    expect(calls.map((call) => rig.wentOut(call))).toEqual([true, true, true]);
    expect(rig.ask(5)).toBe(true);
    expect(rig.ask(6)).toBe(false);
    expect(rig.state.storeCalls).toBe(2);
  });
  test('what is not spent in time is lost', () => {
    const rig = limitRig(lease);
    rig.ask(0);
    rig.answer(2, asked(rig, 'lease'), { kind: 'ok', value: grant(4) });
    rig.ask(1100);
    expect(rig.notes('taken')).toEqual(['quotaLeased', 'leaseExpired']);
    expect(rig.state.leasesLost).toBe(3);
  });
  test('a refusal of the store holds until it said; who gives up leaves the line', () => {
    const rig = limitRig(lease);
    rig.ask(0);
    const gone = rig.call;
    rig.ask(1);
    rig.giveUp(1, gone);
    rig.answer(2, asked(rig, 'lease'), { kind: 'ok', value: { ...(refuses(500) as object), granted: 0 } });
    expect(rig.outcome()).toMatchObject({ kind: 'throttled' });
    rig.ask(100);
    expect(rig.outcome()).toMatchObject({ kind: 'throttled', retryAfterMs: 402.001 });
    expect(rig.state.storeCalls).toBe(1);
    rig.ask(503);
    expect(rig.state.storeCalls).toBe(2);
    rig.advance(600);
    // No answer: those who waited are decided without the store.
    expect(rig.wentOut(rig.call)).toBe(true);
  });
});

describe('reports', () => {
  const sync = { ...shared, topology: 'syncEvery', syncMs: 1000 } as const;
  test('decides alone, reports what it took, and takes over what is left', () => {
    const rig = limitRig(sync);
    for (let i = 0; i < 4; i++) expect(rig.ask(900)).toBe(true);
    rig.advance(1000);
    rig.ask(1001);
    rig.answer(1002, asked(rig, 'sync'), { kind: 'ok', value: { levels: [3] } });
    expect(rig.notes('taken')).toEqual(['syncDone']);
    rig.ask(1002);
    // Three are left there; one of them was taken here since, and now another.
    expect(rig.state.last!.remaining).toBeCloseTo(1, 6);
  });
  test('what could not be reported is reported the next time', () => {
    const rig = limitRig(sync);
    rig.ask(900);
    rig.advance(1100);
    rig.ask(1950);
    rig.control(2100, 'sync');
    expect(rig.state.used.get('client A')!.cost).toBe(0);
    rig.answer(2102, asked(rig, 'sync'), { kind: 'ok', value: { levels: [-2] } });
    expect(rig.ask(2103)).toBe(false);
  });
});

describe('the store itself', () => {
  const params: CentralParams = { opMs: 0, algo: 'bucket', maxKeys: 100, durable: false };
  const rows = (cost: number, more: object = {}): Json => ({ rows: [{ key: 'all', level: 'all', cost, terms: { capacity: 6, ratePerSecond: 1 } }, { key: 'client A', level: 'client', cost, terms: { capacity: 4, ratePerSecond: 1 } }], ...more });
  const open = (change: Partial<CentralParams> = {}) => {
    const rig = drive(central, { params: { ...params, ...change }, layer: 'quota' });
    return { rig, op: (atMs: number, op: string, payload: Json): Record<string, unknown> & { call: Call } => {
      const call = rig.request(atMs, { op, payload });
      rig.advance(rig.nowMs);
      return { ...(rig.outcomeOf(call) as { value?: object } | undefined)?.value, call };
    } };
  };
  test('takes from all or none', () => {
    const { op } = open();
    expect(op(0, 'take', rows(3))).toMatchObject({ allowed: true });
    expect(op(0, 'take', rows(2))).toMatchObject({ allowed: false, key: 'client A', remaining: 1, retryAfterMs: 1000 });
    expect(op(0, 'take', rows(1))).toMatchObject({ allowed: true, remaining: 0 });
  });
  test('grants as much of a chunk as all levels have', () => {
    const { op } = open();
    expect(op(0, 'lease', rows(1, { chunk: 3 }))).toMatchObject({ granted: 3 });
    expect(op(0, 'lease', rows(1, { chunk: 3 }))).toMatchObject({ granted: 1 });
    expect(op(0, 'lease', rows(1, { chunk: 3 }))).toMatchObject({ granted: 0, retryAfterMs: 1000 });
  });
  test('reports may take it into debt, and refunds bring it back', () => {
    const { rig, op } = open();
    expect(op(0, 'sync', rows(9))).toMatchObject({ levels: [-3, -5] });
    rig.message(0, { topic: 'refund', payload: rows(4) });
    expect(op(0, 'sync', rows(0))).toMatchObject({ levels: [1, -1] });
  });
  test('the last write wins: what others took is forgotten', () => {
    const { rig, op } = open();
    const one = op(0, 'read', rows(1)), two = op(0, 'read', rows(1));
    for (const { states } of [one, two] as unknown as { states: { bucket: { base: number } }[] }[]) {
      op(1, 'write', rows(1, { states: states.map(({ bucket }) => ({ bucket: { ...bucket, base: bucket.base - 1 }, gcra: null })) }));
    }
    expect(rig.notes('bucketFull')).toEqual(['overwritten', 'overwritten']);
    expect(op(1, 'take', rows(3))).toMatchObject({ allowed: true });
  });
  test('carries operations out one after the other, and forgets all in a crash unless it is durable', () => {
    for (const durable of [false, true]) {
      const { rig } = open({ opMs: 10, durable });
      const calls = [0, 1, 2].map(() => rig.request(0, { op: 'take', payload: rows(2) }));
      rig.advance(30);
      expect(calls.map((call) => (rig.outcomeOf(call) as unknown as { value: { allowed: boolean } }).value.allowed)).toEqual([true, true, false]);
      rig.crash(40); rig.restart(50);
      const call = rig.request(50, { op: 'take', payload: rows(2) });
      rig.advance(70);
      expect((rig.outcomeOf(call) as unknown as { value: { allowed: boolean } }).value.allowed).toBe(!durable);
      rig.control(70, 'refill');
      expect(rig.notes()).toContain('refilled');
    }
  });
  test('keeps GCRA as well, with the same answers', () => {
    const plain = open(), gcra = open({ algo: 'gcra' });
    for (let i = 0; i < 30; i++) {
      const cost = 1 + (i % 3);
      const { call: _a, ...one } = plain.op(i * 250, 'take', rows(cost)), { call: _b, ...two } = gcra.op(i * 250, 'take', rows(cost));
      expect(one).toEqual(two);
    }
  });
});
