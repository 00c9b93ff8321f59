/** The links: every packet is judged by the active faults, gets its latency, leaves its record, and becomes an event. */
import type { Outcome } from './contract.ts';
import { sampleOne, sample, type Distribution } from './distributions.ts';
import { judge } from './faults.ts';
import { countHop } from './metrics.ts';
import { CLASS, push } from './queue.ts';
import { uniform } from './random.ts';
import { HOP, LATE, LOST, outcomeCode, recordHop, recordMessageHop } from './record.ts';
import { DUPLICATE } from './trace.ts';
import { EVENT, toNs, type CallRecord, type MessageRecord, type Sim } from './state.ts';

/** Draws a duration keyed by (seed, stream, key, attempt); kinds that need several uniforms take them from neighbouring streams. */
export function draw(sim: Sim, distribution: Distribution, stream: number, key: number, attempt: number): number {
  if (distribution.kind === 'constant') return distribution.ms;
  if (distribution.kind === 'erlang') return drawSeveral(sim.seed, distribution, stream, key, attempt);
  return sampleOne(distribution, uniform(sim.seed, stream, key, attempt));
}
/** By itself, because a function that holds a closure pays for it at every call. */
function drawSeveral(seed: number, distribution: Distribution, stream: number, key: number, attempt: number): number {
  return sample(distribution, (i) => uniform(seed, (stream + Math.imul(i + 1, 0x9e3779b1)) >>> 0, key, attempt));
}

function judgePacket(sim: Sim, kind: 'request' | 'reply' | 'message' | 'cancel', from: string, to: string, op: string, key: number, attempt: number): void {
  const { packet } = sim;
  packet.kind = kind; packet.from = from; packet.to = to; packet.op = op;
  judge(sim.plan.faults, sim.state.activeFaults, packet, (fault) => uniform(sim.seed, sim.faultStreams[fault]! ^ (kind === 'reply' ? 0x55555555 : 0), key, attempt), sim.verdict);
}

/** Latency of one packet under the current verdict. */
const latencyNs = (sim: Sim, link: number, stream: number, key: number, attempt: number, judged: boolean): number => {
  const ms = draw(sim, sim.plan.links[link]!.latency, stream, key, attempt);
  return toNs(judged ? ms * sim.verdict.latencyFactor + sim.verdict.extraMs : ms);
};

export function transmitRequest(sim: Sim, call: CallRecord): void {
  const s = sim.state;
  const judged = s.activeFaults.length > 0;
  if (judged) judgePacket(sim, 'request', call.from, call.to, call.op, call.key, call.attempt);
  const arriveNs = s.nowNs + latencyNs(sim, call.link, sim.requestStream[call.link]!, call.key, call.attempt, judged);
  call.arriveNs = arriveNs;
  const lost = judged && sim.verdict.drop;
  countHop(s.metrics, sim.layout, call.link, call.attempt === 0 ? 'request' : 'again', lost, s.nowNs);
  recordHop(sim, call, arriveNs, HOP.request, 0, lost ? LOST : 0);
  if (lost) return;
  if (judged && sim.verdict.fail !== undefined) {
    push(s.queue, s.nowNs, arriveNs, CLASS.arrival, EVENT.failure, call.toIndex, { call, outcome: sim.verdict.fail });
    return;
  }
  push(s.queue, s.nowNs, arriveNs, CLASS.arrival, EVENT.request, call.toIndex, call);
  if (judged && sim.verdict.duplicateLagMs >= 0) {
    const twin: CallRecord = { ...call, id: ++s.lastCallId, twinOf: call, openAt: -1 };
    const lagNs = arriveNs + toNs(sim.verdict.duplicateLagMs);
    recordHop(sim, twin, lagNs, HOP.request, 0, DUPLICATE);
    push(s.queue, s.nowNs, lagNs, CLASS.arrival, EVENT.request, call.toIndex, twin);
  }
}

export function transmitReply(sim: Sim, call: CallRecord, outcome: Outcome, gone: boolean): void {
  const s = sim.state;
  const judged = s.activeFaults.length > 0;
  if (judged) judgePacket(sim, 'reply', call.to, call.from, call.op, call.key, call.attempt);
  const arriveNs = s.nowNs + latencyNs(sim, call.link, sim.replyStream[call.link]!, call.key, call.attempt, judged);
  const lost = judged && sim.verdict.drop;
  countHop(s.metrics, sim.layout, call.link, 'reply', lost, s.nowNs);
  recordHop(sim, call, arriveNs, HOP.reply, outcomeCode(outcome), (lost ? LOST : 0) | (gone ? LATE : 0) | (call.twinOf === null ? 0 : DUPLICATE));
  if (!lost) push(s.queue, s.nowNs, arriveNs, CLASS.completion, EVENT.reply, call.originNode, { call, outcome });
}

export function transmitCancel(sim: Sim, call: CallRecord): void {
  const s = sim.state;
  const judged = s.activeFaults.length > 0;
  if (judged) judgePacket(sim, 'cancel', call.from, call.to, call.op, call.key, call.attempt);
  // A cancel follows its request on the same connection, so it never overtakes it.
  const arriveNs = Math.max(call.arriveNs, s.nowNs + latencyNs(sim, call.link, sim.requestStream[call.link]!, call.key, call.attempt, judged));
  const lost = judged && sim.verdict.drop;
  recordHop(sim, call, arriveNs, HOP.cancel, 0, lost ? LOST : 0);
  if (!lost) push(s.queue, s.nowNs, arriveNs, CLASS.arrival, EVENT.cancel, call.toIndex, call);
}

export function transmitMessage(sim: Sim, message: MessageRecord): void {
  const s = sim.state;
  const judged = s.activeFaults.length > 0;
  if (judged) judgePacket(sim, 'message', message.from, message.to, message.topic, message.key, 0);
  const arriveNs = s.nowNs + latencyNs(sim, message.link, sim.requestStream[message.link]!, message.key, 0, judged);
  const lost = judged && sim.verdict.drop;
  countHop(s.metrics, sim.layout, message.link, 'message', lost, s.nowNs);
  recordMessageHop(sim, message, arriveNs, lost ? LOST : 0);
  if (lost) return;
  push(s.queue, s.nowNs, arriveNs, CLASS.arrival, EVENT.message, message.toIndex, message);
  if (judged && sim.verdict.duplicateLagMs >= 0) {
    const lagNs = arriveNs + toNs(sim.verdict.duplicateLagMs);
    recordMessageHop(sim, message, lagNs, DUPLICATE);
    push(s.queue, s.nowNs, lagNs, CLASS.arrival, EVENT.message, message.toIndex, message);
  }
}
