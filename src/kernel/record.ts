/** One place through which everything that happens is hashed and, where a trace is attached, kept. */
import { OUTCOME_KINDS, type Json, type Outcome } from './contract.ts';
import { absorb, absorbJson, absorbWord } from './fingerprint.ts';
import { addEffect, addHop, addMark, addMove, addNote, HOP, LATE, LOST, MARK, nameIndex } from './trace.ts';
import type { CallRecord, MessageRecord, Sim } from './state.ts';

const CODES: Readonly<Record<string, number>> = Object.fromEntries(OUTCOME_KINDS.map((kind, i) => [kind, i]));
export const outcomeCode = (outcome: Outcome): number => CODES[outcome.kind]!;

export function recordHop(sim: Sim, call: CallRecord, arriveNs: number, kind: number, outcome: number, flags: number): void {
  const s = sim.state;
  if (sim.hashing) {
    const f = s.fingerprint;
    absorbWord(f, (kind << 24) | (outcome << 16) | ((call.attempt & 255) << 8) | flags);
    absorbWord(f, (call.id ^ (call.link << 24)) | 0);
    absorb(f, arriveNs);
    if (kind === HOP.request) absorbWord(f, sim.names.hashes[nameIndex(sim.names, call.op)]!);
  }
  if (sim.trace !== null) {
    addHop(sim.trace, call.id, call.rootId, call.parentId, call.link, nameIndex(sim.names, call.op), s.nowNs, arriveNs, kind, outcome, Math.min(call.attempt, 255), flags);
  }
}

export function recordMessageHop(sim: Sim, message: MessageRecord, arriveNs: number, flags: number): void {
  if (sim.hashing) {
    absorbWord(sim.state.fingerprint, (HOP.message << 24) | flags);
    absorbWord(sim.state.fingerprint, (message.id ^ (message.link << 24)) | 0);
    absorb(sim.state.fingerprint, arriveNs);
    absorbWord(sim.state.fingerprint, sim.names.hashes[nameIndex(sim.names, message.topic)]!);
  }
  if (sim.trace !== null) {
    addHop(sim.trace, message.id, 0, 0, message.link, nameIndex(sim.names, message.topic), sim.state.nowNs, arriveNs, HOP.message, 0, 0, flags);
  }
}

export function recordMark(sim: Sim, call: CallRecord, layer: number, kind: number, outcome: number): void {
  if (sim.hashing) {
    const f = sim.state.fingerprint;
    absorbWord(f, (kind << 20) | (outcome << 12) | (layer & 4095) | (1 << 30));
    absorbWord(f, call.id | 0);
    absorb(f, sim.state.nowNs);
  }
  if (sim.trace !== null) addMark(sim.trace, call.id, call.rootId, layer, sim.state.nowNs, kind, outcome);
}

/** Nobody looks: a run for its figures alone. */
const unseen = (sim: Sim): boolean => !sim.hashing && sim.trace === null;

export function recordNote(sim: Sim, layer: number, name: string, data: Json | undefined): void {
  if (unseen(sim)) return;
  const index = nameIndex(sim.names, name);
  if (sim.hashing) {
    const f = sim.state.fingerprint;
    absorbWord(f, sim.names.hashes[index]! ^ layer);
    absorb(f, sim.state.nowNs);
    if (data !== undefined) absorbJson(f, data);
  }
  if (sim.trace !== null) addNote(sim.trace, layer, index, sim.state.nowNs, sim.currentCall, data);
}

export function recordMove(sim: Sim, layer: number, instance: string, from: string, to: string, event: string): void {
  if (unseen(sim)) return;
  const { names } = sim;
  const a = nameIndex(names, instance), b = nameIndex(names, from), c = nameIndex(names, to), d = nameIndex(names, event);
  if (sim.hashing) {
    const f = sim.state.fingerprint;
    absorbWord(f, names.hashes[a]! ^ (layer + 7));
    absorbWord(f, names.hashes[c]! ^ names.hashes[d]!);
    absorb(f, sim.state.nowNs);
  }
  if (sim.trace !== null) addMove(sim.trace, layer, sim.state.nowNs, a, b, c, d);
}

export function recordEffect(sim: Sim, layer: number, name: string, data: Json, holds: boolean): void {
  if (unseen(sim)) return;
  const index = nameIndex(sim.names, name);
  if (sim.hashing) {
    const f = sim.state.fingerprint;
    absorbWord(f, sim.names.hashes[index]! ^ (layer + 13));
    absorb(f, sim.state.nowNs);
    absorbJson(f, data);
  }
  if (sim.trace !== null) addEffect(sim.trace, layer, index, sim.state.nowNs, holds, data);
}
export { HOP, LATE, LOST, MARK };
