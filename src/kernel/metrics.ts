/**
 * What is measured, from outside the engines: by 100 ms of simulated time, and in total over the plan's measuring window. Latency runs
 * from the intended start of a user's request. Everything here is plain data and part of each checkpoint.
 */
import { OUTCOME_KINDS, type Plan } from './contract.ts';
import { createHistogram, quantile, recordValue } from './histogram.ts';

export const SAMPLE_MS = 100;
const KINDS = OUTCOME_KINDS.length;
/** Columns of a route's counters: offered, good (ok within the deadline), then one for each outcome. */
const OFFERED = 0, GOOD = 1, FIRST_OUTCOME = 2;
export const ROUTE_COLUMNS = FIRST_OUTCOME + KINDS;
const ARRIVED = 0, SERVED = 1, WASTED = 2, NODE_COLUMNS = 3;
const REQUESTS = 0, FIRST_TRIES = 1, REPLIES = 2, MESSAGES = 3, LOST = 4, LINK_COLUMNS = 5;

/** A level and its integral over time. */
interface Level {
  value: number;
  sinceNs: number;
  /** Integral since the last sample, and inside the measuring window, in value × ns. */
  area: number;
  measuredArea: number;
}
export interface Metrics {
  routes: { window: Float64Array; measured: Float64Array; latencies: number[]; recent: number[][]; histogram: ReturnType<typeof createHistogram> }[];
  nodes: { window: Float64Array; measured: Float64Array; inFlight: Level; peak: number }[];
  links: { window: Float64Array; measured: Float64Array }[];
  gauges: Level[][];
  /** Since the last sample, two for each layer: calls handed to it, and calls it sent on downwards (forwarded, or started by itself). */
  passes: Float64Array;
  /** Per layer: instance → mode, and ns in each mode inside the window. */
  modes: Map<string, { mode: string; sinceNs: number; measured: Map<string, number> }>[];
  /** Per layer: note → count inside the window / in the whole run. */
  notes: Map<string, { measured: number; total: number }>[];
}
const level = (): Level => ({ value: 0, sinceNs: 0, area: 0, measuredArea: 0 });

/** Which series exist: fixed for a plan, so that a row of samples is a row of numbers. */
export interface MetricLayout {
  readonly routeNodes: readonly number[];
  /** node → route or -1 */
  readonly routeOf: Int32Array;
  readonly gaugeNames: readonly (readonly string[])[];
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
  const names: string[] = [];
  for (const node of routeNodes) for (const series of ROUTE_SERIES) names.push(`${plan.nodes[node]!.id}.${series}`);
  for (const node of plan.nodes) names.push(`${node.id}.arrivalsPerSecond`, `${node.id}.servedPerSecond`, `${node.id}.wastedPerSecond`, `${node.id}.inFlight`);
  for (const link of plan.links) names.push(`${link.from}>${link.to}.requestsPerSecond`);
  const layers = plan.nodes.flatMap((node) => node.layers);
  layers.forEach((layer, i) => { for (const gauge of gaugeNames[i]!) names.push(`${layer.id}.${gauge}`); });
  for (const layer of layers) names.push(`${layer.id}.inPerSecond`, `${layer.id}.outPerSecond`);
  const fromNs = Math.round(plan.measure.fromMs * 1e6), untilNs = Math.round(plan.measure.untilMs * 1e6);
  return { routeNodes, routeOf, gaugeNames, names, fromNs, untilNs, seconds: (untilNs - fromNs) / 1e9 };
}

export function createMetrics(plan: Plan, layout: MetricLayout): Metrics {
  return {
    routes: layout.routeNodes.map(() => ({ window: new Float64Array(ROUTE_COLUMNS), measured: new Float64Array(ROUTE_COLUMNS), latencies: [], recent: [], histogram: createHistogram() })),
    nodes: plan.nodes.map(() => ({ window: new Float64Array(NODE_COLUMNS), measured: new Float64Array(NODE_COLUMNS), inFlight: level(), peak: 0 })),
    links: plan.links.map(() => ({ window: new Float64Array(LINK_COLUMNS), measured: new Float64Array(LINK_COLUMNS) })),
    gauges: layout.gaugeNames.map((names) => names.map(level)),
    passes: new Float64Array(2 * layout.gaugeNames.length),
    modes: layout.gaugeNames.map(() => new Map()),
    notes: layout.gaugeNames.map(() => new Map()),
  };
}

const inside = (layout: MetricLayout, nowNs: number): boolean => nowNs >= layout.fromNs && nowNs < layout.untilNs;
function count(columns: { window: Float64Array; measured: Float64Array }, column: number, measured: boolean): void {
  columns.window[column]! += 1;
  if (measured) columns.measured[column]! += 1;
}
function move(layout: MetricLayout, l: Level, value: number, nowNs: number): void {
  settle(layout, l, nowNs);
  l.value = value;
}
function settle(layout: MetricLayout, l: Level, nowNs: number): void {
  if (l.value !== 0) {
    l.area += l.value * (nowNs - l.sinceNs);
    const from = Math.max(l.sinceNs, layout.fromNs), until = Math.min(nowNs, layout.untilNs);
    if (until > from) l.measuredArea += l.value * (until - from);
  }
  l.sinceNs = nowNs;
}

export function countOffered(m: Metrics, layout: MetricLayout, route: number, nowNs: number): void {
  count(m.routes[route]!, OFFERED, inside(layout, nowNs));
}
export function countEnded(m: Metrics, layout: MetricLayout, route: number, outcome: number, inTime: boolean, latencyMs: number, nowNs: number): void {
  const measured = inside(layout, nowNs);
  const r = m.routes[route]!;
  count(r, FIRST_OUTCOME + outcome, measured);
  if (outcome === 0 && inTime) count(r, GOOD, measured);
  r.latencies.push(latencyMs);
  if (measured) recordValue(r.histogram, latencyMs);
}
export function countArrived(m: Metrics, layout: MetricLayout, node: number, open: number, nowNs: number): void {
  const n = m.nodes[node]!;
  count(n, ARRIVED, inside(layout, nowNs));
  move(layout, n.inFlight, open, nowNs);
}
export function countServed(m: Metrics, layout: MetricLayout, node: number, open: number, wasted: boolean, nowNs: number): void {
  const n = m.nodes[node]!;
  const measured = inside(layout, nowNs);
  count(n, SERVED, measured);
  if (wasted) count(n, WASTED, measured);
  move(layout, n.inFlight, open, nowNs);
}
export function setInFlight(m: Metrics, layout: MetricLayout, node: number, open: number, nowNs: number): void {
  move(layout, m.nodes[node]!.inFlight, open, nowNs);
}
export function countHop(m: Metrics, layout: MetricLayout, link: number, hop: 'request' | 'again' | 'reply' | 'message', lost: boolean, nowNs: number): void {
  const l = m.links[link]!;
  const measured = inside(layout, nowNs);
  if (hop === 'request' || hop === 'again') count(l, REQUESTS, measured);
  if (hop === 'request') count(l, FIRST_TRIES, measured);
  if (hop === 'reply') count(l, REPLIES, measured);
  if (hop === 'message') count(l, MESSAGES, measured);
  if (lost) count(l, LOST, measured);
}
/** A call was handed to a layer / was sent on by it. */
export function countIn(m: Metrics, layer: number): void { m.passes[2 * layer]! += 1; }
export function countOut(m: Metrics, layer: number): void { m.passes[2 * layer + 1]! += 1; }
export function setGauge(m: Metrics, layout: MetricLayout, layer: number, index: number, value: number, nowNs: number): void {
  move(layout, m.gauges[layer]![index]!, value, nowNs);
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
  for (const r of m.routes) {
    r.recent.push(r.latencies);
    if (r.recent.length > 1000 / SAMPLE_MS) r.recent.shift();
    if (row !== null) {
      let second = 0;
      for (const list of r.recent) second += list.length;
      const values = Float64Array.from(second <= FEW ? r.recent.flat() : r.latencies).sort();
      let errors = 0;
      for (let k = 1; k < KINDS; k++) errors += r.window[FIRST_OUTCOME + k]!;
      const rejected = r.window[FIRST_OUTCOME + 6]!;
      row.push(r.window[OFFERED]! * perSecond, r.window[GOOD]! * perSecond, errors * perSecond, rejected * perSecond,
        exactQuantile(values, 0.5), exactQuantile(values, 0.95), exactQuantile(values, 0.99));
    }
    r.latencies = [];
    r.window.fill(0);
  }
  const windowNs = SAMPLE_MS * 1e6;
  for (const n of m.nodes) {
    settle(layout, n.inFlight, nowNs);
    row?.push(n.window[ARRIVED]! * perSecond, n.window[SERVED]! * perSecond, n.window[WASTED]! * perSecond, n.inFlight.area / windowNs);
    n.inFlight.area = 0;
    if (nowNs > layout.fromNs && nowNs <= layout.untilNs) n.peak = Math.max(n.peak, n.window[ARRIVED]!);
    n.window.fill(0);
  }
  for (const l of m.links) { row?.push(l.window[REQUESTS]! * perSecond); l.window.fill(0); }
  for (const gauges of m.gauges) for (const g of gauges) { settle(layout, g, nowNs); row?.push(g.area / windowNs); g.area = 0; }
  if (row !== null) for (let i = 0; i < m.passes.length; i++) row.push(m.passes[i]! * perSecond);
  m.passes.fill(0);
}

/** The headline figures of the measuring window, by name. A figure that can't be known (no sample) is NaN. */
export function summarise(m: Metrics, layout: MetricLayout, plan: Plan, nowNs: number): Record<string, number> {
  const out: Record<string, number> = {};
  const seconds = Math.max(0, Math.min(nowNs, layout.untilNs) - layout.fromNs) / 1e9;
  m.routes.forEach((r, i) => {
    const id = plan.nodes[layout.routeNodes[i]!]!.id;
    const c = r.measured;
    out[`${id}.offered`] = c[OFFERED]!;
    out[`${id}.good`] = c[GOOD]!;
    out[`${id}.goodputPerSecond`] = c[GOOD]! / seconds;
    out[`${id}.goodRatio`] = c[GOOD]! / c[OFFERED]!;
    OUTCOME_KINDS.forEach((kind, k) => { out[`${id}.${kind}`] = c[FIRST_OUTCOME + k]!; });
    for (const [name, q] of [['p50Ms', 0.5], ['p95Ms', 0.95], ['p99Ms', 0.99]] as const) out[`${id}.${name}`] = quantile(r.histogram, q);
    out[`${id}.meanMs`] = r.histogram.count === 0 ? NaN : r.histogram.sum / r.histogram.count;
  });
  m.nodes.forEach((n, i) => {
    const id = plan.nodes[i]!.id;
    settle(layout, n.inFlight, nowNs);
    out[`${id}.arrivals`] = n.measured[ARRIVED]!;
    out[`${id}.served`] = n.measured[SERVED]!;
    out[`${id}.arrivalsPeakPerSecond`] = (n.peak * 1000) / SAMPLE_MS;
    out[`${id}.wasted`] = n.measured[WASTED]!;
    out[`${id}.inFlightMean`] = n.inFlight.measuredArea / (seconds * 1e9);
  });
  m.links.forEach((l, i) => {
    const id = `${plan.links[i]!.from}>${plan.links[i]!.to}`;
    out[`${id}.requests`] = l.measured[REQUESTS]!;
    out[`${id}.replies`] = l.measured[REPLIES]!;
    out[`${id}.messages`] = l.measured[MESSAGES]!;
    out[`${id}.lost`] = l.measured[LOST]!;
    out[`${id}.amplification`] = l.measured[REQUESTS]! / l.measured[FIRST_TRIES]!;
  });
  plan.nodes.flatMap((node) => node.layers).forEach((layer, g) => {
    layout.gaugeNames[g]!.forEach((name, i) => {
      const gauge = m.gauges[g]![i]!;
      settle(layout, gauge, nowNs);
      out[`${layer.id}.${name}Mean`] = gauge.measuredArea / (seconds * 1e9);
    });
    for (const [instance, entry] of m.modes[g]!) {
      settleMode(layout, entry, nowNs);
      for (const [mode, ns] of entry.measured) out[`${layer.id}.${instance === '' ? '' : `${instance}.`}${mode}Ms`] = ns / 1e6;
    }
    for (const [name, n] of m.notes[g]!) { out[`${layer.id}.note.${name}`] = n.measured; out[`${layer.id}.noteTotal.${name}`] = n.total; }
  });
  return out;
}
