/** Counts kept for several gateways: at a store, in parts, by telling; and what happens without the store. */
import { describe, expect, test } from 'vitest';
import { OK, type Json, type Outcome } from '../../kernel/contract.ts';
import { drive, type Rig } from '../../kernel/harness.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { limitStore, type StoreState } from './limitStore.ts';
import { limitStoreStory, type LimitStoreParams } from './limitStore.params.ts';
import { asJson, createLimit, decide, fromJson } from './limits.ts';
import { termsOf, type LimiterParams } from './params.ts';
import { DEFAULTS, limiterRig, type LimiterRig } from './testing.ts';

const DEFAULT_STORE = initialParams(limitStoreStory.params) as unknown as LimitStoreParams;
const storeRig = (params: Partial<LimitStoreParams> = {}): Rig<StoreState> => drive(limitStore, { params: { ...DEFAULT_STORE, ...params }, layer: 'store' });
const terms = { ...DEFAULTS, algorithm: 'fixedWindow', limit: 2, windowMs: 1000 } as const satisfies LimiterParams;
const shared = { ...terms, scope: 'global', store: 'store', syncMode: 'atomic', storeTimeoutMs: 50 } as const;
const setup = { downstream: ['below', 'store', 'b', 'c'], nodes: ['self', 'below', 'store', 'b', 'c'] };
/** A gateway whose questions to the store stay open until the test answers them. */
const gate = (params: Partial<LimiterParams> = {}): LimiterRig => limiterRig({ ...shared, ...params }, { setup, below: (call) => (call.to === 'store' ? undefined : { afterMs: 0, outcome: OK }) });
const asked = (rig: LimiterRig): number[] => [...rig.state.asks.keys()];
const says = (allowed: boolean, more: object = {}): Outcome => ({ kind: 'ok', value: { allowed, remaining: 1, limit: 2, retryAfterMs: allowed ? 0 : 400, resetAfterMs: 400, waitMs: 0, ...more } as Json });

describe('one step at the store', () => {
  test('the store decides; the call waits for its word', () => {
    const rig = gate();
    const call = rig.request(0);
    expect(rig.wentOut(call)).toBe(false);
    expect(rig.decisions('send')).toMatchObject([{ op: 'take', to: 'store' }]);
    rig.answer(10, asked(rig)[0]!, says(true));
    expect(rig.wentOut(call)).toBe(true);
    const other = rig.request(11);
    rig.answer(20, asked(rig)[0]!, says(false));
    expect(rig.outcomeOf(other)).toMatchObject({ kind: 'rejected', retryAfterMs: 400 });
  });
  test('a place that the store kept is waited for; "never" travels as −1', () => {
    const rig = gate({ maxWaitMs: 1000 });
    const call = rig.request(0);
    rig.answer(10, asked(rig)[0]!, says(true, { waitMs: 300 }));
    rig.advance(309);
    expect(rig.wentOut(call)).toBe(false);
    rig.advance(310);
    expect(rig.wentOut(call)).toBe(true);
    const never = rig.request(400, { cost: 9 });
    rig.answer(410, asked(rig)[0]!, says(false, { retryAfterMs: -1 }));
    expect(rig.outcomeOf(never)).toMatchObject({ kind: 'permanentError' });
  });
  test('whoever gives up is asked for no more', () => {
    const rig = gate();
    rig.giveUp(5, rig.request(0));
    expect(rig.state.asks.size).toBe(0);
    expect(rig.timers().filter(({ key }) => key !== 'sweep')).toEqual([]);
  });
  test('the store itself: one after the other, by its own clock, every algorithm', () => {
    const rig = storeRig();
    const take = (atMs: number, cost = 1): Json => {
      const call = rig.request(atMs, { op: 'take', entity: 'k', payload: { terms: termsOf(terms), cost, maxWaitMs: 0, urgent: false } });
      rig.advance(atMs + 1);
      return (rig.outcomeOf(call) as { readonly value: Json }).value;
    };
    expect([take(0), take(10), take(20), take(1000)].map((value) => (value as { allowed: boolean }).allowed)).toEqual([true, true, false, true]);
    expect(take(1010, 5)).toMatchObject({ allowed: false, retryAfterMs: -1 });
    expect(rig.state).toMatchObject({ taken: 3, refused: 2 });
    expect(rig.outcomeOf(rig.request(1100, { op: 'dance' }))).toBeUndefined();
    rig.advance(1200);
  });
});

describe('read, decide, write', () => {
  test('two gateways that read the same count write the same count: one is lost', () => {
    const store = storeRig();
    const ask = (atMs: number, op: string, payload: Json = null): Json => {
      const call = store.request(atMs, { op, entity: 'k', payload });
      store.advance(atMs + 0.1);
      return ((store.outcomeOf(call) as { readonly value?: Json }).value ?? null) as Json;
    };
    type Read = { readonly limit: Json; readonly version: number };
    const counted = ({ limit, version }: Read): Json => {
      const next = fromJson(limit, 'fixedWindow') ?? createLimit(termsOf(terms), 0);
      decide(next, termsOf(terms), { cost: 1, nowMs: 5, maxWaitMs: 0, urgent: false });
      return { limit: asJson(next), version };
    };
    const [one, two] = [ask(1, 'get') as Read, ask(2, 'get') as Read];
    ask(3, 'put', counted(one));
    ask(4, 'put', counted(two));
    expect(ask(5, 'get')).toMatchObject({ limit: { state: { used: 1 } }, version: 2 });
    expect(store.state.overwritten).toBe(1);
    expect(store.notes()).toEqual(['overwritten']);
    ask(6, 'put', counted(ask(5.5, 'get') as Read));
    expect(store.state.overwritten).toBe(1);
  });
  test('the gateway reads, decides by its own clock, writes, and only then lets through', () => {
    const rig = gate({ syncMode: 'getThenSet' });
    const call = rig.request(0);
    expect(rig.decisions('send')).toMatchObject([{ op: 'get' }]);
    rig.answer(5, asked(rig)[0]!, { kind: 'ok', value: null });
    expect(rig.decisions('send').map(({ op }) => op)).toEqual(['get', 'put']);
    expect(rig.wentOut(call)).toBe(false);
    rig.answer(10, asked(rig)[0]!, OK);
    expect(rig.wentOut(call)).toBe(true);
    const full = createLimit(termsOf(terms), 0) as { readonly state: { used: number } };
    full.state.used = 2;
    const other = rig.request(20);
    rig.answer(25, asked(rig)[0]!, { kind: 'ok', value: { limit: asJson(full as never), version: 3 } });
    expect(rig.outcomeOf(other)).toMatchObject({ kind: 'rejected' });
    expect(rig.decisions('send').map(({ op }) => op)).toEqual(['get', 'put', 'get']);
  });
});

describe('without the store', () => {
  test.each([['open', true], ['closed', false]] as const)('%s', (onStoreFailure, passes) => {
    const rig = gate({ onStoreFailure });
    const refused = rig.request(0);
    rig.answer(1, asked(rig)[0]!, { kind: 'transientError' });
    const silent = rig.request(10);
    rig.advance(60);
    for (const call of [refused, silent]) expect(rig.wentOut(call)).toBe(passes);
    expect(rig.state).toMatchObject({ mode: 'withoutStore', storeErrors: 2 });
    rig.request(100);
    rig.answer(110, asked(rig)[0]!, says(true));
    expect(rig.notes('admitted', 'told', 'storeError')).toEqual(['storeLost', 'storeBack']);
  });
  test('an equal part each: a third of the limit meanwhile', () => {
    const rig = gate({ onStoreFailure: 'local', limit: 6 });
    const calls = Array.from({ length: 4 }, (_, i) => {
      const call = rig.request(i * 2);
      rig.answer(i * 2 + 1, asked(rig)[0]!, { kind: 'transientError' });
      return rig.wentOut(call);
    });
    expect(calls).toEqual([true, true, false, false]);
  });
  test('a store that is not there, or concurrency: each decides for itself, a part each', () => {
    expect(limiterRig({ ...shared, store: 'nowhere', limit: 6 }).row([0, 0, 0])).toBe('110');
    expect(limiterRig({ ...shared, store: 'store', algorithm: 'concurrency', limit: 6 }, { setup, below: () => undefined }).row([0, 0, 0])).toBe('110');
  });
});

describe('a part each, and telling', () => {
  test('a third each', () => {
    expect(limiterRig({ ...shared, syncMode: 'localQuota', limit: 6, gateways: 3 }).row([0, 0, 0])).toBe('110');
    expect(limiterRig({ ...shared, syncMode: 'localQuota', algorithm: 'tokenBucket', capacity: 6, ratePerSecond: 3, gateways: 3 }).row([0, 0, 0, 999, 1000])).toBe('11001');
  });
  test('what was used is told every so often, and what others used is taken off', () => {
    const rig = limiterRig({ ...shared, syncMode: 'gossip', limit: 5, peers: ['b', 'c'], gossipMs: 100, key: 'global' }, { setup });
    expect(rig.row([0, 0])).toBe('11');
    rig.advance(100);
    expect(rig.decisions('cast').map(({ to, post }) => [to, post.topic, post.payload])).toEqual(['b', 'c'].map((to) => [to, 'used', { policy: 'limit', used: [['all', 2]] }]));
    rig.message(150, { topic: 'used', payload: { policy: 'limit', used: [['all', 2]] } });
    expect(rig.row([160, 170])).toBe('10');
    rig.message(180, { topic: 'used', payload: { policy: 'limit', used: [['all', 50]] } });
    expect(rig.row([190, 1000])).toBe('01');
    rig.advance(1300);
    expect(rig.count('told')).toBeGreaterThanOrEqual(2);
    expect(rig.count('heard')).toBe(2);
  });
  test('other messages, and those of another policy, are passed on', () => {
    const rig = limiterRig({ ...shared, syncMode: 'gossip', peers: ['b'] }, { setup });
    rig.message(0, { topic: 'news' });
    rig.message(1, { topic: 'used', payload: { policy: 'other', used: [['all', 1]] } });
    expect(rig.decisions('pass')).toHaveLength(2);
  });
});

test('a store that is full drops the count used longest ago; a crash forgets all, unless it is durable', () => {
  const payload = { terms: termsOf(terms), cost: 1, maxWaitMs: 0, urgent: false };
  for (const durable of [false, true]) {
    const rig = storeRig({ maxKeys: 2, durable });
    for (const [i, entity] of ['a', 'b', 'c'].entries()) rig.request(i, { op: 'take', entity, payload });
    rig.advance(10);
    expect([...rig.state.rows.keys()]).toEqual(['b', 'c']);
    expect(rig.notes()).toContain('dropped');
    rig.crash(20);
    rig.restart(30);
    expect(rig.state.rows.size).toBe(durable ? 2 : 0);
  }
});
