import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OK } from '../kernel/contract.ts';
import type { Json, Outcome } from '../kernel/contract.ts';
import { drive } from '../kernel/harness.ts';
import { initialParams } from '../kernel/harnessParams.ts';
import { cache } from './cache.ts';
import { cacheStory } from './cache.params.ts';
import type { CacheParams } from './cache.params.ts';

const usual = { ...initialParams(cacheStory.params), answerTime: { kind: 'constant', ms: 0 }, ttlMs: 100, capacity: 3 } as CacheParams;
const rigOf = (params: Partial<CacheParams> = {}) => drive(cache, { params: { ...usual, ...params }, copyStates: true });
type Rig = ReturnType<typeof rigOf>;
function ask(rig: Rig, atMs: number, op: string, entity: string, payload: Json = null): Outcome {
  const call = rig.request(atMs, { op, entity, payload });
  rig.advance(atMs);
  return rig.outcomeOf(call)!;
}
const found = (value: Json): Outcome => ({ kind: 'ok', value });
const MISS = found(null);
const keys = (rig: Rig) => (rig.inspect().views!['entries'] as { key: string }[]).map(({ key }) => key);

describe('a cache', () => {
  test('gives what was set, and null for what was not', () => {
    const rig = rigOf();
    expect(ask(rig, 0, 'get', 'a')).toEqual(MISS);
    expect(ask(rig, 0, 'set', 'a', { value: { x: 1 } })).toEqual(OK);
    expect(ask(rig, 1, 'get', 'a')).toEqual(found({ x: 1 }));
    expect(rig.notes()).toEqual(['miss', 'hit']);
    expect(rig.inspect().meters).toMatchObject({ hits: 1, misses: 1, hitRatio: 0.5, entries: 1 });
  });

  test('an entry is good until its time to live is over, to the instant', () => {
    const rig = rigOf();
    ask(rig, 10, 'set', 'a', 1);
    expect(ask(rig, 109.999999, 'get', 'a')).toEqual(found(1));
    expect(ask(rig, 110, 'get', 'a')).toEqual(MISS);
    expect(keys(rig)).toEqual([]);
  });

  test('a set may name a time of its own; 0 is for ever', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'short', { value: 1, ttlMs: 5 });
    ask(rig, 0, 'set', 'ever', { value: 1, ttlMs: 0 });
    expect([ask(rig, 5, 'get', 'short'), ask(rig, 1e9, 'get', 'ever')]).toEqual([MISS, found(1)]);
  });

  test('a set renews the time, a get does not', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'a', 1);
    ask(rig, 0, 'set', 'b', 1);
    ask(rig, 50, 'get', 'a');
    ask(rig, 50, 'set', 'b', 2);
    expect([ask(rig, 120, 'get', 'a'), ask(rig, 120, 'get', 'b')]).toEqual([MISS, found(2)]);
  });

  test('the one unused for the longest time makes room', () => {
    const rig = rigOf();
    for (const key of ['a', 'b', 'c']) ask(rig, 0, 'set', key, 1);
    ask(rig, 1, 'get', 'a');
    ask(rig, 2, 'set', 'd', 1);
    expect(keys(rig)).toEqual(['c', 'a', 'd']);
    expect(rig.notes('hit')).toEqual(['evicted']);
  });

  test('a delete says whether there was anything', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'a', 1);
    expect([ask(rig, 1, 'delete', 'a'), ask(rig, 1, 'delete', 'a'), ask(rig, 1, 'get', 'a')]).toEqual([found(true), found(false), MISS]);
  });

  test('null is refused, as it could not be told from a miss', () => {
    const rig = rigOf();
    expect([ask(rig, 0, 'set', 'a', null), ask(rig, 0, 'set', 'a', { value: null })].map(({ kind }) => kind)).toEqual(['permanentError', 'permanentError']);
  });

  test('is empty after a crash, after a clear, and always without capacity', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'a', 1);
    rig.control(1, 'clear');
    expect(ask(rig, 1, 'get', 'a')).toEqual(MISS);
    ask(rig, 1, 'set', 'a', 1);
    rig.crash(2);
    rig.restart(3);
    expect(ask(rig, 3, 'get', 'a')).toEqual(MISS);
    const none = rigOf({ capacity: 0 });
    ask(none, 0, 'set', 'a', 1);
    expect(ask(none, 0, 'get', 'a')).toEqual(MISS);
  });

  test('a smaller capacity evicts at once', () => {
    const rig = rigOf();
    for (const key of ['a', 'b', 'c']) ask(rig, 0, 'set', key, 1);
    rig.setParams(1, { capacity: 1 });
    expect(keys(rig)).toEqual(['c']);
  });

  const told = (outcome: Outcome) => (outcome as { value: Record<string, unknown> }).value;
  test('fetch says how old a copy is, how long it is good, and hands out stale ones during their grace', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'a', { value: 'x', ttlMs: 100, graceMs: 50, version: 4, loadMs: 30 });
    expect(told(ask(rig, 40, 'fetch', 'a'))).toEqual({ found: 'hit', token: 0, value: 'x', version: 4, negative: false, loadMs: 30, ageMs: 40, leftMs: 60 });
    expect(told(ask(rig, 120, 'fetch', 'a'))).toMatchObject({ found: 'stale', leftMs: -20 });
    expect(ask(rig, 120, 'get', 'a')).toEqual(MISS);
    expect(told(ask(rig, 150, 'fetch', 'a'))).toEqual({ found: 'miss', token: 0 });
    expect(rig.notes()).toEqual(['hit', 'staleHit', 'miss', 'evicted', 'miss']);
  });
  test('a lease goes to the first; a delete voids it, and the fill is refused', () => {
    const rig = rigOf();
    const [first, second] = [told(ask(rig, 0, 'fetch', 'a', { leaseMs: 50 })), told(ask(rig, 1, 'fetch', 'a', { leaseMs: 50 }))];
    expect([first['token'], second['token']]).toEqual([1, 0]);
    ask(rig, 2, 'delete', 'a');
    expect(ask(rig, 3, 'set', 'a', { value: 'old', token: 1 })).toEqual(found(false));
    expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'fillRejected', data: { key: 'a', why: 'its token is void' } });
    const third = told(ask(rig, 4, 'fetch', 'a', { leaseMs: 50 }));
    expect(ask(rig, 5, 'set', 'a', { value: 'new', token: third['token'] as number })).toEqual(found(true));
  });
  test('a delete may leave the lease alone, and may keep the copy as stale', () => {
    const rig = rigOf();
    ask(rig, 0, 'set', 'a', 1);
    expect(ask(rig, 1, 'delete', 'a', { keepMs: 20, keepLease: true })).toEqual(found(true));
    expect(told(ask(rig, 2, 'fetch', 'a', { leaseMs: 50 }))).toMatchObject({ found: 'stale', token: 1, value: 1 });
    ask(rig, 3, 'delete', 'a', { keepLease: true });
    expect(ask(rig, 4, 'set', 'a', { value: 2, token: 1 })).toEqual(found(true));
  });
  test('takes no older version over a newer one when asked not to', () => {
    const rig = rigOf();
    expect(ask(rig, 0, 'set', 'a', { value: 'v2', version: 2, ifNewer: true })).toEqual(found(true));
    expect(ask(rig, 1, 'set', 'a', { value: 'v1', version: 1, ifNewer: true })).toEqual(found(false));
    expect(ask(rig, 1, 'get', 'a')).toEqual(found('v2'));
  });
  test('keeps the knowledge that there is nothing', () => {
    const rig = rigOf();
    expect(ask(rig, 0, 'set', 'a', { value: null, negative: true, ttlMs: 10 })).toEqual(OK);
    expect(told(ask(rig, 5, 'fetch', 'a'))).toMatchObject({ found: 'hit', negative: true, value: null });
  });
  test('an old token is not taken for a new one after a crash or a clear', () => {
    const rig = rigOf();
    ask(rig, 0, 'fetch', 'a', { leaseMs: 1000 });
    rig.crash(1);
    rig.restart(2);
    expect(told(ask(rig, 3, 'fetch', 'a', { leaseMs: 1000 }))['token']).toBe(2);
    rig.control(4, 'clear');
    expect(ask(rig, 5, 'set', 'a', { value: 1, token: 2 })).toEqual(found(false));
  });
  test('other policies evict as they say', () => {
    const rig = rigOf({ eviction: 'fifo' });
    for (const key of ['a', 'b', 'c']) ask(rig, 0, 'set', key, 1);
    ask(rig, 1, 'get', 'a');
    ask(rig, 2, 'set', 'd', 1);
    expect(keys(rig)).toEqual(['b', 'c', 'd']);
    rig.setParams(3, { eviction: 'lru' });
    expect(keys(rig)).toEqual(['b', 'c', 'd']);
  });
  test('shows its entries with the time that is left, and the curve where the keys are known', () => {
    const rig = rigOf({ curveKeys: 100, curveSkew: 1, capacity: 10 });
    ask(rig, 0, 'set', 'a', { value: 1, version: 3, ttlMs: 10, graceMs: 5 });
    ask(rig, 1, 'fetch', 'b', { leaseMs: 50 });
    ask(rig, 12, 'fetch', 'a');
    const { table, hitCurve } = rig.inspect().views as unknown as { table: { rows: object[] }; hitCurve: { points: { x: number; y: number }[]; at: object } };
    expect(table).toMatchObject({ size: 1, capacity: 10, hits: 0, misses: 2, more: 0 });
    expect(table.rows).toMatchObject([{ key: 'b', state: 'loading' }, { key: 'a', version: 3, untilMs: 10, graceUntilMs: 15, state: 'stale' }]);
    expect(hitCurve.at).toEqual({ x: 10, y: 0 });
    expect(hitCurve.points.every(({ y }, i, all) => i === 0 || y > all[i - 1]!.y)).toBe(true);
  });

  test('holds what a list kept in order of use would hold', () => {
    const command = fc.record({ op: fc.constantFrom('get', 'get', 'set', 'set', 'delete'), key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), gapMs: fc.integer({ min: 0, max: 40 }) });
    fc.assert(fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
      const rig = drive(cache, { params: usual });
      let model: { key: string; value: number; untilMs: number }[] = []; // least recently used first
      let nowMs = 0;
      commands.forEach(({ op, key, gapMs }, value) => {
        nowMs += gapMs;
        const old = model.find((entry) => entry.key === key);
        model = model.filter((entry) => entry !== old);
        let expected: Outcome = OK;
        if (op === 'get') {
          const good = old !== undefined && nowMs < old.untilMs;
          if (good) model.push(old);
          expected = good ? found(old.value) : MISS;
        } else if (op === 'set') model = [...model, { key, value, untilMs: nowMs + 100 }].slice(-3);
        else expected = found(old !== undefined);
        expect(ask(rig, nowMs, op, key, op === 'set' ? { value } : null)).toEqual(expected);
        expect(keys(rig)).toEqual(model.map((entry) => entry.key));
      });
    }), { numRuns: 200 });
  });
});
