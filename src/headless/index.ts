/**
 * The simulator as a library, for Node and for a user's own tests:
 *
 *     const result = await simulate('circuit-breaker/hanging-payments/with', { seed: 7 });
 *     expect(result.summary['browse.goodRatio']).toBeGreaterThan(0.95);
 */
import { shelf } from '../runs/shelf.ts';
import { documentOfName } from '../runs/names.ts';
import { openDocument, type Validation } from '../runs/validate.ts';
import { loadRun, type LoadedRun } from '../runs/runner.ts';
import type { RunDocument } from '../runs/document.ts';
import { BrokenInvariant } from '../kernel/state.ts';
import { createNames, createTrace, takeChunk, type Chunk, type Names } from '../kernel/trace.ts';
import { World } from '../kernel/world.ts';
import { checkAssertion, type AssertionResult } from './assertions.ts';

export type { RunDocument } from '../runs/document.ts';
export { checkAssertion } from './assertions.ts';

/** What is wrong with a document or a name, one message a problem. */
export class RefusedDocument extends Error {
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  constructor(problems: readonly { readonly path: string; readonly message: string }[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.name = 'RefusedDocument';
    this.problems = problems;
  }
}

/** A whole number from 0 to 2^32 − 1, parameters by layer, and whatever else of a document is to differ. */
export type Changes = Partial<Pick<RunDocument, 'seed' | 'params' | 'faults' | 'interventions' | 'durationMs' | 'stacks' | 'links'>>;

export interface SimulationResult {
  readonly document: RunDocument;
  readonly fingerprint: string;
  readonly events: number;
  /** Figures of the measuring window, by name. */
  readonly summary: Readonly<Record<string, number>>;
  /** Notes of the whole run: `layer.note` → count. */
  readonly notes: Readonly<Record<string, number>>;
  readonly invariants: { readonly held: boolean; readonly broken: { readonly rule: string; readonly why: string; readonly atMs: number; readonly where: string } | null };
  readonly laws: readonly { readonly name: string; readonly why: string; readonly holds: boolean }[];
}
export interface SimulateOptions {
  /** Gets every piece of the trace as it is made, and the names it refers to. */
  readonly onTrace?: (chunk: Chunk, names: Names, loaded: LoadedRun) => void;
  /** Called now and then with the simulated time reached. */
  readonly onProgress?: (atMs: number, durationMs: number, events: number) => void;
}

/** A valid document from a name (`pattern/scenario/variant`) or from JSON, with changes applied. Throws RefusedDocument. */
export async function documentFrom(source: unknown, changes: Changes = {}): Promise<RunDocument> {
  const read = await (typeof source === 'string' ? documentOfName(source, shelf) : openDocument(source, shelf));
  const document = accepted(read);
  if (Object.keys(changes).length === 0) return document;
  return accepted(await openDocument({ ...document, ...changes }, shelf));
}
function accepted(read: Validation): RunDocument {
  if (read.document === undefined) throw new RefusedDocument(read.problems);
  return read.document;
}

/** Runs a document (or a name) to its end. A broken invariant is part of the result. */
export async function simulate(source: unknown, changes: Changes = {}, options: SimulateOptions = {}): Promise<SimulationResult> {
  const document = await documentFrom(source, changes);
  const loaded = await loadRun(document);
  const names = createNames();
  const trace = options.onTrace === undefined ? null : createTrace();
  const world = new World(loaded.plan, { names, trace });
  let broken: SimulationResult['invariants']['broken'] = null;
  let fromNs = 0;
  const sliceMs = Math.max(1000, loaded.plan.durationMs / 100);
  try {
    while (!world.finished || world.nowMs < world.durationMs) {
      world.runUntil(Math.min(world.durationMs, world.nowMs + sliceMs));
      if (trace !== null) { options.onTrace!(takeChunk(trace, fromNs, world.nowNs), names, loaded); fromNs = world.nowNs; }
      options.onProgress?.(world.nowMs, world.durationMs, world.events);
      if (world.nowMs >= world.durationMs) break;
    }
    world.check();
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    broken = { rule: error.rule, why: error.why, atMs: error.atMs, where: error.where };
  }
  const summary = world.summary();
  const notes: Record<string, number> = {};
  for (const [name, value] of Object.entries(summary)) {
    const [layer, note] = name.split('.noteTotal.');
    if (note !== undefined) notes[`${layer}.${note}`] = value;
  }
  return {
    document, fingerprint: world.fingerprint, events: world.events, summary, notes,
    invariants: { held: broken === null, broken },
    laws: world.ledger().map(({ name, why, holds }) => ({ name, why, holds })),
  };
}

/** Checks assertions such as `browse.goodRatio >= 0.95` or `goodput >= 0.95` against a result. */
export const assertAll = (result: SimulationResult, assertions: readonly string[]): AssertionResult[] => assertions.map((text) => checkAssertion(text, result));
