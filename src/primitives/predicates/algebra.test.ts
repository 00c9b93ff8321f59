/** The laws of predicate algebra on random trees and rows, nulls included. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { build } from './build.ts';
import { F, T, U, evaluate, isSatisfiedBy, likes } from './evaluate.ts';
import { explain, remainderUnsatisfiedBy } from './explain.ts';
import { dnf, fromTerms, nnf, normalise, simplify } from './normalise.ts';
import { reorderIndependent, reorderJoint } from './order.ts';
import { asTerms, pushes, sameTypeIn, textOf, toQuery } from './query.ts';
import { subsumes } from './subsumes.ts';
import { FIELDS, predicates, rows } from '../../../test/support/arbitraryPredicates.ts';
import { and, not, or, type Predicate, type Row } from './tree.ts';

const RUNS = Number(process.env.PREDICATE_RUNS ?? 400);
const always = (law: (p: Predicate, q: Predicate, r: Predicate, row: Row) => void): void => {
  fc.assert(fc.property(predicates, predicates, predicates, rows, law), { numRuns: RUNS });
};
const same = (left: Predicate, right: Predicate, row: Row): void => expect(evaluate(left, row)).toBe(evaluate(right, row));

describe('Kleene logic', () => {
  test('De Morgan', () => always((p, q, _, row) => {
    same(not({ op: 'and', of: [p, q] }), { op: 'or', of: [not(p), not(q)] }, row);
    same(not({ op: 'or', of: [p, q] }), { op: 'and', of: [not(p), not(q)] }, row);
  }));
  test('double negation, idempotence', () => always((p, _q, _r, row) => { same(not(not(p)), p, row); same(and(p, p), p, row); same(or(p, p), p, row); }));
  test('associativity, commutativity', () => always((p, q, r, row) => {
    same(and(and(p, q), r), and(p, and(q, r)), row); same(or(or(p, q), r), or(p, or(q, r)), row); same(and(p, q), and(q, p), row); same(or(p, q), or(q, p), row);
  }));
  test('absorption, distribution', () => always((p, q, r, row) => {
    same(and(p, or(p, q)), p, row); same(or(p, and(p, q)), p, row); same(and(p, or(q, r)), or(and(p, q), and(p, r)), row);
  }));
  test('the excluded middle is no law: with an unknown it is unknown', () => {
    const p: Predicate = { op: 'gt', field: 'a', value: 5 };
    expect([evaluate(or(p, not(p)), { a: null }), evaluate(and(p, not(p)), { a: null }), evaluate(and(p, not(p)), { a: 1 })]).toEqual([U, U, F]);
  });
  test('empty: and is true, or is false; xor is parity, at least counts', () => {
    expect((['and', 'or', 'xor'] as const).map((op) => evaluate({ op, of: [] }, {}))).toEqual([T, F, F]);
    const [t, u, f]: Predicate[] = [{ op: 'true' }, { op: 'eq', field: 'a', value: 1 }, { op: 'false' }];
    const least = (k: number, ...of: Predicate[]) => evaluate({ op: 'atLeast', k, of }, { a: null });
    expect([least(1, t!, u!), least(2, t!, u!, f!), least(2, f!, u!, f!), least(0)]).toEqual([T, U, F, T]);
  });
});

describe('other forms give the same answer, row by row', () => {
  test('negation normal form, simplified', () => always((p, _q, _r, row) => { same(nnf(p), p, row); same(simplify(p), p, row); same(normalise(p), p, row); }));
  test('as a filter: the same rows', () => always((p, _q, _r, row) => { expect(isSatisfiedBy(normalise(p, { filter: true }), row)).toBe(isSatisfiedBy(p, row)); }));
  test('disjunctive normal form', () => always((p, _q, _r, row) => { const terms = dnf(p, 500); if (terms !== null) same(fromTerms(terms), p, row); }));
  test('any order of the children', () => fc.assert(fc.property(predicates, fc.array(rows, { maxLength: 12 }), rows, (p, sample, row) => {
    same(reorderIndependent(p, ({ selectivity = 0.4 }) => ({ t: selectivity, f: 0.9 - selectivity })), p, row);
    same(reorderJoint(p, sample, 'greedy'), p, row);
    same(reorderJoint(p, sample, 'best'), p, row);
  }), { numRuns: RUNS }));
  test('n clauses of (a or b) have 2^n terms; more than the limit is none', () => {
    const clauses = (n: number): Predicate => ({ op: 'and', of: Array.from({ length: n }, (_, i) => or({ op: 'eq', field: `x${i}`, value: 1 }, { op: 'eq', field: `y${i}`, value: 1 })) });
    expect([1, 5, 10].map((n) => dnf(clauses(n), 1024)!.length)).toEqual([2, 32, 1024]);
    expect(dnf(clauses(11), 1024)).toBeNull();
  });
});

describe('push-down', () => {
  test('the pushed part, then the residual: exactly the rows in memory, nulls included; with and without bounds', () => fc.assert(fc.property(predicates, fc.array(rows, { maxLength: 20 }), fc.boolean(), (p, table, bounds) => {
    const { pushed, residual } = toQuery(p, FIELDS, { bounds });
    expect(pushes(pushed, FIELDS)).toBe(true);
    expect(table.filter((row) => isSatisfiedBy(pushed, row)).filter((row) => isSatisfiedBy(residual, row))).toEqual(table.filter((row) => isSatisfiedBy(p, row)));
    const terms = asTerms(pushed, 300, FIELDS).pushed;
    for (const row of table) same(terms, pushed, row);
  }), { numRuns: RUNS }));
  test('custom code under an or forbids the whole or; with bounds it does not, as long as every branch has one', () => {
    const old: Predicate = { op: 'gt', field: 'a', value: 5 }, score: Predicate = { op: 'custom', name: 'score', field: 'd', value: 3 }, x: Predicate = { op: 'eq', field: 'c', value: 'x' };
    expect(toQuery(or(x, score), FIELDS)).toMatchObject({ pushed: { op: 'true' }, text: 'TRUE' });
    expect(toQuery(or(x, and(old, score)), FIELDS, { bounds: false }).text).toBe('TRUE');
    expect(toQuery(or(x, and(old, score)), FIELDS).text).toBe("c = 'x' OR a > 5");
    expect(toQuery(and(x, score), FIELDS)).toMatchObject({ text: "c = 'x'", residual: score });
    expect(toQuery(not(and(x, old)), FIELDS).text).toBe("c <> 'x' OR a <= 5");
  });
  test('text: quotes, brackets, every operator', () => {
    expect(textOf(and(or({ op: 'eq', field: 'c', value: "o'x" }, { op: 'isNull', field: 'c' }), not({ op: 'like', field: 'c', pattern: 'x%' }), { op: 'between', field: 'a', lo: 1, hi: 2 }, { op: 'in', field: 'a', values: [1, 2] })))
      .toBe("(c = 'o''x' OR c IS NULL) AND NOT (c LIKE 'x%') AND a BETWEEN 1 AND 2 AND a IN (1, 2)");
    expect(textOf({ op: 'xor', of: [{ op: 'true' }, { op: 'gt', field: 'a', value: 1 }] })).toBe('(TRUE) <> (a > 1)');
    expect(sameTypeIn(FIELDS)({ op: 'gt', field: 'c', value: 1 })).toBe(false);
  });
});

describe('explaining and comparing', () => {
  test('nothing fails if and only if it is satisfied', () => always((p, _q, _r, row) => { expect(explain(p, row).length === 0).toBe(isSatisfiedBy(p, row)); }));
  test('the remainder is satisfied exactly when the whole is, and true when it is', () => always((p, _q, _r, row) => {
    const rest = remainderUnsatisfiedBy(p, row);
    expect(isSatisfiedBy(rest, row)).toBe(isSatisfiedBy(p, row));
    if (isSatisfiedBy(p, row)) expect(rest).toEqual({ op: 'true' });
  }));
  test('what is said to take in another does; what is said not to does not', () => fc.assert(fc.property(predicates, predicates, fc.array(rows, { minLength: 20, maxLength: 40 }), (a, b, table) => {
    if (subsumes(a, b) === 'yes') for (const row of table) if (isSatisfiedBy(b, row)) expect(isSatisfiedBy(a, row)).toBe(true);
  }), { numRuns: RUNS * 3 }));
  test('intervals, finite sets, conjunctions, disjunctions', () => {
    const gt = (value: number): Predicate => ({ op: 'gt', field: 'a', value }), eq = (value: number): Predicate => ({ op: 'eq', field: 'a', value });
    expect(subsumes(gt(3), gt(5))).toBe('yes');
    expect(subsumes(gt(5), gt(3))).toBe('no');
    expect(subsumes(gt(3), and(gt(1), { op: 'between', field: 'a', lo: 4, hi: 9 }))).toBe('yes');
    expect(subsumes({ op: 'in', field: 'a', values: [1, 2, 3] }, or(eq(1), eq(3)))).toBe('yes');
    expect(subsumes(or(gt(9), gt(3)), gt(5))).toBe('yes');
    expect(subsumes(not({ op: 'isNull', field: 'a' }), gt(5))).toBe('yes');
    expect(subsumes(gt(3), { op: 'gt', field: 'b', value: 5 })).toBe('unknown');
  });
  test('what is built to order satisfies its specification', () => fc.assert(fc.property(predicates, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })), (p, draws) => {
    const row = build(p, FIELDS, () => draws.next().value as number);
    if (row !== null) expect(evaluate(p, row)).toBe(T);
  }), { numRuns: RUNS }));
  test('building finds a row where there is one, steps over holes and says when there is none', () => {
    const made = (p: Predicate) => build(p, FIELDS, () => 0.5);
    expect(made(and({ op: 'gt', field: 'a', value: 9 }, { op: 'like', field: 'c', pattern: 'x_' }, not({ op: 'isNull', field: 'b' })))).toMatchObject({ a: 9.5, c: 'xy' });
    expect(made({ op: 'ne', field: 'a', value: 5 })!['a']).not.toBe(5);
    expect(made({ op: 'isNull', field: 'a' })!['a']).toBeNull();
    expect(made(and({ op: 'gt', field: 'a', value: 3 }, { op: 'lt', field: 'a', value: 3 }))).toBeNull();
    expect(made(and({ op: 'isNull', field: 'a' }, { op: 'gt', field: 'a', value: 3 }))).toBeNull();
  });
  test('patterns', () => expect([likes('abc', 'a%c'), likes('abc', '_b_'), likes('abc', 'a_'), likes('', '%'), likes('aab', '%ab'), likes('a%', 'a%%'), likes('ab', '')]).toEqual([true, true, false, true, true, true, false]));
});
