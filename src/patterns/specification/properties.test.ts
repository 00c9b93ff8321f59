/** Whatever the settings, the tree and the rows: every invariant holds, every call is answered, and the rows are those of the specification. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSatisfiedBy } from '../../primitives/predicates/evaluate.ts';
import { FIELDS, predicates, rows } from '../../../test/support/arbitraryPredicates.ts';
import { depthOf, nodeCount } from '../../primitives/predicates/tree.ts';
import { engine } from './engine.ts';
import { EXECUTIONS, STATISTICS, STRATEGIES } from './params.ts';
import { specRig } from './testing.ts';

const RUNS = Number(process.env.SPEC_RUNS ?? 150);
const legal = predicates.filter((tree) => nodeCount(tree) <= 31 && depthOf(tree) <= 6);

test('in memory, pushed down and hybrid, in every order: the same rows, nulls included', () => {
  fc.assert(fc.property(legal, fc.array(rows, { minLength: 1, maxLength: 15 }), fc.record({
    execution: fc.constantFrom(...EXECUTIONS), strategy: fc.constantFrom(...STRATEGIES), statistics: fc.constantFrom(...STATISTICS), bounds: fc.boolean(), normalForm: fc.constantFrom('compact', 'dnf'),
    profileRatio: fc.constantFrom(0, 0.3, 1), reorderEveryMs: fc.constantFrom(0, 1), dnfLimit: fc.constantFrom(1, 4, 256),
  }), (tree, table, params) => {
    const rig = specRig({ ...params, tree, fields: FIELDS });
    const expected = table.flatMap((row, id) => (isSatisfiedBy(tree, row) ? [id] : []));
    for (let i = 0; i < 4; i++) expect(rig.select(rig.nowMs + 10, table, 3).ids).toEqual(expected);
    for (const { name, holds } of engine.invariants) expect(holds(rig.state, {} as never), name).toBe(true);
    expect(rig.state.jobs.size).toBe(0);
    expect(() => rig.inspect()).not.toThrow();
  }), { numRuns: RUNS });
});
test('survivors do not depend on what a leaf is said to cost, and every inspection is without a number that is none', () => {
  fc.assert(fc.property(legal, fc.array(rows, { minLength: 1, maxLength: 10 }), (tree, table) => {
    const rig = specRig({ tree, fields: FIELDS, strategy: 'greedyRank', profileRatio: 1 });
    rig.select(0, table);
    expect(JSON.stringify(rig.inspect())).not.toMatch(/NaN|Infinity/);
    const sieve = rig.inspect().views!['sieve'] as unknown as { readonly candidates: number; readonly survivors: number };
    expect(sieve.survivors).toBeLessThanOrEqual(sieve.candidates);
  }), { numRuns: RUNS });
});
