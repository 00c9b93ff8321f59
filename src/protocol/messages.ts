/** What page and worker say to each other: one union each way. Plain data; columns travel as transferables. */
import type { Inspection, Json, LayerId, Ms, NodeId } from '../kernel/contract.ts';
import type { EffectTable, MarkTable, MoveTable, NoteTable } from '../kernel/trace.ts';
import type { RunDocument } from '../runs/document.ts';
import type { PaintView } from './paint.ts';

export const PROTOCOL_VERSION = 1;

export type StepUnit =
  | { readonly unit: 'event' }
  | { readonly unit: 'note'; readonly layer?: LayerId; readonly name?: string }
  | { readonly unit: 'transition'; readonly layer?: LayerId; readonly instance?: string }
  | { readonly unit: 'hop'; readonly root: number };

export type ToWorker =
  /** Builds a world for the document and computes it ahead, from the start. */
  | { readonly type: 'open'; readonly document: RunDocument }
  /** The document changed (fault, intervention, parameter, stack): recompute from the first moment that differs. */
  | { readonly type: 'revise'; readonly document: RunDocument }
  | { readonly type: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly type: 'view'; readonly view: PaintView }
  /** Draws the moment; answered by `painted` when `serial` is given. */
  | { readonly type: 'paint'; readonly atMs: Ms; readonly serial?: number }
  /** Asks for everything that instruments show at a moment. */
  | { readonly type: 'look'; readonly atMs: Ms; readonly serial: number }
  /** Asks for the time of the next or previous event, note, transition or hop. */
  | { readonly type: 'step'; readonly atMs: Ms; readonly by: StepUnit; readonly direction: 1 | -1; readonly serial: number }
  /** Runs a document without keeping its trace; answered by `measured`. Runs after the main run, one at a time. */
  | { readonly type: 'measure'; readonly document: RunDocument; readonly serial: number; /** Only this figure is wanted: nothing is run beyond the measuring window, and no fingerprint kept. */ readonly figure?: string }
  /** What is under a point of the canvas (CSS px), or the whole story of one request. */
  | { readonly type: 'hit'; readonly x: number; readonly y: number; readonly atMs: Ms; readonly serial: number }
  | { readonly type: 'follow'; readonly root: number; readonly serial: number }
  /** All packets that were on the way in a span, for sequence lanes. */
  | { readonly type: 'lanes'; readonly fromMs: Ms; readonly untilMs: Ms; readonly serial: number }
  /** Looks for a run that breaks a law or an invariant; answered by `searching` now and then and by `searched` once. */
  | { readonly type: 'search'; readonly search: Search; readonly serial: number }
  | { readonly type: 'cancelSearch'; readonly serial: number }
  /** Asks for the marks of a moment as an SVG element, for stills. */
  | { readonly type: 'picture'; readonly view: PaintView; readonly atMs: Ms; readonly serial: number }
  | { readonly type: 'stop' }
  /** Tests only: die in this way. */
  | { readonly type: 'sabotage'; readonly how: 'throw' | 'reject' | 'loop' | 'close' };

/** Runs of a document with other seeds and a crash (and restart) at named steps. */
export interface Search {
  readonly document: RunDocument;
  /** Seeds 1 to this number. */
  readonly seeds: number;
  /** Steps to crash at; empty: only the seeds are tried. */
  readonly crashPoints: readonly { readonly node: NodeId; readonly note: string }[];
  /** Each crash point is tried at its first so many occurrences. */
  readonly occurrences: number;
  readonly downMs: Ms;
  /** Name of the law or invariant to break; null: any. */
  readonly rule: string | null;
  readonly maxRuns: number;
}
export interface Found {
  readonly document: RunDocument;
  readonly atMs: Ms;
  readonly rule: string;
  readonly why: string;
}

export interface NodeCondition {
  readonly down: boolean;
  readonly paused: boolean;
  readonly slowFactor: number;
  readonly clockOffsetMs: Ms;
  readonly open: number;
  readonly pending: number;
}
/** Everything at one moment. */
export interface Look {
  readonly atMs: Ms;
  readonly events: number;
  /** Fingerprint of everything up to this moment. */
  readonly fingerprint: string;
  readonly layers: Readonly<Record<LayerId, Inspection>>;
  readonly params: Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;
  readonly nodes: Readonly<Record<NodeId, NodeCondition>>;
  readonly ledger: readonly { readonly name: string; readonly why: string; readonly holds: boolean; readonly view: Json }[];
  /** Figures of the measuring window so far. */
  readonly summary: Readonly<Record<string, number>>;
}
/** One leg of a followed request. */
export interface Leg {
  readonly call: number;
  readonly parent: number;
  readonly attempt: number;
  readonly op: string;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly kind: 'request' | 'reply' | 'message' | 'cancel';
  readonly sentMs: Ms;
  readonly arriveMs: Ms;
  readonly outcome: string;
  readonly lost: boolean;
  readonly late: boolean;
  readonly duplicate: boolean;
  readonly root: number;
}
export interface Followed {
  readonly root: number;
  readonly legs: readonly Leg[];
  readonly marks: readonly { readonly atMs: Ms; readonly call: number; readonly layer: LayerId; readonly kind: string; readonly outcome: string }[];
  readonly notes: readonly { readonly atMs: Ms; readonly layer: LayerId; readonly name: string; readonly data: Json | undefined }[];
}

/** A piece of the run for the page: what charts, log, timeline and charts of machines need. Hops stay with the painter. */
export interface PageChunk {
  readonly fromMs: Ms;
  readonly untilMs: Ms;
  /** Rows of sampleNames.length + 1 numbers, the first is the time in ns. */
  readonly samples: Float64Array;
  readonly notes: NoteTable;
  readonly moves: MoveTable;
  readonly effects: EffectTable;
  /** Texts for the name columns which the page does not know yet, from index `namesFrom` on. */
  readonly namesFrom: number;
  readonly names: readonly string[];
}

export type RunFailure = {
  /** 'invariant': a rule of an engine or the kernel broke. 'engine': it threw. 'document': it can't be run. 'limit': a cap was reached. */
  readonly kind: 'invariant' | 'engine' | 'document' | 'limit';
  readonly message: string;
  readonly detail?: string;
  readonly atMs: Ms;
  readonly seed: number;
};
export type FromWorker =
  | { readonly type: 'ready'; readonly version: number }
  | { readonly type: 'opened'; readonly run: number; readonly sampleNames: readonly string[]; readonly layerIds: readonly LayerId[]; readonly durationMs: Ms; readonly fromMs: Ms }
  | { readonly type: 'chunk'; readonly run: number; readonly chunk: PageChunk; readonly computedMs: Ms; readonly events: number }
  | { readonly type: 'finished'; readonly run: number; readonly summary: Readonly<Record<string, number>>; readonly fingerprint: string; readonly events: number }
  | { readonly type: 'failed'; readonly run: number; readonly failure: RunFailure }
  | { readonly type: 'painted'; readonly serial: number; readonly atMs: Ms; readonly dots: number }
  | { readonly type: 'looked'; readonly serial: number; readonly look: Look | null }
  | { readonly type: 'stepped'; readonly serial: number; readonly atMs: Ms | null }
  | { readonly type: 'measured'; readonly serial: number; readonly summary: Readonly<Record<string, number>>; readonly fingerprint: string; readonly events: number; readonly failure?: RunFailure }
  | { readonly type: 'hitResult'; readonly serial: number; readonly hit: { readonly root: number; readonly call: number; readonly text: string } | null }
  | { readonly type: 'followed'; readonly serial: number; readonly followed: Followed | null }
  /** At most 2,000 legs; `cut` says that there were more. */
  | { readonly type: 'lanes'; readonly serial: number; readonly legs: readonly Leg[]; readonly cut: boolean }
  | { readonly type: 'pictured'; readonly serial: number; readonly svg: string }
  | { readonly type: 'searching'; readonly serial: number; readonly runs: number; readonly ofRuns: number }
  | { readonly type: 'searched'; readonly serial: number; readonly runs: number; readonly found: Found | null; readonly problem?: string }
  /** Sent at least once a second while working, by event count. */
  | { readonly type: 'heartbeat'; readonly events: number }
  | { readonly type: 'crashed'; readonly message: string };
export type { MarkTable };
