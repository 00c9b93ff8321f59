/** Reads and writes step by step: what is asked of whom, in which order, and what the reader is told. */
import { describe, expect, test } from 'vitest';
import { OK, type Json } from '../../kernel/contract.ts';
import { cacheNodeOf } from './cacheCalls.ts';
import { DEFAULTS, cacheRig, found, missing, record, stale } from './testing.ts';

const value = (v: Json, version = 1) => ({ kind: 'ok', value: { value: v, version } });
const ops = (rig: ReturnType<typeof cacheRig>) => rig.out().map(({ op, to }) => `${op} ${to}`);

describe('a read', () => {
  test('asks the cache; a hit is the answer', () => {
    const rig = cacheRig();
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), found());
    expect(rig.outcomeOf(call)).toEqual(value('v1'));
    expect(ops(rig)).toEqual(['fetch cache']);
    expect(rig.timers()).toEqual([]);
    expect(rig.decisions('effect')).toMatchObject([{ name: 'served', data: { key: 'k', version: 1, from: 'cache' } }]);
  });
  test('a miss loads from the database, answers, and fills the cache; nobody waits for the fill', () => {
    const rig = cacheRig();
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), missing());
    rig.answer(21, rig.last('get'), record());
    expect(rig.outcomeOf(call)).toEqual(value('v1'));
    expect(ops(rig)).toEqual(['fetch cache', 'get database', 'set cache']);
    expect(rig.notes()).toEqual(['miss', 'loadStarted', 'loadEnded', 'filled']);
    rig.answer(22, rig.last('set'), OK);
    expect(rig.timers()).toEqual([]);
    expect(rig.state.total).toMatchObject({ reads: 1, misses: 1, hits: 0, loads: 1, fills: 1 });
  });
  test('an absent key is remembered for its own time, and told as absent', () => {
    const rig = cacheRig({ negativeTtlMs: 700 });
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), missing());
    rig.answer(9, rig.last('get'), record(null, 0));
    expect(rig.outcomeOf(call)).toEqual(value(null, 0));
    expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'filled', data: { ttlMs: 700 } });
    const again = rig.read(20);
    rig.answer(21, rig.last('fetch'), found({ value: null, version: 0, negative: true }));
    expect(rig.outcomeOf(again)).toEqual(value(null, 0));
    expect(rig.state.total).toMatchObject({ hits: 1, negativeHits: 1 });
    const off = cacheRig({ negativeTtlMs: 0 });
    off.read(0);
    off.answer(1, off.last('fetch'), missing());
    off.answer(9, off.last('get'), record(null, 0));
    expect(off.out('set')).toEqual([]);
  });
  test('a filter answers what cannot be there; a key that is written here is let in', () => {
    const rig = cacheRig({ absentFilter: 100 });
    expect(rig.outcomeOf(rig.read(0, 'nobody'))).toEqual(value(null, 0));
    expect([rig.notes(), ops(rig)]).toEqual([['filtered'], []]);
    rig.write(1, 'nobody');
    rig.read(2, 'nobody');
    expect(rig.out('fetch')).toHaveLength(1);
  });
  test('jitter shortens the time to live by chance', () => {
    const rig = cacheRig({ ttlMs: 1000, ttlJitter: 0.4 }, { uniform: () => 0.25 });
    rig.read(0);
    rig.answer(1, rig.last('fetch'), missing());
    rig.answer(2, rig.last('get'), record());
    expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'filled', data: { ttlMs: 900 } });
  });
  test('an error of the database is told, and not kept', () => {
    const rig = cacheRig();
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), missing());
    rig.answer(9, rig.last('get'), { kind: 'transientError' });
    expect(rig.outcomeOf(call)).toEqual({ kind: 'transientError' });
    expect(rig.out('set')).toEqual([]);
    expect(rig.notes()).toContain('loadFailed');
  });
  test('a load that takes too long is given up; so is one whose only reader has gone', () => {
    const rig = cacheRig({ loaderTimeoutMs: 100 });
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), missing());
    rig.advance(101);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'timeout' });
    const other = rig.read(200);
    rig.answer(201, rig.last('fetch'), missing());
    rig.giveUp(210, other);
    expect(rig.decisions('cancel').map(({ outcome }) => outcome.kind)).toEqual(['timeout', 'cancelled']);
    expect(rig.state).toMatchObject({ loading: 0, waiting: 0 });
    const asking = rig.read(300);
    rig.giveUp(301, asking);
    expect([rig.timers(), rig.state.total.givenUp]).toEqual([[], 1]);
  });
  test('other calls pass, and so do those to the cache itself', () => {
    const rig = cacheRig();
    const call = rig.request(0, { op: 'report' });
    expect(rig.wentOut(call)).toBe(true);
    rig.answer(1, call, OK);
    expect(rig.outcomeOf(call)).toEqual(OK);
  });
  test('a bound on loads refuses what is too much', () => {
    const rig = cacheRig({ maxLoads: 1 });
    const [, second] = [rig.read(0, 'a'), rig.read(0, 'b')];
    for (const { id } of rig.out('fetch')) rig.answer(1, id, missing());
    expect(rig.outcomeOf(second)).toMatchObject({ kind: 'rejected', by: 'cache-aside' });
    expect(rig.notes()).toContain('loadRefused');
  });
  test('each key has its cache node, the same each time', () => {
    const params = { ...DEFAULTS, cacheNodes: ['x', 'y', 'z'] };
    const nodes = Array.from({ length: 300 }, (_, i) => cacheNodeOf(`e${i}`, params));
    for (const node of ['x', 'y', 'z']) expect(nodes.filter((each) => each === node).length).toBeGreaterThan(70);
    expect(Array.from({ length: 300 }, (_, i) => cacheNodeOf(`e${i}`, params))).toEqual(nodes);
  });
});

describe('a cache that is down', () => {
  test('is gone round: the database is asked, the cache left alone', () => {
    const rig = cacheRig({ cacheTimeoutMs: 20 });
    const call = rig.read(0);
    rig.advance(20);
    rig.answer(30, rig.last('get'), record());
    expect(rig.outcomeOf(call)).toEqual(value('v1'));
    expect(rig.out('set')).toEqual([]);
    expect(rig.state.total).toMatchObject({ bypassed: 1, cacheFailures: 1 });
  });
  test('or reads are refused; said once after three failures, and when it is back', () => {
    const rig = cacheRig({ onCacheDown: 'shed' });
    for (let i = 0; i < 4; i++) {
      const call = rig.read(i);
      rig.answer(i, rig.last('fetch'), { kind: 'transientError' });
      expect(rig.outcomeOf(call)).toMatchObject({ kind: 'rejected', by: 'cache-aside' });
    }
    expect(rig.inspect()).toMatchObject({ mode: 'no cache (refusing)', tone: 'alert' });
    rig.read(10);
    rig.answer(11, rig.last('fetch'), found());
    expect(rig.notes('cacheFailed', 'shed', 'hit')).toEqual(['cacheLost', 'cacheBack']);
    expect(rig.decisions('note').find(({ name }) => name === 'cacheBack')).toMatchObject({ data: { reads: 4 } });
  });
  test('a write that it does not hear of is done all the same, and said so', () => {
    const rig = cacheRig();
    const call = rig.write(0);
    rig.commit(1);
    rig.answer(2, rig.last('delete'), { kind: 'overload' });
    expect(rig.outcomeOf(call)).toEqual({ kind: 'ok', value: { version: 2 } });
    expect(rig.decisions('note').find(({ name }) => name === 'invalidationLost')).toMatchObject({ data: { key: 'k', why: 'overload' } });
  });
});

describe('a near cache', () => {
  test('answers without a call, for its time; a write of this node ends it', () => {
    const rig = cacheRig({ nearMs: 100, writePolicy: 'none' });
    rig.read(0);
    rig.answer(1, rig.last('fetch'), found());
    expect(rig.outcomeOf(rig.read(50))).toEqual(value('v1'));
    rig.read(101);
    expect(rig.out('fetch')).toHaveLength(2);
    rig.answer(102, rig.last('fetch'), found());
    rig.write(103);
    rig.commit(104);
    rig.read(105);
    expect(rig.out('fetch')).toHaveLength(3);
    expect(rig.state.total.nearHits).toBe(1);
  });
});

test('what was stale is counted as a hit, and the ages are kept', () => {
  const rig = cacheRig({ stampede: 'staleWhileRevalidate' });
  rig.read(0);
  rig.answer(1, rig.last('fetch'), stale({ ageMs: 5000 }));
  expect(rig.inspect().views!['ages']).toContainEqual({ copiesYoungerThan: '10 s', reads: 1 });
  expect(rig.inspect().meters).toMatchObject({ hits: 1, staleServed: 1, hitRatio: 1 });
});
