import { describe, expect, test } from 'vitest';
import type { Json, Law } from '../../kernel/contract.ts';
import { atomicity, counters, limits } from './laws.ts';

/** Effects as they come in, one after the other, a second apart. */
function judge(law: Law, effects: readonly (readonly [name: string, data: object, node?: string])[]) {
  const state = law.init() as unknown;
  effects.forEach(([name, data, node = 'desk'], i) => law.onEffect(state, { atMs: (i + 1) * 1000, node, layer: node, name, data: data as Json }));
  return { holds: law.holds(state, 0), view: law.inspect!(state) as { readonly rows: readonly Record<string, Json>[]; readonly totals: Record<string, number>; readonly wrongSagas: readonly { why: string }[]; readonly brokenAtMs: number | null } };
}
const began = (saga: string, more: object = {}) => ['sagaBegan', { saga, steps: ['credit', 'charge'], irrevocable: [], reverse: true, patienceMs: null, ...more }] as const;
const ended = (saga: string, status: string) => ['sagaEnded', { saga, status }] as const;
const effect = (name: 'done' | 'undone', saga: string, step: string) => [name, { saga, step, resource: step === 'credit' ? 'credit' : 'money', account: 'e1', change: name === 'done' ? 5 : -5, used: 0, limit: 0, opening: 0 }] as const;
const why = (...effects: Parameters<typeof judge>[1]) => judge(atomicity, effects).view.wrongSagas.map((wrong) => wrong.why);

describe('all or nothing', () => {
  test('holds of a saga that is done whole, of one that is undone whole, and of one that is under way', () => {
    const { holds, view } = judge(atomicity, [
      began('a'), effect('done', 'a', 'credit'), effect('done', 'a', 'charge'), ended('a', 'completed'),
      began('b'), effect('done', 'b', 'credit'), effect('undone', 'b', 'credit'), ended('b', 'compensated'), began('c'), effect('done', 'c', 'credit'),
    ]);
    expect(holds).toBe(true);
    expect(view.brokenAtMs).toBeNull();
    expect(view.totals).toEqual({ completed: 1, undone: 1, open: 1, wrong: 0, lost: 0, orphaned: 0, doubled: 0, missing: 0 });
    expect(view.rows[0]).toEqual({ account: 'credit', done: 15, undone: 5, openSagas: 5, completed: 5, orphaned: 0, doubled: 0, missing: 0, balanced: true });
  });
  test('says what is missing, doubled or left behind', () => {
    expect(why(began('a'), effect('done', 'a', 'credit'), ended('a', 'completed'))).toEqual(['charge is missing']);
    expect(why(began('a'), effect('done', 'a', 'credit'), effect('done', 'a', 'charge'), effect('done', 'a', 'charge'), ended('a', 'completed'))).toEqual(['charge was done 2 times']);
    expect(why(began('a'), effect('done', 'a', 'credit'), ended('a', 'compensated'))).toEqual(['credit was left behind']);
    expect(why(began('a'), effect('done', 'a', 'credit'), ended('a', 'failed'))).toEqual(['credit was left behind']);
  });
  test('notices a zombie long after the end, and when it broke', () => {
    const { view } = judge(atomicity, [began('a'), ended('a', 'compensated'), began('b'), effect('done', 'a', 'credit')]);
    expect(view.wrongSagas.map((wrong) => wrong.why)).toEqual(['credit was left behind']);
    expect(view.brokenAtMs).toBe(4000);
    expect(view.totals.orphaned).toBe(5);
  });
  test('an undo that comes after the end mends it, but the moment it broke is remembered', () => {
    const { holds, view } = judge(atomicity, [began('a'), effect('done', 'a', 'credit'), ended('a', 'compensated'), effect('undone', 'a', 'credit')]);
    expect([holds, view.brokenAtMs, view.totals.orphaned]).toEqual([true, 3000, 0]);
  });
  test('nothing past the pivot is undone, and nothing before what came after it', () => {
    expect(why(began('a', { irrevocable: ['charge'] }), effect('done', 'a', 'credit'), effect('done', 'a', 'charge'), effect('undone', 'a', 'charge'), effect('undone', 'a', 'credit'), ended('a', 'compensated')))
      .toEqual(['charge was undone after the point of no return']);
    const outOfOrder = [effect('done', 'a', 'credit'), effect('done', 'a', 'charge'), effect('undone', 'a', 'credit'), effect('undone', 'a', 'charge'), ended('a', 'compensated')];
    expect(why(began('a'), ...outOfOrder)).toEqual(['credit was undone before what came after it']);
    expect(why(began('a', { reverse: false }), ...outOfOrder)).toEqual([]);
  });
  test('whoever comes back without a saga of its own has lost it', () => {
    const { view } = judge(atomicity, [began('a'), effect('done', 'a', 'credit'), began('b'), [...began('c'), 'elsewhere'], ['recovered', { node: 'desk', known: ['b'] }]]);
    expect(view.wrongSagas).toEqual([{ saga: 'a', status: 'lost', why: 'forgotten, with credit done' }]);
    expect(view.totals).toMatchObject({ lost: 1, open: 2 });
  });
  test('a saga announced with a patience is lost when that is over, and found when it ends after all', () => {
    const late = judge(atomicity, [began('a', { patienceMs: 1500 }), effect('done', 'a', 'credit'), began('b', { patienceMs: 60_000 }), ['tick', {}]]);
    expect(late.view.totals).toMatchObject({ lost: 1, wrong: 1 });
    const found = judge(atomicity, [began('a', { patienceMs: 1500 }), effect('done', 'a', 'credit'), ['tick', {}], ['tick', {}], effect('done', 'a', 'charge'), ended('a', 'completed')]);
    expect([found.holds, found.view.totals.wrong]).toEqual([true, 0]);
  });
});

describe('accounts', () => {
  const change = (amount: number, used: number) => ['done', { saga: 's', step: 'x', resource: 'credit', account: 'e1', change: amount, used, limit: 10, opening: 2 }, 'customer'] as const;
  test('a counter that lost an update gives itself away', () => {
    expect(judge(counters, [change(3, 5), change(3, 8)]).holds).toBe(true);
    const lost = judge(counters, [change(3, 5), change(3, 5)]);
    expect([lost.holds, lost.view.brokenAtMs, lost.view.rows[0]]).toEqual([false, 2000, { account: 'customer: credit of e1', truly: 8, counter: 5, limit: 10, highest: 8, balanced: false }]);
  });
  test('limits are kept, whatever the counter says', () => {
    expect(judge(limits, [change(8, 10)]).holds).toBe(true);
    expect(judge(limits, [change(8, 10), change(1, 3)]).holds).toBe(false);
  });
});
