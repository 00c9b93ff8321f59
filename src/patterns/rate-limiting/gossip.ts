/** Gateways that tell each other what was used: each counts for all, one round late. */
import type { Message, Ms } from '../../kernel/contract.ts';
import { entryFor, ownTerms } from './keys.ts';
import { decide, peek } from './limits.ts';
import type { LimiterContext, LimiterState } from './state.ts';

const TOPIC = 'used';
type Used = { readonly policy: string; readonly used: readonly (readonly [string, number])[] };

export function tellOthers(state: LimiterState, ctx: LimiterContext): void {
  ctx.after(ctx.params.gossipMs, 'tell');
  if (state.untold.size === 0) return;
  const peers = (ctx.params.peers as readonly string[]).filter((peer) => ctx.downstream.includes(peer));
  const payload: Used = { policy: ctx.params.policy as string, used: [...state.untold] };
  for (const peer of peers) ctx.cast(peer, { topic: TOPIC, payload });
  ctx.note('told', { peers: peers.length, keys: state.untold.size });
  state.untold.clear();
}

/** Takes what others have used off what is left here. What is more than there is was admitted too much, and nobody can take it back. */
export function hearOthers(state: LimiterState, { topic, payload, from }: Message, nowMs: Ms, ctx: LimiterContext): boolean {
  if (topic !== TOPIC || (payload as Used).policy !== ctx.params.policy) return false;
  const terms = ownTerms(ctx.params);
  let sum = 0;
  for (const [key, cost] of (payload as Used).used) {
    const { limit } = entryFor(state, key, nowMs, ctx);
    const taken = Math.min(cost, peek(limit, terms, nowMs).remaining);
    if (taken > 0 && limit.kind !== 'concurrency') decide(limit, terms, { cost: taken, nowMs, maxWaitMs: 0, urgent: false });
    sum += cost;
  }
  ctx.note('heard', { from, cost: sum });
  return true;
}
