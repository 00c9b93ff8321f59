/** The stack inside the harness: layers, their contexts, and the way of calls through them. It has no clock; the rig plans what is due. */
import {
  CANCELLED, type Call, type Context, type Engine, type Json, type LayerId, type Message, type Ms, type NodeId, type Outcome, type Post, type Request,
  type Setup, type TimerKey,
} from './contract.ts';
import { cloneState } from './clone.ts';
import { sample as sampleOf, type Distribution } from './distributions.ts';
import { BrokenInvariant } from './state.ts';

/** What an engine decided, in plain data. Calls are named by their number; `layer` says whose engine it was. */
export type Decision = { readonly atMs: Ms; readonly layer: LayerId } & DecisionBody;
export type DecisionBody =
  | { readonly kind: 'forward'; readonly call: number }
  | { readonly kind: 'send'; readonly call: number; readonly op: string; readonly to: NodeId; readonly attempt: number }
  | { readonly kind: 'reply'; readonly call: number; readonly outcome: Outcome }
  | { readonly kind: 'cancel'; readonly call: number; readonly outcome: Outcome }
  | { readonly kind: 'cast'; readonly to: NodeId; readonly post: Post }
  | { readonly kind: 'pass'; readonly topic: string }
  | { readonly kind: 'note'; readonly name: string; readonly data?: Json }
  | { readonly kind: 'effect'; readonly name: string; readonly data: Json }
  | { readonly kind: 'transition'; readonly instance: string; readonly from: string; readonly to: string; readonly event: string }
  | { readonly kind: 'gauge'; readonly name: string; readonly value: number }
  | { readonly kind: 'timerSet'; readonly key: TimerKey; readonly dueMs: Ms }
  | { readonly kind: 'timerCleared'; readonly key: TimerKey };

export interface StackLayer {
  readonly engine: Engine;
  readonly params: unknown;
  readonly layer?: LayerId;
  /** Only calls to these nodes pass through this layer. Default: all. */
  readonly to?: readonly NodeId[];
}
export interface StackOptions {
  readonly setup?: Partial<Setup>;
  /** Draws in [0, 1). Default 0.5, the middle: a jittered wait is then its own mean. */
  readonly uniform?: (purpose: string, call?: Call) => number;
  /** Durations. Default: the distribution at that draw. */
  readonly sample?: (distribution: Distribution, purpose: string, call?: Call) => Ms;
  /** Answers what goes out below, after a while; undefined leaves it to `answer`. */
  readonly below?: (call: Call) => { readonly afterMs: Ms; readonly outcome: Outcome } | undefined;
  /** Replaces every state by a deep copy after every input, as going back to a checkpoint does. Default false. */
  readonly copyStates?: boolean;
}
/** Something planned. Completions (0) come before timers (1) of the same instant. */
export interface Due {
  readonly dueMs: Ms;
  readonly order: 0 | 1;
  readonly happens: () => void;
}
/** What the stack asks of the rig that holds it. */
export interface Rigging {
  nowMs(): Ms;
  plan(delayMs: Ms, order: 0 | 1, happens: () => void): Due;
  forget(due: Due): void;
  decided(layer: LayerId, decision: DecisionBody): void;
  said(text: string): void;
}

export interface Layer {
  readonly id: LayerId;
  readonly engine: Engine;
  readonly to: readonly NodeId[] | undefined;
  readonly setup: Setup;
  readonly timers: Map<TimerKey, Due>;
  params: unknown;
  state: unknown;
}
/** What is known of a call. */
export interface Track {
  readonly call: Call;
  /** The layer that made it, -1 for outside. */
  readonly origin: number;
  readonly epoch: number;
  onNetwork: boolean;
  answered: boolean;
  ended: Outcome | undefined;
  /** Layers that have answered it or passed its answer up. */
  readonly answeredBy: Set<number>;
}

export const NODE = 'node';
const BELOW = 'below';

export class Stack {
  readonly layers: Layer[];
  readonly tracks = new Map<number, Track>();
  private readonly contexts: Context[];
  private readonly rig: Rigging;
  private readonly options: StackOptions;
  private lastId = 0;
  private epoch = 0;
  /** Hand-overs between layers wait until the handler that is running has returned, as in the world. */
  private readonly handed: (() => void)[] = [];
  down = false;

  constructor(stack: readonly StackLayer[], options: StackOptions, rig: Rigging) {
    this.rig = rig;
    this.options = options;
    const setup: Setup = { self: NODE, layer: '', downstream: [BELOW], nodes: [NODE, BELOW], durationMs: Infinity, ...options.setup };
    this.layers = stack.map(({ engine, params, layer, to }, index) => {
      const id = layer ?? (stack.length === 1 ? 'layer' : `layer${index}`);
      const own = { ...setup, layer: id };
      return { id, engine, to, setup: own, timers: new Map(), params, state: engine.init(params, own) };
    });
    this.contexts = this.layers.map((layer, index) => this.contextOf(layer, index));
  }

  contextAt(index: number): Context { return this.contexts[index]!; }

  start(): void { this.layers.forEach(({ engine, state }, index) => engine.onStart?.(state, this.contexts[index]!)); }

  /** Ends an input: all hand-overs and those that come of them, then the rules. With `copyStates` a copy goes on. */
  settle(): void {
    try {
      for (let next = this.handed.shift(); next !== undefined; next = this.handed.shift()) next();
    } finally {
      this.handed.length = 0;
    }
    for (const layer of this.layers) {
      if (this.options.copyStates === true) layer.state = cloneState(layer.state);
      for (const rule of layer.engine.invariants) {
        if (!rule.holds(layer.state, layer.params)) throw new BrokenInvariant(rule.name, rule.why, this.rig.nowMs(), layer.id);
      }
    }
  }

  createCall(origin: number, to: NodeId, request: Request, again?: Call): Call {
    const id = ++this.lastId;
    const { parent } = request;
    const nowMs = this.rig.nowMs();
    const deadlineMs = request.deadlineMs ?? parent?.deadlineMs ?? Infinity;
    const call: Call = {
      id, key: again?.key ?? id, op: request.op, entity: request.entity ?? '', payload: request.payload ?? null, cost: request.cost ?? 1,
      priority: request.priority ?? parent?.priority ?? 0, attempt: request.attempt ?? 0, deadlineMs, leftMs: deadlineMs - nowMs,
      idempotencyKey: request.idempotencyKey ?? '', from: origin < 0 ? 'outside' : this.layers[origin]!.setup.self, to,
      rootId: parent?.rootId ?? id, parentId: parent?.id ?? 0, createdMs: nowMs, intendedMs: request.intendedMs ?? nowMs,
    };
    this.tracks.set(id, { call, origin, epoch: this.epoch, onNetwork: false, answered: false, ended: undefined, answeredBy: new Set() });
    return call;
  }
  createMessage(post: Post): Message {
    const id = ++this.lastId;
    return { id, key: id, topic: post.topic, entity: post.entity ?? '', payload: post.payload ?? null, from: 'outside', to: this.layers[0]!.setup.self };
  }

  private takes(layer: Layer, call: Call): boolean { return layer.to === undefined || layer.to.includes(call.to); }
  private trackOf(call: Call): Track {
    const track = this.tracks.get(call.id);
    if (track === undefined) throw new Error(`there is no call ${call.id}`);
    return track;
  }

  /** Hands a call to the first layer from `from` on that takes requests; under the lowest it goes out. */
  goDown(from: number, call: Call): void {
    for (let index = from; index < this.layers.length; index++) {
      const layer = this.layers[index]!;
      if (layer.engine.onRequest === undefined || !this.takes(layer, call)) continue;
      this.handed.push(() => layer.engine.onRequest!(layer.state, call, this.contexts[index]!));
      return;
    }
    const track = this.trackOf(call);
    if (track.onNetwork) this.fail('a call is sent once', `call ${call.id} was forwarded twice; another attempt needs again()`, this.layers.length - 1);
    track.onNetwork = true;
    const answer = this.options.below?.(call);
    if (answer !== undefined) this.rig.plan(answer.afterMs, 0, () => this.takeAnswer(track, answer.outcome));
  }

  private goUp(index: number, call: Call, outcome: Outcome): void {
    const track = this.trackOf(call);
    if (index <= track.origin) this.fail('a reply goes to the sender', `call ${call.id} was made by this layer or below it`, index);
    if (track.answeredBy.has(index)) this.fail('a call is answered once', `call ${call.id} (${call.op}) was answered twice by the same layer`, index);
    track.answeredBy.add(index);
    this.rise(index, track, outcome);
  }

  private rise(from: number, track: Track, outcome: Outcome): void {
    for (let index = from - 1; index > track.origin; index--) {
      if (track.answeredBy.has(index)) { this.rig.said(`late ${track.call.id} ${outcome.kind}: ${this.layers[index]!.id} has answered already`); return; }
      const layer = this.layers[index]!;
      if (layer.engine.onReply === undefined || !this.takes(layer, track.call)) continue;
      this.handed.push(() => layer.engine.onReply!(layer.state, track.call, outcome, this.contexts[index]!));
      return;
    }
    if (track.ended !== undefined) { this.rig.said(`late ${track.call.id} ${outcome.kind}: its sender has given up`); return; }
    track.ended = outcome;
    const origin = this.layers[track.origin];
    this.handed.push(() => origin?.engine.onReply?.(origin.state, track.call, outcome, this.contexts[track.origin]!));
  }

  /** What went out is answered. A second answer, and one from before a crash, reach nobody. */
  takeAnswer(track: Track, outcome: Outcome): void {
    const { call } = track;
    const gone = this.down || track.epoch !== this.epoch;
    if (!track.onNetwork) throw new Error(`call ${call.id} has not gone out, so nothing can answer it`);
    this.rig.said(`answer ${call.id} ${outcome.kind}`);
    if (track.answered || gone) { this.rig.said(`lost ${call.id}: ${gone ? 'the node has crashed since' : 'it has been answered'}`); return; }
    track.answered = true;
    this.rise(this.layers.length, track, outcome);
  }

  /** The sender gives the call up (-1: outside); those below hear of it. */
  giveUp(index: number, call: Call, outcome: Outcome): void {
    const track = this.trackOf(call);
    if (index === track.origin) {
      if (track.ended !== undefined) return;
      track.ended = outcome;
    }
    for (let at = index + 1; at < this.layers.length; at++) {
      const layer = this.layers[at]!;
      if (layer.engine.onCancel === undefined || !this.takes(layer, call)) continue;
      this.handed.push(() => layer.engine.onCancel!(layer.state, call, this.contexts[at]!));
      return;
    }
  }

  hear(from: number, message: Message): void {
    for (let index = from; index < this.layers.length; index++) {
      const layer = this.layers[index]!;
      if (layer.engine.onMessage === undefined) continue;
      this.handed.push(() => layer.engine.onMessage!(layer.state, message, this.contexts[index]!));
      return;
    }
  }

  crash(): void {
    this.down = true;
    this.epoch++;
    for (const { timers } of this.layers) {
      for (const due of timers.values()) this.rig.forget(due);
      timers.clear();
    }
  }
  restart(): void {
    this.down = false;
    for (const layer of this.layers) {
      const { engine, state, params, setup } = layer;
      layer.state = engine.onRestart === undefined ? engine.init(params, setup) : engine.onRestart(state, params, setup);
    }
    this.start();
  }

  private fail(rule: string, why: string, index: number): never { throw new BrokenInvariant(rule, why, this.rig.nowMs(), this.layers[index]!.id); }

  private contextOf(layer: Layer, index: number): Context {
    const { rig, options } = this;
    const decide = (decision: DecisionBody): void => rig.decided(layer.id, decision);
    const uniform = options.uniform ?? (() => 0.5);
    const sample = options.sample ?? ((distribution: Distribution, purpose: string, call?: Call) => sampleOf(distribution, () => uniform(purpose, call)));
    const start = (to: NodeId, request: Request, again?: Call): Call => {
      const call = this.createCall(index, to, request, again);
      decide({ kind: 'send', call: call.id, op: call.op, to, attempt: call.attempt });
      this.goDown(index + 1, call);
      return call;
    };
    return {
      get nowMs() { return rig.nowMs(); },
      get params() { return layer.params; },
      self: layer.setup.self, layer: layer.id, downstream: layer.setup.downstream,
      forward: (call) => { decide({ kind: 'forward', call: call.id }); this.goDown(index + 1, call); },
      send: (to, request) => start(to, request),
      again: (call, attempt, deadlineMs = call.deadlineMs) => start(call.to, {
        op: call.op, entity: call.entity, payload: call.payload, cost: call.cost, priority: call.priority, deadlineMs, attempt,
        idempotencyKey: call.idempotencyKey, parent: call, intendedMs: call.intendedMs,
      }, call),
      cast: (to, post) => decide({ kind: 'cast', to, post }),
      pass: (message) => { decide({ kind: 'pass', topic: message.topic }); this.hear(index + 1, message); },
      cancel: (call, outcome = CANCELLED) => { decide({ kind: 'cancel', call: call.id, outcome }); this.giveUp(index, call, outcome); },
      reply: (call, outcome) => { decide({ kind: 'reply', call: call.id, outcome }); this.goUp(index, call, outcome); },
      after: (delayMs, key, order = 'timer') => {
        if (!(delayMs >= 0)) this.fail('timers lie ahead', `timer ${String(key)} was set ${delayMs} ms ahead`, index);
        const old = layer.timers.get(key);
        if (old !== undefined) rig.forget(old);
        layer.timers.delete(key);
        if (delayMs === Infinity) return;
        const due = rig.plan(delayMs, order === 'completion' ? 0 : 1, () => {
          layer.timers.delete(key);
          rig.said(`timer ${String(key)}`);
          layer.engine.onTimer?.(layer.state, key, this.contexts[index]!);
        });
        layer.timers.set(key, due);
        decide({ kind: 'timerSet', key, dueMs: due.dueMs });
      },
      clear: (key) => {
        const due = layer.timers.get(key);
        if (due === undefined) return;
        rig.forget(due);
        layer.timers.delete(key);
        decide({ kind: 'timerCleared', key });
      },
      note: (name, data) => decide(data === undefined ? { kind: 'note', name } : { kind: 'note', name, data }),
      effect: (name, data) => decide({ kind: 'effect', name, data }),
      transition: (instance, from, to, event) => decide({ kind: 'transition', instance, from, to, event }),
      gauge: (at, value) => decide({ kind: 'gauge', name: layer.engine.gauges?.[at] ?? String(at), value }),
      uniform,
      sample,
      work: (distribution, call) => sample(distribution, 'work', call),
    };
  }
}
