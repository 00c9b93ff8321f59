import { describe, expect, test } from 'vitest';
import type { EngineStory, LayerSpec } from '../../kernel/story.ts';
import type { NoteRow, Samples } from '../../session/types.ts';
import { effectOf, effectText, flowOf } from './flow.ts';
import { seenBy } from './occurrences.ts';
import { callersOf, firstOut, freshId, leastPlace, moved, placeFor, recommended, sameOrder, specsOf, wrongOrders } from './stackModel.ts';

const story = (more: Partial<EngineStory>): EngineStory => ({ title: 'x', params: {}, notes: {}, ...more });
const known: Readonly<Record<string, EngineStory>> = {
  client: story({ place: 'app' }), service: story({ place: 'app' }), aside: story({ rank: 10 }), breaker: story({ rank: 40 }), tag: story({}),
  retry: story({ rank: 30, misplaced: [{ inside: 'breaker', why: 'It counts too little.', shows: { of: 'self', note: 'exhausted' } }, { inside: 'retry', why: 'They multiply.', shows: { of: 'outer', note: 'scheduled' } }] }),
};
const engines = (ref: string): EngineStory | undefined => known[ref];
const stack = (...refs: string[]): LayerSpec[] => refs.map((engine, i) => ({ id: `${engine}${i}`, engine }));
const ids = (layers: readonly LayerSpec[]): string => layers.map(({ id }) => id).join(' ');

describe('places', () => {
  test('layers before the application guard what comes in; where nothing comes in there is no such place', () => {
    expect(firstOut(stack('tag', 'service', 'retry'), engines)).toBe(2);
    expect([leastPlace(stack('client', 'retry'), engines, false), leastPlace(stack('service', 'retry'), engines, true)]).toEqual([1, 0]);
  });
  test('a layer moves to its place; beyond the ends, to the end', () => {
    const three = stack('client', 'retry', 'breaker', 'tag');
    expect(ids(moved(three, 'tag3', 1, 1))).toBe('client0 tag3 retry1 breaker2');
    expect(ids(moved(three, 'retry1', 99, 1))).toBe('client0 breaker2 tag3 retry1');
    expect(ids(moved(three, 'tag3', 0, 1))).toBe('client0 tag3 retry1 breaker2');
    expect(moved(three, 'retry1', 0, 1)).toBe(three);
    expect(moved(three, 'nobody', 2, 1)).toBe(three);
  });
  test('a new layer goes where its rank has it, without one to the network', () => {
    expect(placeFor(stack('client', 'breaker'), 'retry', engines)).toBe(1);
    expect(placeFor(stack('client', 'retry'), 'breaker', engines)).toBe(2);
    expect(placeFor(stack('client', 'retry'), 'tag', engines)).toBe(2);
  });
  test('names are new in the whole topology', () => expect([freshId('rate-limiting', new Set()), freshId('circuit-breaker/plain-retry', new Set(['plain-retry', 'plain-retry-2']))]).toEqual(['rate-limiting', 'plain-retry-3']));
});

describe('the recommended order', () => {
  test('sorts what has a rank and leaves the rest where it is', () => {
    expect(ids(recommended(stack('client', 'breaker', 'tag', 'retry', 'aside'), engines))).toBe('client0 aside4 tag2 retry3 breaker1');
    const good = stack('client', 'aside', 'retry', 'breaker');
    expect(sameOrder(recommended(good, engines), good)).toBe(true);
  });
  test('says nothing of layers for incoming calls', () => expect(ids(recommended(stack('breaker', 'retry', 'service'), engines))).toBe('breaker0 retry1 service2'));
});

describe('wrong orders', () => {
  test('are those that an engine speaks of, with the note that shows it', () => {
    expect(wrongOrders(stack('client', 'breaker', 'retry'), engines)).toEqual([{ outer: 'breaker1', inner: 'retry2', cause: { why: 'It counts too little.', layer: 'retry2', note: 'exhausted' } }]);
    expect(wrongOrders(stack('client', 'retry', 'retry'), engines)).toEqual([{ outer: 'retry1', inner: 'retry2', cause: { why: 'They multiply.', layer: 'retry1', note: 'scheduled' } }]);
  });
  test('and those against the ranks, without a cause', () => expect(wrongOrders(stack('client', 'breaker', 'aside'), engines)).toEqual([{ outer: 'breaker1', inner: 'aside2', cause: null }]));
  test('a good order has none; layers for different targets never meet', () => {
    expect(wrongOrders(stack('client', 'retry', 'breaker', 'tag'), engines)).toEqual([]);
    expect(wrongOrders([{ id: 'a', engine: 'client' }, { id: 'b', engine: 'breaker', to: ['x'] }, { id: 'r', engine: 'retry', to: ['y'] }], engines)).toEqual([]);
    expect(wrongOrders(stack('breaker', 'retry', 'service'), engines)).toEqual([]);
  });
});

test('a document’s own stack stands before that of the variant and the scenario', () => {
  const scenario = { nodes: [{ id: 'n', role: 'client', stack: stack('client') }], variants: { other: { stacks: { n: stack('client', 'retry') } }, plain: {} } } as never;
  expect(specsOf({ variant: 'plain' } as never, scenario, 'n')).toHaveLength(1);
  expect(specsOf({ variant: 'other' } as never, scenario, 'n')).toHaveLength(2);
  expect(specsOf({ variant: 'other', stacks: { n: [] } } as never, scenario, 'n')).toHaveLength(0);
});
test('callers are the nodes with links, the one with the pattern’s own layer first', () => {
  const nodes = [{ id: 'a', layers: stack('client') }, { id: 'b', layers: stack('service', 'tag', 'tag') }, { id: 'c', layers: stack('service', 'retry') }, { id: 'd', layers: stack('service') }];
  const links = ['a', 'b', 'c'].map((from) => ({ from, to: 'd' }));
  expect(callersOf({ nodes, links } as never, engines, 'retry').map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

describe('what has happened by a moment', () => {
  const note = (atMs: number, name = 'exhausted'): NoteRow => ({ atMs, layer: 'retry', name, data: undefined, call: 0 });
  test('is counted up to it, also when the list has grown or begun anew', () => {
    const notes = [note(10), note(20, 'other'), note(30)];
    expect([seenBy(notes, 'retry', 'exhausted', 9), seenBy(notes, 'retry', 'exhausted', 10), seenBy(notes, 'retry', 'exhausted', 99)]).toEqual([null, { count: 1, firstMs: 10, lastMs: 10 }, { count: 2, firstMs: 10, lastMs: 30 }]);
    notes.push(note(40));
    expect(seenBy(notes, 'retry', 'exhausted', 99)!.count).toBe(3);
    notes.length = 1;
    expect(seenBy(notes, 'retry', 'exhausted', 99)!.count).toBe(1);
  });
});

describe('the load', () => {
  const samples = (into: number, out: number): Samples => ({ names: [], rows: 10, values: { 'a.inPerSecond': new Float64Array(10).fill(into), 'a.outPerSecond': new Float64Array(10).fill(out) } });
  test('is the mean of the last second, unknown before there is one', () => {
    expect(flowOf(samples(130, 520), 'a', 1000)).toEqual({ in: 130, out: 520 });
    expect([flowOf(samples(1, 1), 'a', 0), flowOf(samples(1, 1), 'b', 1000)]).toEqual([null, null]);
  });
  test('is multiplied, kept back, passed on', () => {
    expect([{ in: 130, out: 520 }, { in: 130, out: 13 }, { in: 100, out: 101 }, { in: 0, out: 0 }].map((flow) => [effectOf(flow), effectText(flow)])).toEqual([
      ['more', 'multiplies by 4'], ['less', 'keeps back 90 %'], ['same', 'passes all'], ['none', 'no calls'],
    ]);
  });
});
