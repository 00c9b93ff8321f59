/** The world as data (`WorldState`, everything that a checkpoint holds) and the fixed tables around it (`Sim`). */
import type { Call, Context, Engine, LayerId, NodeId, Ns, Outcome, Plan } from './contract.ts';
import type { Packet, Verdict } from './faults.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { MetricLayout, Metrics } from './metrics.ts';
import type { Names, Trace } from './trace.ts';
import type { EventQueue } from './queue.ts';
import type { Sequences } from './sequences.ts';
import type { Timers } from './timers.ts';

/** Events that the heap can hold (0 is a free slot). */
export const EVENT = { timer: 1, request: 2, reply: 3, message: 4, cancel: 5, failure: 6, restart: 7, person: 8 } as const;

/** Which layers of a node have answered a call is kept in the bits of one number. */
export const MAX_LAYERS = 30;

/** A call with the kernel's own bookkeeping. */
export interface CallRecord extends Call {
  readonly toIndex: number;
  readonly originNode: number;
  readonly originLayer: number;
  readonly originEpoch: number;
  readonly link: number;
  readonly root: CallRecord | null;
  /** The call of which this is a copy made by a `duplicate` fault. */
  readonly twinOf: CallRecord | null;
  /** Local time of the sender's clock less true time, when it was made. */
  readonly skewMs: number;
  /** For the keys of calls made on behalf of this one: how often each was given out beyond the first time; the map from the second key on. */
  firstChildKey: number;
  repeats: number;
  childKeys: Map<number, number> | null;
  /** Another call, or another attempt, was made on its behalf. */
  delegated: boolean;
  /** Place in the callee's list of open calls, -1 when not there. */
  openAt: number;
  onNetwork: boolean;
  /** When it reaches the callee; no cancel gets there earlier. */
  arriveNs: Ns;
  /** The callee has sent its reply. */
  served: boolean;
  /** A reply has come back over the network. */
  answered: boolean;
  /** Its sender knows how it ended. */
  ended: boolean;
  /** Layers that have answered it or passed its answer up, on either side: a bit for each, the node's first layer lowest. */
  callerAnswered: number;
  calleeAnswered: number;
}
export interface MessageRecord {
  readonly id: number;
  readonly key: number;
  readonly topic: string;
  readonly entity: string;
  readonly payload: import('./contract.ts').Json;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly toIndex: number;
  readonly link: number;
}
export interface ReplyRecord {
  readonly call: CallRecord;
  readonly outcome: Outcome;
}

/** An event that came to a paused node; it happens when the pause is over. */
export interface Held {
  readonly kind: number;
  readonly target: number;
  readonly payload: unknown;
}
export interface NodeState {
  down: boolean;
  refuses: boolean;
  paused: boolean;
  held: Held[];
  epoch: number;
  clockOffsetNs: Ns;
  clockRate: number;
  slowFactor: number;
  /** Calls taken in and not yet answered. */
  open: CallRecord[];
  /** Calls sent and not yet ended. */
  pending: number;
}
/** Conservation counters, kept by the kernel alone. */
export interface Counters {
  started: number;
  ended: number;
  abandoned: number;
  taken: number;
  served: number;
  lostInCrash: number;
}
export interface WorldState {
  nowNs: Ns;
  /** Events processed. */
  events: number;
  lastCallId: number;
  queue: EventQueue;
  nodes: NodeState[];
  layers: unknown[];
  params: Record<string, unknown>[];
  timers: Timers[];
  /** How many root calls each layer has started. */
  roots: number[];
  /** Each layer's own sequences of draws, by purpose. */
  draws: Sequences[];
  activeFaults: number[];
  /** Crash points by name: how often their note has come, and until when the node is down because of it. */
  crashPoints: Map<string, { seen: number; untilNs: Ns }>;
  /** Entries of the control list that have happened. */
  controlsDone: number;
  nextSampleNs: Ns;
  counters: Counters;
  metrics: Metrics;
  fingerprint: Fingerprint;
  laws: unknown[];
  lawsBroken: boolean[];
}

/** A thing that happens at a fixed time: an edge of a fault or an intervention. */
export interface ControlEvent {
  readonly atNs: Ns;
  readonly kind: 'fault' | 'intervention';
  readonly index: number;
}

export interface Options {
  /** Check invariants after every event, at every sample, or never. Default 'sample'. */
  readonly check?: 'event' | 'sample' | 'off';
  /** Keep the 64-bit fingerprint. Default true. */
  readonly fingerprint?: boolean;
  /** Where records go; none keeps nothing. */
  readonly trace?: Trace | null;
  readonly names?: Names;
}

/** A queue of hand-overs as parallel arrays: what, to which layer, which call or message, with which outcome. Empty between events. */
export interface Due {
  readonly what: number[];
  readonly layer: number[];
  readonly subject: (CallRecord | MessageRecord)[];
  readonly outcome: (Outcome | null)[];
  head: number;
  /** Entries in use; the arrays may be longer. */
  count: number;
}

/** Fixed tables of a world, and its state. */
export interface Sim {
  plan: Plan;
  state: WorldState;
  readonly nodeIds: readonly NodeId[];
  readonly nodeIndex: ReadonlyMap<NodeId, number>;
  readonly layerIds: readonly LayerId[];
  readonly layerIndex: ReadonlyMap<LayerId, number>;
  readonly engines: readonly Engine[];
  readonly nodeOf: Int32Array;
  /** First and last layer of each node. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Per layer: which target nodes pass through it; null = all. */
  readonly filters: readonly (Uint8Array | null)[];
  readonly contexts: Context[];
  /** from * nodes + to → link, or -1. */
  readonly linkOf: Int32Array;
  readonly requestStream: Uint32Array;
  readonly replyStream: Uint32Array;
  controls: readonly ControlEvent[];
  faultStreams: Uint32Array;
  /** The plan's crash points: index of the fault → name. */
  crashPoints: ReadonlyMap<number, string>;
  readonly seed: number;
  readonly hashing: boolean;
  readonly check: 'event' | 'sample' | 'off';
  trace: Trace | null;
  readonly names: Names;
  readonly layout: MetricLayout;
  /** Hand-overs between layers that wait until the running handler has returned. */
  readonly due: Due;
  /** The call being handled, for notes; 0 none. */
  currentCall: number;
  readonly packet: Packet;
  readonly verdict: Verdict;
}

export const MS = 1e6;
export const toNs = (ms: number): Ns => Math.round(ms * MS);
/** What a node's clock shows. */
export const localMs = ({ clockRate, clockOffsetNs }: NodeState, nowNs: Ns): number =>
  clockRate === 1 ? (nowNs + clockOffsetNs) / MS : Math.round(nowNs * clockRate + clockOffsetNs) / MS;

/** Thrown to end the step of a node that crashes in the middle of it; never leaves the kernel. */
export class StepCut {
  readonly node: number;
  constructor(node: number) { this.node = node; }
}

/** A broken rule: ends the run and says where to look. */
export class BrokenInvariant extends Error {
  readonly rule: string;
  readonly why: string;
  readonly atMs: number;
  readonly where: string;
  constructor(rule: string, why: string, atMs: number, where: string) {
    super(`${rule} (${where}, at ${atMs} ms): ${why}`);
    this.name = 'BrokenInvariant';
    this.rule = rule; this.why = why; this.atMs = atMs; this.where = where;
  }
}
export function broken(sim: Sim, rule: string, why: string, where: string): never {
  throw new BrokenInvariant(rule, why, sim.state.nowNs / MS, where);
}
