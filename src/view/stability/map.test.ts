import { describe, expect, test, vi } from 'vitest';
import type { EngineStory } from '../../kernel/story.ts';
import type { RunDocument } from '../../runs/document.ts';
import { cellDocument, coarseFirst, type Grid } from '../../session/grid.ts';
import { placeOn, rangeProblem, tunables, usualAxes, usualRange, valuesBetween, type NumberParam } from './axes.ts';
import { brink, extent, shownAt } from './cells.ts';
import { MapJob, sameBut } from './mapJob.ts';

const number = (more: Partial<NumberParam> = {}): NumberParam => ({ kind: 'number', label: 'Rate', help: '', unit: 'perSecond', min: 0, max: 1000, initial: 10, ...more });
const document: RunDocument = { version: 1, pattern: 'p', scenario: 's', variant: 'v', params: { users: { ratePerSecond: 130, op: 'order' } }, seed: 1, interventions: [], breakpoints: [] };
const grid: Grid = { x: { layer: 'users', param: 'ratePerSecond', values: [10, 20, 30, 40, 50] }, y: { layer: 'app', param: 'queue', values: [1, 2, 3, 4] }, metric: 'users.good' };

describe('axes', () => {
  const story = (params: EngineStory['params']): EngineStory => ({ title: '', notes: {}, params });
  const layers = [
    { id: 'users', node: 'n', nodeTitle: '', engine: 'client', story: story({ ratePerSecond: number(), op: { kind: 'data', label: '', help: '', initial: '', shape: '' } }) },
    { id: 'app', node: 'm', nodeTitle: '', engine: 'service', story: story({ queueCapacity: number({ integer: true, unit: 'count' }) }) },
  ];
  const all = tunables(layers, (layer) => (layer === 'users' ? { ratePerSecond: 130, op: 'x' } : { queueCapacity: 150 }));
  test('are the number parameters; load against queue where there is one', () => {
    expect(all.map(({ id, value }) => [id, value])).toEqual([['users.ratePerSecond', 130], ['app.queueCapacity', 150]]);
    expect(usualAxes(all, () => false)).toEqual(['users.ratePerSecond', 'app.queueCapacity']);
    expect(usualAxes(all.slice(0, 1), () => false)).toBeNull();
  });
  test('reach from a fifth of the value to half as much again, inside what is allowed', () => {
    expect(usualRange(all[0]!)).toEqual({ from: 26, to: 200 });
    expect(usualRange({ param: number({ max: 180 }), value: 130 })).toEqual({ from: 26, to: 180 });
    expect(usualRange({ param: number({ integer: true }), value: 0 })).toEqual({ from: 0, to: 20 });
  });
  test('have even steps; whole numbers come once', () => {
    expect(valuesBetween(number(), 0, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(valuesBetween(number(), 26, 200, 10)).toEqual([26, 45, 65, 84, 103, 123, 142, 161, 181, 200]);
    expect(valuesBetween(number({ integer: true }), 1, 3, 6)).toEqual([1, 2, 3]);
  });
  test('refuse ranges in words', () => {
    expect(rangeProblem(number(), 1, 5)).toBeNull();
    expect([rangeProblem(number(), 5, 1), rangeProblem(number(), NaN, 1), rangeProblem(number(), -1, 1), rangeProblem(number({ aboveMin: true }), 0, 1)]).toEqual([expect.stringContaining('rise'), expect.stringContaining('two numbers'), expect.stringContaining('between 0 and 1000'), expect.stringContaining('above 0')]);
  });
  test('place a value between their steps, or say that it lies outside', () => {
    expect([placeOn(grid.x, 30), placeOn(grid.x, 35), placeOn(grid.x, 5), placeOn(grid.x, 60)]).toEqual([{ at: 2, outside: false }, { at: 2.5, outside: false }, { at: 0, outside: true }, { at: 4, outside: true }]);
  });
});

describe('cells', () => {
  test('are run coarse first, each once', () => {
    const cells = coarseFirst(9, 6);
    expect(cells.slice(0, 6)).toEqual([{ i: 0, j: 0 }, { i: 4, j: 0 }, { i: 8, j: 0 }, { i: 0, j: 4 }, { i: 4, j: 4 }, { i: 8, j: 4 }]);
    expect(new Set(cells.map(({ i, j }) => `${i} ${j}`)).size).toBe(54);
    expect(cells).toHaveLength(54);
  });
  test('are the run with both values; all else stays', () => {
    expect(cellDocument(document, grid, { i: 1, j: 2 })).toEqual({ ...document, params: { users: { ratePerSecond: 20, op: 'order' }, app: { queue: 3 } } });
    expect(cellDocument(document, { x: grid.x, y: { layer: 'users', param: 'deadlineMs', values: [7] } }, { i: 0, j: 0 }).params).toEqual({ users: { ratePerSecond: 10, op: 'order', deadlineMs: 7 } });
  });
  test('show what a coarser one says until their own run is done', () => {
    const values = Array.from({ length: 64 }, () => undefined as number | undefined);
    values[0] = 5;
    expect([shownAt(values, 8, 3, 3), shownAt(values, 8, 4, 0)]).toEqual([{ value: 5, own: false }, { value: undefined, own: false }]);
    values[2 * 8 + 2] = 7;
    expect(shownAt(values, 8, 3, 3)).toEqual({ value: 7, own: false });
    values[3 * 8 + 3] = 0;
    expect(shownAt(values, 8, 3, 3)).toEqual({ value: 0, own: true });
  });
  test('have an extent without what is no number', () => expect([extent([undefined, null, NaN]), extent([3, undefined, 9, NaN, null])]).toEqual([null, { low: 3, high: 9 }]));
  test('have a brink between those above and below a level', () => expect(brink([0, 10, 0, 10], 2, 2, 5)).toBe('M1,2v-1M1,1v-1'));
});

describe('the job', () => {
  test('a map is stale when anything but its two parameters changes', () => {
    const again = (more: Partial<RunDocument>) => sameBut({ ...document, ...more }, document, grid);
    expect(again({ params: { app: { queue: 9 }, users: { op: 'order', ratePerSecond: 1 } } })).toBe(true);
    expect(again({ breakpoints: [{ kind: 'invariant' }] })).toBe(true);
    expect([again({ seed: 2 }), again({ variant: 'w' }), again({ params: { users: { op: 'other' } } }), again({ stacks: { n: [] } }), again({ faults: [] })]).toEqual([false, false, false, false, false]);
  });
  test('gathers cells, counts, and ends; another pattern ends it', async () => {
    vi.useFakeTimers();
    let state: unknown = { card: { id: 'p' } };
    const listeners: ((s: unknown) => void)[] = [];
    let put: (cell: { i: number; j: number }, value: number | null) => void = () => undefined;
    let end: (problem: string | null) => void = () => undefined;
    const session = {
      store: { getState: () => state, subscribe: (listener: (s: unknown) => void) => { listeners.push(listener); return () => undefined; } },
      map: (_: Grid, onCell: typeof put) => { put = onCell; return new Promise<string | null>((resolve) => { end = resolve; }); },
      cancelMap: () => end('cancelled'),
    };
    const job = new MapJob(session as never, () => 0);
    void job.start(grid, document);
    expect(job.state).toMatchObject({ phase: 'running', computed: 0, of: 20 });
    put({ i: 4, j: 1 }, 12);
    put({ i: 0, j: 0 }, null);
    vi.advanceTimersByTime(100);
    expect(job.state).toMatchObject({ phase: 'running', computed: 2 });
    expect([job.state!.values[9], job.state!.values[0], job.state!.values[1]]).toEqual([12, null, undefined]);
    end(null);
    await vi.advanceTimersByTimeAsync(1);
    expect(job.state).toMatchObject({ phase: 'done', computed: 2 });
    void job.start(grid, document);
    job.cancel();
    await vi.advanceTimersByTimeAsync(1);
    expect(job.state).toMatchObject({ phase: 'cancelled' });
    state = { card: { id: 'q' } };
    for (const listener of listeners) listener(state);
    expect(job.state).toBeNull();
    vi.useRealTimers();
  });
});
