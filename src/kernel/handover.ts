/**
 * Handlers run to completion: what one layer hands to another waits until the handler that is running has returned. So `send` never
 * calls back before it has returned its call, and no state changes under an engine's feet.
 */
import type { Outcome } from './contract.ts';
import { broken, StepCut, type CallRecord, type MessageRecord, type Sim } from './state.ts';

export const HAND = { request: 0, reply: 1, cancel: 2, message: 3 } as const;

/** So many hand-overs in one step can only be a circle. */
const ENDLESS = 1_000_000;

export function hand(sim: Sim, what: number, layer: number, subject: CallRecord | MessageRecord, outcome: Outcome | null): void {
  const { due } = sim;
  const i = due.count++;
  due.what[i] = what; due.layer[i] = layer; due.subject[i] = subject; due.outcome[i] = outcome;
}

/** Carries out all hand-overs, and those that come of them, in order. A node that crashed meanwhile takes none. */
export function settle(sim: Sim): void {
  const { due } = sim;
  while (due.head < due.count) {
    const i = due.head++;
    const layer = due.layer[i]!;
    if (i === ENDLESS) broken(sim, 'a step comes to its end', `the layers hand calls to and fro without end: ${ENDLESS} times within one instant`, sim.layerIds[layer]!);
    if (sim.state.nodes[sim.nodeOf[layer]!]!.down) continue;
    try {
      carryOut(sim, due.what[i]!, layer, due.subject[i]!, due.outcome[i]!);
    } catch (cut) {
      if (!(cut instanceof StepCut)) throw cut;
    }
  }
  if (due.head > 0) dropHandOvers(sim);
}
export function dropHandOvers(sim: Sim): void {
  const { due } = sim;
  // The arrays keep their length: shrinking and growing them at every event is dear.
  due.count = 0;
  due.head = 0;
  sim.currentCall = 0;
}
function carryOut(sim: Sim, what: number, layer: number, subject: CallRecord | MessageRecord, outcome: Outcome | null): void {
  const engine = sim.engines[layer]!;
  const state = sim.state.layers[layer];
  const context = sim.contexts[layer]!;
  if (what === HAND.message) { sim.currentCall = 0; engine.onMessage!(state, subject as MessageRecord, context); return; }
  sim.currentCall = subject.id;
  if (what === HAND.request) engine.onRequest!(state, subject as CallRecord, context);
  else if (what === HAND.reply) engine.onReply!(state, subject as CallRecord, outcome!, context);
  else engine.onCancel!(state, subject as CallRecord, context);
}
