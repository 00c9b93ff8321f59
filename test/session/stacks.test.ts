import { afterEach, describe, expect, test } from 'vitest';
import { bench, type Bench } from './inProcess.ts';
import { decodeMoment } from '../../src/runs/link-read.ts';
import { run } from '../../src/runs/runner.ts';
import { shelf } from '../../src/runs/shelf.ts';
import type { GridCell } from '../../src/session/grid.ts';

let open: Bench | null = null;
afterEach(() => { open?.session.actions.openGallery(); open = null; });
const state = (b: Bench) => b.session.store.getState();
const finished = (b: Bench) => b.until(() => state(b).run?.status === 'finished');
const opened = async (document: object): Promise<Bench> => {
  open = bench();
  await open.session.actions.openDocument({ version: 1, durationMs: 4000, ...document });
  await finished(open);
  return open;
};
const storm = { pattern: 'retry', scenario: 'retry-storm', variant: 'naive' };
const users = { id: 'order-users', engine: 'client', params: { op: 'order', ratePerSecond: 130 } };

describe('editing a stack', () => {
  test('takes in a layer of another pattern, runs it, and comes back from its link as the same run', async () => {
    const b = await opened(storm);
    const before = state(b).run!.fingerprint;
    expect(await b.session.actions.loadEngines(['circuit-breaker'])).toBeNull();
    expect(b.session.actions.setStack('callers', [users, { id: 'retry', engine: 'retry' }, { id: 'circuit-breaker', engine: 'circuit-breaker' }])).toBeNull();
    await finished(b);
    const { document, fingerprint, layerIds } = state(b).run!;
    expect(fingerprint).not.toBe(before);
    expect(layerIds).toEqual(['order-users', 'retry', 'circuit-breaker', 'shop-app']);
    expect(fingerprint, 'headless').toBe((await run(document)).fingerprint);
    const { link } = await b.session.actions.momentLink();
    const address = new URL(link, 'https://site.test/');
    const { moment, problems } = await decodeMoment(address.search, address.hash, shelf);
    expect(problems).toEqual([]);
    expect((await run(moment!.document)).fingerprint, 'from its link').toBe(fingerprint);
  });

  test('is undone and done again as one edit, with what was said of a layer that went', async () => {
    const b = await opened({ ...storm, params: { retry: { maxAttempts: 2 } }, interventions: [{ atMs: 1000, kind: 'params', layer: 'retry', params: { maxAttempts: 3 } }], breakpoints: [{ kind: 'note', note: 'exhausted', layer: 'retry' }] });
    const before = state(b).run!.document;
    expect(b.session.actions.setStack('callers', [users])).toBeNull();
    expect(state(b).run!.document).toMatchObject({ params: {}, interventions: [], breakpoints: [], stacks: { callers: [users] } });
    b.session.actions.undo();
    expect(state(b).run!.document).toEqual(before);
    b.session.actions.redo();
    expect(state(b).run!.document.params).toEqual({});
    expect(b.session.actions.setStack('callers', null)).toBeNull();
    expect(state(b).run!.document.stacks).toBeUndefined();
  });

  test('keeps what the variant says of a layer that only moves', async () => {
    const b = await opened({ ...storm, variant: 'with' });
    const specs = [users, { id: 'retry', engine: 'retry', params: { maxAttempts: 4 } }];
    expect(b.session.actions.setStack('callers', specs)).toBeNull();
    expect(state(b).run!.resolved.nodes[0]!.layers.find(({ id }) => id === 'retry')!.params).toMatchObject({ budget: 'requestRatio' });
  });

  test.each([
    ['no application', [{ id: 'retry', engine: 'retry' }], /lost its application/],
    ['a name twice', [users, { id: 'retry', engine: 'retry' }, { id: 'retry', engine: 'retry' }], /retry.*twice/],
    ['an unknown engine', [users, { id: 'x', engine: 'retri' }], /retri/],
    ['an engine that is not loaded', [users, { id: 'x', engine: 'two-phase-commit' }], /two-phase-commit/],
    ['a bad value', [users, { id: 'x', engine: 'retry', params: { maxAttempts: 0 } }], /maxAttempts/],
    ['too many', [users, ...Array.from({ length: 16 }, (_, i) => ({ id: `r${i}`, engine: 'retry' }))], /16/],
  ])('refuses %s in words and changes nothing', async (_, stack, words) => {
    const b = await opened(storm);
    const before = state(b).run!.document;
    expect(b.session.actions.setStack('callers', stack)).toMatch(words);
    expect(state(b).run!.document).toBe(before);
  });

  test('says so where an engine does not exist', async () => {
    const b = await opened(storm);
    expect(await b.session.actions.loadEngines(['no-such-pattern'])).toBe('There is no layer no-such-pattern.');
  });
});

describe('a map', () => {
  const grid = { x: { layer: 'order-users', param: 'ratePerSecond', values: [20, 130] }, y: { layer: 'shop-app', param: 'queueCapacity', values: [30, 150] }, metric: 'callers.offered' };
  const short = { ...storm, durationMs: 55_000 };

  test('holds in each cell the figure of the very run that it opens', async () => {
    const b = await opened(short);
    const cells = new Map<string, number | null>();
    expect(await b.session.map(grid, ({ i, j }: GridCell, value) => cells.set(`${i} ${j}`, value))).toBeNull();
    expect(cells.size).toBe(4);
    expect(b.session.actions.setParams({ 'order-users': { ratePerSecond: 20 }, 'shop-app': { queueCapacity: 150 } }, 'cell')).toBeNull();
    await finished(b);
    expect(state(b).run!.summary!['callers.offered']).toBe(cells.get('0 1'));
    b.session.actions.undo();
    expect(state(b).run!.document.params, 'one edit').toEqual({});
  });
  test('shows values that are not allowed as none, and can be stopped', async () => {
    const b = await opened(short);
    const cells: (number | null)[] = [];
    const done = b.session.map({ ...grid, x: { ...grid.x, values: [-1, 130] } }, (_, value) => { cells.push(value); });
    await b.until(() => cells.length === 2);
    expect(cells).toEqual([null, null]);
    b.session.cancelMap();
    expect(await done).toBe('cancelled');
  });
  test('goes on with the other host when one dies', async () => {
    const b = await opened(short);
    const hosts = b.hosts.length;
    const cells: (number | null)[] = [];
    const done = b.session.map(grid, (_, value) => { cells.push(value); });
    await b.until(() => b.hosts.length === hosts + 2);
    b.hosts[hosts]!.kill();
    expect(await done).toBeNull();
    expect(cells).toHaveLength(4);
  });
  test('says why when all have died', async () => {
    const b = await opened(short);
    const hosts = b.hosts.length;
    const done = b.session.map(grid, () => undefined);
    await b.until(() => b.hosts.length === hosts + 2);
    b.hosts[hosts]!.kill();
    b.hosts[hosts + 1]!.kill();
    expect(await done).toMatch(/killed by the test/);
  });
});
