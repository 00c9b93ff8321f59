import { describe, expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import type { Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { explore, type Exploration } from './exploring.ts';
import { oneDance, oneSaga } from './testing.ts';

/**
 * One saga of four steps (one of six for the dance): a crash with restart at every note of every node and just before it, each message lost, doubled or late,
 * singly and in pairs. All single faults always; of the pairs a part, chosen by their number, unless SAGA_PAIRS=all.
 */
const ALL_PAIRS = process.env.SAGA_PAIRS === 'all';
const part = (every: number) => (number: number): boolean => ALL_PAIRS || number % every === 0;
const MINUTES = 60_000 * (ALL_PAIRS ? 30 : 2);
let explored = 0;

/** Whichever way a saga goes: through, refused at the pivot, refused before it. */
const WAYS = ['', 'payment', 'inventory'] as const;
const through = (planOf: (refuser: string) => Plan, every: number, skip?: (fault: Fault) => boolean): Exploration[] => WAYS.map((refuser) => explore(planOf(refuser), part(every), skip));
function tell(name: string, found: readonly Exploration[]): { runs: number; broken: number } {
  const runs = found.reduce((sum, each) => sum + each.runs, 0), broken = found.reduce((sum, each) => sum + each.broken.length, 0);
  explored += runs;
  console.log(`${name}: ${runs} runs, ${broken} broke a law (${found.map((each) => each.runs).join(' + ')}); ${explored} explored so far`);
  return { runs, broken };
}
function expectNone(found: readonly Exploration[]): void {
  for (const { broken } of found) expect(broken.slice(0, 3).map(({ faults, wrong }) => `${wrong}\n  ${JSON.stringify(faults)}`)).toEqual([]);
  expect(found.every(({ stuck }) => stuck === 0)).toBe(true);
}

describe('orchestrated, no law breaks', () => {
  test.each<[string, object, number]>([
    ['undoing what is unknown', {}, 12],
    ['asking what became of it', { onUnknown: 'queryStatus' }, 24],
    ['undoing all at once', { compensationOrder: 'parallel' }, 24],
    ['no lock', { isolation: 'commutative' }, 60],
    ['version file', { isolation: 'versionFile' }, 60],
    ['read, then overwrite: harmless for one saga alone', { isolation: 'none' }, 80],
  ])('%s', { timeout: MINUTES }, (name, orchestration, every) => {
    const found = through((refuser) => oneSaga(roles, refuser, orchestration), every);
    const { runs } = tell(name, found);
    expectNone(found);
    expect(runs).toBeGreaterThan(300);
    // Most faults are survived, not fled from: the saga that can complete does.
    expect(found[0]!.completed).toBeGreaterThan(0.9 * found[0]!.runs);
  });
});

describe('the presets that should break do break', () => {
  const all = { dedupe: false, tombstones: false };
  test.each<[string, object, object, RegExp]>([
    ['no log', { persistence: 'none' }, {}, /forgotten/],
    ['no answer means no', { onUnknown: 'ignore', stepAttempts: 1 }, {}, /left behind/],
    ['no inbox', {}, { dedupe: false }, /done 2 times/],
    ['no tombstones', { stepAttempts: 1 }, { tombstones: false }, /left behind/],
    ['a failing compensation is skipped', { onCompensationFailure: 'skip', compensationAttempts: 1 }, {}, /left behind/],
  ])('%s', { timeout: MINUTES }, (name, orchestration, participation, why) => {
    const found = through((refuser) => oneSaga(roles, refuser, orchestration, participation), 120);
    const { broken } = tell(name, found);
    expect(broken).toBeGreaterThan(0);
    expect(found.flatMap((each) => each.broken).some(({ wrong }) => why.test(wrong))).toBe(true);
  });

  test('the sketch breaks in every way, by single faults alone', { timeout: MINUTES }, () => {
    const found = WAYS.map((refuser) => explore(oneSaga(roles, refuser, {}, all, 'original'), () => false));
    tell('original', found);
    const words = found.flatMap((each) => each.broken.map(({ wrong }) => wrong)).join('\n');
    for (const why of [/forgotten/, /left behind/, /done 2 times/]) expect(words).toMatch(why);
    expect(found.every(({ broken }) => broken.length > 0)).toBe(true);
  });
});

/** A broker that dies in the middle of storing an event is the broker's own business: its storage is not simulated. */
const inTheBrokersStore = (fault: Fault): boolean => fault.kind === 'crashAt' && fault.node === 'broker' && fault.note === 'published';

describe('choreographed', () => {
  test.each<[string, object, number]>([['nobody watching', { watchdogMs: 0 }, 80], ['a watchdog', {}, 160]])('with a broker, outboxes and inboxes, %s, no law breaks', { timeout: MINUTES }, (name, common, every) => {
    const found = through((refuser) => oneDance(roles, refuser, common), every, inTheBrokersStore);
    tell(`dance, ${name}`, found);
    expectNone(found);
    expect(found[0]!.completed).toBeGreaterThan(0.9 * found[0]!.runs);
  });
  test.each<[string, object, RegExp]>([
    ['no outbox, no watchdog', { outbox: false, watchdogMs: 0 }, /neither ended nor stuck/],
    ['straight to the listeners', { broker: '', watchdogMs: 0 }, /neither ended nor stuck/],
    ['no inbox', { dedupe: false }, /done 2 times/],
  ])('%s: it breaks', { timeout: MINUTES }, (name, common, why) => {
    const found = WAYS.map((refuser) => explore(oneDance(roles, refuser, common), () => false, inTheBrokersStore));
    tell(name, found);
    expect(found.flatMap((each) => each.broken).some(({ wrong }) => why.test(wrong))).toBe(true);
  });
});
