import { describe, expect, test } from 'vitest';
import type { Engine } from './contract.ts';
import { runSketch, type Seen, type Sketch } from '../../test/support/smallWorlds.ts';
import { caller, constant, echo, retrier, server, wall, watcher, type Act } from '../../test/support/tinyEngines.ts';

const always = { inspect: () => ({}), invariants: [] } as const;
const works = (ms: number) => ({ engine: server, params: { work: constant(ms) } });
const sketch = (acts: readonly Act[], more: Partial<Sketch> = {}): Sketch => ({ nodes: { user: acts, shop: [works(20)] }, links: { 'user>shop': 5 }, durationMs: 1000, ...more });
const figures = (...args: Parameters<typeof sketch>) => runSketch(sketch(...args)).world.summary();
/** The rows of samples of one series. */
const series = ({ world, trace }: Seen, name: string): number[] => {
  const width = world.sampleNames.length + 1;
  const column = world.sampleNames.indexOf(name) + 1;
  expect(column, name).toBeGreaterThan(0);
  return Array.from({ length: trace.samples.length / width }, (_, i) => trace.samples[i * width + column]!);
};

describe('requests of users', () => {
  const acts: Act[] = [
    { atMs: 100, to: 'shop' }, { atMs: 110, to: 'shop', deadlineMs: 140 }, { atMs: 120, to: 'shop', deadlineMs: 149.9 }, { atMs: 130, to: 'shop', patienceMs: 10 },
    { atMs: 140, to: 'shop', op: 'bad' }, { atMs: 150, to: 'shop', intendedMs: 90 },
  ];
  const faults: Sketch['faults'] = [{ kind: 'errors', node: 'shop', op: 'bad', ratio: 1, fromMs: 0 }];
  const all = figures(acts, { faults });

  test('are offered once each, and end in one outcome each', () => {
    expect(all).toMatchObject({ 'user.offered': 6, 'user.ok': 4, 'user.timeout': 1, 'user.transientError': 1, 'user.rejected': 0 });
  });
  test('are good when they are ok within the caller’s deadline, to the instant', () => {
    expect(all['user.good']).toBe(3); // 140 is in time, 150 would have been late for 149.9
    expect(all['user.goodRatio']).toBe(0.5);
    expect(all['user.goodputPerSecond']).toBe(3);
  });
  test('take as long as they take from their intended start', () => {
    expect(all['user.meanMs']).toBeCloseTo((30 + 30 + 30 + 10 + 10 + 90) / 6, 9);
    expect(figures([{ atMs: 150, to: 'shop', intendedMs: 90 }])['user.meanMs']).toBe(90);
  });
  test('count where they begin and where they end, each inside the measuring window or not', () => {
    const cut = figures(acts, { faults, measure: { fromMs: 120, untilMs: 150 } });
    // 120, 130 and 140 begin inside; those of 110, 130 and the one that ends at 150 sharp do not count alike.
    expect(cut).toMatchObject({ 'user.offered': 3, 'user.ok': 2, 'user.good': 2, 'user.timeout': 1, 'user.transientError': 0 });
    expect(cut['user.goodputPerSecond']).toBeCloseTo(2 / 0.03, 9);
  });
  test('of a run that has not reached the end of its window count by the time that has passed', () => {
    const seen = runSketch(sketch([{ atMs: 100, to: 'shop' }], { durationMs: 500, measure: { fromMs: 0, untilMs: 1000 } }));
    expect(seen.world.summary()['user.goodputPerSecond']).toBe(2);
  });
  test('that nobody made have no latency: not a number, rather than zero', () => {
    const none = figures([{ atMs: 2000, to: 'shop' }]);
    for (const name of ['p50Ms', 'p99Ms', 'meanMs', 'goodRatio']) expect(none[`user.${name}`], name).toBeNaN();
    expect(none['user.goodputPerSecond']).toBe(0);
  });
  test('have percentiles by nearest rank, within one percent', () => {
    const spread = figures(Array.from({ length: 100 }, (_, i) => ({ atMs: 100, to: 'shop', intendedMs: 130 - (i + 1) })));
    for (const [name, rank] of [['p50Ms', 50], ['p95Ms', 95], ['p99Ms', 99]] as const) expect(Math.abs(spread[`user.${name}`]! - rank), name).toBeLessThan(rank / 100);
  });
  test('made by a service on behalf of others are none of its own', () => {
    expect(Object.keys(figures([{ atMs: 1, to: 'shop' }])).filter((name) => name.endsWith('.offered'))).toEqual(['user.offered']);
  });
});

describe('a node', () => {
  test('holds by Little’s law what comes in times how long it stays', () => {
    const acts = Array.from({ length: 9 }, (_, i) => ({ atMs: 100 * i, to: 'shop' }));
    const found = figures(acts);
    expect(found).toMatchObject({ 'shop.arrivals': 9, 'shop.served': 9, 'shop.inFlightMean': (9 * 20) / 1000 });
    expect(figures(acts, { measure: { fromMs: 215, untilMs: 415 } })['shop.inFlightMean']).toBeCloseTo((10 + 20 + 10) / 200, 12); // 205–225, 305–325, 405–425
  });
  test('has a peak of arrivals within a tenth of a second', () => {
    const acts = [5, 15, 95, 96, 230].map((atMs) => ({ atMs, to: 'shop' })); // they arrive 5 ms later
    expect(figures(acts)['shop.arrivalsPeakPerSecond']).toBe(30); // 100 ms sharp still belongs to the first tenth
    expect(figures(acts, { measure: { fromMs: 200, untilMs: 300 } })['shop.arrivalsPeakPerSecond']).toBe(10);
  });
  test('wastes the work for callers that have gone', () => {
    const deaf: Engine = { ...server, onCancel: undefined };
    const seen = runSketch({ ...sketch([{ atMs: 0, to: 'shop', patienceMs: 10 }, { atMs: 100, to: 'shop' }]), nodes: { user: [{ atMs: 0, to: 'shop', patienceMs: 10 }, { atMs: 100, to: 'shop' }], shop: [{ engine: deaf, params: { work: constant(20) } }] } });
    expect(seen.world.summary()).toMatchObject({ 'shop.served': 2, 'shop.wasted': 1 });
    expect(series(seen, 'shop.wastedPerSecond').slice(0, 2)).toEqual([10, 0]);
  });
});

describe('samples', () => {
  const acts: Act[] = [10, 20, 130, 170, 199.999999, 200, 201].map((atMs) => ({ atMs, to: 'shop', patienceMs: atMs === 170 ? 5 : 500 }));
  const seen = runSketch(sketch(acts, { durationMs: 450 }));

  test('come every 100 ms, at the end of what they are of', () => {
    const width = seen.world.sampleNames.length + 1;
    expect(seen.trace.samples.filter((_, i) => i % width === 0)).toEqual([100e6, 200e6, 300e6, 400e6]);
  });
  test('count what happened since the last, per second; what happens at the very instant belongs to the one that ends', () => {
    expect(series(seen, 'user.offeredPerSecond')).toEqual([20, 40, 10, 0]);
    expect(series(seen, 'user.goodputPerSecond')).toEqual([20, 10, 30, 0]);
    expect(series(seen, 'user.errorsPerSecond')).toEqual([0, 10, 0, 0]);
    expect(series(seen, 'user.rejectedPerSecond')).toEqual([0, 0, 0, 0]);
    expect(series(seen, 'shop.arrivalsPerSecond')).toEqual([20, 20, 30, 0]);
    expect(series(seen, 'user>shop.requestsPerSecond')).toEqual([20, 40, 10, 0]);
  });
  test('show levels as means over time', () => {
    expect(series(seen, 'shop.inFlight').map((mean) => Math.round(mean * 1e6) / 1e6)).toEqual([0.4, 0.25, 0.6, 0]); // the one given up at 175 leaves at 180
    expect(series(seen, 'shop.busy')).toEqual(series(seen, 'shop.inFlight'));
  });
  test('count the calls that go into each layer and out of it below, further attempts and refusals as what they are', () => {
    const user = (...layers: (Engine | { readonly engine: Engine; readonly params: Readonly<Record<string, unknown>> })[]) => runSketch({
      nodes: { user: [{ engine: caller, params: { acts: [10, 20, 130].map((atMs) => ({ atMs, to: 'shop' })) } }, ...layers], shop: [works(1)] }, links: { 'user>shop': 1 }, durationMs: 300,
      faults: [{ kind: 'errors', node: 'shop', ratio: 1, fromMs: 0 }],
    });
    const tries = { engine: retrier, params: { times: 3 } };
    const multiplied = user(tries, watcher);
    expect(['user-0.outPerSecond', 'user-1.inPerSecond', 'user-1.outPerSecond', 'user-2.inPerSecond', 'user-2.outPerSecond'].map((name) => series(multiplied, name)[0])).toEqual([20, 20, 60, 60, 60]);
    expect(series(multiplied, 'user-1.outPerSecond')).toEqual(series(multiplied, 'user>shop.requestsPerSecond'));
    const kept = user(watcher, wall);
    expect(['user-1.outPerSecond', 'user-2.inPerSecond', 'user-2.outPerSecond', 'shop.inPerSecond'].map((name) => series(kept, name)[0])).toEqual([20, 20, 0, 0]);
  });
  test('show percentiles of the last second', () => {
    expect(series(seen, 'user.p50Ms')).toEqual([30, 30, 30, 30]);
    const slow = runSketch(sketch(Array.from({ length: 20 }, (_, i) => ({ atMs: 100, to: 'shop', intendedMs: 130 - (i + 1) })), { durationMs: 1300 }));
    expect(series(slow, 'user.p50Ms')).toEqual([NaN, ...Array.from({ length: 10 }, () => 10), NaN, NaN]);
    expect(series(slow, 'user.p95Ms')[1]).toBe(19);
    expect(series(slow, 'user.p99Ms')[1]).toBe(20);
  });
});

describe('modes, levels and notes of a layer', () => {
  const at = (times: Readonly<Record<number, (ctx: Parameters<NonNullable<Engine['onStart']>>[1]) => void>>): Engine => ({
    ...always, gauges: ['level'], init: () => null,
    onStart: (_, ctx) => { for (const ms of Object.keys(times)) ctx.after(Number(ms), Number(ms)); },
    onTimer: (_, key, ctx) => times[key as number]!(ctx),
  });
  const machine = at({
    100: (ctx) => ctx.transition('', 'closed', 'open', 'trip'), 350: (ctx) => ctx.transition('', 'open', 'closed', 'reset'), 400: (ctx) => ctx.transition('', 'closed', 'open', 'trip'),
    200: (ctx) => ctx.transition('b', 'idle', 'busy', 'go'), 500: (ctx) => { ctx.note('said'); ctx.gauge(0, 4); }, 600: (ctx) => { ctx.note('said'); ctx.gauge(0, 1); }, 700: (ctx) => { ctx.gauge(0, 0); },
  });
  const run = (measure?: Sketch['measure']) => runSketch({ nodes: { node: [machine] }, durationMs: 1000, ...(measure && { measure }) });

  test('the time in each mode adds up, from the start of the run to its end, for each instance', () => {
    expect(run().world.summary()).toMatchObject({ 'node.closedMs': 150, 'node.openMs': 850, 'node.b.idleMs': 200, 'node.b.busyMs': 800 });
    expect(run({ fromMs: 50, untilMs: 375 }).world.summary()).toMatchObject({ 'node.closedMs': 75, 'node.openMs': 250, 'node.b.idleMs': 150, 'node.b.busyMs': 175 });
  });
  test('levels are means over the window, and over each sample', () => {
    const seen = run();
    expect(seen.world.summary()['node.levelMean']).toBeCloseTo((4 * 100 + 100) / 1000, 12);
    expect(run({ fromMs: 550, untilMs: 650 }).world.summary()['node.levelMean']).toBeCloseTo((4 * 50 + 50) / 100, 12);
    expect(series(seen, 'node.level')).toEqual([0, 0, 0, 0, 0, 4, 1, 0, 0, 0]);
  });
  test('notes are counted in the window and in the whole run', () => {
    expect(run({ fromMs: 550, untilMs: 1000 }).world.summary()).toMatchObject({ 'node.note.said': 1, 'node.noteTotal.said': 2 });
  });
  test('of thousands of short-lived instances only so many are followed', () => {
    const many = at({ 10: (ctx) => { for (let i = 0; i < 500; i++) ctx.transition(`saga${i}`, 'begun', 'done', 'end'); } });
    expect(Object.keys(runSketch({ nodes: { node: [many] } }).world.summary()).filter((name) => name.endsWith('doneMs'))).toHaveLength(64);
  });
});

test('a figure is there for every node, link and outcome, also when nothing happened', () => {
  const empty = runSketch({ nodes: { user: [{ atMs: 900, to: 'shop' }], shop: [echo] }, links: { 'user>shop': 1 }, durationMs: 100 }).world.summary();
  for (const name of ['user.offered', 'user.ok', 'user.stale', 'shop.arrivals', 'shop.wasted', 'user>shop.requests', 'user>shop.lost', 'shop.inFlightMean']) expect(empty[name], name).toBe(0);
});
