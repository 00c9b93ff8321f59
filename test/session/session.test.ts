import { afterEach, describe, expect, test } from 'vitest';
import { bench, type Bench } from './inProcess.ts';
import { defaultDocument, type RunDocument } from '../../src/runs/document.ts';
import { run } from '../../src/runs/runner.ts';
import { shelf } from '../../src/runs/shelf.ts';

let open: Bench | null = null;
const start = (): Bench => { open = bench(); return open; };
afterEach(() => { open?.session.actions.openGallery(); open = null; });
const finished = (b: Bench) => b.until(() => b.session.store.getState().run?.status === 'finished');
const state = (b: Bench) => b.session.store.getState();
const breakerDocument = async (change: Partial<RunDocument> = {}): Promise<RunDocument> => ({ ...defaultDocument((await shelf.load('circuit-breaker'))!), ...change });

describe('the session', () => {
  test('opens paused at the scenario’s moment and computes the whole run to the fingerprint that a headless run has', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    expect(state(b).clock).toMatchObject({ atMs: 27_000, playing: false });
    await finished(b);
    expect(state(b).run!.fingerprint).toBe((await run(await breakerDocument())).fingerprint);
  });

  test('plays on by wall time times speed, and never past what has been computed', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    b.session.actions.setSpeed(2);
    b.session.actions.play();
    b.frame(0);
    b.frame(50);
    expect(state(b).clock.atMs).toBeCloseTo(27_100, 6);
    // A tab that slept for a minute goes on where it was.
    b.frame(60_000);
    expect(state(b).clock.atMs).toBeCloseTo(27_300, 6);
  });

  test('a parameter changed in mid-run counts from that moment on, is recorded, and gives what the same document gives headless', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    b.session.actions.seek(40_000);
    b.session.actions.setEditFrom('now');
    expect(b.session.actions.setParam('breaker', 'waitDurationInOpenStateMs', 1000)).toBeNull();
    await finished(b);
    const { document, fingerprint } = state(b).run!;
    expect(document.interventions).toEqual([{ atMs: 40_000.000001, kind: 'params', layer: 'breaker', params: { waitDurationInOpenStateMs: 1000 } }]);
    expect(fingerprint).toBe((await run(document)).fingerprint);
    expect(fingerprint).not.toBe((await run(await breakerDocument())).fingerprint);
  });

  test('a bad value is refused with the parameter, the rule and the nearest legal value, and changes nothing', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    const before = state(b).run!.document;
    const problem = b.session.actions.setParam('breaker', 'failureRateThresholdPercent', 130);
    expect(problem).toMatch(/failureRateThresholdPercent/);
    expect(problem).toMatch(/100/);
    expect(state(b).run!.document).toBe(before);
  });

  test('a fault added in the past forks the run, and both branches can be gone back to', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    const first = state(b).run!.fingerprint;
    b.session.actions.seek(80_000);
    expect(b.session.actions.addFault({ kind: 'crash', node: 'catalog', fromMs: 50_000, untilMs: 55_000 })).toBeNull();
    await finished(b);
    expect(state(b).branches.map(({ parent, forkedAtMs }) => ({ parent, forkedAtMs }))).toEqual([{ parent: null, forkedAtMs: null }, { parent: 1, forkedAtMs: 50_000 }]);
    const second = state(b).run!.fingerprint;
    expect(second).not.toBe(first);
    b.session.actions.switchBranch(1);
    await b.until(() => state(b).run!.status === 'finished' && state(b).run!.fingerprint === first);
    b.session.actions.undo();
    await b.until(() => state(b).run!.status === 'finished' && state(b).run!.document.faults === undefined);
    expect(state(b).canRedo).toBe(true);
  });

  test('a look at any moment has the fingerprint of a run played straight to it', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    for (const atMs of [61_234.5, 3000, 119_999, 33_333, 33_332]) {
      b.session.actions.seek(atMs);
      await b.until(() => state(b).run!.look?.atMs === atMs);
      const straight = await run(await breakerDocument({ durationMs: 120_000 }));
      expect(straight.events).toBe(state(b).run!.events);
      const { World } = await import('../../src/kernel/world.ts');
      const { loadRun } = await import('../../src/runs/runner.ts');
      const world = new World((await loadRun(await breakerDocument())).plan);
      world.runUntil(atMs);
      expect(state(b).run!.look!.fingerprint).toBe(world.fingerprint);
    }
  });

  test('a host killed in mid-run loses nothing: the run is restored and ends with the same fingerprint', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await b.until(() => state(b).run!.computedMs > 0);
    b.hosts[0]!.kill();
    expect(state(b).run!.status).toBe('recovering');
    await finished(b);
    expect(state(b).run!.fingerprint).toBe((await run(await breakerDocument())).fingerprint);
    expect(b.hosts).toHaveLength(2);
  });

  test('three deaths within a minute stop with a message', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    for (let i = 0; i < 3; i++) {
      await b.until(() => b.hosts.length > i);
      b.hosts[i]!.kill();
    }
    expect(state(b).run!.status).toBe('failed');
    expect(state(b).run!.failure!.message).toMatch(/3 times within a minute/);
  });

  test('the baselines are measured on the same traffic and show by how much the route starves without the breaker', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    await b.until(() => state(b).baselines.without !== undefined);
    expect(state(b).run!.summary!['browse.goodputPerSecond']!).toBeGreaterThan(1.7 * state(b).baselines.without!['browse.goodputPerSecond']!);
  });

  test('steps go to the next and the previous note, and to the next event', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    const opened = state(b).run!.notes.find((note) => note.name === 'opened')!.atMs;
    expect(await b.session.actions.step({ unit: 'note', name: 'opened' }, 1)).toBe(opened);
    const next = (await b.session.actions.step({ unit: 'event' }, 1))!;
    expect(next).toBeGreaterThan(opened);
    expect(await b.session.actions.step({ unit: 'event' }, -1)).toBe(opened);
  });

  test('play stops exactly at a breakpoint', async () => {
    const b = start();
    await b.session.actions.openPattern('circuit-breaker');
    await finished(b);
    b.session.actions.setBreakpoints([{ kind: 'mode', layer: 'breaker', mode: 'open' }]);
    await finished(b);
    b.session.actions.setSpeed(100);
    b.session.actions.play();
    for (let i = 0; i < 50 && state(b).clock.playing; i++) b.frame(20);
    const opened = state(b).run!.moves.find((move) => move.to === 'open')!.atMs;
    expect(state(b).clock).toMatchObject({ playing: false, atMs: opened });
  });
});
