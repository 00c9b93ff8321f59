/** Conditions of whole nodes: what the active faults make of them, and what happens at their edges. */
import type { Outcome, Setup } from './contract.ts';
import { setGauge, setInFlight } from './metrics.ts';
import type { CrashPoint } from './faults.ts';
import { CLASS, push } from './queue.ts';
import { recordNote } from './record.ts';
import { serve } from './routing.ts';
import { dropTimers, ringsFrom, type TimerEntry } from './timers.ts';
import { EVENT, MS, StepCut, toNs, type Sim } from './state.ts';

const RESET: Outcome = Object.freeze({ kind: 'transientError', detail: 'connection reset' });
const NEVER = Number.MAX_SAFE_INTEGER;

/** Recomputes the active faults from the time alone, then lets each node's condition follow. `quiet`: no edges (after a restore). */
export function applyFaults(sim: Sim, quiet = false): void {
  const s = sim.state;
  const { faults } = sim.plan;
  s.activeFaults = [];
  for (let i = 0; i < faults.length; i++) {
    const fault = faults[i]!;
    if (toNs(fault.fromMs) <= s.nowNs && (fault.untilMs === undefined || s.nowNs < toNs(fault.untilMs))) s.activeFaults.push(i);
  }
  for (let n = 0; n < s.nodes.length; n++) {
    const id = sim.nodeIds[n]!;
    const node = s.nodes[n]!;
    let down = false, refuses = true, paused = false, offsetMs = 0, rate = 1, slow = 1;
    for (const i of s.activeFaults) {
      const fault = faults[i]!;
      if (!('node' in fault) || fault.node !== id) continue;
      if (fault.kind === 'crash') { down = true; refuses = fault.refuse !== false; }
      if (fault.kind === 'crashAt' && s.nowNs < (s.crashPoints.get(sim.crashPoints.get(i)!)?.untilNs ?? 0)) { down = true; refuses = fault.refuse !== false; }
      if (fault.kind === 'pause') paused = true;
      if (fault.kind === 'slow') slow *= fault.factor;
      if (fault.kind === 'clock') {
        const gain = (fault.driftPpm ?? 0) / 1e6;
        rate += gain;
        offsetMs += fault.offsetMs - fault.fromMs * gain;
      }
    }
    node.paused = paused;
    node.slowFactor = slow;
    // Local time = rate × true time + offset: no word of now, so other edges change nothing.
    node.clockRate = rate;
    node.clockOffsetNs = Math.round(offsetMs * MS);
    node.refuses = refuses;
    const edge = down !== node.down && !quiet;
    node.down = down;
    if (edge && down) crash(sim, n);
    if (node.held.length > 0 && (down || !paused)) goOn(sim, n);
    if (edge && !down) restart(sim, n);
  }
}

/** What a paused node was kept from happens now, in the order it came and before all else of this instant; a dead one has forgotten its timers. */
function goOn(sim: Sim, n: number): void {
  const s = sim.state;
  const node = s.nodes[n]!;
  for (const { kind, target, payload } of node.held) {
    if (kind === EVENT.timer && node.down) continue;
    const slot = push(s.queue, s.nowNs, s.nowNs, CLASS.control, kind, target, payload);
    if (kind === EVENT.timer) ringsFrom(s.timers[target]!, payload as TimerEntry, slot);
  }
  node.held = [];
}

/** A layer has noted something: if that is a crash point whose turn has come, its node dies here, in the middle of the step. */
export function passCrashPoints(sim: Sim, layer: number, note: string): void {
  const s = sim.state;
  const n = sim.nodeOf[layer]!;
  let fires = false; // the others count the note too, before one of them ends the step
  for (const [index, name] of sim.crashPoints) {
    const point = sim.plan.faults[index] as CrashPoint;
    if (point.node !== sim.nodeIds[n] || point.note !== note || (point.layer !== undefined && point.layer !== sim.layerIds[layer]) || !s.activeFaults.includes(index)) continue;
    const entry = s.crashPoints.get(name) ?? { seen: 0, untilNs: 0 };
    entry.seen++;
    s.crashPoints.set(name, entry);
    if (entry.seen !== point.occurrence) continue;
    const back = point.downMs !== undefined && point.downMs !== Infinity;
    entry.untilNs = back ? s.nowNs + Math.max(1, toNs(point.downMs!)) : NEVER; // it dies, however briefly
    if (back) push(s.queue, s.nowNs, entry.untilNs, CLASS.control, EVENT.restart, n, null);
    fires = true;
  }
  if (!fires) return;
  applyFaults(sim);
  throw new StepCut(n);
}

/** Volatile state goes: timers, open calls, the wait for replies. What the engine calls durable is kept until the restart. */
function crash(sim: Sim, n: number): void {
  const s = sim.state;
  const node = s.nodes[n]!;
  node.epoch++;
  s.counters.abandoned += node.pending;
  node.pending = 0;
  for (let l = sim.first[n]!; l <= sim.last[n]!; l++) {
    dropTimers(s.timers[l]!, s.queue);
    for (let g = 0; g < sim.layout.gaugeNames[l]!.length; g++) setGauge(s.metrics, sim.layout, l, g, 0, s.nowNs);
  }
  const open = node.open.slice();
  s.counters.lostInCrash += open.length;
  for (const call of open) {
    if (node.refuses) { serve(sim, call, RESET); s.counters.lostInCrash--; continue; }
    call.served = true;
    call.openAt = -1;
  }
  node.open = [];
  setInFlight(s.metrics, sim.layout, n, 0, s.nowNs);
  recordNote(sim, sim.first[n]!, 'nodeCrashed', { node: sim.nodeIds[n]! });
  tellLaws(sim, n, false);
}
function tellLaws({ plan: { laws }, state, nodeIds }: Sim, n: number, up: boolean): void {
  for (let i = 0; i < laws.length; i++) laws[i]!.onNode?.(state.laws[i], { atMs: state.nowNs / MS, node: nodeIds[n]!, up });
}

function restart(sim: Sim, n: number): void {
  const s = sim.state;
  recordNote(sim, sim.first[n]!, 'nodeRestarted', { node: sim.nodeIds[n]! });
  tellLaws(sim, n, true);
  for (let l = sim.first[n]!; l <= sim.last[n]!; l++) {
    const engine = sim.engines[l]!;
    const setup = setupOf(sim, l);
    s.layers[l] = engine.onRestart === undefined ? engine.init(s.params[l], setup) : engine.onRestart(s.layers[l], s.params[l], setup);
  }
  for (let l = sim.first[n]!; l <= sim.last[n]!; l++) {
    try {
      sim.engines[l]!.onStart?.(s.layers[l], sim.contexts[l]!);
    } catch (cut) {
      if (!(cut instanceof StepCut)) throw cut;
      return;
    }
  }
}

export function setupOf(sim: Sim, layer: number): Setup {
  return {
    self: sim.nodeIds[sim.nodeOf[layer]!]!, layer: sim.layerIds[layer]!, downstream: sim.contexts[layer]!.downstream,
    nodes: sim.nodeIds, durationMs: sim.plan.durationMs,
  };
}
