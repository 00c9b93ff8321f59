/** Builds the fixed tables of a world and its first state from a plan. */
import type { Ns, Plan } from './contract.ts';
import { LayerContext } from './context.ts';
import { freezeDeep } from './clone.ts';
import { freshVerdict, type Fault } from './faults.ts';
import { freshFingerprint } from './fingerprint.ts';
import { createMetrics, layoutOf, SAMPLE_MS } from './metrics.ts';
import { createQueue } from './queue.ts';
import { hashText, seedFrom } from './random.ts';
import { createSequences } from './sequences.ts';
import { MAX_LAYERS, MS, toNs, type ControlEvent, type Options, type Sim } from './state.ts';
import { createTimers } from './timers.ts';
import { createNames } from './trace.ts';

export const SAMPLE_NS = SAMPLE_MS * MS;

export const countDone = (controls: readonly ControlEvent[], nowNs: Ns): number => {
  let done = 0;
  while (done < controls.length && controls[done]!.atNs <= nowNs) done++;
  return done;
};

/** Edges of faults before interventions of the same instant; else as listed. */
export function controlsOf(plan: Plan): ControlEvent[] {
  const list: ControlEvent[] = [];
  plan.faults.forEach((fault, index) => {
    list.push({ atNs: toNs(fault.fromMs), kind: 'fault', index });
    if (fault.untilMs !== undefined) list.push({ atNs: toNs(fault.untilMs), kind: 'fault', index });
  });
  plan.interventions.forEach((what, index) => list.push({ atNs: toNs(what.atMs), kind: 'intervention', index }));
  return list.sort((a, b) => a.atNs - b.atNs || (a.kind === b.kind ? a.index - b.index : a.kind === 'fault' ? -1 : 1));
}
/** Coins of a fault are named by what it does, not by its time, its place in the list or the way it is written: moving or removing one changes no other. */
export const faultStreamsOf = (plan: Plan): Uint32Array => Uint32Array.from(plan.faults, (fault) => hashText(inWords(fault, 'fromMs', 'untilMs')));
const inWords = (fault: Fault, ...without: readonly string[]): string => {
  const told = Object.entries(fault).filter(([name, value]) => value !== undefined && !without.includes(name));
  return JSON.stringify(told.sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** Crash points by their place in the list of faults, with the name under which the state counts for them; it too says nothing of that place. */
export function crashPointsOf(plan: Plan): Map<number, string> {
  const names: string[] = [];
  plan.faults.forEach((fault) => {
    const told = fault.kind === 'crashAt' ? inWords(fault, 'untilMs') : '';
    names.push(told === '' ? '' : `${told} ${names.filter((name) => name.startsWith(told)).length}`);
  });
  return new Map(names.flatMap((name, i) => (name === '' ? [] : [[i, name] as const])));
}
/** Values of parameters keep their identity through checkpoints, so that engines may compare them by it. */
export function freezeParams({ nodes, interventions }: Plan): void {
  for (const { layers } of nodes) for (const { params } of layers) Object.values(params).forEach(freezeDeep);
  for (const it of interventions) if (it.kind === 'params') Object.values(it.params).forEach(freezeDeep);
}

export function createSim(plan: Plan, options: Options): Sim {
  freezeParams(plan);
  const nodeIds = plan.nodes.map((node) => node.id);
  const nodeIndex = new Map(nodeIds.map((id, i) => [id, i]));
  const layers = plan.nodes.flatMap((node, n) => node.layers.map((layer) => ({ ...layer, node: n })));
  const layerIds = layers.map((layer) => layer.id);
  if (nodeIndex.size !== nodeIds.length) throw new Error('two nodes have the same name');
  for (const node of plan.nodes) if (node.layers.length > MAX_LAYERS) throw new Error(`${node.id} has ${node.layers.length} layers, at most ${MAX_LAYERS} are possible`);
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
    layout, due: { what: [], layer: [], subject: [], outcome: [], head: 0, count: 0 }, currentCall: 0, packet: { kind: 'request', from: '', to: '', op: '' }, verdict: freshVerdict(),
    state: {
      nowNs: 0, events: 0, lastCallId: 0, queue: createQueue(),
      nodes: nodeIds.map(() => ({ down: false, refuses: true, paused: false, held: [], epoch: 0, clockOffsetNs: 0, clockRate: 1, slowFactor: 1, open: [], pending: 0 })),
      layers: layers.map(() => null), params: layers.map((layer) => ({ ...layer.params })), timers: layers.map(createTimers), roots: layers.map(() => 0), draws: layers.map(createSequences),
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
