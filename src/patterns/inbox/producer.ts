/** The producer, sans-IO: credits that are published at least once, and what a producer can do to make that twice. */
import type { Call, Context, Engine } from '../../kernel/contract.ts';
import type { ProducerNote, ProducerParams } from './accounts.params.ts';
import { asJson, fromJson, type Credit } from './messages.ts';

type Ctx = Context<ProducerParams, ProducerNote>;
/** `over`: the broker has refused; the next try waits for the end of the time-out all the same. */
interface Sending { readonly order: Call | null; readonly credit: Credit; readonly tries: number; readonly call: Call; over: boolean }
export interface ProducerState { sending: Map<number, Sending>; /** To come, the next one first; one timer serves all. */ replays: { readonly dueMs: number; readonly credit: Credit }[]; count: number; counts: { credits: number; again: number; replayed: number; abandoned: number } }

function publish(state: ProducerState, order: Call | null, credit: Credit, tries: number, ctx: Ctx): void {
  const sent = ctx.params.newIdOnRetry && tries > 1 ? { ...credit, messageId: `${credit.messageId}.${tries}` } : credit;
  const call = ctx.send(ctx.downstream[0]!, { op: 'publish', entity: credit.account, payload: { topic: ctx.params.topic, value: asJson(sent) }, idempotencyKey: sent.messageId, ...(order !== null && { parent: order }) });
  state.sending.set(call.id, { order, credit, tries, call, over: false });
  ctx.after(ctx.params.publishTimeoutMs, `try ${call.id}`);
}
function ended(state: ProducerState, { order, credit, tries, call }: Sending, ok: boolean, ctx: Ctx): void {
  const key = credit.businessKey;
  state.sending.delete(call.id);
  if (ok) { if (order !== null) ctx.reply(order, { kind: 'ok' }); return; }
  if (tries < ctx.params.tries) {
    state.counts.again++;
    ctx.note('sentAgain', { key });
    return publish(state, order, credit, tries + 1, ctx);
  }
  state.counts.abandoned++;
  ctx.note('abandoned', { key });
  if (order !== null) ctx.reply(order, { kind: 'transientError', detail: 'not published' });
}

const REPLAY = 'replay';
function wake(state: ProducerState, ctx: Ctx): void {
  const [first] = state.replays;
  if (first !== undefined) ctx.after(Math.max(0, first.dueMs - ctx.nowMs), REPLAY);
}

export const producer: Engine<ProducerParams, ProducerState, ProducerNote> = {
  init: () => ({ sending: new Map(), replays: [], count: 0, counts: { credits: 0, again: 0, replayed: 0, abandoned: 0 } }),
  onRestart: ({ count, counts }) => ({ sending: new Map(), replays: [], count, counts }),
  onRequest(state, order, ctx) {
    const { poisonEvery, replayRatio, replayDelay } = ctx.params;
    const number = ++state.count;
    const asked = fromJson<{ poison?: boolean } | null>(order.payload);
    const credit: Credit = { messageId: `m${number}`, businessKey: `c${number}`, account: order.entity, amount: 1 + Math.floor(ctx.uniform('amount', order) * 10), poison: asked?.poison === true || (poisonEvery > 0 && number % poisonEvery === 0) };
    state.counts.credits++;
    ctx.effect('intended', { key: credit.businessKey, amount: credit.amount });
    publish(state, order, credit, 1, ctx);
    if (ctx.uniform('replay', order) >= replayRatio) return;
    const dueMs = ctx.nowMs + Math.max(1, ctx.sample(replayDelay, 'replayDelay', order));
    const place = state.replays.findIndex((other) => other.dueMs > dueMs);
    state.replays.splice(place === -1 ? state.replays.length : place, 0, { dueMs, credit });
    wake(state, ctx);
  },
  onReply(state, call, outcome, ctx) {
    const sending = state.sending.get(call.id);
    if (sending === undefined) return;
    if (outcome.kind !== 'ok') { sending.over = true; return; }
    ctx.clear(`try ${call.id}`);
    ended(state, sending, true, ctx);
  },
  onCancel() {},
  onTimer(state, key, ctx) {
    if (key !== REPLAY) {
      const sending = state.sending.get(Number(String(key).slice(4)))!;
      if (!sending.over) ctx.cancel(sending.call);
      return ended(state, sending, false, ctx);
    }
    const { credit } = state.replays.shift()!;
    wake(state, ctx);
    state.counts.replayed++;
    publish(state, null, credit, 1, ctx);
    ctx.note('replayed', { key: credit.businessKey });
  },
  inspect: ({ sending, replays, counts }) => ({ tone: sending.size > 0 ? 'active' : 'calm', meters: { underWay: sending.size, replaysToCome: replays.length, ...counts } }),
  invariants: [{ name: 'replayed ≤ credits', why: 'A credit was replayed that never was.', holds: ({ counts, replays }) => counts.replayed + replays.length <= counts.credits }],
};
