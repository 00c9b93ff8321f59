/**
 * Takes money: works on a call, then charges it at one instant, whether or not anybody still waits. Told to, it remembers idempotency keys
 * and answers a key that it knows with the first answer instead of charging again.
 */
import type { Call, Engine } from '../../kernel/contract.ts';
import { OK } from '../../kernel/contract.ts';
import type { ChargeDeskParams, chargeDeskStory } from './chargeDesk.params.ts';

interface State {
  readonly open: Map<number, Call>;
  /** On disk. The desk counts only to tell the story; the judge is the ledger outside. */
  readonly charged: Map<string, number>;
  readonly keys: Set<string>;
}

export const chargeDesk: Engine<ChargeDeskParams, State, keyof typeof chargeDeskStory.notes> = {
  init: () => ({ open: new Map(), charged: new Map(), keys: new Set() }),
  onRestart: ({ charged, keys }) => ({ open: new Map(), charged, keys }),
  onRequest(state, call, ctx) {
    state.open.set(call.id, call);
    ctx.after(ctx.work(ctx.params.workTime, call), call.id, 'completion');
  },
  onTimer(state, key, ctx) {
    const call = state.open.get(key as number)!;
    state.open.delete(call.id);
    // Whichever attempt it is, it is made for the same request of the same user.
    const order = String(call.rootId);
    const { dedup, amount } = ctx.params;
    if (dedup && call.idempotencyKey !== '' && state.keys.has(call.idempotencyKey)) {
      ctx.note('knewKey', { order });
    } else {
      const times = (state.charged.get(order) ?? 0) + 1;
      state.charged.set(order, times);
      if (call.idempotencyKey !== '') state.keys.add(call.idempotencyKey);
      ctx.effect('charged', { order, amount });
      if (times === 1) ctx.note('charged', { order, amount });
      else ctx.note('chargedAgain', { order, times });
    }
    ctx.reply(call, OK);
  },
  // Once begun, a charge is carried out: the desk does not hear that its caller has gone.
  onCancel() {},
  inspect: ({ open, charged }) => ({ tone: open.size > 0 ? 'active' : 'calm', meters: { underWay: open.size, orders: charged.size } }),
  invariants: [],
};
