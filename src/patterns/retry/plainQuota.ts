/**
 * The simplest quota there is: so many calls in each window of time, the rest is told when the next window begins. It stands before a
 * service in the scenario about Retry-After. With a penalty, refused calls count too, so whoever keeps knocking stays outside.
 */
import type { Engine } from '../../kernel/contract.ts';
import type { PlainQuotaParams, plainQuotaStory } from './plainQuota.params.ts';

interface State { window: number; used: number; shutUntilMs: number; refused: number }

export const plainQuota: Engine<PlainQuotaParams, State, keyof typeof plainQuotaStory.notes> = {
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
