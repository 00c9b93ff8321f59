/** The search that is under way. It belongs to the session, not to a panel: it goes on while somebody looks elsewhere. */
import { useSyncExternalStore } from 'react';
import type { Fault } from '../../kernel/faults.ts';
import type { Found, Search } from '../../protocol/messages.ts';
import { useSession, type PageSession } from '../common/session.tsx';

export type SearchState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'running'; readonly runs: number; readonly ofRuns: number; readonly perSecond: number }
  | { readonly phase: 'none'; readonly runs: number }
  | { readonly phase: 'found'; readonly runs: number; readonly found: Found; /** The crash that was added, if one was. */ readonly crash: Fault | null }
  | { readonly phase: 'cancelled' }
  | { readonly phase: 'failed'; readonly problem: string };

export class SearchJob {
  state: SearchState = { phase: 'idle' };
  /** The document that is searched. */
  private about: unknown = null;
  private readonly listeners = new Set<() => void>();
  private serial = 0;
  private readonly session: Pick<PageSession, 'search' | 'cancelSearch'>;
  private readonly wall: () => number;
  constructor(session: Pick<PageSession, 'search' | 'cancelSearch'>, wall: () => number = () => performance.now()) {
    this.session = session;
    this.wall = wall;
  }

  readonly subscribe = (listener: () => void): (() => void) => { this.listeners.add(listener); return () => { this.listeners.delete(listener); }; };
  private put(state: SearchState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  /** `faults`: how many the run has without the search's own. */
  async start(search: Omit<Search, 'document'>, ofRuns: number, faults: number, about: unknown = null): Promise<void> {
    if (this.state.phase === 'running') return;
    this.about = about;
    const serial = ++this.serial;
    const begun = this.wall();
    this.put({ phase: 'running', runs: 0, ofRuns, perSecond: 0 });
    const mine = () => serial === this.serial && this.state.phase === 'running';
    try {
      const result = await this.session.search(search, (runs, of) => {
        if (mine()) this.put({ phase: 'running', runs, ofRuns: of, perSecond: runs / Math.max(0.001, (this.wall() - begun) / 1000) });
      });
      if (!mine()) return;
      if (result === null) this.put({ phase: 'cancelled' });
      else if (result.problem !== undefined) this.put({ phase: 'failed', problem: result.problem });
      else if (result.found === null) this.put({ phase: 'none', runs: result.runs });
      else {
        const { found } = result;
        const tried = found.document.faults ?? [];
        this.put({ phase: 'found', runs: result.runs, found, crash: search.crashPoints.length > 0 && tried.length === faults + 1 ? (tried.at(-1) ?? null) : null });
      }
    } catch (error) {
      if (mine()) this.put({ phase: 'failed', problem: error instanceof Error ? error.message : String(error) });
    }
  }
  cancel(): void {
    if (this.state.phase !== 'running') return;
    this.serial++;
    this.session.cancelSearch();
    this.put({ phase: 'cancelled' });
  }
  /** Forgets a result that was about another document. */
  keepFor(document: unknown): void { if (this.state.phase !== 'running' && this.state.phase !== 'idle' && document !== this.about) this.put({ phase: 'idle' }); }
}

const jobs = new WeakMap<PageSession['store'], SearchJob>();
export function useSearchJob(): { readonly job: SearchJob; readonly state: SearchState } {
  const session = useSession();
  let job = jobs.get(session.store);
  if (job === undefined) { job = new SearchJob(session); jobs.set(session.store, job); }
  const mine = job;
  return { job, state: useSyncExternalStore(job.subscribe, () => mine.state) };
}
