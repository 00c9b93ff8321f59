/**
 * The world: virtual time over plain data. It pops the next event, hands it to the layer it is for, and checks the laws. It never looks at
 * a wall clock; who runs it decides how far, never what happens.
 */
import type { Engine, Inspection, Json, LayerId, Ms, Ns, Outcome, Plan } from './contract.ts';
import { cloneState } from './clone.ts';
import { applyFaults, setupOf } from './conditions.ts';
import { LayerContext } from './context.ts';
import { freshVerdict } from './faults.ts';
import { freshFingerprint, printFingerprint } from './fingerprint.ts';
import { createMetrics, layoutOf, SAMPLE_MS, summarise, takeSample } from './metrics.ts';
import { checkAll, checkLayer } from './oracle.ts';
import { CLASS, createQueue, peekNs, pop, push, release } from './queue.ts';
import { hashText, seedFrom } from './random.ts';
import { recordNote } from './record.ts';
import { hearCancel, hearMessage, settle, takeBack, takeIn, turnAway } from './routing.ts';
import { EVENT, MS, StepCut, toNs, type CallRecord, type ControlEvent, type MessageRecord, type Options, type Sim, type WorldState } from './state.ts';
import { createNames, type Trace } from './trace.ts';

const REFUSED: Outcome = Object.freeze({ kind: 'transientError', detail: 'connection refused' });
const SAMPLE_NS = SAMPLE_MS * MS;

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
    this.passControls();
    for (let l = 0; l < sim.engines.length; l++) {
      if (!sim.state.nodes[sim.nodeOf[l]!]!.down) uncut(() => sim.engines[l]!.onStart?.(sim.state.layers[l], sim.contexts[l]!));
    }
    settle(sim);
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
  get pendingEvents(): number { return this.sim.state.queue.live; }
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
    const limitNs = Math.min(toNs(ms), toNs(this.sim.plan.durationMs));
    const s = this.sim.state;
    const before = s.events;
    while (s.events - before < maxEvents) if (!this.advance(limitNs)) { s.nowNs = Math.max(s.nowNs, limitNs); break; }
    return s.events - before;
  }
  /** Runs exactly one event; false when the run is over. */
  step(): boolean { return this.advance(toNs(this.sim.plan.durationMs)); }

  private advance(limitNs: Ns): boolean {
    const { sim } = this;
    const s = sim.state;
    const heapNs = peekNs(s.queue);
    const controlNs = s.controlsDone < sim.controls.length ? sim.controls[s.controlsDone]!.atNs : Infinity;
    if (controlNs <= heapNs && controlNs <= s.nextSampleNs) {
      if (controlNs > limitNs) return false;
      s.nowNs = controlNs;
      s.events++;
      this.passControls();
      if (sim.check !== 'off') checkAll(sim);
      return true;
    }
    if (heapNs <= s.nextSampleNs) {
      if (heapNs > limitNs) return false;
      s.nowNs = heapNs;
      s.events++;
      this.dispatch(pop(s.queue));
      return true;
    }
    if (s.nextSampleNs > limitNs) return false;
    s.nowNs = s.nextSampleNs;
    s.nextSampleNs += SAMPLE_NS;
    s.events++;
    takeSample(s.metrics, sim.layout, s.nowNs, sim.trace === null ? null : sim.trace.samples);
    if (sim.check !== 'off') checkAll(sim);
    return true;
  }

  private dispatch(slot: number): void {
    const { sim } = this;
    const { queue, nodes, timers, layers } = sim.state;
    const kind = queue.kind[slot]!;
    const target = queue.target[slot]!;
    const payload = queue.payload[slot];
    const n = kind === EVENT.timer ? sim.nodeOf[target]! : target;
    const node = nodes[n]!;
    release(queue, slot);
    if (node.paused && kind !== EVENT.restart) { this.postpone(kind, target, payload, node.pausedUntilNs); return; }
    switch (kind) {
      case EVENT.timer: {
        timers[target]!.delete(payload as string | number);
        uncut(() => sim.engines[target]!.onTimer?.(layers[target], payload as string | number, sim.contexts[target]!));
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
      case EVENT.cancel: {
        const call = payload as CallRecord;
        if (!node.down) hearCancel(sim, call);
        break;
      }
    }
    settle(sim);
    if (sim.check === 'event') for (let l = sim.first[n]!; l <= sim.last[n]!; l++) checkLayer(sim, l);
  }

  /** A paused node's events wait for its end, in the order they came. */
  private postpone(kind: number, target: number, payload: unknown, untilNs: Ns): void {
    const s = this.sim.state;
    const cls = kind === EVENT.timer ? CLASS.timer : kind === EVENT.reply ? CLASS.completion : CLASS.arrival;
    const slot = push(s.queue, s.nowNs, untilNs, cls, kind, target, payload);
    if (kind === EVENT.timer) s.timers[target]!.set(payload as string | number, slot);
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
    for (const control of due) this.intervene(control.index);
    settle(sim);
  }

  private intervene(index: number): void {
    const { sim } = this;
    const s = sim.state;
    const what = sim.plan.interventions[index]!;
    const l = sim.layerIndex.get(what.layer);
    // The layer may be absent from this variant's stack; the same document then simply has nothing to act on.
    if (l === undefined) return;
    if (what.kind === 'params') {
      const before = s.params[l]!;
      s.params[l] = { ...before, ...what.params };
      recordNote(sim, l, 'paramsChanged', what.params as Json);
      uncut(() => sim.engines[l]!.onParams?.(s.layers[l], before, sim.contexts[l]!));
    } else {
      recordNote(sim, l, 'controlUsed', { control: what.control });
      uncut(() => sim.engines[l]!.onControl?.(s.layers[l], what.control, sim.contexts[l]!));
    }
  }

  checkpoint(): Checkpoint {
    const { state } = this.sim;
    return { atMs: state.nowNs / MS, events: state.events, state: cloneState(state) };
  }
  restore(checkpoint: Checkpoint): void {
    this.sim.state = cloneState(checkpoint.state);
  }
  /** A second world that goes on from here, alone; under another plan if one is given (see `replan`). */
  fork(plan: Plan = this.sim.plan, options: Options = {}): World {
    const twin = new World(plan, { check: this.sim.check, fingerprint: this.sim.hashing, names: this.sim.names, ...options });
    twin.restore({ atMs: this.nowMs, events: this.events, state: this.sim.state });
    if (plan !== this.sim.plan) twin.replan(plan);
    return twin;
  }
  /** Goes on under a plan that differs only in what lies after now (faults and interventions). */
  replan(plan: Plan): void {
    const { sim } = this;
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
  /** Figures of the measuring window, by name. */
  summary(): Record<string, number> {
    return summarise(this.sim.state.metrics, this.sim.layout, this.sim.plan, this.sim.state.nowNs);
  }
  /** Checks every invariant and conservation law now; throws BrokenInvariant. */
  check(): void { checkAll(this.sim); }
}

const countDone = (controls: readonly ControlEvent[], nowNs: Ns): number => {
  let done = 0;
  while (done < controls.length && controls[done]!.atNs <= nowNs) done++;
  return done;
};

/** Edges of faults before interventions of the same instant; else as listed. */
function controlsOf(plan: Plan): ControlEvent[] {
  const list: ControlEvent[] = [];
  plan.faults.forEach((fault, index) => {
    list.push({ atNs: toNs(fault.fromMs), kind: 'fault', index });
    if (fault.untilMs !== undefined) list.push({ atNs: toNs(fault.untilMs), kind: 'fault', index });
  });
  plan.interventions.forEach((what, index) => list.push({ atNs: toNs(what.atMs), kind: 'intervention', index }));
  return list.sort((a, b) => a.atNs - b.atNs || (a.kind === b.kind ? a.index - b.index : a.kind === 'fault' ? -1 : 1));
}
/** Coins of a fault are named by what it does, so that adding or removing another changes nothing for it. */
const faultStreamsOf = (plan: Plan): Uint32Array => Uint32Array.from(plan.faults, (fault) => hashText(JSON.stringify({ ...fault, fromMs: 0, untilMs: 0 })));

const crashPointsOf = (plan: Plan): number[] => plan.faults.flatMap((fault, i) => (fault.kind === 'crashAt' ? [i] : []));
/** Runs a step of one layer; a crash in its middle ends just the step. */
function uncut(step: () => void): void {
  try {
    step();
  } catch (cut) {
    if (!(cut instanceof StepCut)) throw cut;
  }
}

function createSim(plan: Plan, options: Options): Sim {
  const nodeIds = plan.nodes.map((node) => node.id);
  const nodeIndex = new Map(nodeIds.map((id, i) => [id, i]));
  const layers = plan.nodes.flatMap((node, n) => node.layers.map((layer) => ({ ...layer, node: n })));
  const layerIds = layers.map((layer) => layer.id);
  if (nodeIndex.size !== nodeIds.length) throw new Error('two nodes have the same name');
  const layerIndex = new Map(layerIds.map((id, i) => [id, i]));
  if (layerIndex.size !== layerIds.length) throw new Error('two layers have the same name');
  const known = (id: string): number => {
    const index = nodeIndex.get(id);
    if (index === undefined) throw new Error(`a link or filter names the unknown node ${id}`);
    return index;
  };
  const linkOf = new Int32Array(nodeIds.length * nodeIds.length).fill(-1);
  plan.links.forEach((link, i) => { linkOf[known(link.from) * nodeIds.length + known(link.to)] = i; });
  let next = 0;
  const first = Int32Array.from(plan.nodes, (node) => { const start = next; next += node.layers.length; return start; });
  const last = Int32Array.from(plan.nodes, (node, n) => first[n]! + node.layers.length - 1);
  const layout = layoutOf(plan);
  const sim: Sim = {
    plan, nodeIds, nodeIndex, layerIds, layerIndex, engines: layers.map((layer) => layer.engine),
    nodeOf: Int32Array.from(layers, (layer) => layer.node), first, last,
    filters: layers.map((layer) => (layer.to === undefined ? null : nodesMask(layer.to.map(known), nodeIds.length))),
    contexts: [], linkOf,
    requestStream: Uint32Array.from(plan.links, (link) => hashText(`${link.from}>${link.to}`)),
    replyStream: Uint32Array.from(plan.links, (link) => hashText(`${link.to}<${link.from}`)),
    controls: controlsOf(plan), faultStreams: faultStreamsOf(plan), crashPoints: crashPointsOf(plan), seed: seedFrom(plan.seed),
    hashing: options.fingerprint !== false, check: options.check ?? 'sample', trace: options.trace ?? null, names: options.names ?? createNames(),
    layout, due: { what: [], layer: [], subject: [], outcome: [], head: 0 }, currentCall: 0, packet: { kind: 'request', from: '', to: '', op: '' }, verdict: freshVerdict(),
    state: {
      nowNs: 0, events: 0, lastCallId: 0, queue: createQueue(),
      nodes: nodeIds.map(() => ({ down: false, refuses: true, paused: false, pausedUntilNs: 0, epoch: 0, clockOffsetNs: 0, clockRate: 1, slowFactor: 1, open: [], pending: 0 })),
      layers: layers.map(() => null), params: layers.map((layer) => ({ ...layer.params })), timers: layers.map(() => new Map()), draws: layers.map(() => new Map()),
      activeFaults: [], crashPoints: new Map(), controlsDone: 0, nextSampleNs: SAMPLE_NS,
      counters: { started: 0, ended: 0, abandoned: 0, taken: 0, served: 0, lostInCrash: 0 },
      metrics: createMetrics(plan, layout), fingerprint: freshFingerprint(),
      laws: plan.laws.map((law) => law.init()), lawsBroken: plan.laws.map(() => false),
    },
  };
  layers.forEach((layer, l) => {
    const downstream = plan.links.filter((link) => link.from === nodeIds[layer.node]).map((link) => link.to);
    sim.contexts.push(new LayerContext(sim, l, layer.stream ?? layer.id, downstream));
  });
  return sim;
}
const nodesMask = (members: readonly number[], size: number): Uint8Array => {
  const mask = new Uint8Array(size);
  for (const n of members) mask[n] = 1;
  return mask;
};
