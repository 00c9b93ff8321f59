/**
 * How calls move: down the layers of the caller, over the network, down the layers of the callee, and back up the same way. Replies are
 * routed here, through any depth, so no engine ever rewrites a sender. A layer that has answered a call hears nothing more of it: what
 * comes up later stops there and is marked late.
 */
import { type Call, type Json, type Outcome, type Post, type Request } from './contract.ts';
import { hashText, mix2 } from './random.ts';
import { countArrived, countEnded, countIn, countOffered, countOut, countServed } from './metrics.ts';
import { outcomeCode, recordMark, MARK } from './record.ts';
import { hand, HAND } from './handover.ts';
import { broken, localMs, MS, type CallRecord, type MessageRecord, type Sim } from './state.ts';
import { transmitCancel, transmitMessage, transmitReply, transmitRequest } from './network.ts';

const nodeHashes = new Map<string, number>();
const hashOf = (text: string): number => {
  let h = nodeHashes.get(text);
  if (h === undefined) { h = hashText(text); nodeHashes.set(text, h); }
  return h;
};

const applies = (sim: Sim, layer: number, call: CallRecord): boolean => {
  const filter = sim.filters[layer]!;
  return filter === null || filter[call.toIndex] === 1;
};

export function newCall(sim: Sim, layer: number, to: string, request: Request, again: CallRecord | null): CallRecord {
  const s = sim.state;
  const toIndex = sim.nodeIndex.get(to);
  if (toIndex === undefined) broken(sim, 'known target', `no node is called ${to}`, sim.layerIds[layer]!);
  const node = sim.nodeOf[layer]!;
  const link = sim.linkOf[node * sim.nodeIds.length + toIndex]!;
  const parent = (request.parent ?? null) as CallRecord | null;
  const id = ++s.lastCallId;
  const nowMs = s.nowNs / MS;
  // A further attempt keeps its request's key, so that draws differ by the attempt alone and the rest of the traffic is untouched.
  const key = again !== null ? again.key : parent !== null ? childKey(parent, to, request) : mix2(hashOf(sim.layerIds[layer]!), nextOwn(sim, layer));
  const root = parent === null ? null : parent.root ?? parent;
  const skewMs = localMs(s.nodes[node]!, s.nowNs) - nowMs;
  // The sender speaks of its own clock; latency is measured from outside.
  const intendedMs = request.intendedMs === undefined ? nowMs : root === null ? request.intendedMs - skewMs : request.intendedMs;
  const deadlineMs = request.deadlineMs ?? (parent === null ? Infinity : parent.deadlineMs);
  const call: CallRecord = {
    id, key, op: request.op, entity: request.entity ?? '', payload: request.payload ?? null, cost: request.cost ?? 1,
    priority: request.priority ?? (parent === null ? 0 : parent.priority), attempt: request.attempt ?? 0,
    deadlineMs, leftMs: deadlineMs - nowMs - skewMs, idempotencyKey: request.idempotencyKey ?? '',
    from: sim.nodeIds[node]!, to, rootId: root === null ? id : root.id, parentId: parent === null ? 0 : parent.id,
    createdMs: nowMs, intendedMs,
    toIndex, originNode: node, originLayer: layer, originEpoch: s.nodes[node]!.epoch, link, root, twinOf: null, skewMs,
    firstChildKey: -1, repeats: 0, childKeys: null, delegated: false, openAt: -1, onNetwork: false, arriveNs: 0, served: false, answered: false, ended: false, callerAnswered: 0, calleeAnswered: 0,
  };
  if (parent !== null) parent.delegated = true;
  s.counters.started++;
  s.nodes[node]!.pending++;
  if (root === null && sim.engines[layer]!.workload === true) {
    countOffered(s.metrics, sim.layout, sim.layout.routeOf[node]!, s.nowNs);
    recordMark(sim, call, layer, MARK.started, 0);
  }
  return call;
}
/** Depends on what is asked of whom, not on what else the parent does: a layer that adds calls leaves the others' draws alone. */
function childKey(parent: CallRecord, to: string, request: Request): number {
  // Another attempt of the parent asks anew: what failed by chance the first time need not fail the second.
  const own = parent.attempt === 0 ? parent.key : mix2(parent.key, parent.attempt);
  let key = mix2(mix2(own, hashOf(to)), hashOf(request.op));
  if (request.entity !== undefined && request.entity !== parent.entity) key = mix2(key, hashText(request.entity));
  if (parent.firstChildKey === -1) parent.firstChildKey = key;
  else if (key === parent.firstChildKey) return mix2(key, ++parent.repeats);
  else {
    parent.childKeys ??= new Map();
    const times = parent.childKeys.get(key);
    parent.childKeys.set(key, times === undefined ? 0 : times + 1);
    if (times !== undefined) return mix2(key, times + 1);
  }
  return key;
}
/** Root calls of a layer are numbered by the layer itself: what other nodes do can't change their keys. */
const nextOwn = (sim: Sim, layer: number): number => ++sim.state.roots[layer]!;

/** `layer` hands a call on, down its own stack. */
export function goDown(sim: Sim, layer: number, call: CallRecord): void {
  countOut(sim.state.metrics, layer);
  descend(sim, sim.nodeOf[layer]!, layer + 1, call, onCalleeSide(sim.nodeOf[layer]!, layer, call));
}
/** A new call leaves its sender. */
export function goOut(sim: Sim, call: CallRecord): void {
  countOut(sim.state.metrics, call.originLayer);
  descend(sim, call.originNode, call.originLayer + 1, call, false);
}

/** Hands a call to the first layer of `node` at or below `from` that takes requests; at the bottom, to the network. */
function descend(sim: Sim, node: number, from: number, call: CallRecord, callee: boolean): void {
  const last = lastOf(sim, node, call, callee);
  for (let l = from; l <= last; l++) {
    const engine = sim.engines[l]!;
    if (engine.onRequest === undefined || !applies(sim, l, call)) continue;
    countIn(sim.state.metrics, l);
    hand(sim, HAND.request, l, call, null);
    return;
  }
  if (callee) broken(sim, 'every request is answered', `no layer of ${call.to} answers "${call.op}"`, call.to);
  if (call.onNetwork) broken(sim, 'a call is sent once', `call ${call.id} was forwarded twice; another attempt needs again()`, call.from);
  if (call.link < 0) broken(sim, 'linked target', `there is no link from ${call.from} to ${call.to}`, sim.layerIds[call.originLayer]!);
  call.onNetwork = true;
  transmitRequest(sim, call);
}

/** A call to the own node comes round to the layers from the top down to its sender, which may answer it itself. */
const onCalleeSide = (node: number, layer: number, call: CallRecord): boolean =>
  node === call.toIndex && (node !== call.originNode || layer <= call.originLayer);
const lastOf = (sim: Sim, node: number, call: CallRecord, callee: boolean): number =>
  callee && node === call.originNode ? call.originLayer : sim.last[node]!;

/** A request has come in over the network. */
export function takeIn(sim: Sim, call: CallRecord): void {
  const s = sim.state;
  const node = s.nodes[call.toIndex]!;
  s.counters.taken++;
  call.openAt = node.open.length;
  node.open.push(call);
  countArrived(s.metrics, sim.layout, call.toIndex, node.open.length, s.nowNs);
  descend(sim, call.toIndex, sim.first[call.toIndex]!, call, true);
}

/** The node itself answers a call as it comes in: an injected error, a refused connection. */
export function turnAway(sim: Sim, call: CallRecord, outcome: Outcome): void {
  const s = sim.state;
  const node = s.nodes[call.toIndex]!;
  s.counters.taken++;
  call.openAt = node.open.length;
  node.open.push(call);
  countArrived(s.metrics, sim.layout, call.toIndex, node.open.length, s.nowNs);
  serve(sim, call, outcome);
}

/** A layer answers, or passes an answer up. */
export function goUp(sim: Sim, layer: number, call: CallRecord, outcome: Outcome): void {
  const node = sim.nodeOf[layer]!;
  const callee = onCalleeSide(node, layer, call);
  if (!callee && node !== call.originNode) broken(sim, 'a reply comes from the way of its call', `${sim.nodeIds[node]} answered call ${call.id} of ${call.from}`, sim.layerIds[layer]!);
  if (!callee && isForgotten(sim, call)) { recordMark(sim, call, layer, MARK.late, outcomeCode(outcome)); return; }
  const bit = 1 << (layer - sim.first[node]!);
  const answered = callee ? call.calleeAnswered : call.callerAnswered;
  if ((answered & bit) !== 0) broken(sim, 'a call is answered once', `call ${call.id} (${call.op}) was answered twice by the same layer`, sim.layerIds[layer]!);
  // Answered on the spot, by the first layer that does: passing it up is no second refusal, and a local answer is none at all.
  if (!callee && answered === 0 && !call.onNetwork && !call.delegated && outcome.kind !== 'ok' && outcome.kind !== 'stale') {
    recordMark(sim, call, layer, MARK.refused, outcomeCode(outcome));
  }
  if (callee) call.calleeAnswered = answered | bit;
  else call.callerAnswered = answered | bit;
  rise(sim, layer, call, outcome, callee);
}

/** Above `from`: the first layer that wants replies decides; what reaches a layer that has answered already is late. */
function rise(sim: Sim, from: number, call: CallRecord, outcome: Outcome, callee: boolean): void {
  const first = sim.first[callee ? call.toIndex : call.originNode]!;
  const top = callee ? first : call.originLayer + 1;
  const answered = callee ? call.calleeAnswered : call.callerAnswered;
  for (let l = from - 1; l >= top; l--) {
    if ((answered & (1 << (l - first))) !== 0) { recordMark(sim, call, l, MARK.late, outcomeCode(outcome)); return; }
    const engine = sim.engines[l]!;
    if (engine.onReply === undefined || !applies(sim, l, call)) continue;
    hand(sim, HAND.reply, l, call, outcome);
    return;
  }
  if (callee) serve(sim, call, outcome);
  else end(sim, call, outcome);
}

/** The callee's answer leaves its top layer. */
export function serve(sim: Sim, call: CallRecord, outcome: Outcome): void {
  if (call.served) return;
  call.served = true;
  const asked = call.twinOf ?? call;
  const gone = asked.ended || asked.callerAnswered !== 0 || (asked.root !== null && asked.root.ended);
  close(sim, call, gone && outcome.kind === 'ok');
  sim.state.counters.served++;
  if (outcome.kind === 'cancelled' && asked.ended) return;
  transmitReply(sim, call, outcome, gone);
}

/** Takes a call off its callee's list of open calls. */
export function close(sim: Sim, call: CallRecord, wasted: boolean): void {
  const { open } = sim.state.nodes[call.toIndex]!;
  const moved = open.pop()!;
  if (moved !== call) { open[call.openAt] = moved; moved.openAt = call.openAt; }
  call.openAt = -1;
  countServed(sim.state.metrics, sim.layout, call.toIndex, open.length, wasted, sim.state.nowNs);
}

/** An answer has come back over the network. */
export function takeBack(sim: Sim, copy: CallRecord, outcome: Outcome): void {
  const call = copy.twinOf ?? copy;
  if (call.answered || isForgotten(sim, call)) {
    recordMark(sim, call, call.originLayer, MARK.late, outcomeCode(outcome));
    return;
  }
  call.answered = true;
  rise(sim, sim.last[call.originNode]! + 1, call, outcome, false);
}

/** The sender has crashed since: nobody waits for the answer. */
function isForgotten(sim: Sim, call: CallRecord): boolean {
  const node = sim.state.nodes[call.originNode]!;
  return node.down || node.epoch !== call.originEpoch;
}

/** The sender of a call learns how it ended; exactly once. */
function end(sim: Sim, call: CallRecord, outcome: Outcome): void {
  if (call.ended) { recordMark(sim, call, call.originLayer, MARK.late, outcomeCode(outcome)); return; }
  finish(sim, call, outcome);
  if (sim.engines[call.originLayer]!.onReply !== undefined) hand(sim, HAND.reply, call.originLayer, call, outcome);
}

function finish(sim: Sim, call: CallRecord, outcome: Outcome): void {
  const s = sim.state;
  call.ended = true;
  s.counters.ended++;
  s.nodes[call.originNode]!.pending--;
  const code = outcomeCode(outcome);
  if (call.root === null && sim.engines[call.originLayer]!.workload === true) {
    const nowMs = s.nowNs / MS;
    countEnded(s.metrics, sim.layout, sim.layout.routeOf[call.originNode]!, code, nowMs + call.skewMs <= call.deadlineMs, nowMs - call.intendedMs, s.nowNs);
    recordMark(sim, call, call.originLayer, MARK.ended, code);
  }
}

/** `layer` gives the call up: those below hear of it. The sender itself ends it with that. */
export function giveUp(sim: Sim, layer: number, call: CallRecord, outcome: Outcome): void {
  const node = sim.nodeOf[layer]!;
  const sender = layer === call.originLayer;
  if (sender) {
    if (call.ended || isForgotten(sim, call)) return;
    recordMark(sim, call, layer, MARK.gaveUp, outcomeCode(outcome));
    finish(sim, call, outcome);
  }
  passCancel(sim, node, layer + 1, call, !sender && onCalleeSide(node, layer, call));
}

function passCancel(sim: Sim, node: number, from: number, call: CallRecord, callee: boolean): void {
  const last = lastOf(sim, node, call, callee);
  for (let l = from; l <= last; l++) {
    const engine = sim.engines[l]!;
    if (engine.onCancel === undefined || !applies(sim, l, call)) continue;
    hand(sim, HAND.cancel, l, call, null);
    return;
  }
  if (!callee && call.onNetwork && !call.answered) transmitCancel(sim, call);
}

/** The news that nobody waits any more has reached the callee. */
export function hearCancel(sim: Sim, call: CallRecord): void {
  if (call.openAt >= 0) passCancel(sim, call.toIndex, sim.first[call.toIndex]!, call, true);
}

export function postMessage(sim: Sim, layer: number, to: string, post: Post): void {
  const node = sim.nodeOf[layer]!;
  const toIndex = sim.nodeIndex.get(to);
  const link = toIndex === undefined ? -1 : sim.linkOf[node * sim.nodeIds.length + toIndex]!;
  if (toIndex === undefined || link < 0) broken(sim, 'linked target', `there is no link from ${sim.nodeIds[node]} to ${to}`, sim.layerIds[layer]!);
  const id = ++sim.state.lastCallId;
  const payload: Json = post.payload ?? null;
  const message: MessageRecord = {
    id, key: mix2(hashOf(post.topic), mix2(hashOf(sim.layerIds[layer]!), nextOwn(sim, layer))), topic: post.topic, entity: post.entity ?? '', payload,
    from: sim.nodeIds[node]!, to, toIndex, link,
  };
  transmitMessage(sim, message);
}

/** Hands a message to the first layer at or below `layer` that listens. */
export function hearMessage(sim: Sim, layer: number, message: MessageRecord): void {
  const last = sim.last[message.toIndex]!;
  for (let l = layer; l <= last; l++) {
    const engine = sim.engines[l]!;
    if (engine.onMessage === undefined) continue;
    hand(sim, HAND.message, l, message, null);
    return;
  }
}
export const asRecord = (call: Call): CallRecord => call as CallRecord;
