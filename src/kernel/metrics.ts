/**
 * What is measured, from outside the engines: by 100 ms of simulated time, and in total over the plan's measuring window. Latency runs
 * from the intended start of a user's request. Everything here is plain data and part of each checkpoint.
 */
import { OUTCOME_KINDS, type Plan } from './contract.ts';
import { createHistogram, quantile, recordValue, type Histogram } from './histogram.ts';

export const SAMPLE_MS = 100;
const KINDS = OUTCOME_KINDS.length;
/** Columns of a route's counters: offered, good (ok within the deadline), then one for each outcome. */
const OFFERED = 0, GOOD = 1, FIRST_OUTCOME = 2;
export const ROUTE_COLUMNS = FIRST_OUTCOME + KINDS;
const ARRIVED = 0, SERVED = 1, WASTED = 2, NODE_COLUMNS = 3;
const REQUESTS = 0, FIRST_TRIES = 1, REPLIES = 2, MESSAGES = 3, LOST = 4, LINK_COLUMNS = 5;

/** No latencies: most samples of most routes in large topologies. */
const NONE: readonly number[] = Object.freeze([]);
const IN_A_SECOND = 1000 / SAMPLE_MS;

/** Levels and their integrals over time, side by side: samples go over all of them ten times a simulated second. */
interface Levels {
  value: Float64Array;
  sinceNs: Float64Array;
  /** Integral since the last sample, and inside the measuring window, in value × ns. */
  area: Float64Array;
  measuredArea: Float64Array;
}
export interface Metrics {
  /** ROUTE_COLUMNS of each route, one after the other. `latencies`: since the last sample; `recent`: of the last second, sample by sample. */
  routes: { window: Float64Array; measured: Float64Array; latencies: (readonly number[])[]; recent: (readonly number[])[][]; histograms: Histogram[] };
  /** NODE_COLUMNS of each node, one node after the other; in links likewise. `peak`: most arrivals in a sample. */
  nodes: { window: Float64Array; measured: Float64Array; inFlight: Levels; peak: Float64Array };
  links: { window: Float64Array; measured: Float64Array };
  gauges: Levels;
  /** Since the last sample, two for each layer: calls handed to it, and calls it sent on downwards (forwarded, or started by itself). */
  passes: Float64Array;
  /** Per layer: instance → mode, and ns in each mode inside the window. */
  modes: Map<string, { mode: string; sinceNs: number; measured: Map<string, number> }>[];
  /** Per layer: note → count inside the window / in the whole run. */
  notes: Map<string, { measured: number; total: number }>[];
}
const levels = (size: number): Levels => ({ value: new Float64Array(size), sinceNs: new Float64Array(size), area: new Float64Array(size), measuredArea: new Float64Array(size) });
const columns = (size: number): { window: Float64Array; measured: Float64Array } => ({ window: new Float64Array(size), measured: new Float64Array(size) });

/** Which series exist: fixed for a plan, so that a row of samples is a row of numbers. */
export interface MetricLayout {
  readonly routeNodes: readonly number[];
  /** node → route or -1 */
  readonly routeOf: Int32Array;
  readonly gaugeNames: readonly (readonly string[])[];
  /** Where each layer's gauges begin. */
  readonly gaugeAt: Int32Array;
  readonly names: readonly string[];
  readonly fromNs: number;
  readonly untilNs: number;
  readonly seconds: number;
}
export const ROUTE_SERIES = ['offeredPerSecond', 'goodputPerSecond', 'errorsPerSecond', 'rejectedPerSecond', 'p50Ms', 'p95Ms', 'p99Ms'] as const;

export function layoutOf(plan: Plan): MetricLayout {
  const routeNodes: number[] = [];
  const routeOf = new Int32Array(plan.nodes.length).fill(-1);
  plan.nodes.forEach((node, i) => {
    if (node.layers.some((layer) => layer.engine.workload === true)) { routeOf[i] = routeNodes.length; routeNodes.push(i); }
  });
  const gaugeNames = plan.nodes.flatMap((node) => node.layers.map((layer) => layer.engine.gauges ?? []));
  let gauges = 0;
  const gaugeAt = Int32Array.from(gaugeNames, (own) => { gauges += own.length; return gauges - own.length; });
  const names: string[] = [];
  for (const node of routeNodes) for (const series of ROUTE_SERIES) names.push(`${plan.nodes[node]!.id}.${series}`);
  for (const node of plan.nodes) names.push(`${node.id}.arrivalsPerSecond`, `${node.id}.servedPerSecond`, `${node.id}.wastedPerSecond`, `${node.id}.inFlight`);
  for (const link of plan.links) names.push(`${link.from}>${link.to}.requestsPerSecond`);
  const layers = plan.nodes.flatMap((node) => node.layers);
  layers.forEach((layer, i) => { for (const gauge of gaugeNames[i]!) names.push(`${layer.id}.${gauge}`); });
  for (const layer of layers) names.push(`${layer.id}.inPerSecond`, `${layer.id}.outPerSecond`);
  const fromNs = Math.round(plan.measure.fromMs * 1e6), untilNs = Math.round(plan.measure.untilMs * 1e6);
  return { routeNodes, routeOf, gaugeNames, gaugeAt, names, fromNs, untilNs, seconds: (untilNs - fromNs) / 1e9 };
}

export function createMetrics(plan: Plan, layout: MetricLayout): Metrics {
  return {
    routes: { ...columns(ROUTE_COLUMNS * layout.routeNodes.length), latencies: layout.routeNodes.map(() => NONE), recent: layout.routeNodes.map(() => []), histograms: layout.routeNodes.map(createHistogram) },
    nodes: { ...columns(NODE_COLUMNS * plan.nodes.length), inFlight: levels(plan.nodes.length), peak: new Float64Array(plan.nodes.length) },
    links: columns(LINK_COLUMNS * plan.links.length),
    gauges: levels(layout.gaugeNames.flat().length),
    passes: new Float64Array(2 * layout.gaugeNames.length),
    modes: layout.gaugeNames.map(() => new Map()),
    notes: layout.gaugeNames.map(() => new Map()),
  };
}

const inside = (layout: MetricLayout, nowNs: number): boolean => nowNs >= layout.fromNs && nowNs < layout.untilNs;
function count(of: { window: Float64Array; measured: Float64Array }, column: number, measured: boolean): void {
  of.window[column]! += 1;
  if (measured) of.measured[column]! += 1;
}
function move(layout: MetricLayout, l: Levels, i: number, value: number, nowNs: number): void {
  settle(layout, l, i, nowNs);
  l.value[i] = value;
}
function settle(layout: MetricLayout, l: Levels, i: number, nowNs: number): void {
  const value = l.value[i]!;
  if (value !== 0) {
    const sinceNs = l.sinceNs[i]!;
    l.area[i]! += value * (nowNs - sinceNs);
    const from = Math.max(sinceNs, layout.fromNs), until = Math.min(nowNs, layout.untilNs);
    if (until > from) l.measuredArea[i]! += value * (until - from);
  }
  l.sinceNs[i] = nowNs;
}

export function countOffered(m: Metrics, layout: MetricLayout, route: number, nowNs: number): void {
  count(m.routes, ROUTE_COLUMNS * route + OFFERED, inside(layout, nowNs));
}
export function countEnded(m: Metrics, layout: MetricLayout, route: number, outcome: number, inTime: boolean, latencyMs: number, nowNs: number): void {
  const measured = inside(layout, nowNs);
  const { routes } = m;
  const at = ROUTE_COLUMNS * route;
  count(routes, at + FIRST_OUTCOME + outcome, measured);
  if (outcome === 0 && inTime) count(routes, at + GOOD, measured);
  if (routes.latencies[route] === NONE) routes.latencies[route] = [latencyMs];
  else (routes.latencies[route] as number[]).push(latencyMs);
  if (measured) recordValue(routes.histograms[route]!, latencyMs);
}
export function countArrived(m: Metrics, layout: MetricLayout, node: number, open: number, nowNs: number): void {
  count(m.nodes, NODE_COLUMNS * node + ARRIVED, inside(layout, nowNs));
  move(layout, m.nodes.inFlight, node, open, nowNs);
}
export function countServed(m: Metrics, layout: MetricLayout, node: number, open: number, wasted: boolean, nowNs: number): void {
  const measured = inside(layout, nowNs);
  count(m.nodes, NODE_COLUMNS * node + SERVED, measured);
  if (wasted) count(m.nodes, NODE_COLUMNS * node + WASTED, measured);
  move(layout, m.nodes.inFlight, node, open, nowNs);
}
export function setInFlight(m: Metrics, layout: MetricLayout, node: number, open: number, nowNs: number): void {
  move(layout, m.nodes.inFlight, node, open, nowNs);
}
export function countHop(m: Metrics, layout: MetricLayout, link: number, hop: 'request' | 'again' | 'reply' | 'message', lost: boolean, nowNs: number): void {
  const { links } = m;
  const at = LINK_COLUMNS * link;
  const measured = inside(layout, nowNs);
  if (hop === 'request' || hop === 'again') count(links, at + REQUESTS, measured);
  if (hop === 'request') count(links, at + FIRST_TRIES, measured);
  if (hop === 'reply') count(links, at + REPLIES, measured);
  if (hop === 'message') count(links, at + MESSAGES, measured);
  if (lost) count(links, at + LOST, measured);
}
/** A call was handed to a layer / was sent on by it. */
export function countIn(m: Metrics, layer: number): void { m.passes[2 * layer]! += 1; }
export function countOut(m: Metrics, layer: number): void { m.passes[2 * layer + 1]! += 1; }
export function setGauge(m: Metrics, layout: MetricLayout, layer: number, index: number, value: number, nowNs: number): void {
  move(layout, m.gauges, layout.gaugeAt[layer]! + index, value, nowNs);
}
function settleMode(layout: MetricLayout, entry: { mode: string; sinceNs: number; measured: Map<string, number> }, nowNs: number): void {
  const from = Math.max(entry.sinceNs, layout.fromNs), until = Math.min(nowNs, layout.untilNs);
  if (until > from) entry.measured.set(entry.mode, (entry.measured.get(entry.mode) ?? 0) + (until - from));
  entry.sinceNs = nowNs;
}
export function setMode(m: Metrics, layout: MetricLayout, layer: number, instance: string, from: string, to: string, nowNs: number): void {
  const modes = m.modes[layer]!;
  let entry = modes.get(instance);
  if (entry === undefined) {
    // Thousands of short-lived instances (sagas) are followed by the trace, not here.
    if (modes.size >= 64) return;
    entry = { mode: from, sinceNs: 0, measured: new Map() };
    modes.set(instance, entry);
  }
  settleMode(layout, entry, nowNs);
  entry.mode = to;
}
export function countNote(m: Metrics, layout: MetricLayout, layer: number, name: string, nowNs: number): void {
  const notes = m.notes[layer]!;
  let entry = notes.get(name);
  if (entry === undefined) { entry = { measured: 0, total: 0 }; notes.set(name, entry); }
  entry.total += 1;
  if (inside(layout, nowNs)) entry.measured += 1;
}

/** Quantiles of a sample are those of the last second when so few requests ended in it, else those of the last 100 ms. */
const FEW = 400;
/** Nearest rank, as in the histogram. */
const exactQuantile = (sorted: Float64Array, q: number): number => (sorted.length === 0 ? NaN : sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)]!);

/** Closes the window that ends now and appends its row. */
export function takeSample(m: Metrics, layout: MetricLayout, nowNs: number, row: number[] | null): void {
  const perSecond = 1000 / SAMPLE_MS;
  row?.push(nowNs);
  const { routes } = m;
  for (let r = 0; r < routes.latencies.length; r++) {
    const recent = routes.recent[r]!, latencies = routes.latencies[r]!;
    if (recent.length === IN_A_SECOND) recent.shift();
    recent.push(latencies);
    if (row !== null) {
      const at = ROUTE_COLUMNS * r;
      let second = 0;
      for (const list of recent) second += list.length;
      const values = Float64Array.from(second <= FEW ? recent.flat() : latencies).sort();
      let errors = 0;
      for (let k = 1; k < KINDS; k++) errors += routes.window[at + FIRST_OUTCOME + k]!;
      const rejected = routes.window[at + FIRST_OUTCOME + 6]!;
      row.push(routes.window[at + OFFERED]! * perSecond, routes.window[at + GOOD]! * perSecond, errors * perSecond, rejected * perSecond,
        exactQuantile(values, 0.5), exactQuantile(values, 0.95), exactQuantile(values, 0.99));
    }
    routes.latencies[r] = NONE;
  }
  routes.window.fill(0);
  const windowNs = SAMPLE_MS * 1e6;
  const { nodes, links, gauges } = m;
  const measured = nowNs > layout.fromNs && nowNs <= layout.untilNs;
  for (let n = 0; n < nodes.peak.length; n++) {
    const at = NODE_COLUMNS * n;
    settle(layout, nodes.inFlight, n, nowNs);
    row?.push(nodes.window[at + ARRIVED]! * perSecond, nodes.window[at + SERVED]! * perSecond, nodes.window[at + WASTED]! * perSecond, nodes.inFlight.area[n]! / windowNs);
    if (measured && nodes.window[at + ARRIVED]! > nodes.peak[n]!) nodes.peak[n] = nodes.window[at + ARRIVED]!;
  }
  nodes.inFlight.area.fill(0);
  nodes.window.fill(0);
  if (row !== null) for (let at = 0; at < links.window.length; at += LINK_COLUMNS) row.push(links.window[at + REQUESTS]! * perSecond);
  links.window.fill(0);
  for (let g = 0; g < gauges.value.length; g++) { settle(layout, gauges, g, nowNs); row?.push(gauges.area[g]! / windowNs); }
  gauges.area.fill(0);
  if (row !== null) for (let i = 0; i < m.passes.length; i++) row.push(m.passes[i]! * perSecond);
  m.passes.fill(0);
}

/** The headline figures of the measuring window, by name. A figure that can't be known (no sample) is NaN. */
export function summarise(m: Metrics, layout: MetricLayout, plan: Plan, nowNs: number): Record<string, number> {
  const out: Record<string, number> = {};
  const seconds = Math.max(0, Math.min(nowNs, layout.untilNs) - layout.fromNs) / 1e9;
  layout.routeNodes.forEach((node, r) => {
    const { id } = plan.nodes[node]!;
    const histogram = m.routes.histograms[r]!;
    const c = m.routes.measured.subarray(ROUTE_COLUMNS * r, ROUTE_COLUMNS * (r + 1));
    out[`${id}.offered`] = c[OFFERED]!;
    out[`${id}.good`] = c[GOOD]!;
    out[`${id}.goodputPerSecond`] = c[GOOD]! / seconds;
    out[`${id}.goodRatio`] = c[GOOD]! / c[OFFERED]!;
    OUTCOME_KINDS.forEach((kind, k) => { out[`${id}.${kind}`] = c[FIRST_OUTCOME + k]!; });
    for (const [name, q] of [['p50Ms', 0.5], ['p95Ms', 0.95], ['p99Ms', 0.99]] as const) out[`${id}.${name}`] = quantile(histogram, q);
    out[`${id}.meanMs`] = histogram.count === 0 ? NaN : histogram.sum / histogram.count;
  });
  plan.nodes.forEach(({ id }, n) => {
    const { measured, inFlight, peak } = m.nodes;
    const at = NODE_COLUMNS * n;
    settle(layout, inFlight, n, nowNs);
    out[`${id}.arrivals`] = measured[at + ARRIVED]!;
    out[`${id}.served`] = measured[at + SERVED]!;
    out[`${id}.arrivalsPeakPerSecond`] = (peak[n]! * 1000) / SAMPLE_MS;
    out[`${id}.wasted`] = measured[at + WASTED]!;
    out[`${id}.inFlightMean`] = inFlight.measuredArea[n]! / (seconds * 1e9);
  });
  plan.links.forEach(({ from, to }, i) => {
    const id = `${from}>${to}`;
    const { measured } = m.links;
    const at = LINK_COLUMNS * i;
    out[`${id}.requests`] = measured[at + REQUESTS]!;
    out[`${id}.replies`] = measured[at + REPLIES]!;
    out[`${id}.messages`] = measured[at + MESSAGES]!;
    out[`${id}.lost`] = measured[at + LOST]!;
    out[`${id}.amplification`] = measured[at + REQUESTS]! / measured[at + FIRST_TRIES]!;
  });
  plan.nodes.flatMap((node) => node.layers).forEach((layer, g) => {
    layout.gaugeNames[g]!.forEach((name, i) => {
      const at = layout.gaugeAt[g]! + i;
      settle(layout, m.gauges, at, nowNs);
      out[`${layer.id}.${name}Mean`] = m.gauges.measuredArea[at]! / (seconds * 1e9);
    });
    for (const [instance, entry] of m.modes[g]!) {
      settleMode(layout, entry, nowNs);
      for (const [mode, ns] of entry.measured) out[`${layer.id}.${instance === '' ? '' : `${instance}.`}${mode}Ms`] = ns / 1e6;
    }
    for (const [name, n] of m.notes[g]!) { out[`${layer.id}.note.${name}`] = n.measured; out[`${layer.id}.noteTotal.${name}`] = n.total; }
  });
  return out;
}
