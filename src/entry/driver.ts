/**
 * `window.patternscope`: drives the page by meaning, not by pixels and sleeps. Every promise resolves after the frame for its moment has
 * been painted. Times are simulated milliseconds. The verbs are described in driverTypes.ts.
 */
import type { Ms } from '../kernel/contract.ts';
import { chaptersOf } from '../runs/tour.ts';
import type { Session } from '../session/session.ts';
import { goToBeat, tourState } from '../session/tour.ts';
import type { RunState } from '../session/types.ts';
import type { Driver, Snapshot } from './driverTypes.ts';
import { known } from './known.ts';

export type { Change, Driver, DriverEvent, Goal, Snapshot, TourStep } from './driverTypes.ts';
export const DRIVER_VERSION = 1;

/** A frame that has not come by then won't. */
const NO_FRAME_MS = 1000;
/** Nor will a stage: the page can't be shown, or was hidden meanwhile. */
const NO_STAGE_MS = 5000;
/** A worker's drawing reaches the screen with the frames that follow; a hidden page has no frames to wait for. */
async function presented(isSeen: () => boolean): Promise<void> {
  for (let frame = 0; frame < 3 && isSeen(); frame++) await new Promise((next) => { requestAnimationFrame(next); setTimeout(next, NO_FRAME_MS); });
}
const noFilm: Driver['film'] = async () => { throw new Error('Films are made on the full page, not in an embed.'); };

export interface Page {
  /** Frames come at all. Default: while the document is not hidden; a frame far outside the window of its host has none although it is not. */
  isSeen?(): boolean;
  /** There is a stage. Default true. */
  readonly hasStage?: boolean;
  /** Default: refuses. */
  readonly film?: Driver['film'];
}

export function createDriver(session: Session, ready: Promise<void>, { isSeen = () => !document.hidden, hasStage = true, film = noFilm }: Page = {}): Driver {
  const { store, actions } = session;
  const state = store.getState;
  const run = (): RunState => {
    const current = state().run;
    if (current === null) throw new Error('No pattern is open; call open(name) first.');
    return current;
  };
  const until = (holds: () => boolean): Promise<void> => new Promise((resolve) => {
    if (holds()) { resolve(); return; }
    const stop = store.subscribe(() => { if (holds()) { stop(); resolve(); } });
  });
  const whole = async (): Promise<RunState> => {
    await until(() => { const s = state().run?.status; return s === undefined || s === 'finished' || s === 'failed'; });
    return run();
  };
  const snapshot = async (): Promise<Snapshot> => {
    // The page may still be making its stage; one that is hidden makes none.
    if (hasStage && isSeen()) await Promise.race([session.staged(), new Promise((late) => { setTimeout(late, NO_STAGE_MS); })]);
    await session.settled();
    await presented(isSeen);
    const { clock } = state();
    const { document, look, durationMs, failure } = run();
    if (look === null) throw new Error(failure?.message ?? 'The run shows nothing yet.');
    return { ...look, document, durationMs, playing: clock.playing, speed: clock.speed };
  };
  const done = async (problem: string | null): Promise<Snapshot> => {
    if (problem !== null) throw new Error(problem);
    await whole();
    return snapshot();
  };
  /** Edits refuse by a notice where they have no control of their own to say it at. */
  const refused = (): void => {
    const problem = state().notices.findLast((notice) => notice.tone === 'error');
    if (problem === undefined) return;
    actions.dismiss(problem.id);
    throw new Error(`${problem.text} ${problem.detail ?? ''}`.trim());
  };
  const summary = (): Readonly<Record<string, number>> => {
    const { summary: figures, status, failure } = run();
    if (figures !== null) return figures;
    throw new Error(status === 'failed' ? `The run has no figures: ${failure?.message ?? 'it failed'}` : 'The run is still being computed; await computed().');
  };

  return {
    version: DRIVER_VERSION,
    ready,
    async open(what) {
      await ready;
      if (typeof what === 'string') {
        const [pattern, scenario, variant] = what.split('/');
        await actions.openDocument({ version: 1, pattern, ...(scenario !== undefined && { scenario }), ...(variant !== undefined && { variant }) });
      } else await actions.openDocument(what);
      refused();
      const { fatal } = state();
      if (fatal !== null) throw new Error(`${fatal.title} ${fatal.detail}`);
      return done(null);
    },
    async computed() { await whole(); },
    async play() { run(); actions.play(); await session.settled(); },
    pause() { actions.pause(); return snapshot(); },
    async seek(t) {
      const { durationMs } = run();
      if (!(t >= 0 && t <= durationMs)) throw new Error(`t is ${t}, but must be from 0 to ${durationMs} ms.`);
      await until(() => run().computedMs >= t || run().status === 'failed');
      actions.seek(t);
      return snapshot();
    },
    async step(by = 'event', direction = 1) {
      await whole();
      const followed = state().followed?.root;
      if (by === 'hop' && followed === undefined) throw new Error('A hop belongs to a request: follow(root) one first, or say { unit: "hop", root }.');
      const atMs = await actions.step(by === 'hop' ? { unit: by, root: followed! } : typeof by === 'string' ? { unit: by } : by, direction);
      await session.settled();
      await presented(isSeen);
      return atMs;
    },
    async runUntil(goal) {
      actions.pause();
      const computed = await whole();
      const { momentOf } = await import('./goals.ts');
      actions.seek(momentOf(goal, computed, state().clock.atMs));
      return snapshot();
    },
    async set(layer, param, value) {
      known('layer', layer, run().layerIds);
      await session.editable();
      return done(actions.setParam(layer, param, value));
    },
    async inject(fault) { run(); await session.editable(); return done(actions.addFault(fault)); },
    async control(layer, control) {
      known('layer', layer, run().layerIds);
      await session.editable();
      actions.useControl(layer, control);
      refused();
      return done(null);
    },
    async setVariant(variant) {
      known('variant', variant, Object.keys(state().story!.scenarios[run().document.scenario]!.variants));
      await session.editable();
      actions.setVariant(variant);
      return done(null);
    },
    setSpeed(speed) {
      if (!(speed >= 0.1 && speed <= 100)) throw new Error(`speed is ${speed}, but must be from 0.1 to 100.`);
      actions.setSpeed(speed);
    },
    async fork(change) {
      actions.pause();
      await session.editable();
      const { durationMs, layerIds } = await whole();
      const { atMs } = state().clock;
      if (atMs >= durationMs) throw new Error('The run is at its end: nothing can be otherwise after it.');
      if ('layer' in change) known('layer', change.layer, layerIds);
      if ('fault' in change && change.fault.fromMs < atMs) throw new Error(`The fault begins at ${change.fault.fromMs} ms, before the shown moment, ${atMs} ms.`);
      // All of the run counts as played, so that what differs from now on is a branch of its own.
      actions.seek(durationMs);
      actions.seek(atMs);
      const before = state().editFrom;
      actions.setEditFrom('now');
      const problem = 'fault' in change ? actions.addFault(change.fault) : 'param' in change ? actions.setParam(change.layer, change.param, change.value) : (actions.useControl(change.layer, change.control), null);
      actions.setEditFrom(before);
      refused();
      await done(problem);
      const { branches, branch } = state();
      return branches.find(({ id }) => id === branch)!;
    },
    branches: () => (run(), state().branches),
    async switchBranch(id) {
      known('branch', String(id), state().branches.map((branch) => String(branch.id)));
      actions.switchBranch(id);
      return done(null);
    },
    async compare(what) {
      const { document } = run();
      if (what !== null && 'variant' in what && !('version' in what)) known('variant', String(what.variant), Object.keys(state().story!.scenarios[document.scenario]!.variants));
      if (what !== null) await session.editable();
      actions.compareWith(what as Parameters<typeof actions.compareWith>[0]);
      if (what === null) return null;
      await until(() => state().other?.status === 'finished' || state().other?.status === 'failed');
      await session.settled();
      await presented(isSeen);
      const { summary: figures, failure } = state().other!;
      if (figures === null) throw new Error(failure?.message ?? 'The compared run failed.');
      return figures;
    },
    snapshot,
    notes: () => run().notes,
    transitions: () => run().moves,
    metrics: summary,
    fingerprint() {
      const { fingerprint } = run();
      if (fingerprint === null) throw new Error('The run is still being computed; await computed().');
      return fingerprint;
    },
    broken() {
      const { notes, failure, status } = run();
      if (status !== 'finished' && status !== 'failed') throw new Error('The run is still being computed; await computed().');
      const laws = notes.filter(({ name }) => name === 'lawBroken').map(({ data }) => String((data as { readonly law?: string } | undefined)?.law));
      return [...new Set([...laws, ...(failure === null ? [] : [failure.message])])];
    },
    async follow(root) { await whole(); await actions.follow(root); },
    tour() {
      const { placed, chapter } = tourState({ story: state().story, run: run() });
      return chaptersOf(state().story!).flatMap(({ from, beats, scenario, variant }) => beats.map(({ title, text }, i) => ({
        title, text, scenario, variant, atMs: from === chapter?.from ? placed[i]!.atMs : null,
      })));
    },
    async goTo(step) {
      const steps = state().story?.lesson ?? [];
      run();
      if (!(step in steps)) throw new Error(`There is no step ${step}: the tour has steps 0 to ${steps.length - 1}.`);
      if (!(await goToBeat(session, step, 'jump'))) throw new Error(`Step ${step} of the tour, "${steps[step]!.title}", does not happen in its run: it waits for ${JSON.stringify(steps[step]!.when)}.`);
      return snapshot();
    },
    on(event, callback) {
      let atMs: Ms = state().clock.atMs;
      return store.subscribe((now) => {
        const current = now.run;
        if (current === null) return;
        if (event === 'ended' && atMs < current.durationMs && now.clock.atMs >= current.durationMs) callback({ atMs: current.durationMs });
        if (event === 'error' && current.failure !== null && current.status === 'failed') callback(current.failure);
        if (event === 'note' || event === 'modechange') {
          const rows: readonly { readonly atMs: Ms }[] = event === 'note' ? current.notes : current.moves;
          if (now.clock.atMs > atMs) for (const row of rows) if (row.atMs > atMs && row.atMs <= now.clock.atMs) callback(row);
        }
        atMs = now.clock.atMs;
      });
    },
    async link() { return new URL((await actions.momentLink()).link, location.href).href; },
    film,
    sabotage: (how) => session.sabotage(how),
  };
}
