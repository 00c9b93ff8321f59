/**
 * The world: virtual time over plain data. It pops the next event, hands it to the layer it is for, and checks the laws. It never looks at
 * a wall clock; who runs it decides how far, never what happens.
 */
import type { Engine, Inspection, Intervention, Json, LayerId, Ms, Ns, Outcome, Plan } from './contract.ts';
import { cloneState } from './clone.ts';
import { applyFaults, setupOf } from './conditions.ts';
import { printFingerprint } from './fingerprint.ts';
import { dropHandOvers, settle } from './handover.ts';
import { summarise, takeSample } from './metrics.ts';
import { checkAll, checkCalls, checkLayer, judge } from './oracle.ts';
import { peekNs, pop, release } from './queue.ts';
import { recordNote } from './record.ts';
import { hearCancel, hearMessage, takeBack, takeIn, turnAway } from './routing.ts';
import { countDone, controlsOf, crashPointsOf, createSim, faultStreamsOf, freezeParams, SAMPLE_NS } from './sim.ts';
import { EVENT, MS, StepCut, toNs, type CallRecord, type ControlEvent, type MessageRecord, type Options, type Sim, type WorldState } from './state.ts';
import { hasRung, keyOfTimer, type TimerEntry } from './timers.ts';
import type { Trace } from './trace.ts';

const REFUSED: Outcome = Object.freeze({ kind: 'transientError', detail: 'connection refused' });

/** A moment of a world that can be gone back to. Opaque plain data. */
export interface Checkpoint {
  readonly atMs: Ms;
  readonly events: number;
  readonly state: WorldState;
}

export class World {
  private readonly sim: Sim;

  constructor(plan: Plan, options: Options = {}) {
    this.sim = createSim(plan, options);
    this.start();
  }

  private start(): void {
    const { sim } = this;
    applyFaults(sim, true);
    for (let l = 0; l < sim.engines.length; l++) sim.state.layers[l] = sim.engines[l]!.init(sim.state.params[l], setupOf(sim, l));
    for (let l = 0; l < sim.engines.length; l++) {
      if (sim.state.nodes[sim.nodeOf[l]!]!.down) continue;
      try { sim.engines[l]!.onStart?.(sim.state.layers[l], sim.contexts[l]!); } catch (cut) { rethrow(cut); }
    }
    settle(sim);
    this.passControls();
    checkAll(sim);
  }

  get nowMs(): Ms { return this.sim.state.nowNs / MS; }
  get nowNs(): Ns { return this.sim.state.nowNs; }
  /** Events processed so far; controls and samples count too. */
  get events(): number { return this.sim.state.events; }
  get durationMs(): Ms { return this.sim.plan.durationMs; }
  get finished(): boolean { return this.nextNs() > toNs(this.sim.plan.durationMs); }
  get plan(): Plan { return this.sim.plan; }
  get sampleNames(): readonly string[] { return this.sim.layout.names; }
  get layerIds(): readonly LayerId[] { return this.sim.layerIds; }
  /** What is still to happen, without samples and controls. */
  get pendingEvents(): number { return this.sim.state.nodes.reduce((sum, node) => sum + node.held.length, this.sim.state.queue.live); }
  get counters(): Readonly<WorldState['counters']> { return this.sim.state.counters; }
  /** The fingerprint of everything that has happened so far. */
  get fingerprint(): string { return printFingerprint(this.sim.state.fingerprint); }
  set trace(trace: Trace | null) { this.sim.trace = trace; }

  /** Time of the next event, or Infinity. */
  private nextNs(): Ns {
    const s = this.sim.state;
    return Math.min(peekNs(s.queue), s.nextSampleNs, this.sim.controls[s.controlsDone]?.atNs ?? Infinity);
  }
  /** Time of the next event other than a sample, or Infinity. */
  get nextHappeningMs(): Ms {
    const s = this.sim.state;
    return Math.min(peekNs(s.queue), this.sim.controls[s.controlsDone]?.atNs ?? Infinity) / MS;
  }

  /** Runs every event up to and including `ms` (and at most `maxEvents` of them); returns how many ran. */
  runUntil(ms: Ms, maxEvents = Infinity): number {
    if (Number.isNaN(ms)) throw new RangeError('the time to run to is not a number');
    const limitNs = Math.min(toNs(ms), toNs(this.sim.plan.durationMs));
    const { sim } = this;
    const s = sim.state;
    const before = s.events;
    const { queue } = s;
    while (s.events - before < maxEvents) {
      // Of one instant: what people and faults do comes first, then what happens in the world, then the sample of it.
      const controlNs = s.controlsDone < sim.controls.length ? sim.controls[s.controlsDone]!.atNs : Infinity;
      const lastNs = Math.min(s.nextSampleNs, limitNs);
      let heapNs = peekNs(queue);
      while (heapNs < controlNs && heapNs <= lastNs && s.events - before < maxEvents) {
        s.nowNs = heapNs;
        s.events++;
        this.dispatch(pop(queue));
        heapNs = peekNs(queue);
      }
      if (s.events - before >= maxEvents) break;
      const nextNs = Math.min(controlNs, s.nextSampleNs);
      if (nextNs > limitNs) {
        s.nowNs = Math.max(s.nowNs, limitNs);
        break;
      }
      s.nowNs = nextNs;
      s.events++;
      if (nextNs === controlNs) this.control();
      else this.sample();
    }
    return s.events - before;
  }
  /** Runs exactly one event; false when the run is over. */
  step(): boolean { return this.runUntil(this.sim.plan.durationMs, 1) === 1; }

  private control(): void {
    this.passControls();
    if (this.sim.check !== 'off') checkAll(this.sim);
  }
  private sample(): void {
    const { sim } = this;
    const s = sim.state;
    s.nextSampleNs += SAMPLE_NS;
    takeSample(s.metrics, sim.layout, s.nowNs, sim.trace === null ? null : sim.trace.samples);
    judge(sim, 0);
    if (sim.check !== 'off') checkAll(sim);
  }

  private dispatch(slot: number): void {
    const { sim } = this;
    const { queue, nodes, layers } = sim.state;
    const kind = queue.kind[slot]!;
    const target = queue.target[slot]!;
    const payload = queue.payload[slot];
    const n = kind === EVENT.timer || kind === EVENT.person ? sim.nodeOf[target]! : target;
    const node = nodes[n]!;
    release(queue, slot);
    if (kind === EVENT.timer) hasRung(sim.state.timers[target]!, payload as TimerEntry);
    if (node.paused && !node.down && kind !== EVENT.restart) { node.held.push({ kind, target, payload }); return; }
    switch (kind) {
      case EVENT.timer: {
        // No closure: this is the most frequent event of all.
        try { sim.engines[target]!.onTimer?.(layers[target], keyOfTimer(payload as TimerEntry), sim.contexts[target]!); } catch (cut) { rethrow(cut); }
        break;
      }
      case EVENT.request: {
        const call = payload as CallRecord;
        if (!node.down) takeIn(sim, call);
        else if (node.refuses) turnAway(sim, call, REFUSED);
        break;
      }
      case EVENT.failure: {
        const { call, outcome } = payload as { call: CallRecord; outcome: Outcome };
        if (!node.down) turnAway(sim, call, outcome);
        else if (node.refuses) turnAway(sim, call, REFUSED);
        break;
      }
      case EVENT.reply: {
        const { call, outcome } = payload as { call: CallRecord; outcome: Outcome };
        takeBack(sim, call, outcome);
        break;
      }
      case EVENT.message:
        if (!node.down) hearMessage(sim, sim.first[n]!, payload as MessageRecord);
        break;
      case EVENT.restart: applyFaults(sim); break;
      case EVENT.person: this.enact(target, payload as Intervention); break;
      case EVENT.cancel: {
        const call = payload as CallRecord;
        if (!node.down) hearCancel(sim, call);
        break;
      }
    }
    settle(sim);
    if (sim.check !== 'event') return;
    checkCalls(sim);
    for (let l = sim.first[n]!; l <= sim.last[n]!; l++) checkLayer(sim, l);
  }

  /** All controls that are due: edges of faults first, then what people did. */
  private passControls(): void {
    const { sim } = this;
    const s = sim.state;
    let edges = false;
    const due: ControlEvent[] = [];
    while (s.controlsDone < sim.controls.length && sim.controls[s.controlsDone]!.atNs <= s.nowNs) {
      const control = sim.controls[s.controlsDone++]!;
      if (control.kind === 'fault') edges = true;
      else due.push(control);
    }
    if (edges) applyFaults(sim);
    for (const control of due) this.intervene(sim.plan.interventions[control.index]!);
    settle(sim);
  }

  private intervene(what: Intervention): void {
    const { sim } = this;
    const l = sim.layerIndex.get(what.layer);
    // The layer may be absent from this variant's stack; the same document then simply has nothing to act on.
    if (l === undefined) return;
    const node = sim.state.nodes[sim.nodeOf[l]!]!;
    // A frozen process takes up what was done to it when it goes on.
    if (node.paused && !node.down) node.held.push({ kind: EVENT.person, target: l, payload: what });
    else this.enact(l, what);
  }
  /** A dead node hears nothing; when it comes back it starts with its parameters as they are then. */
  private enact(l: number, what: Intervention): void {
    const { sim } = this;
    const s = sim.state;
    const before = s.params[l]!;
    if (what.kind === 'params') {
      s.params[l] = { ...before, ...what.params };
      recordNote(sim, l, 'paramsChanged', what.params as Json);
    } else {
      recordNote(sim, l, 'controlUsed', { control: what.control });
    }
    if (s.nodes[sim.nodeOf[l]!]!.down) return;
    const engine = sim.engines[l]!;
    try {
      if (what.kind === 'params') engine.onParams?.(s.layers[l], before, sim.contexts[l]!);
      else engine.onControl?.(s.layers[l], what.control, sim.contexts[l]!);
    } catch (cut) { rethrow(cut); }
  }

  checkpoint(): Checkpoint {
    const { state } = this.sim;
    return { atMs: state.nowNs / MS, events: state.events, state: cloneState(state) };
  }
  restore(checkpoint: Checkpoint): void {
    this.sim.state = cloneState(checkpoint.state);
    dropHandOvers(this.sim); // a broken rule may have left some
  }
  /** A second world that goes on from here, alone; under another plan if one is given (see `replan`). */
  fork(plan: Plan = this.sim.plan, options: Options = {}): World {
    const twin = new World(plan, { check: this.sim.check, fingerprint: this.sim.hashing, names: this.sim.names, ...options, trace: null });
    twin.restore({ atMs: this.nowMs, events: this.events, state: this.sim.state });
    twin.trace = options.trace ?? null;
    if (plan !== this.sim.plan) twin.replan(plan);
    return twin;
  }
  /** Goes on under a plan that differs only in what lies after now (faults and interventions). */
  replan(plan: Plan): void {
    const { sim } = this;
    freezeParams(plan);
    sim.plan = plan;
    sim.controls = controlsOf(plan);
    sim.faultStreams = faultStreamsOf(plan);
    sim.crashPoints = crashPointsOf(plan);
    sim.state.controlsDone = countDone(sim.controls, sim.state.nowNs);
    applyFaults(sim, true);
  }

  inspect(): Record<LayerId, Inspection> {
    const { sim } = this;
    const out: Record<LayerId, Inspection> = {};
    sim.engines.forEach((engine: Engine, l) => { out[sim.layerIds[l]!] = engine.inspect(sim.state.layers[l], sim.state.params[l], sim.state.nowNs / MS); });
    return out;
  }
  /** The condition of each node, for the stage. */
  conditions(): Record<string, { down: boolean; paused: boolean; slowFactor: number; clockOffsetMs: number; open: number; pending: number }> {
    const { sim } = this;
    return Object.fromEntries(sim.state.nodes.map((node, n) => [sim.nodeIds[n]!, {
      down: node.down, paused: node.paused, slowFactor: node.slowFactor, open: node.open.length, pending: node.pending,
      clockOffsetMs: (node.clockOffsetNs + (node.clockRate - 1) * sim.state.nowNs) / MS,
    }]));
  }
  ledger(): { name: string; why: string; holds: boolean; view: Json }[] {
    const { sim } = this;
    return sim.plan.laws.map((law, i) => ({ name: law.name, why: law.why, holds: !sim.state.lawsBroken[i], view: law.inspect?.(sim.state.laws[i]) ?? null }));
  }
  paramsOf(layer: LayerId): Readonly<Record<string, unknown>> | undefined {
    const l = this.sim.layerIndex.get(layer);
    return l === undefined ? undefined : this.sim.state.params[l];
  }
  /** Figures of the measuring window, and the laws' of the whole run (`ledger.…`), by name. */
  summary(): Record<string, number> {
    const { state, layout, plan } = this.sim;
    const out = summarise(state.metrics, layout, plan, state.nowNs);
    plan.laws.forEach((law, i) => {
      for (const [name, value] of Object.entries(law.figures?.(state.laws[i]) ?? {})) out[`ledger.${name}`] = value;
    });
    return out;
  }
  /** Checks every invariant and conservation law now; throws BrokenInvariant. */
  check(): void { checkAll(this.sim); }
}

/** A crash in the middle of a layer's step ends just the step. */
function rethrow(cut: unknown): void {
  if (!(cut instanceof StepCut)) throw cut;
}
