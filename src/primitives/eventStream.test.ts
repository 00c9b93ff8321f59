import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendEvents, auditLog, createEventLog, eraseStream, readAll, readStream, versionOf, type EventLog, type Expected, type NewEvent } from './eventStream.ts';
import { foldEvents, upcast } from './eventStreamFold.ts';

const event = (id: string, n = 1, schema = 1): NewEvent => ({ id, type: 'Added', schema, data: { n } });
const put = (log: EventLog, stream: string, expected: Expected, ...ids: string[]) => appendEvents(log, stream, expected, ids.map((id) => event(id)), 0);

test('versions count within a stream, positions over all: account A has 0 and 1 whatever B does', () => {
  const log = createEventLog();
  put(log, 'A', 'noStream', 'a'); put(log, 'B', 'any', 'b'); put(log, 'A', 0, 'c');
  expect(readStream(log, 'A').map(({ version, position }) => [version, position])).toEqual([[0, 0], [1, 2]]);
  expect(versionOf(log, 'A')).toBe(1);
  expect(versionOf(log, 'C')).toBe(-1);
});

test.each([
  [-1, 'empty', 'appended'], ['noStream', 'empty', 'appended'], ['any', 'empty', 'appended'], ['streamExists', 'empty', 'wrongExpectedVersion'], [0, 'empty', 'wrongExpectedVersion'],
  [-1, 'one', 'wrongExpectedVersion'], ['noStream', 'one', 'wrongExpectedVersion'], ['any', 'one', 'appended'], ['streamExists', 'one', 'appended'], [0, 'one', 'appended'], [1, 'one', 'wrongExpectedVersion'],
] as const)('expected %s on a stream with %s event: %s', (expected, length, kind) => {
  const log = createEventLog();
  if (length === 'one') put(log, 's', 'any', 'first');
  expect(put(log, 's', expected, 'x').kind).toBe(kind);
  if (kind === 'wrongExpectedVersion') expect(put(log, 's', expected, 'x')).toMatchObject({ actual: length === 'one' ? 0 : -1 });
});

test('a batch goes in whole or not at all', () => {
  const log = createEventLog();
  expect(put(log, 's', -1, 'a', 'b', 'c')).toEqual({ kind: 'appended', from: 0, to: 2, position: 2 });
  expect(put(log, 's', 0, 'd', 'e').kind).toBe('wrongExpectedVersion');
  expect(log.log).toHaveLength(3);
});

test('ids are taken once: the same append again is answered as the first time, half of it is refused', () => {
  const log = createEventLog();
  const first = put(log, 's', -1, 'a', 'b');
  expect(put(log, 's', -1, 'a', 'b')).toEqual({ ...first, kind: 'repeated' });
  expect(put(log, 's', 1, 'b', 'c')).toEqual({ kind: 'invalid', why: 'event b is recorded already, the others of the batch are not' });
  expect(put(log, 'other', 'any', 'a').kind).toBe('invalid');
});

test('the window forgets the oldest ids', () => {
  const log = createEventLog();
  for (const id of ['a', 'b', 'c']) appendEvents(log, 's', 'any', [event(id)], 0, 2);
  expect([...log.ids.keys()]).toEqual(['b', 'c']);
  expect(appendEvents(log, 's', 'any', [event('a')], 0, 2).kind).toBe('appended');
  expect(appendEvents(log, 's', 'any', [event('c')], 0, 0).kind).toBe('repeated');
});

test.each([
  [-2, ['a'], 'below -1'], [0.5, ['a'], 'no whole number'], ['any', [], 'empty'], ['any', [''], 'no id'], ['any', ['a', 'a'], 'twice'],
] as const)('bad input %j %j is refused: %s', (expected, ids, why) => {
  const result = put(createEventLog(), 's', expected, ...ids);
  expect(result.kind === 'invalid' && result.why).toContain(why);
});
test('an event without a type is refused', () => expect(appendEvents(createEventLog(), 's', 'any', [{ ...event('a'), type: '' }], 0)).toMatchObject({ kind: 'invalid' }));

test('history can’t be rewritten: neither by whoever wrote it nor by whoever read it', () => {
  const log = createEventLog(), mine = { n: 1 };
  appendEvents(log, 's', 'any', [{ id: 'a', type: 'Added', schema: 1, data: mine }], 0);
  mine.n = 99;
  expect(readStream(log, 's')[0]!.data).toEqual({ n: 1 });
  expect(() => { (readStream(log, 's')[0]!.data as { n: number }).n = 5; }).toThrow();
  expect(auditLog(log)).toBeNull();
  log.log[0] = Object.freeze({ ...log.log[0]!, data: { n: 5 } });
  expect(auditLog(log)).toContain('was changed');
});

test('reading: from a version, backwards, at most so many, all from a position', () => {
  const log = createEventLog();
  put(log, 's', 'any', 'a', 'b', 'c', 'd'); put(log, 't', 'any', 'e');
  const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join('');
  expect([ids(readStream(log, 's', 2)), ids(readStream(log, 's', 1, 'forwards', 2)), ids(readStream(log, 's', 2, 'backwards')), ids(readStream(log, 's', 99, 'backwards', 2)), ids(readAll(log, 3)), ids(readAll(log, 1, 2)), ids(readStream(log, 'none'))])
    .toEqual(['cd', 'bc', 'cba', 'dc', 'de', 'bc', '']);
});

test('an erased stream leaves a hole that the audit finds; positions go on', () => {
  const log = createEventLog();
  put(log, 's', 'any', 'a'); put(log, 't', 'any', 'b'); put(log, 's', 'any', 'c');
  expect(eraseStream(log, 's')).toBe(2);
  expect(auditLog(log)).toContain('is missing');
  put(log, 't', 0, 'd');
  expect(readAll(log, 2).map(({ position }) => position)).toEqual([3]);
});

const add = (sum: number, { type, data }: { type: string; data: Readonly<Record<string, unknown>> }): number | null => (type === 'Added' ? sum + (data['n'] as number) : null);
const rule = { schema: 1, upcasters: [], ignoreUnknown: false };
test('any appends: versions, positions and the chain are whole, and snapshot(k) + fold(k+1 … n) = fold(0 … n)', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom<Expected>('any', 'noStream', 'streamExists', -1, 0, 1, 2), fc.integer({ min: 1, max: 3 }), fc.nat(9)), { maxLength: 30 }), fc.nat(30), (appends, k) => {
    const log = createEventLog();
    appends.forEach(([stream, expected, count, id], i) => appendEvents(log, stream, expected, Array.from({ length: count }, (_, j) => event(`${id < 2 ? id : `x${i}`}-${j}`, i)), 0));
    expect(auditLog(log)).toBeNull();
    expect(new Set(log.log.map(({ id }) => id)).size).toBe(log.log.length);
    for (const stream of log.streams.keys()) {
      const all = readStream(log, stream);
      const snapshot = foldEvents(0, -1, all.slice(0, k), add, rule);
      const tail = foldEvents(snapshot.state, snapshot.version, readStream(log, stream, snapshot.version + 1), add, rule);
      expect([tail.state, tail.version]).toEqual([foldEvents(0, -1, all, add, rule).state, versionOf(log, stream)]);
    }
  }), { numRuns: 200 });
});

test('an unknown type stops the fold, unless such are passed over by request', () => {
  const log = createEventLog();
  appendEvents(log, 's', 'any', [event('a', 2), { ...event('b', 3), type: 'Renamed' }, event('c', 5)], 0);
  expect(foldEvents(0, -1, readStream(log, 's'), add, rule)).toMatchObject({ state: 2, version: 0, unknown: { id: 'b' } });
  expect(foldEvents(0, -1, readStream(log, 's'), add, { ...rule, ignoreUnknown: true })).toMatchObject({ state: 7, version: 2, ignored: 1, unknown: null });
});
test('upcasting goes step by step and leaves what is recorded as it was', () => {
  const log = createEventLog();
  appendEvents(log, 's', 'any', [event('a', 2)], 0);
  const [old] = readStream(log, 's');
  const steps = [({ data }: typeof old & object) => ({ type: 'Second', data: { n: (data['n'] as number) * 10 } }), ({ type, data }: typeof old & object) => ({ type: `${type}3`, data: { n: (data['n'] as number) + 1 } })];
  expect(upcast(old!, 3, steps)).toMatchObject({ type: 'Second3', schema: 3, data: { n: 21 } });
  expect(upcast(old!, 1, steps)).toBe(old);
  expect(upcast(old!, 9, [])).toBe(old);
  expect(old).toMatchObject({ type: 'Added', schema: 1, data: { n: 2 } });
});
