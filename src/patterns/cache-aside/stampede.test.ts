/** Who loads a missing key, by each of the rules. */
import { describe, expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { isEarly } from './reads.ts';
import { cacheRig, found, missing, record, stale } from './testing.ts';

const three = (rig: ReturnType<typeof cacheRig>) => [0, 0, 0].map(() => rig.read(0));
const answerAll = (rig: ReturnType<typeof cacheRig>, outcome = missing()) => { for (const { id } of rig.out('fetch')) rig.answer(1, id, outcome); };

test('none: every reader loads; ten at once are a stampede, which is said once', () => {
  const rig = cacheRig();
  for (let i = 0; i < 12; i++) rig.read(0);
  answerAll(rig);
  expect(rig.out('get')).toHaveLength(12);
  for (const { id } of rig.out('get')) rig.answer(200, id, record());
  expect(rig.decisions('note').filter(({ name }) => name.startsWith('stampede'))).toMatchObject([{ name: 'stampedeStarted', data: { loads: 10 } }, { name: 'stampedeEnded', data: { loads: 12 } }]);
  expect(rig.state.mostLoads).toBe(12);
});

describe('single flight', () => {
  test('one load, and all get its answer', () => {
    const rig = cacheRig({ stampede: 'singleFlight' });
    const calls = three(rig);
    answerAll(rig);
    expect(rig.out('get')).toHaveLength(1);
    expect(rig.state.waiting).toBe(2);
    rig.answer(50, rig.last('get'), record('x', 3));
    for (const call of calls) expect(rig.outcomeOf(call)).toEqual({ kind: 'ok', value: { value: 'x', version: 3 } });
    expect(rig.state.total).toMatchObject({ misses: 1, coalesced: 2, loads: 1 });
  });
  test('and all get its error', () => {
    const rig = cacheRig({ stampede: 'singleFlight' });
    const calls = three(rig);
    answerAll(rig);
    rig.answer(50, rig.last('get'), { kind: 'overload' });
    for (const call of calls) expect(rig.outcomeOf(call)).toEqual({ kind: 'overload' });
  });
  test('goes on when the reader who started it has gone', () => {
    const rig = cacheRig({ stampede: 'singleFlight' });
    const [first, second] = three(rig);
    answerAll(rig);
    rig.giveUp(10, first!);
    rig.answer(50, rig.last('get'), record());
    expect(rig.outcomeOf(second!)).toMatchObject({ kind: 'ok' });
    expect(rig.out('set')).toHaveLength(1);
  });
  test('other keys have loads of their own', () => {
    const rig = cacheRig({ stampede: 'singleFlight' });
    rig.read(0, 'a');
    rig.read(0, 'b');
    answerAll(rig);
    expect(rig.out('get')).toHaveLength(2);
  });
});

describe('lease', () => {
  test('the reader with the token loads, the others ask again and find it', () => {
    const rig = cacheRig({ stampede: 'lease', leasePollMs: 20 });
    const [first, second] = [rig.read(0), rig.read(0)];
    const [a, b] = rig.out('fetch');
    rig.answer(1, a!.id, missing(7));
    rig.answer(1, b!.id, missing(0));
    expect(rig.out('get')).toHaveLength(1);
    rig.answer(10, rig.last('get'), record());
    expect(rig.outcomeOf(first)).toMatchObject({ kind: 'ok' });
    rig.advance(21);
    rig.answer(22, rig.last('fetch'), found());
    expect(rig.outcomeOf(second)).toMatchObject({ kind: 'ok' });
    expect(rig.state.total).toMatchObject({ misses: 1, coalesced: 1, hits: 0, leaseDenials: 1 });
    expect(rig.notes()).toEqual(expect.arrayContaining(['leaseGranted', 'leaseDenied']));
  });
  test('a fill that the cache refuses is the reader’s answer all the same', () => {
    const rig = cacheRig({ stampede: 'lease' });
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), missing(7));
    rig.answer(10, rig.last('get'), record());
    rig.answer(11, rig.last('set'), { kind: 'ok', value: false });
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
    expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'fillRejected', data: { key: 'k', version: 1 } });
  });
  test('who waits takes a stale copy where that is wanted', () => {
    const rig = cacheRig({ stampede: 'lease', leaseWaiters: 'stale' });
    const [first, second] = [rig.read(0), rig.read(0)];
    const [a, b] = rig.out('fetch');
    rig.answer(1, a!.id, stale({ token: 3 }));
    rig.answer(1, b!.id, stale());
    for (const call of [first, second]) expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
    expect(rig.out('get')).toHaveLength(1);
    expect(rig.state.total.staleServed).toBe(2);
  });
  test('who waits too long helps itself, and leaves the cache alone', () => {
    const rig = cacheRig({ stampede: 'lease', leasePollMs: 20, loaderTimeoutMs: 50 });
    const call = rig.read(0);
    for (const atMs of [1, 22, 43]) {
      rig.advance(atMs);
      rig.answer(atMs, rig.last('fetch'), missing(0));
    }
    expect(rig.out('fetch').map(({ atMs }) => atMs)).toEqual([0, 21, 42]);
    rig.answer(50, rig.last('get'), record());
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
    expect(rig.out('set')).toEqual([]);
  });
});

describe('XFetch', () => {
  test('loads early iff now − Δ β ln(u) ≥ expiry', () => {
    // −100 · ln(1 − u) ≥ 100 iff 1 − u ≤ 1/e.
    expect([isEarly(100, 100, 1, 0.63), isEarly(100, 100, 1, 0.64)]).toEqual([false, true]);
    expect([isEarly(100, 100, 2, 0.39), isEarly(100, 100, 2, 0.4)]).toEqual([false, true]);
    expect(isEarly(0.001, 0, 1, 0.999999)).toBe(false);
  });
  test('whoever loads early has had the copy', () => {
    const rig = cacheRig({ stampede: 'xfetch' }, { uniform: () => 0.99 });
    const call = rig.read(0);
    rig.answer(1, rig.last('fetch'), found({ leftMs: 50, loadMs: 100 }));
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
    expect(rig.out('get')).toHaveLength(1);
    expect(rig.decisions('note').at(-1)).toMatchObject({ name: 'earlyRefresh', data: { leftMs: 50 } });
    rig.answer(90, rig.last('get'), record());
    rig.answer(91, rig.last('set'), OK);
    expect(rig.state).toMatchObject({ loading: 0, waiting: 0, total: { hits: 1, misses: 0, earlyRefreshes: 1 } });
  });
});

test('stale while revalidate: readers get the old value, one load of the node goes on behind', () => {
  const rig = cacheRig({ stampede: 'staleWhileRevalidate' });
  const calls = three(rig);
  answerAll(rig, stale());
  for (const call of calls) expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok' });
  expect(rig.out('get')).toHaveLength(1);
  expect(rig.decisions('note').find(({ name }) => name === 'staleServed')).toMatchObject({ data: { key: 'k', overMs: 5 } });
});
test('refresh ahead: the first read after the share of its time loads behind', () => {
  const rig = cacheRig({ stampede: 'refreshAhead', refreshFraction: 0.8 });
  rig.read(0);
  rig.answer(1, rig.last('fetch'), found({ ageMs: 799, leftMs: 201 }));
  expect(rig.out('get')).toEqual([]);
  rig.read(2);
  rig.answer(3, rig.last('fetch'), found({ ageMs: 800, leftMs: 200 }));
  rig.read(4);
  rig.answer(5, rig.last('fetch'), found({ ageMs: 802, leftMs: 198 }));
  expect(rig.out('get')).toHaveLength(1);
});
