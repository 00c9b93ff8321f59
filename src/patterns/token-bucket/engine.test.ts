import { describe, expect, test } from 'vitest';
import { limitStory } from './params.ts';
import { limitRig } from './testing.ts';

const plain = { capacity: 10, ratePerSecond: 2, retryAfterJitter: 0 } as const;

describe('keys', () => {
  test('each client has a bucket of his own', () => {
    const rig = limitRig(plain);
    for (let i = 0; i < 10; i++) expect(rig.ask(0, 'A')).toBe(true);
    expect(rig.ask(0, 'A')).toBe(false);
    expect(rig.outcome()).toEqual({ kind: 'throttled', retryAfterMs: 500.001 });
    expect(rig.ask(0, 'B')).toBe(true);
  });
  test('one bucket for nobody in particular: one caller starves the others', () => {
    const rig = limitRig({ ...plain, keyBy: 'none' });
    for (let i = 0; i < 10; i++) rig.ask(0, 'A');
    expect(rig.ask(0, 'B')).toBe(false);
  });
  test('by tenant, and by client and route', () => {
    const tenant = limitRig({ ...plain, keyBy: 'tenant' });
    for (let i = 0; i < 10; i++) tenant.ask(0, 'acme/kim');
    expect([tenant.ask(0, 'acme/lee'), tenant.ask(0, 'zen/noa')]).toEqual([false, true]);
    const route = limitRig({ ...plain, keyBy: 'clientRoute', costs: {} });
    for (let i = 0; i < 10; i++) route.ask(0, 'A', 'read');
    expect([route.ask(0, 'A', 'read'), route.ask(0, 'A', 'write')]).toEqual([false, true]);
  });
  test('a claimed name brings a new bucket; an authenticated one does not; without either it is the caller’s node', () => {
    const claimed = limitRig({ ...plain, capacity: 1, identity: 'claimed' });
    for (let i = 0; i < 5; i++) expect(claimed.ask(0, 'X', 'call', { entity: `id${i}` })).toBe(true);
    const authenticated = limitRig({ ...plain, capacity: 1 });
    expect([0, 1].map((i) => authenticated.ask(0, 'X', 'call', { entity: `id${i}` }))).toEqual([true, false]);
    authenticated.request(0, {});
    expect([...authenticated.state.shelf.slots.keys()]).toContain('client outside');
  });
});

describe('cost', () => {
  test('by route, else what the request says', () => {
    const rig = limitRig({ capacity: 40, ratePerSecond: 2 });
    rig.ask(0, 'A', 'read'); rig.ask(0, 'A', 'write'); rig.ask(0, 'A', 'export'); rig.ask(0, 'A', 'other', { cost: 3 });
    expect(rig.state.last).toMatchObject({ allowed: true, remaining: 11, limit: 40 });
    expect(rig.ask(0, 'A', 'export')).toBe(false);
    expect(rig.state.last).toMatchObject({ retryAfterMs: 4500 });
  });
  test('dearer than the bucket: refused for good, or admitted when full, leaving a debt', () => {
    const strict = limitRig({ ...plain, costs: {} });
    strict.ask(0, 'A', 'big', { cost: 11 });
    expect(strict.outcome()).toMatchObject({ kind: 'rejected', by: 'limiter' });
    expect(strict.count('overCapacity')).toBe(1);
    const debt = limitRig({ ...plain, costs: {}, overCapacityCost: 'allowWhenFullDebt' });
    expect(debt.ask(0, 'A', 'big', { cost: 25 })).toBe(true);
    expect(debt.ask(7999, 'A')).toBe(false);
    expect(debt.ask(8000, 'A')).toBe(true);
  });
  test('what was not served is given back; what the answer costs is charged', () => {
    const rig = limitRig({ ...plain, settle: 'refundUnserved' }, { below: () => undefined });
    const refused = rig.request(0, { payload: { client: 'A' } });
    rig.answer(0, refused, { kind: 'overload' });
    const served = rig.request(0, { payload: { client: 'A' } });
    rig.answer(0, served, { kind: 'transientError' });
    expect([rig.count('refunded'), rig.state.last!.remaining]).toEqual([1, 9]);
    const settling = limitRig({ ...plain, settle: 'responseCost' }, { below: () => undefined });
    for (const cost of [0.5, 4, 30]) settling.answer(0, settling.request(0, { payload: { client: 'A' } }), { kind: 'ok', value: { cost } });
    expect([settling.count('settled'), settling.count('refunded')]).toEqual([3, 1]);
    // 10 − 0.5 − 4 − 30 = −24.5: in 12.75 s there is 1.
    expect([settling.ask(12_749, 'A'), settling.ask(12_750, 'A')]).toEqual([false, true]);
  });
});

describe('levels', () => {
  const levels = [{ name: 'all', keyBy: 'none', capacity: 6, ratePerSecond: 1 }, { name: 'tenant', keyBy: 'tenant', capacity: 4, ratePerSecond: 1 }];
  test('all must admit; the one that refuses is named, and nothing is taken from any', () => {
    const rig = limitRig({ ...plain, capacity: 3, levels });
    for (let i = 0; i < 3; i++) expect(rig.ask(0, 'acme/kim')).toBe(true);
    expect([rig.ask(0, 'acme/kim'), rig.state.last!.level]).toEqual([false, 'client']);
    expect([rig.ask(0, 'acme/lee'), rig.ask(0, 'acme/lee'), rig.state.last!.level]).toEqual([true, false, 'tenant']);
    expect([rig.ask(0, 'zen/noa'), rig.ask(0, 'zen/noa'), rig.ask(0, 'zen/noa'), rig.state.last!.level]).toEqual([true, true, false, 'all']);
    const left = Object.fromEntries((rig.inspect().views!['keys'] as unknown as { key: string; tokens: number }[]).map(({ key, tokens }) => [key, tokens]));
    expect(left).toEqual({ all: 0, 'tenant acme': 0, 'client acme/kim': 0, 'client acme/lee': 2, 'tenant zen': 2, 'client zen/noa': 1 });
    expect(rig.inspect().views!['refusedBy']).toEqual([{ level: 'client', refused: 1 }, { level: 'tenant', refused: 1 }, { level: 'all', refused: 1 }]);
  });
});

describe('waiting', () => {
  const shape = { ...plain, capacity: 1, ratePerSecond: 10, action: 'shape', maxWaitMs: 250 } as const;
  test('one request every 1/r, in order; who would wait too long is refused', () => {
    const rig = limitRig(shape);
    expect([0, 1, 2, 3].map(() => rig.ask(0))).toEqual([true, false, false, false]);
    expect(rig.outcome()).toMatchObject({ kind: 'throttled' });
    rig.advance(1000);
    expect(rig.decisions('forward').map(({ atMs }) => atMs)).toEqual([0, 100, 200]);
    expect(rig.count('shaped')).toBe(2);
  });
  test('nobody waits past his deadline, and who gives up gets nothing but gives the token back', () => {
    const rig = limitRig(shape);
    rig.ask(0);
    rig.ask(0, 'A', 'call', { deadlineMs: 50 });
    expect(rig.outcome()).toMatchObject({ kind: 'throttled' });
    rig.ask(0);
    rig.giveUp(50, rig.call);
    expect(rig.notes('taken', 'limited', 'shaped')).toEqual(['withdrawn', 'refunded']);
    rig.ask(100);
    expect(rig.decisions('forward')).toHaveLength(2);
    expect(rig.timers().filter(({ key }) => String(key).startsWith('hold'))).toEqual([]);
  });
});

test('Retry-After is spread by up to the jitter', () => {
  const rig = limitRig({ ...plain, capacity: 1, retryAfterJitter: 0.5 }, { uniform: () => 0.5 });
  rig.ask(0); rig.ask(0);
  expect(rig.outcome()).toEqual({ kind: 'throttled', retryAfterMs: 625.001 });
});

test('whoever comes back exactly when told is admitted', () => {
  for (const ratePerSecond of [0.3, 3, 7, 333, 12_345]) {
    const rig = limitRig({ capacity: 1, ratePerSecond, retryAfterJitter: 0 });
    rig.ask(0); rig.ask(0);
    const { retryAfterMs } = rig.outcome() as { retryAfterMs: number };
    expect(rig.ask(retryAfterMs), `${ratePerSecond}`).toBe(true);
  }
});

describe('the map of keys', () => {
  test('is bounded; full buckets are forgotten, and come back full', () => {
    const rig = limitRig({ ...plain, maxKeys: 2 });
    rig.ask(0, 'A'); rig.ask(600, 'B'); rig.ask(700, 'C');
    expect([...rig.state.shelf.slots.keys()]).toEqual(['client B', 'client C']);
    expect(rig.notes('taken', 'bucketFull')).toEqual(['keyEvicted']);
  });
  test('when none is full, newcomers share one bucket: nobody gains by being forgotten', () => {
    const rig = limitRig({ ...plain, capacity: 2, maxKeys: 2 });
    for (const who of ['A', 'A', 'B', 'B', 'C', 'D']) expect(rig.ask(0, who)).toBe(true);
    expect(['A', 'B', 'C', 'D', 'E'].map((who) => rig.ask(0, who))).toEqual([false, false, false, false, false]);
    expect(rig.state.shelf.slots.size).toBe(3);
    expect(rig.state.shelf.overflowed).toBe(5);
  });
  test('forgetting whoever was away longest gives a new bucket to him', () => {
    const rig = limitRig({ ...plain, capacity: 1, maxKeys: 1, eviction: 'leastRecent' });
    expect(['A', 'B', 'A', 'B'].map((who) => rig.ask(0, who))).toEqual([true, true, true, true]);
  });
});

test('new settings hold at once and keep the tokens, or what the setting says', () => {
  for (const [inherit, left] of [['asIs', 4], ['proportionally', 8], ['additive', 14], ['reset', 20]] as const) {
    const rig = limitRig({ ...plain, inherit });
    for (let i = 0; i < 6; i++) rig.ask(0);
    rig.setParams(0, { capacity: 20 });
    rig.ask(0);
    expect(rig.state.last!.remaining, inherit).toBe(left - 1);
    rig.setParams(0, { algo: 'gcra' });
    rig.ask(0);
    expect(rig.state.last!.remaining, inherit).toBe(left - 2);
  }
});

test('begins with the tokens that it is told', () => {
  const rig = limitRig({ ...plain, startsFull: false, initial: 2 });
  expect([0, 1, 2].map(() => rig.ask(0))).toEqual([true, true, false]);
});

test('the clock put back: as last seen, or (naive) tokens are taken away', () => {
  const left = (clock: 'lastSeen' | 'naive'): unknown => {
    const rig = limitRig({ capacity: 100, ratePerSecond: 10, clock });
    rig.ask(20_000);
    // The harness knows no clock that goes back: the state is put ahead instead.
    const { bucket } = rig.state.shelf.slots.get('client A')!;
    bucket!.lastNs += 10e9; bucket!.sinceNs += 10e9;
    rig.ask(20_000);
    return rig.state.last!.allowed ? rig.state.last!.remaining : 'refused';
  };
  expect([left('lastSeen'), left('naive')]).toEqual([98, 'refused']);
});

test('buttons: fill all buckets; others are refused by name', () => {
  const rig = limitRig(plain);
  for (let i = 0; i < 11; i++) rig.ask(0);
  rig.control(0, 'refill');
  expect([rig.ask(0), rig.count('refilled')]).toEqual([true, 1]);
  expect(() => rig.control(0, 'open')).toThrow('sync, refill');
});

test('a bucket goes through its states, and says when it is full again', () => {
  const rig = limitRig({ ...plain, capacity: 2 });
  rig.ask(0); rig.ask(0);
  rig.ask(600);
  rig.advance(3000);
  rig.crash(3100);
  rig.restart(3200);
  rig.ask(3300);
  expect(rig.decisions('transition').map(({ from, to, event }) => `${from} ${event} ${to}`)).toEqual([
    'absent appeared full', 'full taken partial', 'partial drained empty', 'empty regained partial', 'partial drained empty', 'empty refilled full', 'full forgotten absent', 'absent appeared full', 'full taken partial',
  ]);
  expect(rig.count('bucketFull')).toBe(1);
});

test('counts what it did, per client and in all', () => {
  const rig = limitRig({ ...plain, capacity: 2 });
  rig.ask(0, 'A'); rig.ask(0, 'A'); rig.ask(0, 'A'); rig.ask(0, 'B', 'call', { attempt: 1 });
  const { meters, views, mode } = rig.inspect();
  expect(meters).toMatchObject({ admitted: 3, rejected: 1, refusedPercent: 25, keys: 2, retriesSeen: 1, jain: 0.9 });
  expect(views!['clients']).toEqual([{ client: 'A', admitted: 2, refused: 1, tokens: 2 }, { client: 'B', admitted: 1, refused: 0, tokens: 1 }]);
  expect(mode).toBe('2 own buckets');
  expect(Object.keys(limitStory.notes)).toEqual(expect.arrayContaining(rig.notes()));
});

test('instruments: tanks with drops, a staircase under its line, dots under a bracket', () => {
  const rig = limitRig({ ...plain, capacity: 2 });
  rig.ask(0); rig.ask(100); rig.ask(200);
  const { views } = rig.inspect();
  expect(views!['tanks']).toEqual({ tanks: [{ name: 'client A', level: 0.4, capacity: 2, ratePerSecond: 2, drops: [{ atMs: 0, cost: 1, admitted: true }, { atMs: 100, cost: 1, admitted: true }, { atMs: 200, cost: 1, admitted: false }] }] });
  expect(views!['staircase']).toMatchObject({ points: [{ x: 0, y: 2 }, { x: 0.2, y: 2.4 }], at: { x: 0.2, y: 2 }, marks: [{ x: 0, y: 1 }, { x: 0.1, y: 2 }] });
  expect(views!['dots']).toMatchObject({ windowMs: 1000, limit: 4, used: 2, aligned: false });
});
