/**
 * The simplest retry there is: on a failure, at once, again. It stands in the breaker's pitfall about the order of layers; a real retry
 * waits, jitters and keeps a budget.
 */
import type { Call, Context, Engine } from '../../kernel/contract.ts';
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';

const params = {
  maxAttempts: {
    kind: 'number', unit: 'count', min: 1, max: 10, initial: 3, integer: true, label: 'Attempts',
    help: 'How often a call is tried, the first time included.',
  },
} as const satisfies EngineStory['params'];
export const plainRetryStory = {
  title: 'Plain retry',
  params,
  notes: {
    retried: { text: '{layer} tries again ({attempt})', quiet: true, tone: 'warn' },
    exhausted: { text: '{layer} gave up after {attempts} attempts', quiet: true, tone: 'bad' },
  },
  place: 'layer',
  rank: RANK.retry,
  misplaced: [{
    inside: 'circuit-breaker', shows: { of: 'self', note: 'exhausted' },
    why: 'The breaker hears of a call once, after all its attempts have failed: it counts one failure where there were several, and opens late.',
  }],
} as const satisfies EngineStory;

type Params = ParamsOf<typeof params>;
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
