/** Looks for a counterexample: runs of one document under other seeds and crashes, until one breaks a rule. In slices, so it can be stopped. */
import type { Ms } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import { BrokenInvariant } from '../kernel/state.ts';
import { createNames, createTrace } from '../kernel/trace.ts';
import { World } from '../kernel/world.ts';
import type { Found, FromWorker, Search } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import { loadRun, type LoadedRun } from '../runs/runner.ts';

/** The documents to try, in order: all seeds without a crash, then each crash point at each occurrence under each seed. */
export function* candidates({ document, seeds, crashPoints, occurrences, downMs, maxRuns }: Search, faults: readonly Fault[]): Generator<RunDocument> {
  let runs = 0;
  for (let seed = 1; seed <= seeds && runs < maxRuns; seed++, runs++) yield { ...document, seed };
  for (let occurrence = 1; occurrence <= occurrences; occurrence++) {
    for (const { node, note } of crashPoints) {
      for (let seed = 1; seed <= seeds; seed++) {
        if (runs++ >= maxRuns) return;
        yield { ...document, seed, faults: [...faults, { kind: 'crashAt', node, note, occurrence, downMs, fromMs: 0 }] };
      }
    }
  }
}
export const countOf = ({ seeds, crashPoints, occurrences, maxRuns }: Search): number => Math.min(maxRuns, seeds * (1 + crashPoints.length * occurrences));

export class CounterexampleSearch {
  readonly serial: number;
  private readonly search: Search;
  private readonly base: Promise<void>;
  private loaded: LoadedRun | null = null;
  private documents: Generator<RunDocument> | null = null;
  private current: { readonly document: RunDocument; readonly world: World } | null = null;
  private problem: string | null = null;
  private runs = 0;

  constructor(search: Search, serial: number) {
    this.serial = serial;
    this.search = search;
    this.base = loadRun(search.document).then((loaded) => { this.loaded = loaded; this.documents = candidates(search, loaded.resolved.faults); }, (error: unknown) => { this.problem = String(error); });
  }
  get ready(): Promise<void> { return this.base; }

  /** Works for the budget; its news, if any. The search is over when it says `searched`. */
  work(budgetMs: number, wall: () => number): FromWorker | null {
    if (this.problem !== null) return this.over(null, this.problem);
    if (this.loaded === null) return null;
    const start = wall();
    while (wall() - start < budgetMs) {
      if (this.current === null) {
        const next = this.documents!.next();
        if (next.done === true) return this.over(null);
        // Only seed and faults differ, so the engines are there already.
        const { plan } = this.loaded;
        this.current = { document: next.value, world: new World({ ...plan, seed: next.value.seed, faults: next.value.faults ?? plan.faults }, { fingerprint: false, check: 'sample' }) };
      }
      const found = this.advance(this.current);
      if (found !== null) return this.over(found);
      if (this.current === null) this.runs++;
    }
    return { type: 'searching', serial: this.serial, runs: this.runs, ofRuns: countOf(this.search) };
  }
  private advance({ document, world }: NonNullable<CounterexampleSearch['current']>): Found | null {
    const wanted = (rule: string): boolean => this.search.rule === null || this.search.rule === rule;
    try {
      world.runUntil(world.durationMs, 2000);
      const broken = world.ledger().find((law) => !law.holds && wanted(law.name));
      if (broken !== undefined) return { document, atMs: brokenAt(this.loaded!, document, broken.name, world.nowMs), rule: broken.name, why: broken.why };
      if (world.finished) this.current = null;
      return null;
    } catch (error) {
      if (!(error instanceof BrokenInvariant)) throw error;
      this.current = null;
      return wanted(error.rule) ? { document, atMs: error.atMs, rule: error.rule, why: error.why } : null;
    }
  }
  private over(found: Found | null, problem?: string): FromWorker {
    return { type: 'searched', serial: this.serial, runs: this.runs + (found === null ? 0 : 1), found, ...(problem !== undefined && { problem }) };
  }
}

/** Runs the document once more with its notes kept: the moment at which the law first broke. */
function brokenAt({ plan }: LoadedRun, document: RunDocument, rule: string, untilMs: Ms): Ms {
  const trace = createTrace();
  const names = createNames();
  const world = new World({ ...plan, seed: document.seed, faults: document.faults ?? plan.faults }, { trace, names, check: 'off' });
  world.runUntil(untilMs);
  const { notes } = trace;
  for (let i = 0; i < notes.length; i++) if (names.list[notes.name[i]!] === 'lawBroken' && (notes.data[i] as { readonly law?: string }).law === rule) return notes.atNs[i]! / 1e6;
  return untilMs;
}
