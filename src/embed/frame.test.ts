import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ERRORS, MAX_EVENTS_PER_SECOND, RATE } from './contract.ts';
import { createFrame, type Frame, type Incoming } from './frame.ts';
import type { Verbs } from './verbs.ts';

let sent: { readonly message: Record<string, unknown>; readonly origin: string }[];
let say: (message: Incoming) => void;
let now: number;
let calls: unknown[][];
const parent = { postMessage: (message: unknown, origin: string) => { sent.push({ message: message as Record<string, unknown>, origin }); } };
const verbs = new Proxy({} as Verbs, { get: (_, name) => (name === 'then' ? undefined : (...args: unknown[]) => { calls.push([name, ...args]); return name === 'inject' ? Promise.reject(new Error('no such node')) : Promise.resolve({ name }); }) });

function frameFor(pinned: string | null = null): Frame {
  return createFrame({ parent, pinned, listen: (heard) => { say = heard; return () => { say = () => undefined; }; }, verbs: async () => verbs, wallMs: () => now, warn: () => undefined });
}
const from = (data: unknown, origin = 'https://docs.example', source: unknown = parent): void => say({ source, origin, data });
const settle = (): Promise<void> => new Promise((done) => { setTimeout(done, 0); });
const hello = async (origin?: string): Promise<void> => { from({ jsonrpc: '2.0', id: 0, method: 'hello', params: { version: 1 } }, origin); await settle(); sent = []; };

beforeEach(() => { sent = []; now = 0; calls = []; });

describe('the handshake', () => {
  test('it waits, answers hello, and then talks to that origin alone', async () => {
    const frame = frameFor();
    expect(sent).toEqual([{ message: { jsonrpc: '2.0', method: 'waiting', params: { version: 1 } }, origin: '*' }]);
    frame.emit('note', { name: 'too early' });
    expect(sent).toHaveLength(1);
    await hello();
    frame.emit('note', { name: 'opened' });
    expect(sent).toEqual([{ message: { jsonrpc: '2.0', method: 'note', params: { name: 'opened' } }, origin: 'https://docs.example' }]);
    from({ jsonrpc: '2.0', id: 1, method: 'play' }, 'https://evil.example');
    await settle();
    expect(calls).toEqual([]);
  });
  test('with a pinned origin nothing goes anywhere else, not even the first word', async () => {
    frameFor('https://docs.example');
    expect(sent[0]!.origin).toBe('https://docs.example');
    from({ jsonrpc: '2.0', id: 1, method: 'hello', params: [1] }, 'https://evil.example');
    await settle();
    expect(sent).toHaveLength(1);
  });
  test('a host that is late still hears that the simulation is ready', async () => {
    const frame = frameFor();
    frame.emit('ready', { pattern: 'saga' });
    from({ jsonrpc: '2.0', id: 1, method: 'hello', params: [1] });
    await settle();
    expect(sent.slice(1).map(({ message }) => message.method ?? 'answer')).toEqual(['answer', 'ready']);
  });
  test('an opaque origin can only be answered by a star', async () => {
    frameFor();
    from({ jsonrpc: '2.0', id: 1, method: 'hello', params: [1] }, 'null');
    await settle();
    expect(sent.at(-1)!.origin).toBe('*');
  });
});

describe('requests', () => {
  test('parameters come as a list or by name; a notification gets no answer; a failure says why', async () => {
    frameFor();
    await hello();
    from({ jsonrpc: '2.0', id: 'a', method: 'set', params: { value: 3, layer: 'l', param: 'p' } });
    from({ jsonrpc: '2.0', method: 'step', params: ['note', -1] });
    from({ jsonrpc: '2.0', id: 2, method: 'inject', params: [{}] });
    await settle();
    expect(calls).toEqual([['set', 'l', 'p', 3], ['step', 'note', -1], ['inject', {}]]);
    expect(sent.map(({ message }) => message)).toEqual([
      { jsonrpc: '2.0', id: 'a', result: { name: 'set' } },
      { jsonrpc: '2.0', id: 2, error: { code: ERRORS.failed, message: 'no such node' } },
    ]);
  });
  test.each([
    [{ jsonrpc: '2.0', id: 1, method: '__proto__' }, ERRORS.unknownMethod], [{ jsonrpc: '2.0', id: 1, method: 'hasOwnProperty' }, ERRORS.unknownMethod],
    [{ jsonrpc: '2.0', id: 1, method: 'play', params: [1] }, ERRORS.badParams], [{ jsonrpc: '2.0', id: 1, method: 'play', params: 'x' }, ERRORS.badParams],
    [{ jsonrpc: '2.0', id: 1, method: 'seek', params: { a: 1 } }, ERRORS.badParams], [{ jsonrpc: '2.0', id: 1, method: 7 }, ERRORS.invalid],
    [{ jsonrpc: '2.0', id: 1, method: 'open', params: ['y'.repeat(100_000)] }, ERRORS.tooLarge], [{ jsonrpc: '2.0', id: 1, method: 'open', params: [new Map()] }, ERRORS.invalid],
    [{ jsonrpc: '2.0', id: 1, method: 'open', params: [JSON.parse('{"__proto__":{"admin":true}}')] }, ERRORS.invalid],
    [{ jsonrpc: '2.0', id: 1, method: 'hello', params: [2] }, ERRORS.version],
  ])('%j is refused', async (message, code) => {
    frameFor();
    await hello();
    from(message);
    await settle();
    expect(sent[0]!.message).toMatchObject({ id: 1, error: { code } });
    expect(calls).toEqual([]);
  });
  test('a flood is cut off, its refusals too, and after a second all is well', async () => {
    frameFor();
    await hello();
    for (let id = 0; id < 100_000; id++) from({ jsonrpc: '2.0', id, method: 'play' });
    await settle();
    expect(calls.length).toBeLessThanOrEqual(RATE.burst);
    expect(sent.length).toBeLessThanOrEqual(2 * RATE.burst);
    now = 2000;
    from({ jsonrpc: '2.0', id: 'after', method: 'pause' });
    await settle();
    expect(sent.at(-1)!.message).toMatchObject({ id: 'after', result: {} });
  });
  test('events are bounded as well, and say how many were left out', async () => {
    const frame = frameFor();
    await hello();
    for (let i = 0; i < 500; i++) frame.emit('note', { i });
    expect(sent).toHaveLength(MAX_EVENTS_PER_SECOND);
    now = 1500;
    frame.emit('note', { i: 500 });
    expect(sent.at(-1)!.message.params).toEqual({ i: 500, skipped: 500 - MAX_EVENTS_PER_SECOND });
    frame.emit('ended', { atMs: 1 });
    expect(sent.at(-1)!.message.method).toBe('ended');
  });
  test('whatever arrives, nothing throws, and nobody but the host is heard', async () => {
    frameFor();
    await hello();
    fc.assert(fc.property(fc.anything({ withMap: true, withSet: true, withTypedArray: true, withSparseArray: true, withDate: true }), fc.constantFrom('https://docs.example', 'https://evil.example', 'null'), fc.boolean(), (data, origin, ours) => {
      from(data, origin, ours ? parent : {});
      from({ jsonrpc: '2.0', id: 1, method: 'play', params: data }, 'https://evil.example', ours ? parent : {});
      from(typeof data === 'object' && data !== null ? { ...data, jsonrpc: '2.0' } : data, origin, ours ? parent : {});
    }), { numRuns: 500 });
    await settle();
    expect(calls).toEqual([]);
  });
});
