/** Values, texts and mutations that have broken other programs: the corpus of the fuzz tests. */
import fc from 'fast-check';

/** A list in lists in lists. */
export const nestedList = (depth: number): unknown => {
  let inner: unknown = 1;
  for (let i = 0; i < depth; i++) inner = [inner];
  return inner;
};
/** The same as JSON text, which no parser should trip over. */
export const nestedText = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const cyclic: Record<string, unknown> = { kind: 'cyclic' };
cyclic.again = cyclic;
const holes: unknown[] = [];
holes.length = 4_000_000_000;

/** Values that JSON text can hold. */
export const hostileJson: readonly unknown[] = [
  0, -1, 0.1 + 0.2, 1e-320, 1e21, 2_147_483_648, 9_007_199_254_740_992, 100.1, 1e308, null, true, false, '', 'x', [], {}, [[]], [null], [0], { kind: 'nothing' }, { kind: null },
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', '</script><script>alert(1)</script>', 'javascript:alert(1)', '\u202eevil', '\ud800', '\u0000', 'a'.repeat(1000), 'x'.repeat(100_000),
  { constructor: { prototype: { polluted: true } } }, JSON.parse('{"__proto__":{"polluted":true}}'), { toString: 1 }, { valueOf: null }, nestedList(30), { kind: 'exponential', meanMs: '20' },
  { kind: 'constructor' }, { kind: 'constant', ms: -1 }, { kind: 'empirical', values: [] }, [1, [2, [3]]], { length: 3 }, Array.from({ length: 300 }, (_, i) => i),
];
/** Values that only a program can hand over. */
export const hostileValues: readonly unknown[] = [
  ...hostileJson, NaN, Infinity, -Infinity, -0, Number('1e309'), undefined, 10n, Symbol('s'), () => 1, new Map([[1, 2]]), new Set([1]), new Float64Array(8), /x/, new Error('e'),
  cyclic, holes, nestedList(100_000), Object.create({ inherited: 1 }), 'y'.repeat(10_000_000), new Proxy({}, { ownKeys() { throw new Error('no'); } }),
  { get trap() { throw new Error('no'); } }, new (class Odd { value = 1; })(), Object.create(null),
];
/** Texts for the values of a link. */
export const hostileTexts: readonly string[] = [
  '', ' ', '0', '-0', '-1', '1e309', 'NaN', 'Infinity', '0x10', '1_000', '1,5', '9007199254740993', '1e-320', '41.2', '41.2s', '-5s', '1e9s', 'null', 'undefined', 'true', '[]', '{}', '{"kind":"constant","ms":1e309}',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'exp:', 'exp:20:30', 'exp:-1', 'lognormal:90:20', 'lognormal:20', 'empirical:', ':::', 'histogram:0,1:1', 'const:1e309', 'erlang:1e9:5',
  '%', '%zz', '%00', '%ff', '\ud800', '\u202e', 'é', '</script>', 'javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//evil.example', 'http://user:pw@h/', 'x'.repeat(5000), nestedText(2000), '1.', '1.AAAA', '2.AAAA', '-1.x',
];

/** A text with one thing done to it: cut, changed, swapped, doubled, or something put in. */
export const mutatedText = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(), fc.nat(), fc.nat(11), fc.constantFrom(...hostileTexts)).map(([whole, a, b, how, hostile]) => {
    const i = a % (whole.length + 1);
    const j = b % (whole.length + 1);
    const [from, to] = i < j ? [i, j] : [j, i];
    switch (how) {
      case 0: return whole.slice(0, i);
      case 1: return whole.slice(i);
      case 2: return whole.slice(0, from) + whole.slice(to);
      case 3: return whole.slice(0, i) + String.fromCharCode(32 + (b % 95)) + whole.slice(i + 1);
      case 4: return whole.slice(0, i) + String.fromCharCode(b % 65536) + whole.slice(i);
      case 5: return whole.slice(to) + whole.slice(from, to) + whole.slice(0, from);
      case 6: return whole.slice(0, to) + whole.slice(from);
      case 7: return whole.slice(0, i) + hostile + whole.slice(i);
      case 8: return whole.replace(/=[^&#]*/g, (value, at: number) => (at % 7 === b % 7 ? `=${hostile}` : value));
      case 9: return whole.replace(/[A-Za-z]+(?==)/g, (key, at: number) => (at % 5 === b % 5 ? `${key.slice(1)}${key[0]}` : key));
      case 10: return whole.replace(/\d+/g, (digits, at: number) => (at % 3 === b % 3 ? `${digits}${digits}` : digits));
      default: return whole + whole;
    }
  });

type Place = { readonly holder: Record<string, unknown>; readonly key: string };
/** Every place of a document, as far as documents are deep: what was put in is not looked through. */
function places(value: unknown, depth = 0, found: Place[] = []): Place[] {
  if (depth > 8 || found.length > 500 || typeof value !== 'object' || value === null) return found;
  for (const key of Object.keys(value)) {
    const holder = value as Record<string, unknown>;
    if (Object.getOwnPropertyDescriptor(holder, key)!.get !== undefined) continue;
    found.push({ holder, key });
    places(holder[key], depth + 1, found);
  }
  return found;
}

/** A plain document with a few of its places spoilt: replaced, deleted, renamed, doubled. */
export const mutatedValue = (document: fc.Arbitrary<unknown>, values: readonly unknown[] = hostileValues): fc.Arbitrary<unknown> =>
  fc.tuple(document, fc.array(fc.tuple(fc.nat(), fc.nat(5), fc.nat(values.length - 1)), { minLength: 1, maxLength: 3 })).map(([whole, steps]) => {
    const copy: unknown = structuredClone(whole);
    // All places are looked up before anything is put in: hostile values are not to be walked.
    const all = places(copy);
    for (const [where, how, which] of all.length === 0 ? [] : steps) {
      const { holder: record, key } = all[where % all.length]!;
      if (how <= 1) record[key] = values[which];
      else if (how === 2) Reflect.deleteProperty(record, key);
      else if (how === 3) Object.defineProperty(record, `${key}x`, { value: record[key], enumerable: true, configurable: true, writable: true });
      else if (how === 4) Object.defineProperty(record, '__proto__', { value: { polluted: true }, enumerable: true, configurable: true, writable: true });
      else record[key] = [record[key], record[key]];
    }
    return copy;
  });
