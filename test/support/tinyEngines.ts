/** Engines of a few lines each for tests of the kernel. They say all that they see in notes, so that a test compares lines of text. */
import { CANCELLED, OK, TIMEOUT, type Call, type Context, type Engine, type Json, type Ms, type NodeId, type Outcome } from '../../src/kernel/contract.ts';
import type { Distribution } from '../../src/kernel/distributions.ts';

export const constant = (ms: Ms): Distribution => ({ kind: 'constant', ms });
/** "ok", "rejected by limit", "transientError: injected". */
export const told = (outcome: Outcome): string =>
  outcome.kind === 'rejected' ? `rejected by ${outcome.by}` : 'detail' in outcome && outcome.detail !== undefined ? `${outcome.kind}: ${outcome.detail}` : outcome.kind;
const always = { inspect: () => ({}), invariants: [] } as const;

/** One thing that a caller does. Its timers are named by the place in the list. */
export interface Act {
  readonly atMs: Ms;
  readonly to: NodeId;
  /** Also the topic of a message. Default 'a'. */
  readonly op?: string;
  readonly how?: 'call' | 'message';
  readonly deadlineMs?: Ms;
  readonly intendedMs?: Ms;
  readonly attempt?: number;
  /** Gives the call up so long after sending it. */
  readonly patienceMs?: Ms;
}
interface CallerState { calls: Map<number, Call> }
/** Does what its list says; what is past when it (re)starts is not made up for. */
export const caller: Engine<{ readonly acts: readonly Act[] }, CallerState> = {
  ...always,
  workload: true,
  init: () => ({ calls: new Map() }),
  onStart(_, ctx) {
    ctx.params.acts.forEach(({ atMs }, i) => { if (atMs >= ctx.nowMs) ctx.after(atMs - ctx.nowMs, i); });
  },
  onTimer(state, key, ctx) {
    if (typeof key === 'string') {
      const call = state.calls.get(Number(key.slice(6)))!;
      if (!state.calls.delete(call.id)) return;
      ctx.note('gaveUp', call.op);
      ctx.cancel(call, TIMEOUT);
      return;
    }
    const { to, op = 'a', how, patienceMs, ...more } = ctx.params.acts[key]!;
    if (how === 'message') { ctx.cast(to, { topic: op }); return; }
    const call = ctx.send(to, { op, ...more });
    state.calls.set(call.id, call);
    if (patienceMs !== undefined) ctx.after(patienceMs, `giveUp${call.id}`);
  },
  onReply(state, call, outcome, ctx) {
    ctx.note('heard', `${call.op} ${told(outcome)}`);
    state.calls.delete(call.id);
    ctx.clear(`giveUp${call.id}`);
  },
};

interface ServerState { jobs: Map<number, Call>; done: number }
/** Works so long on each call, then answers ok with how many it has done; heeds a cancel at once. `done` survives a crash. */
export const server: Engine<{ readonly work?: Distribution; readonly silent?: boolean }, ServerState> = {
  ...always,
  gauges: ['busy'],
  init: () => ({ jobs: new Map(), done: 0 }),
  onRestart: ({ done }) => ({ jobs: new Map(), done }),
  onStart(_, ctx) { ctx.note('started'); },
  onRequest(state, call, ctx) {
    ctx.note('took', call.op);
    state.jobs.set(call.id, call);
    ctx.gauge(0, state.jobs.size);
    if (ctx.params.silent !== true) ctx.after(ctx.params.work === undefined ? 0 : ctx.work(ctx.params.work, call), call.id, 'completion');
  },
  onTimer(state, key, ctx) {
    const call = state.jobs.get(key as number)!;
    state.jobs.delete(call.id);
    ctx.gauge(0, state.jobs.size);
    state.done++;
    ctx.note('did', call.op);
    ctx.effect('did', { op: call.op, call: call.id });
    ctx.reply(call, { kind: 'ok', value: state.done });
  },
  onCancel(state, call, ctx) {
    if (!state.jobs.delete(call.id)) return;
    ctx.note('dropped', call.op);
    ctx.gauge(0, state.jobs.size);
    ctx.clear(call.id);
    ctx.reply(call, CANCELLED);
  },
  onMessage(_, message, ctx) { ctx.note('got', message.topic); },
  onControl(_, control, ctx) { ctx.note('asked', control); },
  onParams(_, before, ctx) { ctx.note('changed', { from: before as Json, to: ctx.params as Json }); },
};

/** A layer that says what passes, and passes it. */
export const watcher: Engine<null, null> = {
  ...always,
  init: () => null,
  onRequest(_, call, ctx) { ctx.note('down', call.op); ctx.forward(call); },
  onReply(_, call, outcome, ctx) { ctx.note('up', `${call.op} ${told(outcome)}`); ctx.reply(call, outcome); },
  onCancel(_, call, ctx) { ctx.note('cancelled', call.op); ctx.cancel(call); },
  onMessage(_, message, ctx) { ctx.note('passed', message.topic); ctx.pass(message); },
};

/** A layer that answers for the callee when it takes longer than `ms`. */
export const impatient: Engine<{ readonly ms: Ms }, Map<number, Call>> = {
  ...always,
  init: () => new Map(),
  onRequest(open, call, ctx) {
    open.set(call.id, call);
    ctx.after(ctx.params.ms, call.id);
    ctx.forward(call);
  },
  onReply(open, call, outcome, ctx) {
    open.delete(call.id);
    ctx.clear(call.id);
    ctx.reply(call, outcome);
  },
  onTimer(open, key, ctx) {
    const call = open.get(key as number)!;
    open.delete(call.id);
    ctx.note('timedOut', call.op);
    ctx.cancel(call);
    ctx.reply(call, TIMEOUT);
  },
};

/** A layer that lets nothing through. */
export const wall: Engine<null, null> = { ...always, init: () => null, onRequest: (_, call, ctx) => ctx.reply(call, { kind: 'rejected', by: 'wall' }) };
/** A layer that answers by itself. */
export const echo: Engine<null, null> = { ...always, init: () => null, onRequest: (_, call, ctx) => ctx.reply(call, OK) };
/** A layer that tries `times` in all, at once. */
export const retrier: Engine<{ readonly times: number }, Map<number, { call: Call; attempt: Call }>> = {
  ...always,
  init: () => new Map(),
  onRequest(tries, call, ctx) { tries.set(call.id, { call, attempt: ctx.again(call, 0) }); },
  onReply(tries, attempt, outcome, ctx) {
    const entry = tries.get(attempt.parentId)!;
    if (outcome.kind !== 'ok' && attempt.attempt + 1 < ctx.params.times) {
      entry.attempt = ctx.again(entry.call, attempt.attempt + 1);
      return;
    }
    tries.delete(attempt.parentId);
    ctx.reply(entry.call, outcome);
  },
  onCancel(tries, call, ctx) {
    const entry = tries.get(call.id);
    if (entry === undefined) return;
    tries.delete(call.id);
    ctx.cancel(entry.attempt);
    ctx.reply(call, CANCELLED);
  },
};
/** A service that asks another for each call, one after the other, and answers with what the last said. */
export const relay: Engine<{ readonly to: readonly NodeId[] }, Map<number, { call: Call; next: number }>> = {
  ...always,
  init: () => new Map(),
  onRequest(jobs, call, ctx) { ask(jobs, { call, next: 0 }, ctx); },
  onReply(jobs, child, outcome, ctx) {
    const job = jobs.get(child.id);
    if (job === undefined) return;
    jobs.delete(child.id);
    if (outcome.kind === 'ok' && job.next < ctx.params.to.length) ask(jobs, job, ctx);
    else ctx.reply(job.call, outcome);
  },
};
function ask(jobs: Map<number, { call: Call; next: number }>, { call, next }: { call: Call; next: number }, ctx: Context<{ readonly to: readonly NodeId[] }>): void {
  jobs.set(ctx.send(ctx.params.to[next]!, { op: call.op, parent: call }).id, { call, next: next + 1 });
}
