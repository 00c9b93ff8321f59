/** Worlds to measure: engines as small as can be, so that the figures are the kernel's. */
import { OK, type Call, type Engine, type Ms, type Plan } from '../../src/kernel/contract.ts';
import { createTrace, takeChunk } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import { DEADLINE_MS, GAP, HOLD_MS_EACH, SERVERS, WORK, WORK_OF_MANY } from './workloads.ts';

type Exponential = { readonly kind: 'exponential'; readonly meanMs: number };
const plan = (durationMs: Ms, nodes: Plan['nodes'], links: Plan['links'] = []): Plan => ({ seed: 1, durationMs, measure: { fromMs: 0, untilMs: durationMs }, nodes, links, faults: [], interventions: [], laws: [] });
const alone = (durationMs: Ms, engine: Engine): Plan => plan(durationMs, [{ id: 'one', layers: [{ id: 'one', engine, params: {} }] }]);
const FOR_EVER_MS = 1e9;

export interface Recording {
  readonly trace?: boolean;
  /** Default: where there is a trace. */
  readonly fingerprint?: boolean;
  /** Invariants are checked at each sample, as on the page. */
  readonly check?: boolean;
}
/** Runs a plan second by second and takes what was traced; without options, for its figures alone. */
export function runWorld(of: Plan, { trace = false, fingerprint = trace, check = false }: Recording = {}): World {
  const sink = trace ? createTrace() : null;
  const world = new World(of, { check: check ? 'sample' : 'off', fingerprint, trace: sink });
  for (let ms = 1000; ms < of.durationMs + 1000; ms += 1000) {
    world.runUntil(ms);
    if (sink !== null) takeChunk(sink, 0, 0);
  }
  return world;
}

/** W1 inside one layer: timers alone. */
export const timersOnly = (durationMs: Ms): Plan => alone(durationMs, queueInOneLayer);
const queueInOneLayer: Engine<object, { waiting: number }> = {
  init: () => ({ waiting: 0 }),
  onStart(_state, ctx) { ctx.after(ctx.sample(GAP, 'gap'), 'arrival'); },
  onTimer(state, key, ctx) {
    if (key === 'arrival') {
      ctx.after(ctx.sample(GAP, 'gap'), 'arrival');
      if (state.waiting++ === 0) ctx.after(ctx.sample(WORK, 'work'), 'done', 'completion');
    } else if (--state.waiting > 0) ctx.after(ctx.sample(WORK, 'work'), 'done', 'completion');
  },
  inspect: () => ({}), invariants: [],
};

/** W2 inside one layer: a timer by the name of its customer for each deadline, cleared when the customer is served. */
export const deadlines = (): World => new World(alone(FOR_EVER_MS, stationWithDeadlines), { check: 'off', fingerprint: false });
interface Station {
  /** Counts up; also the name of the customer's deadline. */
  arrived: number;
  cleared: number;
  rung: number;
  waiting: number[];
  head: number;
  idle: number[];
  serving: number[];
  late: Set<number>;
}
const FIRST_CUSTOMER = 100; // smaller names are those of servers
const stationWithDeadlines: Engine<object, Station> = {
  init: () => ({ arrived: FIRST_CUSTOMER, cleared: 0, rung: 0, waiting: [], head: 0, idle: Array.from({ length: SERVERS }, (_, i) => i), serving: Array.from({ length: SERVERS }, () => -1), late: new Set() }),
  onStart(_state, ctx) { ctx.after(ctx.sample(GAP, 'gap'), 'arrival'); },
  onTimer(state, key, ctx) {
    const begin = (customer: number): void => {
      const server = state.idle.pop()!;
      state.serving[server] = customer;
      ctx.after(ctx.sample(WORK_OF_MANY, 'work'), server, 'completion');
    };
    if (key === 'arrival') {
      ctx.after(ctx.sample(GAP, 'gap'), 'arrival');
      const customer = state.arrived++;
      ctx.after(DEADLINE_MS, customer);
      if (state.idle.length > 0) begin(customer);
      else state.waiting.push(customer);
    } else if ((key as number) < FIRST_CUSTOMER) {
      const customer = state.serving[key as number]!;
      state.idle.push(key as number);
      if (!state.late.delete(customer)) { ctx.clear(customer); state.cleared++; }
      while (state.head < state.waiting.length) {
        const next = state.waiting[state.head++]!;
        if (!state.late.delete(next)) { begin(next); break; }
      }
      if (state.head > 1000) { state.waiting.splice(0, state.head); state.head = 0; }
    } else {
      state.late.add(key as number);
      state.rung++;
    }
  },
  inspect: ({ cleared, rung }) => ({ views: { cleared, rung } }), invariants: [],
};

/** W3 inside one layer: so many timers, each set anew when it rings. */
export const hold = (pending: number): World => new World(alone(FOR_EVER_MS, holding(pending)), { check: 'off', fingerprint: false });
function holding(pending: number): Engine {
  const gap: Exponential = { kind: 'exponential', meanMs: pending * HOLD_MS_EACH };
  return {
    init: () => ({}),
    onStart(_state, ctx) { for (let i = 0; i < pending; i++) ctx.after(ctx.sample(gap, 'gap'), i); },
    onTimer(_state, key, ctx) { ctx.after(ctx.sample(gap, 'gap'), key); },
    inspect: () => ({}), invariants: [],
  };
}

const clientOf = (server: string, gap: Exponential): Engine => ({
  workload: true,
  init: () => ({}),
  onStart(_state, ctx) { ctx.after(ctx.sample(gap, 'gap'), 'next'); },
  onTimer(_state, _key, ctx) { ctx.send(server, { op: 'work' }); ctx.after(ctx.sample(gap, 'gap'), 'next'); },
  inspect: () => ({}), invariants: [],
});
const serverOf = (work: Exponential): Engine<object, { queue: Call[]; head: number; busy: Call | null }> => ({
  gauges: ['queue', 'busy'],
  init: () => ({ queue: [], head: 0, busy: null }),
  onRequest(state, call, ctx) {
    if (state.busy !== null) { state.queue.push(call); ctx.gauge(0, state.queue.length - state.head); return; }
    state.busy = call;
    ctx.gauge(1, 1);
    ctx.after(ctx.work(work, call), 0, 'completion');
  },
  onTimer(state, _key, ctx) {
    const done = state.busy!;
    state.busy = state.head < state.queue.length ? state.queue[state.head++]! : null;
    if (state.head > 1000) { state.queue.splice(0, state.head); state.head = 0; }
    if (state.busy === null) ctx.gauge(1, 0);
    else { ctx.gauge(0, state.queue.length - state.head); ctx.after(ctx.work(work, state.busy), 0, 'completion'); }
    ctx.reply(done, OK);
  },
  inspect: () => ({}), invariants: [],
});
const pass: Engine = {
  init: () => ({}), onRequest(_state, call, ctx) { ctx.forward(call); }, onReply(_state, call, outcome, ctx) { ctx.reply(call, outcome); },
  inspect: () => ({}), invariants: [],
};
const client = clientOf('server', GAP), server = serverOf(WORK);
const LATENCY = { kind: 'constant', ms: 1 } as const;

/** Client → link → station → link → client, with `layers` pass-through layers on the client's side. */
export const wholeRequest = (durationMs: Ms, layers = 0): Plan => plan(durationMs, [
  { id: 'client', layers: [{ id: 'client', engine: client, params: {} }, ...Array.from({ length: layers }, (_, i) => ({ id: `layer${i}`, engine: pass, params: {} }))] },
  { id: 'server', layers: [{ id: 'server', engine: server, params: {} }] },
], [{ from: 'client', to: 'server', latency: LATENCY }]);

/** The same requests, as many a second, spread over so many nodes: half of them clients, each with a server of its own. */
export function wholeRequestAmong(nodes: number, durationMs: Ms): Plan {
  const pairs = nodes / 2;
  const names = Array.from({ length: pairs }, (_, i) => i);
  const gap: Exponential = { kind: 'exponential', meanMs: GAP.meanMs * pairs };
  const slowServer = serverOf(WORK);
  return plan(durationMs, names.flatMap((i) => [
    { id: `client${i}`, layers: [{ id: `client${i}`, engine: clientOf(`server${i}`, gap), params: {} }] },
    { id: `server${i}`, layers: [{ id: `server${i}`, engine: slowServer, params: {} }] },
  ]), names.map((i) => ({ from: `client${i}`, to: `server${i}`, latency: LATENCY })));
}
