import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addHop, addNote, chunkBuffers, createNames, createTrace, nameIndex, takeChunk, type Chunk, type Trace } from './trace.ts';
import { planOf, watch } from '../../test/support/smallWorlds.ts';
import { constant, server, watcher } from '../../test/support/tinyEngines.ts';

const TABLES = ['hops', 'marks', 'notes', 'moves', 'effects'] as const;
/** The rows of all tables as plain lists. */
function rowsOf(trace: Pick<Trace, (typeof TABLES)[number]>): Record<string, unknown[][]> {
  return Object.fromEntries(TABLES.map((name) => {
    const { length, ...columns } = trace[name];
    return [name, Array.from({ length }, (_, i) => Object.values(columns).map((column) => (column as ArrayLike<unknown>)[i]))];
  }));
}
const plan = planOf({
  nodes: { user: Array.from({ length: 60 }, (_, i) => ({ atMs: i * 13, to: 'shop', op: `op${i % 3}`, how: i % 5 === 4 ? ('message' as const) : ('call' as const), patienceMs: 40 })), shop: [watcher, { engine: server, params: { work: { kind: 'exponential', meanMs: 30 } } }] },
  links: { 'user>shop': 5 }, faults: [{ kind: 'duplicate', ratio: 0.3, lagMs: 2, fromMs: 0 }, { kind: 'dropReplies', ratio: 0.2, fromMs: 0 }],
});

test('chunks, however they are cut, are the whole trace in pieces', () => {
  const whole = watch(plan);
  whole.world.runUntil(1000);
  const expected = rowsOf(whole.trace);
  for (const name of TABLES) if (name !== 'moves') expect(expected[name]!.length, name).toBeGreaterThan(10);
  fc.assert(fc.property(fc.array(fc.nat(1000), { maxLength: 8 }), (cuts) => {
    const { world, trace } = watch(plan);
    const chunks: Chunk[] = [];
    let fromNs = 0;
    for (const ms of [...cuts.sort((a, b) => a - b), 1000]) {
      world.runUntil(ms);
      chunks.push(takeChunk(trace, fromNs, ms * 1e6));
      fromNs = ms * 1e6;
    }
    for (const name of TABLES) expect(chunks.flatMap((chunk) => rowsOf(chunk)[name]!), name).toEqual(expected[name]);
    expect(chunks.flatMap(({ samples }) => Array.from(samples))).toEqual(whole.trace.samples);
    for (const chunk of chunks) for (const at of chunk.notes.atNs) { expect(at).toBeGreaterThanOrEqual(chunk.fromNs); expect(at).toBeLessThanOrEqual(chunk.untilNs); }
  }), { numRuns: 10 });
});

test('taking chunks changes nothing of the run', () => {
  const plain = watch(plan);
  plain.world.runUntil(1000);
  const cut = watch(plan);
  for (let ms = 0; ms <= 1000; ms += 50) { cut.world.runUntil(ms); takeChunk(cut.trace, 0, 0); }
  expect(cut.world.fingerprint).toBe(plain.world.fingerprint);
});

describe('a chunk', () => {
  const { world, trace } = watch(plan);
  world.runUntil(500);
  const chunk = takeChunk(trace, 0, 500e6);

  test('holds columns of exactly its length, and leaves an empty trace behind', () => {
    for (const name of TABLES) for (const [column, values] of Object.entries(chunk[name])) if (column !== 'length') expect((values as ArrayLike<unknown>).length, `${name}.${column}`).toBe(chunk[name].length);
    for (const name of TABLES) expect(trace[name].length).toBe(0);
    expect(trace.samples).toEqual([]);
  });
  test('names each of its buffers once for the transfer, and arrives unharmed', () => {
    const buffers = chunkBuffers(chunk);
    expect(new Set(buffers).size).toBe(buffers.length);
    const before = rowsOf(chunk);
    const got = structuredClone(chunk, { transfer: buffers });
    expect(rowsOf(got)).toEqual(before);
    expect(got.samples.length).toBeGreaterThan(0);
    for (const buffer of buffers) expect(buffer.byteLength).toBe(0); // all of it went over
  });
});

test('tables grow without losing a row', () => {
  const trace = createTrace();
  for (let i = 0; i < 2500; i++) {
    addHop(trace, i, i, 0, i % 7, i % 5, i * 10, i * 10 + 3, i % 4, i % 9, i % 256, i % 8);
    addNote(trace, 1, 2, i, i, i % 2 === 0 ? undefined : i);
  }
  const { hops, notes } = takeChunk(trace, 0, 0);
  for (const i of [0, 1023, 1024, 2048, 2499]) {
    expect([hops.call[i], hops.sentNs[i], hops.arriveNs[i], hops.link[i], hops.attempt[i], hops.flags[i]]).toEqual([i, i * 10, i * 10 + 3, i % 7, i % 256, i % 8]);
    expect([notes.atNs[i], notes.data[i]]).toEqual([i, i % 2 === 0 ? undefined : i]);
  }
});

test('attempts beyond 255 are shown as 255', () => {
  const { world, trace } = watch(planOf({ nodes: { user: [{ atMs: 0, to: 'shop', attempt: 300 }], shop: [{ engine: server, params: { work: constant(1) } }] }, links: { 'user>shop': 1 } }));
  world.runUntil(10);
  expect(trace.hops.attempt[0]).toBe(255);
});

test('names keep their numbers', () => {
  const names = createNames();
  expect(['a', 'b', 'a', '', 'b'].map((text) => nameIndex(names, text))).toEqual([0, 1, 0, 2, 1]);
  expect(names.list).toEqual(['a', 'b', '']);
});
