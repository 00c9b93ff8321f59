/** The map of a session: what is being computed, or was. It goes on while somebody looks elsewhere, and ends when another pattern opens. */
import { useSyncExternalStore } from 'react';
import type { RunDocument } from '../../runs/document.ts';
import type { Grid, GridCell } from '../../session/grid.ts';
import { useSession, type PageSession } from '../common/session.tsx';

export type Phase = 'running' | 'done' | 'cancelled' | 'failed';
export interface MapState {
  readonly phase: Phase;
  readonly problem: string | null;
  readonly grid: Grid;
  /** The run that the grid varies. */
  readonly document: RunDocument;
  /** By row and column; undefined: not computed yet, null: not allowed, NaN: no such figure. */
  readonly values: readonly (number | null | undefined)[];
  readonly computed: number;
  readonly of: number;
  readonly seconds: number;
}
/** Cells come faster than anybody sees. */
const SHOW_EVERY_MS = 80;

/** Whether a document differs from another in nothing but the two parameters of a grid (breakpoints change no run). */
export function sameBut(a: RunDocument, b: RunDocument, { x, y }: Pick<Grid, 'x' | 'y'>): boolean {
  const bare = (document: RunDocument): string => {
    const params: Record<string, Record<string, unknown>> = {};
    for (const [layer, values] of Object.entries(document.params).toSorted(([p], [q]) => (p < q ? -1 : 1))) {
      const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !(layer === x.layer && name === x.param) && !(layer === y.layer && name === y.param)).toSorted(([p], [q]) => (p < q ? -1 : 1)));
      if (Object.keys(rest).length > 0) params[layer] = rest;
    }
    const { faults, stacks, links, durationMs } = document;
    return JSON.stringify([document.pattern, document.scenario, document.variant, document.seed, document.interventions, faults, stacks, links, durationMs, params]);
  };
  return bare(a) === bare(b);
}

export class MapJob {
  state: MapState | null = null;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private serial = 0;
  private readonly session: Pick<PageSession, 'map' | 'cancelMap' | 'store'>;
  private readonly wall: () => number;
  constructor(session: Pick<PageSession, 'map' | 'cancelMap' | 'store'>, wall: () => number = () => performance.now()) {
    this.session = session;
    this.wall = wall;
    let pattern = session.store.getState().card?.id;
    session.store.subscribe(({ card }) => {
      if (card?.id === pattern) return;
      pattern = card?.id;
      this.forget();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => { this.listeners.add(listener); return () => { this.listeners.delete(listener); }; };
  private put(state: MapState | null): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  async start(grid: Grid, document: RunDocument): Promise<void> {
    const serial = ++this.serial;
    const begun = this.wall();
    const columns = grid.x.values.length;
    const values: (number | null | undefined)[] = Array.from({ length: columns * grid.y.values.length }, () => undefined);
    let computed = 0;
    const show = (phase: Phase, problem: string | null = null): void => {
      if (this.timer !== null) { clearTimeout(this.timer); this.timer = null; }
      this.put({ phase, problem, grid, document, values: [...values], computed, of: values.length, seconds: (this.wall() - begun) / 1000 });
    };
    show('running');
    const problem = await this.session.map(grid, ({ i, j }: GridCell, value) => {
      if (serial !== this.serial) return;
      values[j * columns + i] = value;
      computed++;
      this.timer ??= setTimeout(() => show('running'), SHOW_EVERY_MS);
    }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (serial !== this.serial) return;
    show(problem === null ? 'done' : problem === 'cancelled' ? 'cancelled' : 'failed', problem);
  }
  cancel(): void { this.session.cancelMap(); }
  forget(): void {
    if (this.state === null) return;
    this.serial++;
    if (this.timer !== null) { clearTimeout(this.timer); this.timer = null; }
    this.session.cancelMap();
    this.put(null);
  }
}

const jobs = new WeakMap<PageSession['store'], MapJob>();
export function useMapJob(): { readonly job: MapJob; readonly state: MapState | null } {
  const session = useSession();
  let job = jobs.get(session.store);
  if (job === undefined) { job = new MapJob(session); jobs.set(session.store, job); }
  const mine = job;
  return { job, state: useSyncExternalStore(job.subscribe, () => mine.state) };
}
