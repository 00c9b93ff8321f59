/** The simplest time-out there is: whoever waits longer than this gives the call up. It stands inside the breaker, which counts what it says. */
import { TIMEOUT, type Call, type Engine } from '../../kernel/contract.ts';
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  timeoutMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 2000, scale: 'log', label: 'Time-out',
    help: 'How long one call may take. The call is given up then: the dependency may go on working for nobody.',
  },
} as const satisfies EngineStory['params'];
export const plainTimeoutStory = {
  title: 'Time-out',
  params,
  notes: { timedOut: { text: '{layer} gave a call up after {afterMs} ms', quiet: true, tone: 'bad' } },
  place: 'layer',
} as const satisfies EngineStory;

interface State {
  /** Calls under way, by id, which is the key of their timer too. */
  calls: Map<number, Call>;
  timedOut: number;
}

export const plainTimeout: Engine<ParamsOf<typeof params>, State, keyof typeof plainTimeoutStory.notes> = {
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
