/** Runs a case to its end and gathers what the laws ask about: notes, moves, series, views, and how it ended. */
import type { Json, Plan } from '../../src/kernel/contract.ts';
import { BrokenInvariant, type Options } from '../../src/kernel/state.ts';
import { createNames, createTrace, takeChunk } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import type { Case } from './cases.ts';
import { TimerWatch } from './timers.ts';

export interface Heard {
  readonly atMs: number;
  readonly layer: string;
  readonly note: string;
  readonly data: Json | undefined;
}
export interface Observed {
  readonly case: Case;
  readonly fingerprint: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly broken: string | null;
  /** The first of each note of each layer, in order of time. */
  readonly first: readonly Heard[];
  /** Holes of note texts which the data did not fill: `layer note {hole}`. */
  readonly unfilled: ReadonlySet<string>;
  /** `engine reference: from -event-> to` */
  readonly moves: ReadonlySet<string>;
  readonly series: readonly string[];
  /** `layer/view` of every inspection made on the way. */
  readonly views: ReadonlySet<string>;
  /** Timers of calls that were over already. */
  readonly leaks: readonly string[];
}
/** Always there, whatever the note says. */
const GIVEN: ReadonlySet<string> = new Set(['layer', 'node']);
export const holesOf = (text: string): string[] => Array.from(text.matchAll(/\{(\w+)\}/g), ([, hole]) => hole!);

export function observe(one: Case, options: Options = {}, plan: Plan = one.plan()): Observed {
  const names = createNames();
  const trace = createTrace();
  const first = new Map<string, Heard>();
  const unfilled = new Set<string>();
  const moves = new Set<string>();
  const views = new Set<string>();
  const world = new World(plan, { ...options, trace, names });
  const timers = new TimerWatch(world);
  let broken: string | null = null;
  const take = (): void => {
    const { notes, moves: moved, ...chunk } = takeChunk(trace, 0, 0);
    for (let i = 0; i < notes.length; i++) {
      const layer = world.layerIds[notes.layer[i]!]!;
      const note = names.list[notes.name[i]!]!;
      const data = notes.data[i];
      const key = `${layer} ${note}`;
      if (!first.has(key)) first.set(key, { atMs: notes.atNs[i]! / 1e6, layer, note, data });
      for (const hole of holesOf(one.layers.get(layer)!.story.notes[note]?.text ?? '')) {
        if (!GIVEN.has(hole) && (typeof data !== 'object' || data === null || !Object.hasOwn(data, hole))) unfilled.add(`${key} {${hole}}`);
      }
    }
    for (let i = 0; i < moved.length; i++) {
      const [from, to, event] = [moved.from, moved.to, moved.event].map((column) => names.list[column[i]!]!);
      moves.add(`${one.layers.get(world.layerIds[moved.layer[i]!]!)!.ref}: ${from} -${event}-> ${to}`);
    }
    timers.take(chunk.hops, chunk.marks);
    for (const [layer, { views: seen = {} }] of Object.entries(world.inspect())) for (const view of Object.keys(seen)) views.add(`${layer}/${view}`);
  };
  try {
    for (let ms = 1000; ; ms += 1000) {
      world.runUntil(ms);
      take();
      if (ms >= plan.durationMs) break;
    }
    world.check();
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    broken = error.message;
    take();
  }
  return {
    case: one, fingerprint: world.fingerprint, summary: world.summary(), broken, first: [...first.values()].sort((a, b) => a.atMs - b.atMs),
    unfilled, moves, series: world.sampleNames, views, leaks: timers.leaks,
  };
}
