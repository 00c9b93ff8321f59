/**
 * Takes writes: works on one, then applies it at one instant, whether or not anybody still waits. Told to, it remembers idempotency keys and
 * answers a key that it knows without applying again.
 */
import { OK, type Call, type Engine } from '../../kernel/contract.ts';
import type { WriteDeskNote, WriteDeskParams } from './writeDesk.params.ts';

interface State {
  readonly open: Map<number, Call>;
  /** On disk. The desk counts only to tell the story; the judge is the ledger outside. */
  readonly applied: Map<number, number>;
  readonly keys: Set<string>;
}

export const writeDesk: Engine<WriteDeskParams, State, WriteDeskNote> = {
  init: () => ({ open: new Map(), applied: new Map(), keys: new Set() }),
  onRestart: ({ applied, keys }) => ({ open: new Map(), applied, keys }),
  onRequest(state, call, ctx) {
    state.open.set(call.id, call);
    ctx.after(ctx.work(ctx.params.workTime, call), call.id, 'completion');
  },
  onTimer(state, key, ctx) {
    const call = state.open.get(key as number)!;
    state.open.delete(call.id);
    // Whichever copy it is, it is made for the same request of the same user.
    const write = call.rootId;
    if (ctx.params.dedup && call.idempotencyKey !== '' && state.keys.has(call.idempotencyKey)) {
      ctx.note('knewKey', { write });
    } else {
      const times = (state.applied.get(write) ?? 0) + 1;
      state.applied.set(write, times);
      if (call.idempotencyKey !== '') state.keys.add(call.idempotencyKey);
      ctx.effect('written', { write });
      if (times === 1) ctx.note('written', { write });
      else ctx.note('writtenAgain', { write, times });
    }
    ctx.reply(call, OK);
  },
  // Once begun, a write is applied: the desk does not hear that its caller has gone.
  onCancel() {},
  inspect: ({ open, applied }) => ({ tone: open.size > 0 ? 'active' : 'calm', meters: { underWay: open.size, writes: applied.size } }),
  invariants: [],
};
