/** What a session is made of and what it gives, beyond the store. */
import type { StoreApi } from 'zustand/vanilla';
import type { Ms } from '../kernel/contract.ts';
import type { Card, EngineStory } from '../kernel/story.ts';
import type { Found, Leg, Search } from '../protocol/messages.ts';
import type { PaintView } from '../protocol/paint.ts';
import type { Moment } from '../runs/link.ts';
import type { Grid, GridCell } from './grid.ts';
import type { Frames } from './playback.ts';
import type { Spawn } from './port.ts';
import type { Recent, Storage } from './recent.ts';
import type { Notice, SessionActions, SessionState } from './types.ts';

export interface SessionDeps {
  readonly spawn: Spawn;
  readonly frames: Frames;
  readonly wall: () => number;
  /** Source text of a pattern's engine, for reading. */
  readonly sourceOf?: (pattern: string) => (() => Promise<string>) | undefined;
  /** May throw on any use: it is only ever tried. */
  readonly storage?: Storage;
}
export type SessionStore = SessionState & { readonly actions: SessionActions };
export interface Session {
  readonly catalogue: readonly Card[];
  readonly roles: Readonly<Record<string, EngineStory>>;
  readonly store: StoreApi<SessionStore>;
  readonly actions: SessionActions;
  /** Edits are checked at once from then on. Before, they are done as soon as what checks them has been loaded. */
  editable(): Promise<void>;
  attachCanvas(which: 'run' | 'other', canvas: HTMLCanvasElement): void;
  setPaintView(which: 'run' | 'other', view: PaintView): void;
  hit(which: 'run' | 'other', x: number, y: number): Promise<{ readonly root: number; readonly call: number; readonly text: string } | null>;
  /** Packets on the way in a span of the run, for sequence lanes. */
  lanes(which: 'run' | 'other', fromMs: Ms, untilMs: Ms): Promise<{ readonly legs: readonly Leg[]; readonly cut: boolean }>;
  /** The marks of the shown moment as an SVG element, in a view of its own. */
  picture(view: PaintView): Promise<string>;
  /** Runs the document under other seeds and crashes until one breaks a rule; null when cancelled. */
  search(search: Omit<Search, 'document'>, onProgress: (runs: number, ofRuns: number) => void): Promise<{ readonly runs: number; readonly found: Found | null; readonly problem?: string } | null>;
  cancelSearch(): void;
  /**
   * Runs every cell of a grid for one figure, coarse first, in hosts of their own. `onCell` gets NaN where a run has no such figure, null where the
   * values are not allowed. Resolves to null when all is done, else to what stopped it ('cancelled').
   */
  map(grid: Grid, onCell: (cell: GridCell, value: number | null) => void): Promise<string | null>;
  cancelMap(): void;
  /** Opens a decoded moment: document, time, playing, selection, panels, theme. */
  openMoment(moment: Moment): Promise<void>;
  /** Resolves when look and frame of the shown moment are there. */
  settled(): Promise<void>;
  /** Resolves when the run that is open has a stage to be painted on; a page without one never says so. */
  staged(): Promise<void>;
  sabotage(how: 'throw' | 'reject' | 'loop' | 'close'): void;
  notify(notice: Omit<Notice, 'id'>): void;
  readonly recent: Recent;
}
