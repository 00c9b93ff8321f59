/** What the page knows. One vanilla Zustand store; React only selects from it. */
import type { Intervention, Json, LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { Fault } from '../kernel/faults.ts';
import type { Card, LayerSpec, Story } from '../kernel/story.ts';
import type { Followed, Look, RunFailure, StepUnit } from '../protocol/messages.ts';
import type { Breakpoint, ParamsByLayer, RunDocument } from '../runs/document.ts';
import type { ResolvedScenario } from '../runs/plan.ts';

export interface NoteRow {
  readonly atMs: Ms;
  readonly layer: LayerId;
  readonly name: string;
  readonly data: Json | undefined;
  readonly call: number;
}
export interface MoveRow {
  readonly atMs: Ms;
  readonly layer: LayerId;
  readonly instance: string;
  readonly from: string;
  readonly to: string;
  readonly event: string;
}
export interface EffectRow {
  readonly atMs: Ms;
  readonly layer: LayerId;
  readonly name: string;
  readonly holds: boolean;
  readonly data: Json;
}
/** Sampled series by 100 ms: `values[name][i]` belongs to `(i + 1) × 100 ms`. */
export interface Samples {
  readonly names: readonly string[];
  readonly rows: number;
  readonly values: Readonly<Record<string, Float64Array>>;
}
export type RunStatus = 'loading' | 'computing' | 'finished' | 'failed' | 'recovering';

/** One run as the page knows it. Lists only grow (same array, new length) until the run is revised; `revision` then counts up. */
export interface RunState {
  readonly document: RunDocument;
  readonly resolved: ResolvedScenario;
  readonly status: RunStatus;
  readonly revision: number;
  readonly computedMs: Ms;
  readonly durationMs: Ms;
  readonly events: number;
  readonly fingerprint: string | null;
  readonly layerIds: readonly LayerId[];
  readonly samples: Samples;
  readonly notes: readonly NoteRow[];
  readonly moves: readonly MoveRow[];
  readonly effects: readonly EffectRow[];
  /** The moment that instruments show; null until the first has arrived. */
  readonly look: Look | null;
  /** Figures of the whole measuring window, once the run has finished. */
  readonly summary: Readonly<Record<string, number>> | null;
  readonly failure: RunFailure | null;
  /** Counts up when a canvas that was handed over is gone (its worker died): make a new one and attach it. */
  readonly canvasEpoch: number;
}
export interface Clock {
  readonly atMs: Ms;
  readonly playing: boolean;
  /** Simulated seconds per second, 0.1 to 100. */
  readonly speed: number;
}
export type Selection =
  | { readonly kind: 'node'; readonly id: NodeId }
  | { readonly kind: 'link'; readonly from: NodeId; readonly to: NodeId }
  | { readonly kind: 'layer'; readonly id: LayerId }
  | { readonly kind: 'request'; readonly root: number }
  | null;
export type PanelId = 'controls' | 'instruments' | 'machine' | 'sequence' | 'charts' | 'log' | 'lesson' | 'source' | 'settings' | 'request' | 'about' | 'stack' | 'map';
export type Theme = 'auto' | 'light' | 'dark';
export interface Notice {
  readonly id: number;
  readonly tone: 'info' | 'warn' | 'error';
  readonly text: string;
  readonly detail?: string;
  /** A way on: label and what it does. */
  readonly action?: { readonly label: string; readonly run: () => void };
}
export interface Branch {
  readonly id: number;
  readonly parent: number | null;
  readonly forkedAtMs: Ms | null;
  readonly title: string;
  readonly document: RunDocument;
}

export interface SessionState {
  /** null: the gallery. */
  readonly card: Card | null;
  readonly story: Story | null;
  readonly run: RunState | null;
  /** The run beside it, in comparison; it shares the clock. */
  readonly other: RunState | null;
  readonly clock: Clock;
  /** Measured figures of each variant of the scenario under its own defaults, by variant id; absent while unknown. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly selection: Selection;
  readonly panels: readonly PanelId[];
  readonly theme: Theme;
  readonly notices: readonly Notice[];
  readonly followed: Followed | null;
  readonly branches: readonly Branch[];
  readonly branch: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Whether edits of parameters count from the start of the run or from the shown moment on. */
  readonly editFrom: 'start' | 'now';
  /** A message for the middle of the page when a pattern can't be shown. */
  readonly fatal: { readonly title: string; readonly detail: string } | null;
}

export interface SessionActions {
  openGallery(): void;
  openPattern(id: string, choice?: { readonly scenario?: string; readonly variant?: string }): Promise<void>;
  openDocument(json: unknown): Promise<void>;
  setVariant(id: string): void;
  /** Resolves once the run of the scenario has been started: at once, where all that it needs is known. */
  setScenario(id: string): Promise<void>;
  play(): void;
  pause(): void;
  toggle(): void;
  restart(): void;
  seek(ms: Ms): void;
  step(by: StepUnit, direction: 1 | -1): Promise<Ms | null>;
  setSpeed(speed: number): void;
  /** Problems come back as text for the control; nothing changes then. */
  setParam(layer: LayerId, name: string, value: unknown): string | null;
  applyPreset(layer: LayerId, preset: string): void;
  resetParams(layer?: LayerId): void;
  useControl(layer: LayerId, control: string): void;
  setEditFrom(from: 'start' | 'now'): void;
  addFault(fault: Fault): string | null;
  changeFault(index: number, fault: Fault): string | null;
  removeFault(index: number): void;
  removeIntervention(index: number): void;
  /** Loads what is known of further engines, so that a stack may name them; an engine that can't be had comes back as text. */
  loadEngines(refs: readonly string[]): Promise<string | null>;
  /** A node's whole stack, outermost first; null goes back to the variant's. What spoke of layers that are gone goes with them. */
  setStack(node: NodeId, stack: readonly LayerSpec[] | null): string | null;
  /** Parameters of several layers from the start of the run on, as one edit. */
  setParams(params: ParamsByLayer, title: string): string | null;
  setSeed(seed: number): void;
  setBreakpoints(breakpoints: readonly Breakpoint[]): void;
  compareWith(document: RunDocument | { readonly variant: string } | null): void;
  select(selection: Selection): void;
  follow(root: number): Promise<void>;
  togglePanel(panel: PanelId): void;
  setTheme(theme: Theme): void;
  undo(): void;
  redo(): void;
  switchBranch(id: number): void;
  dismiss(notice: number): void;
  /** The address of this very moment. */
  momentLink(): Promise<{ readonly link: string; readonly tooLong: boolean }>;
}
export type { Fault, Intervention };
