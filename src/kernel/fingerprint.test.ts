import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Json, Plan } from './contract.ts';
import { absorb, absorbJson, absorbWord, freshFingerprint, printFingerprint, type Fingerprint } from './fingerprint.ts';
import { World } from './world.ts';
import { planOf, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, echo, server, watcher } from '../../test/support/tinyEngines.ts';

const printed = (...steps: ((f: Fingerprint) => void)[]): string => {
  const f = freshFingerprint();
  for (const step of steps) step(f);
  return printFingerprint(f);
};

describe('the hash', () => {
  test('is sixteen hexadecimal digits, and printing does not change it', () => {
    const f = freshFingerprint();
    absorb(f, 1);
    expect(printFingerprint(f)).toMatch(/^[0-9a-f]{16}$/);
    expect(printFingerprint(f)).toBe(printFingerprint(f));
  });
  test('tells numbers apart that differ in a single bit, and the two zeros', () => {
    const seen = [0, -0, 1, 1 + Number.EPSILON, 2 ** 53, 2 ** 53 - 1, NaN, Infinity, 5e-324, 1e300].map((value) => printed((f) => absorb(f, value)));
    expect(new Set(seen).size).toBe(seen.length);
  });
  test('depends on the order and on where one text ends and the next begins', () => {
    expect(printed((f) => absorbWord(f, 1), (f) => absorbWord(f, 2))).not.toBe(printed((f) => absorbWord(f, 2), (f) => absorbWord(f, 1)));
    expect(printed((f) => absorbJson(f, 'ab'), (f) => absorbJson(f, 'c'))).not.toBe(printed((f) => absorbJson(f, 'a'), (f) => absorbJson(f, 'bc')));
    expect(printed((f) => absorbJson(f, ''))).not.toBe(printed());
  });
  test('takes in the JSON of a value, letter by letter', () => {
    const lettered = (text: string) => (f: Fingerprint): void => { absorbWord(f, text.length); for (let i = 0; i < text.length; i++) absorbWord(f, text.charCodeAt(i)); };
    const value = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(fc.property(fc.oneof(value, fc.constantFrom<unknown>(NaN, Infinity, -0, 1e21, 'a"b\\c\u0007\ud800', { a: undefined, b: [undefined, 1] }, 'x'.repeat(5000))), (any) => {
      expect(printed((f) => absorbJson(f, any as Json))).toBe(printed(lettered(JSON.stringify(any))));
    }), { numRuns: 500 });
  });
  test('has no two alike among 30,000 streams of small words, and each of its bits is set half the time', () => {
    const seen = new Set<string>();
    const ones = new Array<number>(64).fill(0);
    for (let i = 0; i < 30_000; i++) {
      const print = printed((f) => absorbWord(f, i & 1023), (f) => absorbWord(f, i >>> 10));
      seen.add(print);
      for (let digit = 0; digit < 16; digit++) for (let bit = 0; bit < 4; bit++) ones[digit * 4 + bit]! += (parseInt(print[digit]!, 16) >> bit) & 1;
    }
    expect(seen.size).toBe(30_000);
    for (const count of ones) expect(Math.abs(count - 15_000)).toBeLessThan(5 * 87);
  });
});

describe('the fingerprint of a run', () => {
  const says = (data: unknown): Engine => ({ ...server, onStart: (_, ctx) => ctx.note('hello', data as null) });
  const applies = (name: string, data: unknown): Engine => ({ ...server, onStart: (_, ctx) => ctx.effect(name, data as null) });
  const moves = (...move: [string, string, string, string]): Engine => ({ ...server, onStart: (_, ctx) => ctx.transition(...move) });
  const base: Sketch = { nodes: { user: [{ atMs: 10, to: 'shop', op: 'a' }], shop: [watcher, { engine: server, params: { work: constant(5) } }] }, links: { 'user>shop': 3 }, durationMs: 100 };
  const of = (plan: Plan): string => { const world = new World(plan); world.runUntil(100); return world.fingerprint; };
  const print = (change: Partial<Sketch> = {}) => of(planOf({ ...base, ...change }));
  const shop = (engine: Engine): Partial<Sketch> => ({ nodes: { ...base.nodes, shop: [watcher, { engine, params: { work: constant(5) } }] } });
  const user = (...acts: Sketch['nodes'][string][number][]): Partial<Sketch> => ({ nodes: { ...base.nodes, user: acts as never } });

  const different: Record<string, Partial<Sketch>> = {
    'as it is': {},
    'a request a nanosecond later': user({ atMs: 10.000001, to: 'shop', op: 'a' }),
    'another operation': user({ atMs: 10, to: 'shop', op: 'b' }),
    'another attempt': user({ atMs: 10, to: 'shop', op: 'a', attempt: 1 }),
    'a second request': user({ atMs: 10, to: 'shop', op: 'a' }, { atMs: 10, to: 'shop', op: 'a' }),
    'a message instead': user({ atMs: 10, to: 'shop', op: 'a', how: 'message' }),
    'another topic': user({ atMs: 10, to: 'shop', op: 'b', how: 'message' }),
    'given up': user({ atMs: 10, to: 'shop', op: 'a', patienceMs: 1 }),
    'given up with news of it on the way': user({ atMs: 10, to: 'shop', op: 'a', patienceMs: 10 }),
    'another latency': { links: { 'user>shop': 3.000001 } },
    'another work': { nodes: { ...base.nodes, shop: [watcher, { engine: server, params: { work: constant(6) } }] } },
    'another note': shop(says(1)),
    'the same note with other data': shop(says(2)),
    'the same note with no data': shop(says(undefined)),
    'an effect': shop(applies('paid', 1)),
    'another effect': shop(applies('sold', 1)),
    'an effect with other data': shop(applies('paid', 2)),
    'a move': shop(moves('', 'closed', 'open', 'tripped')),
    'a move to another mode': shop(moves('', 'closed', 'halfOpen', 'tripped')),
    'a move for another reason': shop(moves('', 'closed', 'open', 'forced')),
    'a move of another instance': shop(moves('x', 'closed', 'open', 'tripped')),
    'an injected error': { faults: [{ kind: 'errors', node: 'shop', ratio: 1, fromMs: 0 }] },
    'another kind of error': { faults: [{ kind: 'errors', node: 'shop', ratio: 1, outcome: 'overload', fromMs: 0 }] },
    'a lost request': { faults: [{ kind: 'dropRequests', ratio: 1, fromMs: 0 }] },
    'a lost reply': { faults: [{ kind: 'dropReplies', ratio: 1, fromMs: 0 }] },
    'a copy': { faults: [{ kind: 'duplicate', ratio: 1, lagMs: 1, fromMs: 0 }] },
    'a crash after all is done': { faults: [{ kind: 'crash', node: 'shop', fromMs: 90 }] },
    'a button': { interventions: [{ atMs: 50, kind: 'control', layer: 'shop-1', control: 'x' }] },
    'another button': { interventions: [{ atMs: 50, kind: 'control', layer: 'shop-1', control: 'y' }] },
    'a changed parameter': { interventions: [{ atMs: 50, kind: 'params', layer: 'shop-1', params: { work: constant(6) } }] },
  };
  test('differs when anything differs', () => {
    const seen = new Map<string, string>();
    for (const [what, change] of Object.entries(different)) {
      const found = print(change);
      expect(seen.get(found), what).toBeUndefined();
      seen.set(found, what);
    }
  });
  test('differs in the name of an operation or a topic, also when no engine says it', () => {
    const quiet = (op: string, how: 'call' | 'message') => print({ nodes: { user: [{ atMs: 10, to: 'shop', op, how }], shop: [{ ...echo, onMessage: () => {} }] } });
    const silent: Engine = { inspect: () => ({}), invariants: [], init: () => null, onStart: (_, ctx) => ctx.after(1, 'go') };
    const asks = (op: string) => print({ nodes: { user: [{ ...silent, onTimer: (_, __, ctx) => { ctx.send('shop', { op }); } }], shop: [echo] } });
    expect(asks('a')).not.toBe(asks('b'));
    expect(quiet('a', 'message')).not.toBe(quiet('b', 'message'));
  });
  test('is the same for the same plan, whatever other worlds ran before and however names are numbered', () => {
    const first = print();
    for (const change of Object.values(different)) print(change);
    expect(print()).toBe(first);
  });
  test('does not say what cannot be seen: a fault that meets nothing leaves it alone', () => {
    expect(print({ faults: [{ kind: 'latency', from: 'user', to: 'shop', factor: 9, fromMs: 60 }] })).toBe(print());
    expect(print({ seed: 2 })).toBe(print()); // nothing here is random
  });
});
