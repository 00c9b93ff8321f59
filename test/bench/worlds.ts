/** Worlds to measure: engines as small as can be, so that the figures are the kernel's. */
import { OK, type Call, type Engine, type Plan } from '../../src/kernel/contract.ts';

const GAP = { kind: 'exponential', meanMs: 10 / 9 } as const, WORK = { kind: 'exponential', meanMs: 1 } as const;

/** M/M/1 inside one layer: timers alone. */
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
const client: Engine = {
  workload: true,
  init: () => ({}),
  onStart(_state, ctx) { ctx.after(ctx.sample(GAP, 'gap'), 'next'); },
  onTimer(_state, _key, ctx) { ctx.send('server', { op: 'work' }); ctx.after(ctx.sample(GAP, 'gap'), 'next'); },
  inspect: () => ({}), invariants: [],
};
const server: Engine<object, { queue: Call[]; head: number; busy: Call | null }> = {
  gauges: ['queue', 'busy'],
  init: () => ({ queue: [], head: 0, busy: null }),
  onRequest(state, call, ctx) {
    if (state.busy !== null) { state.queue.push(call); ctx.gauge(0, state.queue.length - state.head); return; }
    state.busy = call;
    ctx.gauge(1, 1);
    ctx.after(ctx.work(WORK, call), 0, 'completion');
  },
  onTimer(state, _key, ctx) {
    const done = state.busy!;
    state.busy = state.head < state.queue.length ? state.queue[state.head++]! : null;
    if (state.head > 1000) { state.queue.splice(0, state.head); state.head = 0; }
    if (state.busy === null) ctx.gauge(1, 0);
    else { ctx.gauge(0, state.queue.length - state.head); ctx.after(ctx.work(WORK, state.busy), 0, 'completion'); }
    ctx.reply(done, OK);
  },
  inspect: () => ({}), invariants: [],
};
const pass: Engine = {
  init: () => ({}), onRequest(_state, call, ctx) { ctx.forward(call); }, onReply(_state, call, outcome, ctx) { ctx.reply(call, outcome); },
  inspect: () => ({}), invariants: [],
};

const plan = (durationMs: number, nodes: Plan['nodes'], links: Plan['links']): Plan => ({ seed: 1, durationMs, measure: { fromMs: 0, untilMs: durationMs }, nodes, links, faults: [], interventions: [], laws: [] });
export const timersOnly = (durationMs: number): Plan => plan(durationMs, [{ id: 'one', layers: [{ id: 'one', engine: queueInOneLayer, params: {} }] }], []);
/** Client → link → station → link → client, with `layers` pass-through layers on the client's side. */
export const wholeRequest = (durationMs: number, layers = 0): Plan => plan(durationMs, [
  { id: 'client', layers: [{ id: 'client', engine: client, params: {} }, ...Array.from({ length: layers }, (_, i) => ({ id: `layer${i}`, engine: pass, params: {} }))] },
  { id: 'server', layers: [{ id: 'server', engine: server, params: {} }] },
], [{ from: 'client', to: 'server', latency: { kind: 'constant', ms: 1 } }]);
