/**
 * The simplest retry there is: on a failure, at once, again. It stands in the breaker's pitfall about the order of layers; a real retry
 * waits, jitters and keeps a budget.
 */
import type { Call, Context, Engine } from '../../kernel/contract.ts';
import type { PlainRetryParams, plainRetryStory } from './plainRetry.params.ts';

type Params = PlainRetryParams;
interface State {
  /** The call that each attempt under way is made for, by the attempt's id; and back. */
  calls: Map<number, Call>;
  attempts: Map<number, Call>;
  retries: number;
}
const FAILED: ReadonlySet<string> = new Set(['transientError', 'timeout', 'overload']);
function attempt(state: State, call: Call, number: number, ctx: Context<Params>): void {
  const next = ctx.again(call, number);
  state.calls.set(next.id, call);
  state.attempts.set(call.id, next);
}

export const plainRetry: Engine<Params, State, keyof typeof plainRetryStory.notes> = {
  init: () => ({ calls: new Map(), attempts: new Map(), retries: 0 }),
  onRequest(state, call, ctx) { attempt(state, call, 0, ctx); },
  onReply(state, reply, outcome, ctx) {
    const call = state.calls.get(reply.id);
    if (call === undefined) return;
    state.calls.delete(reply.id);
    const next = reply.attempt + 1;
    if (FAILED.has(outcome.kind) && next < ctx.params.maxAttempts) {
      state.retries++;
      ctx.note('retried', { attempt: next + 1 });
      attempt(state, call, next, ctx);
      return;
    }
    state.attempts.delete(call.id);
    if (FAILED.has(outcome.kind)) ctx.note('exhausted', { attempts: next });
    ctx.reply(call, outcome);
  },
  onCancel(state, call, ctx) {
    const last = state.attempts.get(call.id);
    if (last === undefined) return;
    state.attempts.delete(call.id);
    state.calls.delete(last.id);
    ctx.cancel(last);
  },
  inspect: (state, { maxAttempts }) => ({ mode: `up to ${maxAttempts} attempts`, meters: { underWay: state.calls.size, retries: state.retries } }),
  invariants: [],
};
