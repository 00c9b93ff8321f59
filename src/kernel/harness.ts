/**
 * Drives one engine, or a stack of them on one node, without a world: times and inputs in, decisions out. It routes like the world does
 * (calls down, answers up, to the first layer that wants them) but has no network: what leaves the lowest layer is a decision, and its
 * answer is an input. For tests, for whoever writes an engine, and for trying one in a console.
 *
 *   const rig = drive(engine, { params });
 *   const call = rig.request(0);
 *   rig.answer(25, call, { kind: 'timeout' });
 *   rig.notes(); // what the engine said of it
 */
import { CANCELLED, type Call, type Engine, type Inspection, type LayerId, type Ms, type Outcome, type Post, type Request, type TimerKey } from './contract.ts';
import { Stack, type Decision, type Due, type StackLayer, type StackOptions, type Track } from './harnessStack.ts';
import { printEntries, type Entry, type PrintOptions } from './harnessText.ts';

export type { Decision, StackLayer, StackOptions } from './harnessStack.ts';
export type DecisionKind = Decision['kind'];
/** A call by its number, by the name given with `as`, or itself. */
export type CallRef = number | string | { readonly id: number };
/** What can happen to a stack from outside. `layer` defaults to the outermost. */
export type Input =
  | { readonly kind: 'request'; readonly request?: Partial<Request>; readonly as?: string }
  | { readonly kind: 'answer'; readonly call: CallRef; readonly outcome: Outcome }
  | { readonly kind: 'giveUp'; readonly call: CallRef; readonly outcome?: Outcome }
  | { readonly kind: 'message'; readonly post: Post }
  | { readonly kind: 'control'; readonly control: string; readonly layer?: LayerId }
  | { readonly kind: 'params'; readonly params: Readonly<Record<string, unknown>>; readonly layer?: LayerId }
  | { readonly kind: 'advance' } | { readonly kind: 'crash' } | { readonly kind: 'restart' };
export type Script = readonly (readonly [atMs: Ms, input: Input])[];

export interface DriveOptions<P> extends StackOptions {
  readonly params: P;
  readonly layer?: LayerId;
}

/** One engine on its own. */
export function drive<P, S, N extends string>(engine: Engine<P, S, N>, options: DriveOptions<P>): Rig<S> {
  const { params, layer } = options;
  return new Rig<S>([layer === undefined ? { engine, params } : { engine, params, layer }], options);
}
/** Several engines on one node, outermost first. */
export const driveStack = (stack: readonly StackLayer[], options: StackOptions = {}): Rig => new Rig(stack, options);

/** People and crashes come before completions of the same instant, these before timers, these before arrivals. */
const ORDER = { control: 0, completion: 1, arrival: 2 } as const;
const toGrid = (ms: Ms): Ms => Math.round(ms * 1e6) / 1e6;

export class Rig<S = unknown> {
  private readonly stack: Stack;
  private readonly names = new Map<string, number>();
  private readonly entries: Entry[] = [];
  private readonly pending: Due[] = [];
  private clockMs = 0;

  constructor(stack: readonly StackLayer[], options: StackOptions) {
    this.stack = new Stack(stack, options, {
      nowMs: () => this.clockMs,
      plan: (delayMs, order, happens) => {
        const due: Due = { dueMs: toGrid(this.clockMs + delayMs), order, happens };
        this.pending.push(due);
        return due;
      },
      forget: (due) => this.forget(due),
      decided: (layer, decision) => { this.entries.push({ atMs: this.clockMs, layer, ...decision }); },
      said: (text) => this.say(text),
    });
    this.stack.start();
    this.stack.settle();
  }

  get nowMs(): Ms { return this.clockMs; }
  /** State of the outermost layer, which of one is the only. */
  get state(): S { return this.stack.layers[0]!.state as S; }
  stateOf(layer: LayerId): unknown { return this.stack.layers[this.indexOf(layer)]!.state; }
  paramsOf(layer?: LayerId): unknown { return this.stack.layers[this.indexOf(layer)]!.params; }
  inspect(layer?: LayerId): Inspection {
    const { engine, state, params } = this.stack.layers[this.indexOf(layer)]!;
    return engine.inspect(state, params, this.clockMs);
  }
  /** All decisions so far, or those of one kind. Levels of gauges only when asked for. */
  decisions(): Decision[];
  decisions<K extends DecisionKind>(kind: K): Extract<Decision, { kind: K }>[];
  decisions(kind?: DecisionKind): Decision[] { return decisionsOf(this.entries, kind); }
  /** Names of the notes so far, in order, without those named. */
  notes(...without: readonly string[]): string[] {
    return this.decisions('note').flatMap(({ name }) => (without.includes(name) ? [] : [name]));
  }
  /** How a call ended for whoever made it; undefined while it goes on. */
  outcomeOf(ref: CallRef): Outcome | undefined { return this.trackOf(ref).ended; }
  /** Whether the call went out under the lowest layer. */
  wentOut(ref: CallRef): boolean { return this.trackOf(ref).onNetwork; }
  /** Timers that are set. */
  timers(): { layer: LayerId; key: TimerKey; dueMs: Ms }[] {
    return this.stack.layers.flatMap(({ id, timers }) => Array.from(timers, ([key, { dueMs }]) => ({ layer: id, key, dueMs })));
  }
  /** Inputs and decisions as text, one line each. */
  transcript(options: PrintOptions = {}): string { return printEntries(this.entries, options); }

  /** A request from outside reaches the outermost layer; `as` names it for scripts. */
  request(atMs: Ms, request: Partial<Request> = {}, as?: string): Call {
    this.passTo(atMs, ORDER.arrival);
    const call = this.stack.createCall(-1, this.stack.layers[0]!.setup.downstream[0] ?? '', { op: 'call', ...request });
    if (as !== undefined) this.names.set(as, call.id);
    this.say(['request', call.id, call.op, call.entity, as === undefined ? '' : `(${as})`].filter((word) => word !== '').join(' '));
    this.act(() => this.stack.goDown(0, call));
    return call;
  }
  /** What went out below is answered. */
  answer(atMs: Ms, ref: CallRef, outcome: Outcome): void {
    const track = this.trackOf(ref);
    this.passTo(atMs, ORDER.completion);
    this.stack.takeAnswer(track, outcome);
    this.settle();
  }
  /** Whoever made the request from outside gives it up. */
  giveUp(atMs: Ms, ref: CallRef, outcome: Outcome = CANCELLED): void {
    const { call, origin } = this.trackOf(ref);
    if (origin !== -1) throw new Error(`call ${call.id} was made by ${this.stack.layers[origin]!.id}: only that layer can give it up`);
    this.passTo(atMs, ORDER.arrival);
    this.say(`give up ${call.id} ${outcome.kind}`);
    this.act(() => this.stack.giveUp(-1, call, outcome));
  }
  message(atMs: Ms, post: Post): void {
    this.passTo(atMs, ORDER.arrival);
    this.say(`message ${post.topic}`);
    this.act(() => this.stack.hear(0, this.stack.createMessage(post)));
  }
  control(atMs: Ms, control: string, layer?: LayerId): void {
    const index = this.indexOf(layer);
    this.passTo(atMs, ORDER.control);
    this.say(`control ${control}`);
    const { engine, state } = this.stack.layers[index]!;
    this.act(() => engine.onControl?.(state, control, this.stack.contextAt(index)));
  }
  setParams(atMs: Ms, changed: Readonly<Record<string, unknown>>, layer?: LayerId): void {
    const index = this.indexOf(layer);
    this.passTo(atMs, ORDER.control);
    this.say(`params ${JSON.stringify(changed)}`);
    const target = this.stack.layers[index]!;
    const before = target.params;
    target.params = { ...(before as object), ...changed };
    this.act(() => target.engine.onParams?.(target.state, before, this.stack.contextAt(index)));
  }
  /** Lets time pass; whatever falls due up to and including then happens. */
  advance(toMs: Ms): void { this.passTo(toMs, ORDER.arrival); }
  /** The node loses its timers, its open calls and what its engines do not call durable. */
  crash(atMs: Ms): void {
    this.passTo(atMs, ORDER.control);
    this.say('crash');
    this.stack.crash();
  }
  restart(atMs: Ms): void {
    this.passTo(atMs, ORDER.control);
    if (!this.stack.down) throw new Error('only a crashed node can restart');
    this.say('restart');
    this.stack.restart();
    this.settle();
  }
  /** Feeds a list of times and inputs; gives the decisions made on the way. */
  run(script: Script): Decision[] {
    const before = this.entries.length;
    for (const [atMs, input] of script) this.feed(atMs, input);
    return decisionsOf(this.entries.slice(before), undefined);
  }
  private feed(atMs: Ms, input: Input): void {
    switch (input.kind) {
      case 'request': this.request(atMs, input.request, input.as); return;
      case 'answer': this.answer(atMs, input.call, input.outcome); return;
      case 'giveUp': this.giveUp(atMs, input.call, input.outcome); return;
      case 'message': this.message(atMs, input.post); return;
      case 'control': this.control(atMs, input.control, input.layer); return;
      case 'params': this.setParams(atMs, input.params, input.layer); return;
      case 'advance': this.advance(atMs); return;
      case 'crash': this.crash(atMs); return;
      case 'restart': this.restart(atMs);
    }
  }

  /** Moves the clock; what falls due on the way happens, at the last instant only what comes before an input of this order. */
  private passTo(atMs: Ms, order: 0 | 1 | 2): void {
    const toMs = toGrid(atMs);
    if (!(toMs >= this.clockMs)) throw new Error(`time cannot go back: it is ${this.clockMs} ms, and ${atMs} ms was asked for`);
    for (let due = this.nextDue(); due !== undefined; due = this.nextDue()) {
      if (due.dueMs > toMs || (due.dueMs === toMs && due.order >= order)) break;
      this.forget(due);
      this.clockMs = due.dueMs;
      due.happens();
      this.settle();
    }
    this.clockMs = toMs;
  }
  /** The earliest; completions before timers, then as they were planned. */
  private nextDue(): Due | undefined {
    let next: Due | undefined;
    for (const due of this.pending) {
      if (next === undefined || due.dueMs < next.dueMs || (due.dueMs === next.dueMs && due.order < next.order)) next = due;
    }
    return next;
  }
  private forget(due: Due): void {
    const at = this.pending.indexOf(due);
    if (at >= 0) this.pending.splice(at, 1);
  }

  /** A node that is down hears nothing. */
  private act(what: () => void): void {
    if (this.stack.down) return;
    what();
    this.settle();
  }
  private settle(): void { if (!this.stack.down) this.stack.settle(); }
  private say(text: string): void { this.entries.push({ atMs: this.clockMs, text }); }

  private indexOf(layer: LayerId | undefined): number {
    if (layer === undefined) return 0;
    const index = this.stack.layers.findIndex(({ id }) => id === layer);
    if (index < 0) throw new Error(`there is no layer "${layer}"; there is ${this.stack.layers.map(({ id }) => id).join(', ')}`);
    return index;
  }
  private trackOf(ref: CallRef): Track {
    const id = typeof ref === 'number' ? ref : typeof ref === 'string' ? this.names.get(ref) : ref.id;
    const track = id === undefined ? undefined : this.stack.tracks.get(id);
    if (track === undefined) throw new Error(`there is no call ${typeof ref === 'object' ? ref.id : `"${ref}"`}`);
    return track;
  }
}

const decisionsOf = (entries: readonly Entry[], kind: DecisionKind | undefined): Decision[] =>
  entries.filter((entry): entry is Decision => 'kind' in entry && (kind === undefined ? entry.kind !== 'gauge' : entry.kind === kind));
