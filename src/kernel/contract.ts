/**
 * Every type an engine may know. Engines are sans-IO: they get the time, an input and their own plain-data state, and decide.
 * Time, delivery, faults and randomness belong to the kernel. This file holds no behaviour beyond a few frozen outcomes.
 */
import type { Distribution } from './distributions.ts';

/** Simulated milliseconds since the run began (fractions down to one nanosecond); never wall-clock time. */
export type Ms = number;
/** Simulated whole nanoseconds, exact in a double for 104 days. Only the kernel uses it. */
export type Ns = number;
/** A node of the topology, e.g. `gateway`. */
export type NodeId = string;
/** A layer of a node's stack, unique in the topology, e.g. `breaker`. */
export type LayerId = string;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** Timers are named within their layer; a call's own timer is best named by the call's id. */
export type TimerKey = string | number;

/** How a call ended. Operating errors are values; only a broken invariant throws. */
export type Outcome =
  | { readonly kind: 'ok'; readonly value?: Json }
  | { readonly kind: 'transientError'; readonly detail?: string }
  | { readonly kind: 'permanentError'; readonly detail?: string }
  | { readonly kind: 'timeout'; readonly detail?: string }
  | { readonly kind: 'overload'; readonly detail?: string }
  | { readonly kind: 'throttled'; readonly retryAfterMs: Ms }
  /** Refused by a pattern (`by`: breaker, bulkhead, limiter, queue, budget …): never a failure of the dependency. */
  | { readonly kind: 'rejected'; readonly by: string; readonly detail?: string; readonly retryAfterMs?: Ms }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'stale'; readonly value?: Json };
export type OutcomeKind = Outcome['kind'];
/** The order is part of the trace format: a code is an index here. */
export const OUTCOME_KINDS: readonly OutcomeKind[] = [
  'ok', 'transientError', 'permanentError', 'timeout', 'overload', 'throttled', 'rejected', 'cancelled', 'stale',
];
export const OK: Outcome = Object.freeze({ kind: 'ok' });
export const TIMEOUT: Outcome = Object.freeze({ kind: 'timeout' });
export const CANCELLED: Outcome = Object.freeze({ kind: 'cancelled' });

/** What a sender says of a new call; the kernel adds identity and position. */
export interface Request {
  readonly op: string;
  /** The thing the call is about (an order, an account); '' when there is none. Default ''. */
  readonly entity?: string;
  readonly payload?: Json;
  /** Weight for limiters and stations, ≥ 0. Default 1. */
  readonly cost?: number;
  /** Larger is more urgent. Default: that of the parent, else 0. */
  readonly priority?: number;
  /** Absolute simulated time after which nobody waits any more. Default: that of the parent, else Infinity. */
  readonly deadlineMs?: Ms;
  readonly idempotencyKey?: string;
  /** The call on whose behalf this one is made: its key, priority, deadline and root are inherited. */
  readonly parent?: Call;
  /** 0 for the first try; a retry or a hedge of the same request counts up. Default 0. */
  readonly attempt?: number;
  /** When the caller meant to start (latency is measured from here). Default now. */
  readonly intendedMs?: Ms;
}

/** A request on its way and the wait for its reply. Plain data, owned by the kernel; engines read it and keep references. */
export interface Call {
  readonly id: number;
  /** Stable key (uint32) for random draws: the same request has the same key whatever patterns are switched on. */
  readonly key: number;
  readonly op: string;
  readonly entity: string;
  readonly payload: Json;
  readonly cost: number;
  readonly priority: number;
  readonly attempt: number;
  readonly deadlineMs: Ms;
  /** Time that was left until the deadline when the call was sent: the same on every clock, unlike the deadline, which is of the sender's. */
  readonly leftMs: Ms;
  readonly idempotencyKey: string;
  readonly from: NodeId;
  readonly to: NodeId;
  /** The user's request at the top of the tree, or this call itself. */
  readonly rootId: number;
  readonly parentId: number;
  readonly createdMs: Ms;
  readonly intendedMs: Ms;
}

/** One-way: nobody waits for it. */
export interface Message {
  readonly id: number;
  readonly key: number;
  readonly topic: string;
  readonly entity: string;
  readonly payload: Json;
  readonly from: NodeId;
  readonly to: NodeId;
}
export interface Post {
  readonly topic: string;
  readonly entity?: string;
  readonly payload?: Json;
}

/** What a layer is told when it is built. */
export interface Setup {
  readonly self: NodeId;
  readonly layer: LayerId;
  readonly downstream: readonly NodeId[];
  readonly nodes: readonly NodeId[];
  readonly durationMs: Ms;
}

/** All that an engine can ask for. */
export interface Context<P = unknown, N extends string = string> {
  /** The node's own clock: offset, drift and jumps apply. */
  readonly nowMs: Ms;
  readonly self: NodeId;
  readonly layer: LayerId;
  /** Live: an intervention changes it in mid-run. */
  readonly params: P;
  readonly downstream: readonly NodeId[];
  /** Passes a call on to the next layer below, or onto the network. */
  forward(call: Call): void;
  /** Starts a call below this layer; its answer comes back to this layer's onReply. */
  send(to: NodeId, request: Request): Call;
  /** Starts another attempt of a call (same key, op, payload, target) below this layer. */
  again(call: Call, attempt: number, deadlineMs?: Ms): Call;
  /** Sends a one-way message. */
  cast(to: NodeId, post: Post): void;
  /** Hands an incoming message to the next layer below that listens. */
  pass(message: Message): void;
  /** Gives a call up. Layers and nodes below hear of it; the sender of the call hears nothing more. `outcome` says how it ended. */
  cancel(call: Call, outcome?: Outcome): void;
  /** Answers a call, or passes its answer up. */
  reply(call: Call, outcome: Outcome): void;
  /** Sets (or moves) a timer of this layer. Completions run before timers of the same instant. */
  after(delayMs: Ms, key: TimerKey, order?: 'timer' | 'completion'): void;
  clear(key: TimerKey): void;
  /** A domain event: lessons, log, metrics, breakpoints and tests listen. */
  note(name: N, data?: Json): void;
  /** A side effect that was really applied; only the oracle sees it. */
  effect(name: string, data: Json): void;
  /** Says that the machine `instance` of this layer moved. The kernel keeps time in mode; charts and plates show it. */
  transition(instance: string, from: string, to: string, event: string): void;
  /** Level of one of the engine's declared `gauges`; the kernel keeps the time average. */
  gauge(index: number, value: number): void;
  /** A named draw in [0, 1). With a call: fixed by the call's key and attempt. Without: the next of this layer's own sequence. */
  uniform(purpose: string, call?: Call): number;
  /** A duration drawn from a distribution, under the same rule. */
  sample(distribution: Distribution, purpose: string, call?: Call): Ms;
  /** A duration of work on a call that begins now: as `sample`, stretched by `slow` faults of the node. Until now the call waited. */
  work(distribution: Distribution, call: Call): Ms;
}

/** A rule that must hold after every step. `why` is shown to the user when it breaks. */
export interface Invariant<P, S> {
  readonly name: string;
  readonly why: string;
  holds(state: S, params: P): boolean;
}

/** A state machine as instruments and charts see it. */
export interface MachineView {
  /** '' for the layer's only machine; else a stable name (a target, a saga). */
  readonly instance: string;
  readonly state: string;
  /** Values behind the machine's guards, e.g. { label: 'failed', value: 4, limit: 5, of: 8 }. */
  readonly guards?: readonly { readonly label: string; readonly value: number | null; readonly limit?: number; readonly unit?: string; readonly text?: string }[];
  /** A delayed transition under way. */
  readonly countdown?: { readonly label: string; readonly untilMs: Ms; readonly fromMs: Ms };
}

/** What instruments draw. Plain data; made on demand, never kept. */
export interface Inspection {
  /** The mode as words: "open (refusing)". */
  readonly mode?: string;
  /** One of calm | active | alert | warn; says how the plate is drawn. Default calm. */
  readonly tone?: 'calm' | 'active' | 'warn' | 'alert';
  readonly slots?: { readonly used: number; readonly of: number };
  readonly queue?: { readonly length: number; readonly capacity: number };
  readonly meters?: Readonly<Record<string, number | null>>;
  readonly machines?: readonly MachineView[];
  /** Data of the instruments which the story declares, by view name. */
  readonly views?: Readonly<Record<string, Json>>;
}

/**
 * A layer: one sans-IO engine on one node. Layers form a stack, outermost first; a reply travels back up the way its call went down.
 * A missing onRequest forwards, a missing onReply and onCancel pass on. State is plain data: no closures, no class instances.
 */
export interface Engine<P = any, S = any, N extends string = any> {
  /** Named levels whose time average the kernel keeps, e.g. queue and busy. */
  readonly gauges?: readonly string[];
  /** Calls which this engine starts without a parent are users' requests: offered load, goodput and latency are counted for its node. */
  readonly workload?: boolean;
  init(params: P, setup: Setup): S;
  /** At the start of the run and after a restart. */
  onStart?(state: S, ctx: Context<P, N>): void;
  onRequest?(state: S, call: Call, ctx: Context<P, N>): void;
  onReply?(state: S, call: Call, outcome: Outcome, ctx: Context<P, N>): void;
  onCancel?(state: S, call: Call, ctx: Context<P, N>): void;
  onMessage?(state: S, message: Message, ctx: Context<P, N>): void;
  onTimer?(state: S, key: TimerKey, ctx: Context<P, N>): void;
  onControl?(state: S, control: string, ctx: Context<P, N>): void;
  /** Parameters were just changed in mid-run; `before` are the old ones. */
  onParams?(state: S, before: P, ctx: Context<P, N>): void;
  /** What survives a crash. Default: init again. */
  onRestart?(state: S, params: P, setup: Setup): S;
  inspect(state: S, params: P, nowMs: Ms): Inspection;
  readonly invariants: readonly Invariant<P, S>[];
}

/** A law about applied effects, kept by the outside observer. Its state survives every crash. */
export interface Law<S = any> {
  readonly name: string;
  readonly why: string;
  init(): S;
  onEffect(state: S, effect: { readonly atMs: Ms; readonly node: NodeId; readonly layer: LayerId; readonly name: string; readonly data: Json }): void;
  /** A node has died (crash, crash point) or come back: the observer sees that too, and may stop its clock meanwhile. */
  onNode?(state: S, change: { readonly atMs: Ms; readonly node: NodeId; readonly up: boolean }): void;
  /** Asked after every effect and every 100 ms, so that a law may also set a time within which something must come. */
  holds(state: S, nowMs: Ms): boolean;
  /** What the ledger shows. */
  inspect?(state: S): Json;
  /** Counts over the whole run, as figures of the summary: `{ lost: 3 }` is the metric `ledger.lost`. Names are unique among the laws of a pattern. */
  figures?(state: S): Readonly<Record<string, number>>;
}

/** The world as data: what a run needs, with every name resolved. */
export interface Plan {
  readonly seed: number;
  readonly durationMs: Ms;
  /** Statistics count inside [fromMs, untilMs). */
  readonly measure: { readonly fromMs: Ms; readonly untilMs: Ms };
  readonly nodes: readonly PlanNode[];
  readonly links: readonly PlanLink[];
  readonly faults: readonly import('./faults.ts').Fault[];
  readonly interventions: readonly Intervention[];
  readonly laws: readonly Law[];
}
export interface PlanNode {
  readonly id: NodeId;
  readonly layers: readonly PlanLayer[];
}
export interface PlanLayer {
  readonly id: LayerId;
  readonly engine: Engine;
  readonly params: Readonly<Record<string, unknown>>;
  /** Only calls to these nodes pass through this layer. Default: all. */
  readonly to?: readonly NodeId[];
  /** Names the layer's random sequence; the same engine in another place of the stack draws the same. Default: the layer id. */
  readonly stream?: string;
}
export interface PlanLink {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly latency: Distribution;
}
/** Something a person did at a moment of the run; part of the document, so that a replay does it too. */
export type Intervention =
  | { readonly atMs: Ms; readonly kind: 'params'; readonly layer: LayerId; readonly params: Readonly<Record<string, unknown>> }
  | { readonly atMs: Ms; readonly kind: 'control'; readonly layer: LayerId; readonly control: string };
