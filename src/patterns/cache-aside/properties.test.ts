/** Whatever happens, the rules hold; every call is answered, no timer is forgotten. */
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { OK, type Outcome } from '../../kernel/contract.ts';
import { cacheAsideStory, type CacheAsideParams } from './params.ts';
import { cacheRig, found, missing, record, stale } from './testing.ts';

const drawn = arbitraryParams(cacheAsideStory, { fixed: { absentFilter: 0 } }).map((params) => ({ ...params, absentFilter: 0 }) as unknown as CacheAsideParams);
const lively: fc.Arbitrary<CacheAsideParams> = fc.tuple(drawn, fc.record({
  loaderTimeoutMs: fc.integer({ min: 30, max: 200 }), cacheTimeoutMs: fc.integer({ min: 5, max: 40 }), leasePollMs: fc.integer({ min: 1, max: 20 }), maxLoads: fc.constantFrom(0, 0, 2),
  ttlMs: fc.constant(1000), nearMs: fc.constantFrom(0, 0, 50), doubleDeleteMs: fc.integer({ min: 1, max: 60 }), order: fc.constantFrom('dbThenCache' as const, 'cacheThenDb' as const),
})).map(([params, over]) => ({ ...params, ...over }));

const key = fc.constantFrom('a', 'b', 'c');
const bad: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>({ kind: 'overload' }, { kind: 'transientError' }, { kind: 'rejected', by: 'breaker' });
const step = fc.tuple(fc.nat(25), fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('write' as const), key }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(20), how: fc.nat(9), bad }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: lively }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
));
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function play(params: CacheAsideParams, steps: readonly Step[], copyStates: boolean) {
  const rig = cacheRig({}, { base: params, copyStates, uniform: (purpose, call) => ((purpose.length * 7 + (call?.id ?? 3) * 13) % 97) / 97 });
  let calls: number[] = [];
  let tokens = 0;
  const opOf = (id: number): string => rig.out().find((each) => each.id === id)!.op;
  const open = (): number[] => [...rig.state.errands.keys()];
  const answerTo = (id: number, how: number, wrong: Outcome): Outcome => {
    if (how === 9) return wrong;
    const errand = rig.state.errands.get(id)!;
    if (errand.kind === 'write') return { kind: 'ok', value: { version: 2 } };
    if (errand.kind === 'load') return how === 0 ? record(null, 0) : record('v', how);
    if (opOf(id) !== 'fetch') return how < 3 ? { kind: 'ok', value: false } : OK;
    if (how < 4) return missing(how < 2 ? ++tokens : 0);
    return how < 6 ? stale({ token: how === 5 ? ++tokens : 0 }) : found({ negative: how === 7, leftMs: how === 8 ? null : 20 * how });
  };
  for (const [afterMs, what] of steps) {
    const atMs = rig.nowMs + afterMs;
    switch (what.do) {
      case 'read': calls.push(rig.read(atMs, what.key).id); break;
      case 'write': calls.push(rig.write(atMs, what.key).id); break;
      case 'answer': {
        rig.advance(atMs);
        const ids = open();
        if (ids.length > 0) { const id = ids[what.which % ids.length]!; rig.answer(atMs, id, answerTo(id, what.how, what.bad)); }
        break;
      }
      case 'giveUp': {
        rig.advance(atMs);
        const waiting = calls.filter((id) => rig.outcomeOf(id) === undefined);
        if (waiting.length > 0) rig.giveUp(atMs, waiting[what.which % waiting.length]!);
        break;
      }
      case 'params': rig.setParams(atMs, what.params); break;
      case 'crash': rig.crash(atMs); rig.restart(atMs + 1); calls = []; break;
    }
  }
  for (let round = 0; round < 400 && (open().length > 0 || rig.timers().length > 0); round++) {
    const id = open()[0];
    if (id === undefined) rig.advance(Math.min(...rig.timers().map(({ dueMs }) => dueMs)));
    else rig.answer(rig.nowMs, id, answerTo(id, 8, OK));
  }
  return { rig, calls };
}

test.each([['any parameters', drawn], ['lively ones', lively]] as const)('the rules hold under %s and any script; every call is answered, no timer is left', (_, params) => {
  fc.assert(fc.property(params, fc.array(step, { maxLength: 60, size: 'max' }), (start, steps) => {
    const { rig, calls } = play(start, steps, true);
    for (const id of calls) expect(rig.outcomeOf(id)).toBeDefined();
    expect(rig.timers()).toEqual([]);
    expect(rig.state).toMatchObject({ loading: 0, waiting: 0 });
    const { reads, errands, writes, flights, crowds, later } = rig.state;
    expect([reads, errands, writes, flights, crowds, later].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0, 0]);
  }), { numRuns: 150 });
});
test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, fc.array(step, { maxLength: 60, size: 'max' }), (start, steps) => {
    expect(isDeepStrictEqual(play(start, steps, false).rig.decisions(), play(start, steps, true).rig.decisions())).toBe(true);
  }), { numRuns: 60 });
});
