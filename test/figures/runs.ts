/** Runs over many seeds, for the tests of numbers that texts state. */
import type { Ms } from '../../src/kernel/contract.ts';
import { createNames, createTrace } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import { catalogue } from '../../src/patterns/catalogue.ts';
import type { RunDocument } from '../../src/runs/document.ts';
import { loadPattern, type Pattern } from '../conformance/cases.ts';

export const SEEDS = 20;

export interface Run {
  readonly summary: Readonly<Record<string, number>>;
  /** Times of a note, from `fromMs` on. */
  times(note: string, fromMs?: Ms): Ms[];
  /** What a number in the data of a note was, each time. */
  values(note: string, name: string): number[];
}
export async function patternOf(id: string): Promise<Pattern> {
  return loadPattern(catalogue.find((card) => card.id === id)!, catalogue);
}
/** The same scenario and variant under the seeds 1, 2, 3 …, once each; `change` is what differs from the document; notes are kept where they are wanted. */
export function runsOf({ cases, stories }: Pattern, scenario: string, variant: string, { change = {}, untilMs, seeds = SEEDS, notes: wanted = false }: { readonly change?: Partial<RunDocument>; readonly untilMs?: Ms; readonly seeds?: number; readonly notes?: boolean } = {}): Run[] {
  const one = cases.find((each) => each.scenarioId === scenario && each.variantId === variant);
  if (one === undefined) throw new Error(`${stories.pattern} has no ${scenario}/${variant}`);
  const plan = one.plan({ ...one.document, ...change });
  return Array.from({ length: seeds }, (_, i) => {
    const trace = createTrace();
    const names = createNames();
    const world = new World({ ...plan, seed: i + 1 }, { check: 'off', fingerprint: false, trace: wanted ? trace : null, names });
    world.runUntil(untilMs ?? plan.durationMs);
    const { notes } = trace;
    const heard = Array.from({ length: notes.length }, (_each, n) => ({ atMs: notes.atNs[n]! / 1e6, note: names.list[notes.name[n]!]!, data: notes.data[n] }));
    return {
      summary: world.summary(),
      times: (note, fromMs = 0) => heard.filter((each) => each.note === note && each.atMs >= fromMs).map(({ atMs }) => atMs),
      values: (note, name) => heard.filter((each) => each.note === note).map(({ data }) => (data as Readonly<Record<string, number>>)[name]!),
    };
  });
}
