/** The mail, sans-IO: an effect outside of every database. With idempotency keys it sends one e-mail for each key. */
import type { Engine } from '../../kernel/contract.ts';
import type { MailParams } from './accounts.params.ts';
import { fromJson } from './messages.ts';

export interface MailState { sent: Set<string>; count: number }
export const mail: Engine<MailParams, MailState, 'mailed' | 'keyKnown'> = {
  init: () => ({ sent: new Set(), count: 0 }),
  onRestart: (state) => state,
  onRequest(state, call, ctx) {
    const { key } = fromJson<{ key?: string } | null>(call.payload) ?? {};
    if (call.op !== 'send' || typeof key !== 'string') return ctx.reply(call, { kind: 'permanentError', detail: `${call.op}: the mail knows send` });
    if (ctx.params.honoursKey && state.sent.has(key)) ctx.note('keyKnown', { key });
    else {
      state.sent.add(key);
      state.count++;
      ctx.effect('mailed', { key });
      ctx.note('mailed', { key });
    }
    ctx.reply(call, { kind: 'ok' });
  },
  onCancel() {},
  inspect: ({ sent, count }) => ({ mode: `${count} e-mails`, meters: { mails: count, keys: sent.size } }),
  invariants: [{ name: 'an e-mail for each key at least', why: 'A key is known for which nothing was sent.', holds: ({ sent, count }) => count >= sent.size }],
};
