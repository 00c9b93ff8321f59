/** How components reach the session: narrow selections for what is drawn, subscriptions for what moves with the clock. */
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore, type ReactNode, type RefObject } from 'react';
import type { StoreApi } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { Inspection, LayerId } from '../../kernel/contract.ts';
import type { FilmAsked, FilmRange } from '../../film/options.ts';
import type { Film } from '../../film/record.ts';
import type { Card, EngineStory } from '../../kernel/story.ts';
import type { Found, Leg, Look, Search } from '../../protocol/messages.ts';
import type { PaintView } from '../../protocol/paint.ts';
import type { Grid, GridCell } from '../../session/grid.ts';
import type { RunState, SessionActions, SessionState } from '../../session/types.ts';
import { useLane } from './lanes.tsx';

export type Which = 'run' | 'other';
export interface Hit {
  readonly root: number;
  readonly call: number;
  readonly text: string;
}
/** What the page needs of a session. */
export interface PageSession {
  readonly store: Pick<StoreApi<SessionState>, 'getState' | 'getInitialState' | 'subscribe'>;
  readonly actions: SessionActions;
  readonly catalogue: readonly Card[];
  /** What is known of the roles: client, service, store, cache, broker. */
  readonly roles: Readonly<Record<string, EngineStory>>;
  /** Runs that the browser remembers. */
  readonly recent: { runs(): readonly { readonly pattern: string; readonly scenario: string; readonly variant: string; readonly document: unknown }[] };
  attachCanvas(which: Which, canvas: HTMLCanvasElement): void;
  setPaintView(which: Which, view: PaintView): void;
  /** What is under a point of the canvas, in CSS px. */
  hit(which: Which, x: number, y: number): Promise<Hit | null>;
  /** Packets on the way in a span of the run. */
  lanes(which: Which, fromMs: number, untilMs: number): Promise<{ readonly legs: readonly Leg[]; readonly cut: boolean }>;
  /** The marks of the shown moment as an SVG element, in a view of its own. */
  picture(view: PaintView): Promise<string>;
  /** Runs the document under other seeds and crashes until one breaks a rule; null when cancelled. */
  search(search: Omit<Search, 'document'>, onProgress: (runs: number, ofRuns: number) => void): Promise<{ readonly runs: number; readonly found: Found | null; readonly problem?: string } | null>;
  cancelSearch(): void;
  /** Runs every cell of a grid for one figure; NaN: no such figure, null: not allowed. Resolves to what stopped it, null when all is done. */
  map(grid: Grid, onCell: (cell: GridCell, value: number | null) => void): Promise<string | null>;
  cancelMap(): void;
  /** Makes a film of the tour or of a range of the shown run, beside the page. Embeds have none. */
  readonly film?: (asked: FilmAsked, range?: FilmRange) => Promise<Film>;
}

const SessionContext = createContext<PageSession | null>(null);
export function SessionProvider({ session, children }: { readonly session: PageSession; readonly children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): PageSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('No SessionProvider above this component.');
  return session;
}
export const useActions = (): SessionActions => useSession().actions;

let asked = false;
let watched: SessionState | null = null, of: SessionState | null = null;
/** The same state; `asked` tells whether the clock was read. */
function watching(state: SessionState): SessionState {
  if (of !== state || watched === null) watched = { ...(of = state), get clock() { asked = true; return state.clock; } };
  return watched;
}
let ticked = false, next: SessionState | null = null, last: SessionState | null = null;
/** Whether nothing but the clock has moved, as it does with every frame of a playing run. */
function onlyTicked(state: SessionState, before: SessionState): boolean {
  if (next !== state || last !== before) {
    next = state;
    last = before;
    ticked = (Object.keys(state) as (keyof SessionState)[]).every((key) => key === 'clock' || state[key] === before[key]);
  }
  return ticked;
}

/** Renders again only when the selected value changes. A selector that did not read the clock is not asked again when only that has moved. */
export function useSelect<T>(selector: (state: SessionState) => T): T {
  const { store } = useSession();
  const seen = useLane(store);
  const timed = useRef(true);
  return useSyncExternalStore(
    useCallback((changed: () => void) => seen.subscribe((state, before) => { if (timed.current || !onlyTicked(state, before)) changed(); }), [seen]),
    () => {
      asked = false;
      const value = selector(watching(seen.getState()));
      timed.current = asked;
      return value;
    },
    () => selector(store.getInitialState()),
  );
}
/** The same, comparing a selected object or array by its members. */
export function useSelectShallow<T>(selector: (state: SessionState) => T): T {
  return useSelect(useShallow(selector));
}

const WhichContext = createContext<Which>('run');
export const WhichProvider = WhichContext;
/** Which of two compared runs a part of the page shows. */
export const useWhich = (): Which => useContext(WhichContext);
/** From the run that this part of the page shows; undefined while there is none. */
export function useRun<T>(selector: (run: RunState) => T): T | undefined {
  const which = useWhich();
  return useSelect((state) => {
    const run = state[which];
    return run === null ? undefined : selector(run);
  });
}
export function useLook<T>(selector: (look: Look) => T): T | undefined {
  return useRun((run) => (run.look === null ? undefined : selector(run.look)));
}
export const useInspection = (layer: LayerId | undefined): Inspection | undefined => useLook((look) => (layer === undefined ? undefined : look.layers[layer]));

/** Calls back at once and whenever the selected value changes, without rendering: for what moves with the clock. */
export function useFollow<T>(selector: (state: SessionState) => T, apply: (value: T, state: SessionState) => void): void {
  const { store } = useSession();
  const latest = useRef({ selector, apply });
  useEffect(() => {
    latest.current = { selector, apply };
    apply(selector(store.getState()), store.getState());
  });
  useEffect(() => {
    let before = latest.current.selector(store.getState());
    return store.subscribe((state) => {
      const value = latest.current.selector(state);
      if (Object.is(value, before)) return;
      before = value;
      latest.current.apply(value, state);
    });
  }, [store]);
}

/** A line that stands at the shown moment. It moves from one dot of the screen to the next: in between there is nothing to see, and to pay. */
export function usePlayhead(x: (ms: number) => number): RefObject<HTMLDivElement | null> {
  const line = useRef<HTMLDivElement>(null);
  useFollow(({ clock: { atMs } }) => Math.round(x(atMs) * devicePixelRatio) / devicePixelRatio, (at) => { if (line.current !== null) line.current.style.transform = `translateX(${at}px)`; });
  return line;
}
