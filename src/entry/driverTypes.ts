/** What `window.patternscope` can do. docs/driver.md is made from this file by scripts/driver-docs.mjs. */
import type { Json, LayerId, Ms } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import type { FilmAsked, FilmRange } from '../film/options.ts';
import type { Film } from '../film/record.ts';
import type { Look, StepUnit } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import type { Branch, MoveRow, NoteRow } from '../session/types.ts';

declare global {
  interface Window {
    patternscope: Driver;
  }
}

/** What to run until. The first that comes counts; `after` defaults to the shown moment. */
export type Goal =
  | { readonly t: Ms }
  | { readonly note: string; readonly layer?: LayerId; readonly node?: string; readonly after?: Ms }
  | { readonly mode: string; readonly layer?: LayerId; readonly node?: string; readonly instance?: string; readonly after?: Ms }
  | { readonly metric: string; readonly above?: number; readonly below?: number; readonly after?: Ms }
  | { readonly invariant: true };

/** What a fork does otherwise: a parameter from the shown moment on, a fault, or a button of a layer. */
export type Change =
  | { readonly layer: LayerId; readonly param: string; readonly value: Json }
  | { readonly fault: Fault }
  | { readonly layer: LayerId; readonly control: string };

/** The whole state at a moment, as plain JSON: every node, link and layer, and the document that leads there. */
export interface Snapshot extends Look {
  /** The run document: what to open to get this run again. */
  readonly document: RunDocument;
  readonly playing: boolean;
  /** Simulated seconds per second. */
  readonly speed: number;
  readonly durationMs: Ms;
}

/** A step of the guided tour. */
export interface TourStep {
  readonly title: string;
  /** As written; holes in braces are filled from the note's data once it is shown. */
  readonly text: string;
  readonly scenario: string;
  readonly variant: string;
  /** When it happens; null where it doesn't happen in the shown run or belongs to another one. */
  readonly atMs: Ms | null;
}

/** What happens while time goes by, for `on`. */
export type DriverEvent = 'note' | 'modechange' | 'ended' | 'error';

/** Every promise resolves after the frame for its moment has been painted. Times are simulated milliseconds. */
export interface Driver {
  /** Goes up when a verb goes or changes its meaning. */
  readonly version: number;
  /** Resolves when the page can be driven. */
  readonly ready: Promise<void>;
  /** Opens a name (`pattern`, `pattern/scenario`, `pattern/scenario/variant`) or a run document; resolves when its whole run is computed. A wrong name rejects and suggests the nearest. */
  open(what: string | object): Promise<Snapshot>;
  /** Resolves when the whole run has been computed (after an edit, a recovery …). */
  computed(): Promise<void>;
  /** Lets time go by. */
  play(): Promise<void>;
  /** Stops it. */
  pause(): Promise<Snapshot>;
  /** Goes to a moment, back or forth. */
  seek(t: Ms): Promise<Snapshot>;
  /** One step; resolves with its moment, null when there is none. A `hop` is one of the followed request (`follow`). */
  step(by?: StepUnit['unit'] | StepUnit, direction?: 1 | -1): Promise<Ms | null>;
  /** Goes to the first moment at which the goal holds; rejects, saying what was seen instead, if it never does. */
  runUntil(goal: Goal): Promise<Snapshot>;
  /** Sets a parameter; a value that is not allowed rejects and nothing changes. */
  set(layer: LayerId, param: string, value: Json): Promise<Snapshot>;
  /** Adds a fault. */
  inject(fault: Fault): Promise<Snapshot>;
  /** Presses a button of a layer at the shown moment. */
  control(layer: LayerId, control: string): Promise<Snapshot>;
  /** Turns to another variant of the scenario: the same traffic and faults. */
  setVariant(variant: string): Promise<Snapshot>;
  /** Simulated seconds per second, 0.1 to 100. */
  setSpeed(speed: number): void;
  /** From the shown moment on, something else happens; the run as it was stays a branch. Resolves with the new branch. */
  fork(change: Change): Promise<Branch>;
  /** The branches of the run so far; `switchBranch` goes back to one. */
  branches(): readonly Branch[];
  /** Shows a branch. */
  switchBranch(id: number): Promise<Snapshot>;
  /** Shows another variant or document beside the run; resolves with its figures. null ends it. */
  compare(what: { readonly variant: string } | object | null): Promise<Readonly<Record<string, number>> | null>;
  /** The whole state at the shown moment as JSON. */
  snapshot(): Promise<Snapshot>;
  /** What the layers have noted in the whole run. */
  notes(): readonly NoteRow[];
  /** Every change of a mode in the whole run. */
  transitions(): readonly MoveRow[];
  /** Figures of the measuring window of the whole run. */
  metrics(): Readonly<Record<string, number>>;
  /** Of the whole run: the same document gives the same fingerprint everywhere. */
  fingerprint(): string;
  /** Names of laws and invariants that broke in the whole run; empty when all held. */
  broken(): readonly string[];
  /** Follows one request through the run by its number, 0 lets go. */
  follow(root: number): Promise<void>;
  /** The steps of the guided tour. */
  tour(): readonly TourStep[];
  /** Goes to a step of the tour, from 0; turns to its run if need be. Rejects where it doesn't happen. */
  goTo(step: number): Promise<Snapshot>;
  /** Calls back on `note`, `modechange`, `ended`, `error` as time goes by; returns how to stop. */
  on(event: DriverEvent, callback: (detail: unknown) => void): () => void;
  /** A link to this moment. */
  link(): Promise<string>;
  /** A film of the tour, or of a range of the shown run, drawn from simulated time. It is made beside the page, which stays as it is. */
  film(asked?: FilmAsked, range?: FilmRange): Promise<Film>;
  /** For tests of recovery: makes the run's worker die. */
  sabotage(how: 'throw' | 'reject' | 'loop' | 'close'): void;
}
