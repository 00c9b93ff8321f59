/**
 * `window.patternscope`: drives the page by meaning, not by pixels and sleeps. Every promise resolves after the frame for its moment has
 * been painted. Times are simulated milliseconds.
 */
import type { Json, LayerId, Ms } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import type { Look, StepUnit } from '../protocol/messages.ts';
import { listed, nearestName } from '../runs/suggest.ts';
import type { RunDocument } from '../runs/document.ts';
import type { Session } from '../session/session.ts';
import type { MoveRow, NoteRow, RunState } from '../session/types.ts';

export const DRIVER_VERSION = 1;

/** What to run until. The first that comes counts; `after` defaults to the shown moment. */
export type Goal =
  | { readonly t: Ms }
  | { readonly note: string; readonly layer?: LayerId; readonly after?: Ms }
  | { readonly mode: string; readonly layer?: LayerId; readonly instance?: string; readonly after?: Ms }
  | { readonly metric: string; readonly above?: number; readonly below?: number; readonly after?: Ms }
  | { readonly invariant: true };
export interface Snapshot extends Look {
  readonly document: RunDocument;
  readonly playing: boolean;
  readonly speed: number;
  readonly durationMs: Ms;
}
export interface Driver {
  readonly version: number;
  /** Resolves when the page can be driven. */
  readonly ready: Promise<void>;
  /** Opens a name (`pattern`, `pattern/scenario`, `pattern/scenario/variant`) or a run document; resolves when its whole run is computed. */
  open(what: string | object): Promise<Snapshot>;
  /** Resolves when the whole run has been computed (after an edit, a recovery …). */
  computed(): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<Snapshot>;
  seek(t: Ms): Promise<Snapshot>;
  /** One step; null when there is none. */
  step(by?: 'event' | 'note' | 'transition' | StepUnit, direction?: 1 | -1): Promise<Ms | null>;
  /** Goes to the first moment at which the goal holds; rejects, saying what was seen instead, if it never does. */
  runUntil(goal: Goal): Promise<Snapshot>;
  set(layer: LayerId, param: string, value: Json): Promise<Snapshot>;
  inject(fault: Fault): Promise<Snapshot>;
  control(layer: LayerId, control: string): Promise<Snapshot>;
  setVariant(variant: string): Promise<Snapshot>;
  setSpeed(speed: number): void;
  /** Shows another variant or document beside the run; null ends it. */
  compare(what: { readonly variant: string } | object | null): Promise<void>;
  snapshot(): Promise<Snapshot>;
  notes(): readonly NoteRow[];
  transitions(): readonly MoveRow[];
  /** Figures of the measuring window of the whole run. */
  metrics(): Readonly<Record<string, number>>;
  /** Of the whole run. */
  fingerprint(): string;
  /** Calls back on `note`, `modechange`, `ended`, `error`; returns how to stop. */
  on(event: 'note' | 'modechange' | 'ended' | 'error', callback: (detail: unknown) => void): () => void;
  /** A link to this moment. */
  link(): Promise<string>;
  /** For tests of recovery: makes the run's worker die. */
  sabotage(how: 'throw' | 'reject' | 'loop' | 'close'): void;
}

/** A worker's drawing reaches the screen with the frames that follow; a hidden page has no frames to wait for. */
async function presented(): Promise<void> {
  for (let frame = 0; frame < 3 && !document.hidden; frame++) await new Promise((next) => { requestAnimationFrame(next); });
}

export function createDriver(session: Session, ready: Promise<void>): Driver {
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
    await until(() => { const s = state().run?.status; return s === 'finished' || s === 'failed'; });
    return run();
  };
  const snapshot = async (): Promise<Snapshot> => {
    await session.settled();
    await presented();
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
  const known = (what: string, name: string, names: readonly string[]): void => {
    if (names.includes(name)) return;
    const near = nearestName(name, names);
    throw new Error(`There is no ${what} "${name}". ${near === undefined ? `There are ${listed(names)}.` : `Did you mean "${near}"?`}`);
  };
  const unique = (names: readonly string[]): string[] => [...new Set(names)];

  const momentOf = (goal: Goal, { notes, moves, samples, failure, layerIds, durationMs }: RunState, atMs: Ms): Ms => {
    if ('layer' in goal && goal.layer !== undefined) known('layer', goal.layer, layerIds);
    if ('t' in goal) {
      if (goal.t > durationMs) throw new Error(`The run ends at ${durationMs} ms, before ${goal.t} ms.`);
      return goal.t;
    }
    if ('invariant' in goal) {
      const found = failure?.atMs ?? notes.find((note) => note.name === 'lawBroken')?.atMs;
      if (found === undefined) throw new Error('No rule was broken in the whole run.');
      return found;
    }
    const after = goal.after ?? atMs;
    if ('note' in goal) {
      const mine = notes.filter((note) => note.name === goal.note && (goal.layer === undefined || note.layer === goal.layer));
      const found = mine.find((note) => note.atMs > after);
      if (found !== undefined) return found.atMs;
      if (mine.length === 0) {
        const names = unique(notes.map(({ name }) => name));
        const near = nearestName(goal.note, names);
        throw new Error(`The note "${goal.note}" never came. ${near === undefined ? '' : `Did you mean "${near}"? `}Seen were ${listed(names)}.`);
      }
      throw new Error(`The note "${goal.note}" did not come after ${after} ms; it came at ${mine.slice(-5).map((note) => `${note.atMs} ms`).join(', ')}.`);
    }
    if ('mode' in goal) {
      const mine = moves.filter((move) => (goal.layer === undefined || move.layer === goal.layer) && (goal.instance === undefined || move.instance === goal.instance));
      const found = mine.find((move) => move.to === goal.mode && move.atMs > after);
      if (found !== undefined) return found.atMs;
      const modes = unique(mine.map(({ to }) => to));
      const near = modes.includes(goal.mode) ? undefined : nearestName(goal.mode, modes);
      throw new Error(`Nothing became "${goal.mode}" after ${after} ms. ${near === undefined ? '' : `Did you mean "${near}"? `}Entered were ${mine.slice(-8).map((move) => `${move.to} at ${move.atMs} ms`).join(', ') || 'no modes at all'}.`);
    }
    known('metric', goal.metric, samples.names);
    const values = samples.values[goal.metric]!;
    let least = Infinity, most = -Infinity;
    for (let row = 0; row < samples.rows; row++) {
      const value = values[row]!;
      if ((row + 1) * 100 <= after || Number.isNaN(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
      if ((goal.above !== undefined && value > goal.above) || (goal.below !== undefined && value < goal.below)) return (row + 1) * 100;
    }
    throw new Error(`${goal.metric} stayed between ${least} and ${most}.`);
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
      const problem = state().notices.findLast((notice) => notice.tone === 'error');
      if (problem !== undefined) { actions.dismiss(problem.id); throw new Error(`${problem.text} ${problem.detail ?? ''}`); }
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
      const atMs = await actions.step(typeof by === 'string' ? { unit: by } : by, direction);
      await session.settled();
      return atMs;
    },
    async runUntil(goal) {
      actions.pause();
      const computed = await whole();
      actions.seek(momentOf(goal, computed, state().clock.atMs));
      return snapshot();
    },
    async set(layer, param, value) {
      known('layer', layer, run().layerIds);
      return done(actions.setParam(layer, param, value));
    },
    inject: (fault) => done(actions.addFault(fault)),
    async control(layer, control) {
      known('layer', layer, run().layerIds);
      actions.useControl(layer, control);
      return done(null);
    },
    async setVariant(variant) {
      known('variant', variant, Object.keys(state().story!.scenarios[run().document.scenario]!.variants));
      actions.setVariant(variant);
      return done(null);
    },
    setSpeed(speed) {
      if (!(speed >= 0.1 && speed <= 100)) throw new Error(`speed is ${speed}, but must be from 0.1 to 100.`);
      actions.setSpeed(speed);
    },
    async compare(what) {
      actions.compareWith(what as Parameters<typeof actions.compareWith>[0]);
      if (what === null) return;
      await until(() => state().other?.status === 'finished' || state().other?.status === 'failed');
      await session.settled();
    },
    snapshot,
    notes: () => run().notes,
    transitions: () => run().moves,
    metrics() {
      const { summary } = run();
      if (summary === null) throw new Error('The run is still being computed; await computed().');
      return summary;
    },
    fingerprint() {
      const { fingerprint } = run();
      if (fingerprint === null) throw new Error('The run is still being computed; await computed().');
      return fingerprint;
    },
    on(event, callback) {
      const { clock } = state();
      let atMs = clock.atMs;
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
    sabotage: (how) => session.sabotage(how),
  };
}
