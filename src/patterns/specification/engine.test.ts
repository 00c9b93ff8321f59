/** The engine step by step: each use, each operator, each way to carry a selection out, each thing it notes. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import type { Predicate, Row } from '../../primitives/predicates/tree.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { A, B, C, SCORE, algorithmIs, valueGreaterThan } from './domain.ts';
import { rows as table } from './rows.ts';
import { rowsStory } from './rows.params.ts';
import { specRig } from './testing.ts';

const ROWS: readonly Row[] = [
  { value: 5, algorithm: 'blake3', age: 20, risk: 0.1 }, { value: 50, algorithm: 'blake3', age: 20, risk: 0.1 }, { value: 50, algorithm: 'md5', age: 20, risk: 0.9 },
  { value: 50, algorithm: 'md5', age: 80, risk: 0.2 }, { value: 50, algorithm: 'md5', age: null, risk: 0.2 },
];
const all = (...of: Predicate[]): Predicate => ({ op: 'and', of });
const noteData = (rig: ReturnType<typeof specRig>, name: string): Json | undefined => rig.decisions('note').findLast((note) => note.name === name)?.data;

describe('the original: two leaves, and, or, not', () => {
  test('strictly greater; equal; the operators', () => {
    const rig = specRig({ tree: valueGreaterThan(10) });
    const verdict = (value: number, algorithm = 'md5'): Json => {
      const call = rig.request(rig.nowMs + 1, { op: 'validate', payload: { value, algorithm, age: 1, risk: 0 } });
      rig.advance(rig.nowMs + 1);
      return (rig.outcomeOf(call) as unknown as { readonly value: { readonly satisfied: boolean } }).value.satisfied;
    };
    expect([verdict(10), verdict(10.5)]).toEqual([false, true]);
    rig.request(rig.nowMs + 1, { op: 'and', payload: algorithmIs('md5') as unknown as Json });
    expect([verdict(11, 'sha256'), verdict(11, 'md5')]).toEqual([false, true]);
    rig.request(rig.nowMs + 1, { op: 'or', payload: algorithmIs('fnv') as unknown as Json });
    expect([verdict(1, 'fnv'), verdict(1, 'md5')]).toEqual([true, false]);
    rig.request(rig.nowMs + 1, { op: 'not' });
    expect([verdict(1, 'fnv'), verdict(1, 'md5')]).toEqual([false, true]);
    expect(noteData(rig, 'composed')).toEqual({ text: "NOT ((value > 10 AND algorithm = 'md5') OR algorithm = 'fnv')" });
    expect(rig.outcomeOf(rig.request(rig.nowMs + 1, { op: 'and', payload: { op: 'gt', field: 'nope', value: 1 } }))).toMatchObject({ kind: 'permanentError' });
  });
  test('a missing value: unknown, false, or an error', () => {
    const validated = (nullLogic: string) => {
      const rig = specRig({ tree: { op: 'not', of: [valueGreaterThan(10)] }, nullLogic });
      const call = rig.request(0, { op: 'validate', payload: { value: null } });
      rig.advance(1);
      return { outcome: rig.outcomeOf(call), notes: rig.notes() };
    };
    expect(validated('threeValued').outcome).toMatchObject({ value: { satisfied: false, why: 'not value > 10', remainder: 'NOT (value > 10)' } });
    expect(validated('twoValued').outcome).toMatchObject({ value: { satisfied: true } });
    expect(validated('raise')).toMatchObject({ outcome: { kind: 'permanentError' }, notes: ['raised'] });
  });
});

describe('select', () => {
  test('in memory: everything is asked for, a core works for what the leaves cost', () => {
    const rig = specRig({ tree: all(A, C) });
    const { ids, where, costUs } = rig.select(0, ROWS, 1000);
    expect({ ids, where, costUs }).toEqual({ ids: [1, 2], where: { op: 'true' }, costUs: 3.4 });
    // Five rows for A at 1 µs, the four that pass for C at 3 µs; each row stands for 1000.
    expect(rig.decisions('timerSet').at(-1)!.dueMs).toBeCloseTo((5 * 1 + 4 * 3) * 1000 / 1000, 6);
    expect(rig.notes()).toEqual(['pushed', 'residual', 'evaluated', 'shortCircuited', 'explained']);
    expect(noteData(rig, 'explained')).toEqual({ why: 'A' });
  });
  test('all at once: the time of the slowest leaf, the work of all', () => {
    const rig = specRig({ tree: all(A, C), strategy: 'parallel' });
    expect(rig.select(0, ROWS, 1000).costUs).toBe(4);
    expect(rig.decisions('timerSet').at(-1)!.dueMs).toBeCloseTo(15, 6);
    expect(rig.notes()).not.toContain('shortCircuited');
  });
  test('pushed down: nothing is left; hybrid: the code is left; the same rows each time', () => {
    const tree = all(B, A, C);
    const down = specRig({ tree, execution: 'pushDown' }).select(0, ROWS);
    expect(down).toMatchObject({ ids: [1], costUs: 0 });
    const mixed = specRig({ tree: all(B, SCORE), execution: 'hybrid' }).select(0, ROWS);
    expect(mixed).toMatchObject({ ids: [0, 1], where: B, costUs: 40 });
    for (const nullRows of [ROWS]) for (const execution of ['inMemory', 'hybrid', 'pushDown']) expect(specRig({ tree: { op: 'not', of: [C] }, execution }).select(0, nullRows).ids, execution).toEqual([3]);
  });
  test('what is code cannot be pushed: load all, or refuse', () => {
    expect(specRig({ tree: all(B, SCORE), execution: 'pushDown' }).select(0, ROWS).where).toEqual({ op: 'true' });
    const rig = specRig({ tree: all(B, SCORE), execution: 'pushDown', untranslatable: 'refuse' });
    expect(rig.outcomeOf(rig.request(0, { op: 'select' }))).toMatchObject({ kind: 'permanentError', detail: 'score cannot be translated' });
    expect(rig.notes()).toEqual(['untranslatable']);
  });
  test('terms: multiplied out, or not beyond the limit', () => {
    const tree = all({ op: 'or', of: [A, B] }, { op: 'or', of: [C, B] }), params = { tree, execution: 'pushDown', normalForm: 'dnf' };
    expect(specRig(params).state.plan).toMatchObject({ terms: 4, exploded: false });
    const rig = specRig({ ...params, dnfLimit: 3 });
    expect([rig.state.plan.terms, rig.notes()]).toEqual([1, ['exploded']]);
  });
  test('a page: cut after what is left; cut before it comes out short', () => {
    const params = { tree: all(C, SCORE), execution: 'hybrid', take: 1, orderBy: 'value' };
    expect(specRig(params).select(0, ROWS).ids).toEqual([0]);
    const rig = specRig({ ...params, pagePushed: true });
    rig.request(0, { op: 'select' });
    expect([...rig.state.jobs.values()][0]!.child!.payload).toMatchObject({ page: { take: 1, orderBy: 'value' } });
  });
  test('two values take the row whose age is missing', () => {
    const rig = specRig({ tree: { op: 'not', of: [C] }, nullLogic: 'twoValued' });
    expect(rig.select(0, ROWS).ids).toEqual([3, 4]);
    expect(rig.inspect().views!['nulls']).toMatchObject({ 'rows in which two values and three differ': 1 });
  });
  test('the sketch fails as a whole', () => {
    const rig = specRig({ tree: { op: 'not', of: [C] }, nullLogic: 'raise' });
    rig.select(0, ROWS);
    expect(rig.notes()).toContain('raised');
  });
});

describe('order', () => {
  const many: readonly Row[] = Array.from({ length: 200 }, (_, i) => ({ value: i % 10 === 0 ? 5 : 50, algorithm: i % 10 === 1 ? 'blake3' : 'md5', age: i % 2 === 0 ? 20 : 80, risk: 0.1 }));
  test('declared: at once; measured: when enough has been profiled and the time has come', () => {
    expect(specRig({ tree: all(B, A, C), strategy: 'greedyRank', statistics: 'declared' }).state.plan.tree).toEqual(all(C, A, B));
    const rig = specRig({ tree: all(B, { ...A, selectivity: 0.05 }, { ...C, selectivity: 0.95 }), strategy: 'greedyRank', reorderEveryMs: 1000, profileRatio: 0.5 });
    // Until enough has been measured it is as written, whatever the tree declares.
    expect(rig.state.plan.tree).toMatchObject({ of: [{ label: 'B' }, { label: 'A' }, { label: 'C' }] });
    rig.select(0, many);
    rig.select(rig.nowMs + 2000, many);
    expect(noteData(rig, 'reordered')).toEqual({ order: 'C, A, B', beforeUs: 10.37, afterUs: 8 });
  });
  test('the button; forgetting', () => {
    const rig = specRig({ tree: all(B, A, C), strategy: 'greedyRank', reorderEveryMs: 0, profileRatio: 0.5 });
    rig.select(0, many);
    expect(rig.state.profile.length).toBe(100);
    rig.control(rig.nowMs + 1, 'reorder');
    expect(rig.state.plan.tree).toEqual(all(C, A, B));
    rig.control(rig.nowMs + 1, 'forget');
    expect(rig.state.profile).toEqual([]);
  });
});

describe('one entity', () => {
  test('built to order: one trial when the tree is read, many when not, none when there is nothing', () => {
    const rig = specRig({ tree: all(B, { ...A, value: 99 } as Predicate) });
    const call = rig.request(0, { op: 'build' });
    rig.advance(10);
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'ok', value: { algorithm: 'blake3' } });
    const trial = specRig({ tree: all(B), building: 'trial', maxTries: 5 });
    const failed = trial.request(0, { op: 'build' });
    trial.advance(10);
    expect([trial.outcomeOf(failed)?.kind, trial.notes()]).toEqual(['permanentError', ['notBuilt']]);
    const none = specRig({ tree: all({ op: 'lt', field: 'value', value: 3 }, { op: 'gt', field: 'value', value: 3 }) });
    none.request(0, { op: 'build' });
    none.advance(10);
    expect(none.notes()).toEqual(['notBuilt']);
  });
  test('saved when it is satisfied, else told why', () => {
    const rig = specRig({ tree: all(A, C) });
    const bad = rig.request(0, { op: 'save', payload: { value: 1, age: 99 } });
    rig.advance(1);
    expect(rig.outcomeOf(bad)).toMatchObject({ kind: 'permanentError', detail: 'not satisfied: A, C' });
    const fine = rig.request(2, { op: 'save', payload: { value: 50, age: 1 } });
    rig.advance(3);
    rig.answer(4, [...rig.state.jobs.values()][0]!.child!, { kind: 'ok' });
    expect(rig.outcomeOf(fine)).toEqual({ kind: 'ok' });
  });
  test('compared: it takes in a narrower one', () => {
    const rig = specRig({ tree: valueGreaterThan(10) });
    expect(rig.outcomeOf(rig.request(0, { op: 'subsumes', payload: valueGreaterThan(20) as unknown as Json }))).toEqual({ kind: 'ok', value: 'yes' });
  });
  test('given up at the store, in the queue and at work; refused when the queue is full', () => {
    const rig = specRig({ tree: all(A), concurrency: 1, queueCapacity: 1 });
    const away = rig.request(0, { op: 'select' });
    rig.giveUp(1, away);
    const [first, second, third] = [rig.request(2, { op: 'validate' }), rig.request(2, { op: 'validate' }), rig.request(2, { op: 'validate' })];
    expect(rig.outcomeOf(third)?.kind).toBe('overload');
    rig.giveUp(2, second); rig.giveUp(2, first);
    expect([rig.state.jobs.size, rig.state.desk.busy]).toEqual([0, 0]);
  });
});

describe('the table', () => {
  const initial = initialParams(rowsStory.params);
  test('reads by the index, sends what matches, takes its time; a constraint is met by unknown, not by false', () => {
    const rig = drive(table, { params: { ...initial, constraint: C } as never, layer: 'table' });
    const call = rig.request(0, { op: 'query', payload: { where: B, page: null } as unknown as Json });
    rig.advance(1000);
    const found = (rig.outcomeOf(call) as unknown as { readonly value: { readonly rowsRead: number; readonly count: number; readonly bytes: number } }).value;
    expect([found.rowsRead, found.bytes]).toEqual([10_000, found.count * 200]);
    // 50 µs for the index, 10,000 rows of 1 µs, one leaf of 20 µs, and the wire.
    expect(rig.decisions('timerSet')[0]!.dueMs).toBeCloseTo(0.05 + 10 + 0.02 + found.bytes / 100_000, 6);
    const saved = (age: number | null) => { const save = rig.request(rig.nowMs, { op: 'save', payload: { age } }); rig.advance(rig.nowMs + 1); return rig.outcomeOf(save)?.kind; };
    expect([saved(20), saved(null), saved(80)]).toEqual(['ok', 'ok', 'permanentError']);
    expect(rig.notes()).toEqual(['indexUsed', 'saved', 'saved', 'constraintBroken']);
  });
  test('rows survive a crash; other settings make other rows', () => {
    const rig = drive(table, { params: initial as never, layer: 'table' });
    const before = rig.state.rows;
    rig.run([[1, { kind: 'crash' }], [2, { kind: 'restart' }]]);
    expect(rig.state.rows).toBe(before);
    rig.run([[3, { kind: 'params', params: { ...initial, sampledRows: 10 } }]]);
    expect([rig.state.rows.length, rig.state.version]).toEqual([10, 2]);
  });
});
