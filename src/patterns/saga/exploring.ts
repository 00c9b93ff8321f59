/**
 * Tries everything that can go wrong with one saga: a crash at every note of every node and shortly before it, and every message lost, doubled or delayed, one by
 * one and in pairs. A fault of a pair is taken from the run that already has the first one, so that recovery is explored too.
 */
import type { Json, Plan } from '../../kernel/contract.ts';
import type { Fault } from '../../kernel/faults.ts';
import { BrokenInvariant } from '../../kernel/state.ts';
import { createNames, createTrace, HOP } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';

export interface Outcome {
  /** '' when everything is as it should be. */
  readonly wrong: string;
  readonly stuck: number;
  readonly completed: number;
  /** What could go wrong in this run, in order of time. */
  readonly crashes: readonly Fault[];
  readonly messages: readonly Fault[];
}
export interface Exploration {
  readonly runs: number;
  /** Runs in which a rule broke, with the faults that did it. */
  readonly broken: readonly { readonly faults: readonly Fault[]; readonly wrong: string }[];
  readonly stuck: number;
  readonly completed: number;
}

const DOWN_MS = 700;
const INSTANT_MS = 0.0005;
/** Less than an fsync takes. */
const BEFORE_MS = 1;
type Totals = { readonly [name: string]: number };

/** Plays the plan with these faults to its end and judges what is left. `trace`: also lists what else could go wrong in this very run. */
export function play(plan: Plan, faults: readonly Fault[], trace: boolean): Outcome {
  const names = createNames();
  const seen = createTrace();
  const world = new World({ ...plan, faults: [...plan.faults, ...faults] }, { check: 'event', fingerprint: false, names, trace: trace ? seen : null });
  let wrong = '';
  try {
    // Once nothing is left to happen, the rest of the time is empty.
    for (let atMs = world.nextHappeningMs; atMs <= plan.durationMs; atMs = world.nextHappeningMs) world.runUntil(atMs);
  } catch (error) {
    if (!(error instanceof BrokenInvariant)) throw error;
    wrong = `${error.rule}: ${error.why}`;
  }
  const ledger = world.ledger();
  const broken = ledger.find(({ holds }) => !holds);
  const totals = (ledger[0]!.view as { readonly totals: Totals }).totals;
  let stuck = 0, locks = 0, pending = 0;
  for (const { meters = {} } of Object.values(world.inspect())) {
    stuck += meters.stuck ?? 0;
    locks += meters.locks ?? 0;
    pending += meters.pending ?? 0;
  }
  if (wrong === '' && broken !== undefined) wrong = `${broken.name}: ${JSON.stringify((broken.view as { wrongSagas?: Json }).wrongSagas ?? broken.view)}`;
  if (wrong === '' && totals.open! > stuck) wrong = `${totals.open! - stuck} sagas neither ended nor stuck`;
  if (wrong === '' && stuck === 0 && (locks > 0 || pending > 0)) wrong = `${locks} locks and ${pending} provisional left after the end`;
  return { wrong, stuck, completed: totals.completed!, ...(trace ? listFaults(plan, seen, names.list) : { crashes: [], messages: [] }) };
}

function listFaults(plan: Plan, { notes, hops }: ReturnType<typeof createTrace>, names: readonly string[]): { crashes: Fault[]; messages: Fault[] } {
  const layers = plan.nodes.flatMap((node) => node.layers.map(({ id }) => ({ id, node: node.id })));
  const counted = new Map<string, number>();
  const instants = new Set<string>();
  const crashes: Fault[] = [];
  for (let i = 0; i < notes.length; i++) {
    const { id, node } = layers[notes.layer[i]!]!;
    const note = names[notes.name[i]!]!;
    if (note === 'nodeCrashed' || note === 'nodeRestarted' || note === 'lawBroken') continue;
    const occurrence = (counted.get(`${id} ${note}`) ?? 0) + 1;
    counted.set(`${id} ${note}`, occurrence);
    crashes.push({ kind: 'crashAt', node, layer: id, note, occurrence, fromMs: 0, downMs: DOWN_MS });
    // And shortly before it, when what it tells of may be written but is not yet on disk. That one dies silently.
    const fromMs = notes.atNs[i]! / 1e6 - BEFORE_MS;
    if (fromMs <= 0 || instants.has(`${node} ${fromMs}`)) continue;
    instants.add(`${node} ${fromMs}`);
    crashes.push({ kind: 'crash', node, fromMs, untilMs: fromMs + DOWN_MS, refuse: false });
  }
  const messages: Fault[] = [];
  for (let i = 0; i < hops.length; i++) {
    const { from, to } = plan.links[hops.link[i]!]!;
    const sentMs = hops.sentNs[i]! / 1e6;
    const where = { from, to, op: names[hops.op[i]!]!, fromMs: sentMs, untilMs: sentMs + INSTANT_MS };
    const kind = hops.kind[i]!;
    if (kind === HOP.request) messages.push({ ...where, kind: 'dropRequests', ratio: 1 }, { ...where, kind: 'duplicate', ratio: 1, lagMs: 400 }, { ...where, kind: 'latency', factor: 120 });
    else if (kind === HOP.reply) messages.push({ ...where, kind: 'dropReplies', ratio: 1 });
    else if (kind === HOP.message) messages.push({ ...where, kind: 'dropMessages', ratio: 1 }, { ...where, kind: 'duplicate', ratio: 1, lagMs: 400 });
  }
  return { crashes, messages };
}

/** All single faults, then pairs: `keepPair` thins them out, by their number. Second faults lie at or after the first. */
export function explore(plan: Plan, keepPair: (number: number) => boolean, skip: (crash: Fault) => boolean = () => false): Exploration {
  const broken: { faults: readonly Fault[]; wrong: string }[] = [];
  let runs = 0, stuck = 0, completed = 0, number = 0;
  const judge = (faults: readonly Fault[], trace: boolean): Outcome => {
    const outcome = play(plan, faults, trace);
    runs++;
    stuck += outcome.stuck > 0 ? 1 : 0;
    completed += outcome.completed;
    if (outcome.wrong !== '') broken.push({ faults, wrong: outcome.wrong });
    return outcome;
  };
  const base = judge([], true);
  for (const first of [...base.crashes, ...base.messages]) {
    if (skip(first)) continue;
    const with1 = judge([first], true);
    if (with1.wrong !== '') continue;
    for (const second of [...with1.crashes, ...with1.messages]) {
      number++;
      if (isAfter(first, second) && !skip(second) && keepPair(number)) judge([first, second], false);
    }
  }
  return { runs, broken, stuck, completed };
}

/** Of two faults in either order one order is enough; where the order is not plain both are taken. */
const isAfter = (first: Fault, second: Fault): boolean => !('untilMs' in first && 'untilMs' in second) || second.fromMs >= first.fromMs;
