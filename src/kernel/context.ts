/** What an engine can ask for, bound to one layer of one world. */
import type { Call, Context, Json, Message, Ms, NodeId, Outcome, Post, Request, TimerKey } from './contract.ts';
import type { Distribution } from './distributions.ts';
import { hashText } from './random.ts';
import { uniform } from './random.ts';
import { countNote, setGauge, setMode } from './metrics.ts';
import { passCrashPoints } from './conditions.ts';
import { draw } from './network.ts';
import { judge } from './oracle.ts';
import { CLASS } from './queue.ts';
import { MARK, recordEffect, recordMark, recordMove, recordNote } from './record.ts';
import { asRecord, giveUp, goDown, goOut, goUp, hearMessage, newCall, postMessage } from './routing.ts';
import { addSequence, findSequence, type Sequence } from './sequences.ts';
import { clearTimer, setTimer } from './timers.ts';
import { broken, EVENT, localMs, MS, toNs, type MessageRecord, type Sim } from './state.ts';

export class LayerContext implements Context {
  readonly self: NodeId;
  readonly layer: string;
  readonly downstream: readonly NodeId[];
  private readonly sim: Sim;
  private readonly index: number;
  private readonly node: number;
  private readonly stream: string;
  private readonly streams = new Map<string, number>();

  constructor(sim: Sim, index: number, stream: string, downstream: readonly NodeId[]) {
    this.sim = sim;
    this.index = index;
    this.node = sim.nodeOf[index]!;
    this.self = sim.nodeIds[this.node]!;
    this.layer = sim.layerIds[index]!;
    this.stream = stream;
    this.downstream = downstream;
  }

  get nowMs(): Ms { return localMs(this.sim.state.nodes[this.node]!, this.sim.state.nowNs); }
  get params(): unknown { return this.sim.state.params[this.index]; }

  forward(call: Call): void { goDown(this.sim, this.index, asRecord(call)); }
  send(to: NodeId, request: Request): Call {
    const call = newCall(this.sim, this.index, to, request, null);
    goOut(this.sim, call);
    return call;
  }
  again(call: Call, attempt: number, deadlineMs: Ms = call.deadlineMs): Call {
    const next = newCall(this.sim, this.index, call.to, {
      op: call.op, entity: call.entity, payload: call.payload, cost: call.cost, priority: call.priority, deadlineMs, attempt,
      idempotencyKey: call.idempotencyKey, parent: call, intendedMs: call.intendedMs,
    }, asRecord(call));
    goOut(this.sim, next);
    return next;
  }
  cast(to: NodeId, post: Post): void { postMessage(this.sim, this.index, to, post); }
  pass(message: Message): void { hearMessage(this.sim, this.index + 1, message as MessageRecord); }
  cancel(call: Call, outcome: Outcome = CANCELLED_BY_DEFAULT): void { giveUp(this.sim, this.index, asRecord(call), outcome); }
  reply(call: Call, outcome: Outcome): void { goUp(this.sim, this.index, asRecord(call), outcome); }

  after(delayMs: Ms, key: TimerKey, order: 'timer' | 'completion' = 'timer'): void {
    const s = this.sim.state;
    if (!(delayMs >= 0)) broken(this.sim, 'timers lie ahead', `timer ${String(key)} was set ${delayMs} ms ahead`, this.layer);
    if (delayMs === Infinity) { this.clear(key); return; }
    const rate = s.nodes[this.node]!.clockRate;
    const atNs = s.nowNs + toNs(rate === 1 ? delayMs : delayMs / rate);
    setTimer(s.timers[this.index]!, key, s.queue, s.nowNs, atNs, order === 'completion' ? CLASS.completion : CLASS.timer, EVENT.timer, this.index);
  }
  clear(key: TimerKey): void {
    clearTimer(this.sim.state.timers[this.index]!, key, this.sim.state.queue);
  }
  note(name: string, data?: Json): void {
    countNote(this.sim.state.metrics, this.sim.layout, this.index, name, this.sim.state.nowNs);
    recordNote(this.sim, this.index, name, data);
    if (this.sim.crashPoints.size > 0) passCrashPoints(this.sim, this.index, name);
  }
  effect(name: string, data: Json): void {
    const s = this.sim.state;
    const { laws } = this.sim.plan;
    for (let i = 0; i < laws.length; i++) laws[i]!.onEffect(s.laws[i], { atMs: s.nowNs / MS, node: this.self, layer: this.layer, name, data });
    recordEffect(this.sim, this.index, name, data, judge(this.sim, this.index));
  }
  transition(instance: string, from: string, to: string, event: string): void {
    setMode(this.sim.state.metrics, this.sim.layout, this.index, instance, from, to, this.sim.state.nowNs);
    recordMove(this.sim, this.index, instance, from, to, event);
  }
  gauge(index: number, value: number): void {
    setGauge(this.sim.state.metrics, this.sim.layout, this.index, index, value, this.sim.state.nowNs);
  }
  uniform(purpose: string, call?: Call): number {
    if (call !== undefined) return uniform(this.sim.seed, this.streamOf(purpose), call.key, call.attempt);
    const { stream, count } = this.next(purpose);
    return uniform(this.sim.seed, stream, count, 0);
  }
  sample(distribution: Distribution, purpose: string, call?: Call): Ms {
    if (call !== undefined) return draw(this.sim, distribution, this.streamOf(purpose), call.key, call.attempt);
    const { stream, count } = this.next(purpose);
    return draw(this.sim, distribution, stream, count, 0);
  }
  work(distribution: Distribution, call: Call): Ms {
    // Work begins now: what lies between its arrival and here, the call waited.
    recordMark(this.sim, asRecord(call), this.index, MARK.began, 0);
    return this.sample(distribution, 'work', call) * this.sim.state.nodes[this.node]!.slowFactor;
  }

  private streamOf(purpose: string): number {
    let stream = this.streams.get(purpose);
    if (stream === undefined) { stream = hashText(`${this.stream}:${purpose}`); this.streams.set(purpose, stream); }
    return stream;
  }
  /** This layer's own sequence: nothing that other layers do moves it. */
  private next(purpose: string): Sequence {
    const draws = this.sim.state.draws[this.index]!;
    const sequence = findSequence(draws, purpose) ?? addSequence(draws, purpose, this.streamOf(purpose));
    sequence.count++;
    return sequence;
  }
}
const CANCELLED_BY_DEFAULT: Outcome = Object.freeze({ kind: 'cancelled' });
