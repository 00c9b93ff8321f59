/** Document → run: loads what it needs, builds the world, runs it. The worker, the command line and tests all start here. */
import type { Plan } from '../kernel/contract.ts';
import { BrokenInvariant, type Options } from '../kernel/state.ts';
import { World } from '../kernel/world.ts';
import { catalogue } from '../patterns/catalogue.ts';
import { roles } from '../roles/index.ts';
import { refsOfDocument, type Stories } from './document-stories.ts';
import type { RunDocument } from './document.ts';
import { buildPlan, loadEngines, resolve, type ResolvedScenario } from './plan.ts';
import { shelf } from './shelf.ts';

export interface LoadedRun {
  readonly document: RunDocument;
  readonly stories: Stories;
  readonly resolved: ResolvedScenario;
  readonly plan: Plan;
}
/** Loads stories and engines of a valid document. Rejects where the pattern or an engine does not exist. */
export async function loadRun(document: RunDocument): Promise<LoadedRun> {
  const stories = await shelf.load(document.pattern, refsOfDocument(document));
  if (stories === undefined) throw new Error(`There is no pattern ${document.pattern}.`);
  const resolved = resolve(document, stories);
  const { engineOf, laws } = await loadEngines(resolved, catalogue, roles);
  return { document, stories, resolved, plan: buildPlan(resolved, engineOf, laws) };
}

export interface RunResult {
  readonly fingerprint: string;
  readonly events: number;
  /** Figures of the measuring window, by name. */
  readonly summary: Readonly<Record<string, number>>;
  /** A broken rule that ended the run. */
  readonly broken: { readonly rule: string; readonly why: string; readonly atMs: number; readonly where: string } | null;
  readonly lawsBroken: readonly { readonly name: string; readonly why: string }[];
}
export const resultOf = (world: World, broken: RunResult['broken'] = null): RunResult => ({
  fingerprint: world.fingerprint, events: world.events, summary: world.summary(), broken,
  lawsBroken: world.ledger().filter((law) => !law.holds).map(({ name, why }) => ({ name, why })),
});

/** Runs a plan to its end in one go. A broken invariant is part of the result; anything else that an engine throws goes on. */
export function runPlan(plan: Plan, options: Options = {}): RunResult {
  const world = new World(plan, options);
  try {
    world.runUntil(plan.durationMs);
    return resultOf(world);
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    return resultOf(world, { rule: error.rule, why: error.why, atMs: error.atMs, where: error.where });
  }
}
/** The same from a valid document. */
export async function run(document: RunDocument, options: Options = {}): Promise<RunResult> {
  return runPlan((await loadRun(document)).plan, options);
}
