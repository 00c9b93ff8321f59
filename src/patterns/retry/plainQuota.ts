/**
 * The simplest quota there is: so many calls in each window of time, the rest is told when the next window begins. It stands before a
 * service in the scenario about Retry-After. With a penalty, refused calls count too, so whoever keeps knocking stays outside.
 */
import type { Engine } from '../../kernel/contract.ts';
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  limit: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 100, integer: true, scale: 'log', label: 'Calls in a window', help: 'How many calls pass in each window.' },
  windowMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 1000, integer: true, scale: 'log', label: 'Window', help: 'Windows begin at whole multiples of this.' },
  penaltyMs: { kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 0, scale: 'log', label: 'Penalty', help: 'Each refused call shuts the door for so long from then on; 0 is none.' },
} as const satisfies EngineStory['params'];
export const plainQuotaStory = {
  title: 'Quota',
  params,
  notes: { overQuota: { text: '{layer} refused a call: come back in {retryAfterMs} ms', quiet: true, tone: 'warn' } },
  place: 'layer',
} as const satisfies EngineStory;

interface State { window: number; used: number; shutUntilMs: number; refused: number }

export const plainQuota: Engine<ParamsOf<typeof params>, State, keyof typeof plainQuotaStory.notes> = {
  init: () => ({ window: -1, used: 0, shutUntilMs: 0, refused: 0 }),
  onRequest(state, call, ctx) {
    const { limit, windowMs, penaltyMs } = ctx.params;
    const window = Math.floor(ctx.nowMs / windowMs);
    if (window !== state.window) { state.window = window; state.used = 0; }
    if (state.used < limit && ctx.nowMs >= state.shutUntilMs) {
      state.used++;
      ctx.forward(call);
      return;
    }
    state.refused++;
    if (penaltyMs > 0) state.shutUntilMs = Math.max(state.shutUntilMs, ctx.nowMs + penaltyMs);
    const opensMs = state.used < limit ? state.shutUntilMs : Math.max(state.shutUntilMs, (window + 1) * windowMs);
    const retryAfterMs = Math.max(1, Math.ceil(opensMs - ctx.nowMs));
    ctx.note('overQuota', { retryAfterMs });
    ctx.reply(call, { kind: 'throttled', retryAfterMs });
  },
  inspect: ({ used, refused }, { limit }) => ({ mode: `${limit - Math.min(limit, used)} of ${limit} left`, slots: { used: Math.min(limit, used), of: limit }, meters: { used, refused } }),
  invariants: [],
};
