/** The simplest time-out there is: whoever waits longer than this gives the call up. It stands inside the breaker, which counts what it says. */
import { TIMEOUT, type Call, type Engine } from '../../kernel/contract.ts';
import type { PlainTimeoutParams, plainTimeoutStory } from './plainTimeout.params.ts';

interface State {
  /** Calls under way, by id, which is the key of their timer too. */
  calls: Map<number, Call>;
  timedOut: number;
}

export const plainTimeout: Engine<PlainTimeoutParams, State, keyof typeof plainTimeoutStory.notes> = {
  init: () => ({ calls: new Map(), timedOut: 0 }),
  onRequest(state, call, ctx) {
    state.calls.set(call.id, call);
    ctx.after(ctx.params.timeoutMs, call.id);
    ctx.forward(call);
  },
  onReply(state, call, outcome, ctx) {
    state.calls.delete(call.id);
    ctx.clear(call.id);
    ctx.reply(call, outcome);
  },
  onCancel(state, call, ctx) {
    state.calls.delete(call.id);
    ctx.clear(call.id);
    ctx.cancel(call);
  },
  onTimer(state, key, ctx) {
    const call = state.calls.get(key as number);
    if (call === undefined) return;
    state.calls.delete(call.id);
    state.timedOut++;
    ctx.note('timedOut', { afterMs: ctx.params.timeoutMs });
    ctx.cancel(call);
    ctx.reply(call, TIMEOUT);
  },
  inspect: (state, { timeoutMs }) => ({ mode: `${timeoutMs} ms`, meters: { underWay: state.calls.size, timedOut: state.timedOut } }),
  invariants: [],
};
