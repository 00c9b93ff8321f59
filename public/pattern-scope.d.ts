// Types of the embed contract: see README, "Embed it". They stand alone: copy this file, or refer to it beside pattern-scope.js.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Panel = 'stage' | 'timeline' | 'controls' | 'chart' | 'machine' | 'log' | 'lesson' | 'source' | 'instruments' | 'sequence';
export type Control = 'play' | 'restart' | 'step' | 'seek' | 'speed' | 'variant' | 'break' | 'undo' | 'full';

/** A run document: see schema/run-document.v1.json. */
export interface RunDocument {
  readonly version: 1;
  readonly pattern: string;
  readonly scenario: string;
  readonly variant: string;
  readonly seed: number;
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly faults?: readonly object[];
  readonly interventions: readonly object[];
  readonly breakpoints: readonly object[];
  readonly durationMs?: number;
}
/** Everything at one moment. Times are simulated milliseconds. */
export interface Snapshot {
  readonly atMs: number;
  readonly durationMs: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly events: number;
  /** Of all that happened up to this moment; the same in every browser. */
  readonly fingerprint: string;
  readonly document: RunDocument;
  /** State of each layer: mode, slots, queue, meters. */
  readonly layers: Readonly<Record<string, { readonly mode?: string; readonly meters?: Readonly<Record<string, number | null>> }>>;
  readonly nodes: Readonly<Record<string, { readonly down: boolean; readonly paused: boolean; readonly pending: number }>>;
  /** Figures of the measuring window so far. */
  readonly summary: Readonly<Record<string, number>>;
}
export type Goal =
  | { readonly t: number | string }
  | { readonly note: string; readonly layer?: string; readonly after?: number }
  | { readonly mode: string; readonly layer?: string; readonly instance?: string; readonly after?: number }
  | { readonly metric: string; readonly above?: number; readonly below?: number; readonly after?: number }
  | { readonly invariant: true };
/** A fault of the fault lane, such as `{ kind: 'crash', node: 'payments', fromMs: 30000, untilMs: 40000 }`. */
export interface Fault {
  readonly kind: string;
  readonly fromMs: number;
  readonly untilMs?: number;
  readonly [detail: string]: unknown;
}
export interface Look {
  readonly theme?: 'auto' | 'light' | 'dark';
  /** `#rgb` or `#rrggbb`; null: our own. */
  readonly accent?: string | null;
  readonly panels?: readonly Panel[];
  readonly controls?: readonly Control[];
  readonly readOnly?: boolean;
}

/** A step of the guided tour. */
export interface TourStep {
  readonly title: string;
  /** As written, with holes in braces. */
  readonly text: string;
  readonly scenario: string;
  readonly variant: string;
  /** Null where it does not happen in the shown run or belongs to another one. */
  readonly atMs: number | null;
}

/** What a host can make an embed do. Every promise resolves when the moment is shown, and rejects with a reason. */
export interface Verbs {
  /** `pattern`, `pattern/scenario`, `pattern/scenario/variant`, or a run document. */
  open(what: string | object): Promise<Snapshot>;
  play(): Promise<void>;
  pause(): Promise<Snapshot>;
  /** Milliseconds, or a text such as `30s`. */
  seek(t: number | string): Promise<Snapshot>;
  step(by?: 'event' | 'note' | 'transition', direction?: 1 | -1): Promise<number | null>;
  runUntil(goal: Goal): Promise<Snapshot>;
  set(layer: string, param: string, value: Json): Promise<Snapshot>;
  inject(fault: Fault): Promise<Snapshot>;
  snapshot(): Promise<Snapshot>;
  setVariant(variant: string): Promise<Snapshot>;
  setSpeed(speed: number): Promise<void>;
  control(layer: string, control: string): Promise<Snapshot>;
  /** The steps of the guided tour. */
  tour(): Promise<readonly TourStep[]>;
  /** Goes to a step of the tour, from 0; turns to its run if need be. Rejects where it does not happen. */
  goTo(step: number): Promise<Snapshot>;
  /** Address of this very moment on the site. */
  link(): Promise<string>;
  /** This very moment as an SVG picture. */
  still(): Promise<string>;
  show(look: Look): Promise<void>;
  /** Commands such as `seek 30s; inject crash payments for 10s; play`. */
  run(commands: string): Promise<void>;
}
export type Method = keyof Verbs;

export interface NoteDetail { readonly atMs: number; readonly layer: string; readonly name: string; readonly data?: Json; readonly call: number; readonly skipped?: number }
export interface ModeDetail { readonly atMs: number; readonly layer: string; readonly instance: string; readonly from: string; readonly to: string; readonly event: string; readonly skipped?: number }
/** The step that is shown now, from 0, of so many; its text with the holes filled. */
export interface StepDetail { readonly step: number; readonly of: number; readonly title: string; readonly text: string; readonly atMs: number; readonly scenario: string; readonly variant: string }
export interface PatternScopeEvents {
  readonly ready: CustomEvent<{ readonly driver: number; readonly pattern?: string; readonly scenario?: string; readonly variant?: string; readonly seed?: number }>;
  readonly note: CustomEvent<NoteDetail>;
  readonly modechange: CustomEvent<ModeDetail>;
  /** With `tour` alone. */
  readonly step: CustomEvent<StepDetail>;
  readonly ended: CustomEvent<{ readonly atMs: number }>;
  readonly error: CustomEvent<{ readonly message: string }>;
}

/** `<pattern-scope>`. Attributes are reflected as properties; `param-<layer>-<parameter>` sets a parameter. */
export interface PatternScopeElement extends HTMLElement, Verbs {
  /** Resolves when the simulation is there. */
  readonly ready: Promise<unknown>;
  readonly active: boolean;
  base: string;
  pattern: string | null;
  scenario: string | null;
  variant: string | null;
  seed: string | null;
  /** Opens at this moment: `30s`. */
  t: string | null;
  /** Plays up to this moment: `60s`. */
  until: string | null;
  autoplay: boolean;
  loop: boolean;
  speed: string | null;
  panels: string | null;
  controls: string | null;
  readOnly: boolean;
  /** Attribute `tour`: shows the guided tour, from this step (from 1); empty: from the first. */
  tourFrom: string | null;
  theme: string | null;
  accent: string | null;
  /** `auto`, or CSS px. */
  height: string | null;
  /** Address of a run document. */
  src: string | null;
  /** The part of a moment link after `#s=`. */
  state: string | null;
  poster: string | null;
  label: string | null;
  /** `lazy` (when near the window), `eager`, or `click`. */
  loading: string | null;
  /** Tokens of the frame's sandbox; `allow-scripts` is enough. */
  sandbox: string | null;
  /** Makes the frame now. */
  activate(): void;
  /** Any method by its name. */
  request(method: string, params?: readonly unknown[]): Promise<unknown>;
}

/** JSON-RPC 2.0, for hosts that talk to a plain iframe by postMessage: `hello` with `{ version: 1 }` first, then any method. */
export interface RpcRequest {
  readonly jsonrpc: '2.0';
  readonly id?: string | number | null;
  readonly method: 'hello' | Method;
  readonly params?: readonly unknown[] | Readonly<Record<string, unknown>>;
}
export type RpcAnswer =
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly error: { readonly code: number; readonly message: string } };

declare global {
  interface HTMLElementTagNameMap {
    'pattern-scope': PatternScopeElement;
  }
}
