/**
 * The inbox, sans-IO: a consumer that gets messages at least once and lets each have its effect once. The steps of a delivery are a list for each
 * mode; between any two of them the consumer may die. The database decides whether an id is new (`accounts.ts`).
 */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { accounts } from './accounts.ts';
import { inspect } from './inspect.ts';
import { invariants } from './invariants.ts';
import { laws } from './laws.ts';
import { inboxTable, type InboxEvent } from './machine.ts';
import { mail } from './mail.ts';
import { asJson, creditOf, fromJson, type Ask, type DbOp, type Verdict } from './messages.ts';
import type { InboxNote, InboxParams } from './params.ts';
import { producer } from './producer.ts';
import { afterCrash, createInbox, instanceOf, type Hand, type InboxContext, type InboxState, type Step } from './state.ts';

const STEPS: Readonly<Record<InboxParams['mode'], readonly Step[]>> = {
  none: ['work', 'apply'], markFirst: ['mark', 'work', 'apply'], markAfter: ['check', 'work', 'apply', 'mark'], transactional: ['claim', 'work', 'commit'],
};
const CLEAN = 'clean';
/** The database answers within this, or not at all. */
const DATABASE_TIMEOUT_MS = 2000;
const databaseOf = (ctx: InboxContext): string => ctx.downstream.find((node) => node !== 'mail' && node !== 'broker') ?? ctx.downstream[0]!;

function move(state: InboxState, hand: Hand, event: InboxEvent, ctx: InboxContext): void {
  const from = hand.mode;
  hand.mode = nextState(inboxTable, from, event);
  state.newest = { key: hand.key, mode: hand.mode };
  ctx.transition(instanceOf(hand), from, hand.mode, event);
}

/** Gives workers to those that may begin: no earlier message of the same account in hand, where that is asked for. */
function pump(state: InboxState, ctx: InboxContext): void {
  for (let at = 0; at < state.line.length && state.busy < ctx.params.concurrency;) {
    const hand = state.hands.get(state.line[at]!)!;
    if (hand.serial && isHeld(state, hand)) { at++; continue; }
    state.line.splice(at, 1);
    hand.busy = true;
    hand.done = 0;
    state.busy++;
    step(state, hand, ctx);
  }
}
function isHeld({ hands }: InboxState, hand: Hand): boolean {
  for (const other of hands.values()) {
    if (other.number >= hand.number) return false;
    if (other.credit.account === hand.credit.account) return true;
  }
  return false;
}

function step(state: InboxState, hand: Hand, ctx: InboxContext): void {
  const next = hand.steps[hand.done];
  if (next === undefined) return finish(state, hand, 'committed', ctx);
  if (next === 'work') {
    if (hand.mode === 'received') move(state, hand, 'claimed', ctx);
    ctx.after(ctx.sample(ctx.params.workTime, 'work'), `work ${hand.number}`);
    if (hand.steps[0] === 'claim' && ctx.params.heartbeat) ctx.after(ctx.params.visibilityMs / 2, `beat ${hand.number}`);
    return;
  }
  if (next === 'mail') return ask(state, hand, ctx.send('mail', { op: 'send', entity: hand.credit.account, payload: { key: hand.credit.businessKey }, idempotencyKey: hand.credit.businessKey }), ctx);
  ask(state, hand, send(hand, next, ctx), ctx);
}
function send(hand: Hand, op: DbOp, ctx: InboxContext): Call {
  const { visibilityMs, maxAttempts, dlq, sendsMail, outbox, dedupWindowMs } = ctx.params;
  const payload: Ask = { key: hand.key, credit: hand.credit, lockMs: visibilityMs, maxAttempts, dlq, outgoing: sendsMail && outbox, windowMs: dedupWindowMs };
  return ctx.send(databaseOf(ctx), { op, entity: hand.credit.account, payload: asJson(payload) });
}
function ask(state: InboxState, hand: Hand, call: Call, ctx: InboxContext): void {
  state.asking.set(call.id, { call, hand: hand.number });
  ctx.after(DATABASE_TIMEOUT_MS, call.id);
}

function answered(state: InboxState, hand: Hand, call: Call, outcome: Outcome, ctx: InboxContext): void {
  const { key } = hand;
  if (outcome.kind !== 'ok') {
    state.counts.givenUp++;
    move(state, hand, 'givenUp', ctx);
    leave(state, hand, ctx);
    return ctx.note('givenUp', { key });
  }
  const { verdict, attempts } = call.op === 'send' ? { verdict: 'go', attempts: 0 } as const : fromJson<Verdict>(outcome.value);
  if (call.op === 'fail') return failed(state, hand, verdict, attempts, ctx);
  if (verdict === 'known' && call.op === 'mark' && hand.steps[0] !== 'mark') { hand.done++; return step(state, hand, ctx); } // another delivery has marked it since
  if (verdict === 'known') return finish(state, hand, 'known', ctx);
  if (verdict === 'dead') return finish(state, hand, 'isDead', ctx);
  if (verdict === 'locked') {
    state.counts.deferred++;
    move(state, hand, 'locked', ctx);
    leave(state, hand, ctx);
    return ctx.note('claimDenied', { key });
  }
  hand.done++;
  if (call.op === 'claim') { move(state, hand, 'claimed', ctx); hand.attempts = attempts; ctx.note('claimAcquired', { key, attempt: attempts + 1 }); }
  if (call.op === 'mark') ctx.note('marked', { key });
  if (call.op === 'apply' || call.op === 'commit') { state.counts.processed++; ctx.note('effectCommitted', { key }); }
  step(state, hand, ctx);
}

function worked(state: InboxState, hand: Hand, ctx: InboxContext): void {
  ctx.clear(`beat ${hand.number}`);
  if (!hand.credit.poison) { hand.done++; return step(state, hand, ctx); }
  hand.failing = true;
  if (hand.steps[0] === 'claim') return ask(state, hand, send(hand, 'fail', ctx), ctx);
  // Without a claim nobody counts durably: attempts are those of this delivery.
  hand.attempts++;
  failed(state, hand, ctx.params.dlq && hand.attempts >= ctx.params.maxAttempts ? 'dead' : 'go', hand.attempts, ctx);
}
function failed(state: InboxState, hand: Hand, verdict: string, attempts: number, ctx: InboxContext): void {
  const { key } = hand;
  hand.attempts = attempts;
  hand.failing = false;
  if (verdict === 'dead') {
    state.counts.dead++;
    if (hand.steps[0] !== 'claim') ctx.effect('dead', { key: hand.credit.businessKey });
    finish(state, hand, 'exhausted', ctx);
    return;
  }
  const waitMs = Math.min(600_000, ctx.params.backoffMs * doubled(attempts - 1));
  state.counts.retried++;
  move(state, hand, 'failed', ctx);
  hand.busy = false;
  state.busy--;
  ctx.after(Math.max(1, waitMs), `retry ${hand.number}`);
  ctx.note('retryWaiting', { key, attempts, waitMs });
  pump(state, ctx);
}

/** The end of a delivery that may be acknowledged. */
function finish(state: InboxState, hand: Hand, event: 'committed' | 'known' | 'isDead' | 'exhausted', ctx: InboxContext): void {
  const { key, attempts } = hand;
  if (event === 'committed') state.counts.done++;
  if (event === 'known' || event === 'isDead') state.counts.skipped++;
  move(state, hand, event, ctx);
  move(state, hand, 'acked', ctx);
  drop(state, hand, ctx);
  if (ctx.params.ack === 'afterCommit') ack(hand, ctx);
  if (event === 'known') ctx.note('dupSkipped', { key });
  if (event === 'exhausted') ctx.note('messageDead', { key, attempts });
  ctx.note('ackSent', { key });
  pump(state, ctx);
}
function ack({ message, id, credit }: Hand, ctx: InboxContext): void {
  ctx.cast(message.from, { topic: 'ack', entity: message.entity, payload: { id } });
  ctx.effect('acked', { key: credit.businessKey });
}
function drop(state: InboxState, hand: Hand, ctx: InboxContext): void {
  state.hands.delete(hand.number);
  if (hand.busy) state.busy--;
  ctx.clear(`beat ${hand.number}`);
}
function leave(state: InboxState, hand: Hand, ctx: InboxContext): void {
  drop(state, hand, ctx);
  pump(state, ctx);
}

export const engine: Engine<InboxParams, InboxState, InboxNote> = {
  gauges: ['inHand'],
  init: createInbox,
  onRestart: afterCrash,
  onStart(state, ctx) {
    ctx.after(ctx.params.cleanupEveryMs, CLEAN);
    for (const { instance, mode } of state.lost) ctx.transition(instance, mode, 'forgotten', 'crashed');
    if (state.crashes > 0) ctx.note('consumerCrashed', { count: state.lost.length });
    state.lost = [];
  },
  onMessage(state, message, ctx) {
    const got = creditOf(message.payload);
    if (got === undefined) return ctx.pass(message);
    const { id, delivery, credit } = got;
    const { mode, scope, group, idSource, serializeBy, sendsMail, outbox } = ctx.params;
    const own = idSource === 'messageId' ? credit.messageId : credit.businessKey;
    const steps = STEPS[mode];
    const hand: Hand = {
      number: ++state.arrivals, message, id, key: scope === 'id' ? own : `${group as string}/${own}`, credit, serial: serializeBy === 'key',
      // Outside of the transaction the e-mail goes out as soon as the work is done.
      steps: sendsMail && !outbox && ctx.downstream.includes('mail') ? steps.flatMap((each): Step[] => (each === 'work' ? ['work', 'mail'] : [each])) : steps,
      done: 0, mode: 'received', busy: false, attempts: 0, failing: false,
    };
    state.counts.delivered++;
    // The same message twice in one instance: one is enough, in every mode that looks at ids.
    const twin = mode === 'transactional' && [...state.hands.values()].some((other) => other.key === hand.key);
    state.hands.set(hand.number, hand);
    if (twin) {
      state.counts.deferred++;
      move(state, hand, 'locked', ctx);
      state.hands.delete(hand.number);
      return ctx.note('claimDenied', { key: hand.key });
    }
    state.line.push(hand.number);
    ctx.gauge(0, state.hands.size);
    if (ctx.params.ack === 'onReceive') ack(hand, ctx);
    ctx.note('delivered', { key: hand.key, delivery: delivery === 1 ? 'for the first time' : 'again' });
    pump(state, ctx);
  },
  onReply(state, call, outcome, ctx) {
    ctx.clear(call.id);
    const asked = state.asking.get(call.id);
    state.asking.delete(call.id);
    const hand = asked === undefined ? undefined : state.hands.get(asked.hand);
    if (hand !== undefined && call.op !== 'extend') answered(state, hand, call, outcome, ctx);
    ctx.gauge(0, state.hands.size);
  },
  onTimer(state, key, ctx) {
    if (key === CLEAN) {
      ctx.after(ctx.params.cleanupEveryMs, CLEAN);
      if (ctx.params.mode !== 'none') {
        const call = ctx.send(databaseOf(ctx), { op: 'purge', payload: { windowMs: ctx.params.dedupWindowMs } });
        state.asking.set(call.id, { call, hand: 0 });
        ctx.after(DATABASE_TIMEOUT_MS, call.id);
      }
      return;
    }
    if (typeof key === 'number') {
      const { call } = state.asking.get(key)!;
      ctx.cancel(call);
      return engine.onReply!(state, call, { kind: 'timeout' }, ctx);
    }
    const [purpose, number] = key.split(' ');
    const hand = state.hands.get(Number(number));
    if (hand === undefined) return;
    if (purpose === 'work') return worked(state, hand, ctx);
    if (purpose === 'beat') {
      const call = send(hand, 'extend', ctx);
      ask(state, hand, call, ctx);
      return ctx.after(ctx.params.visibilityMs / 2, `beat ${hand.number}`);
    }
    move(state, hand, 'due', ctx);
    const place = state.line.findIndex((other) => other > hand.number);
    state.line.splice(place === -1 ? state.line.length : place, 0, hand.number);
    pump(state, ctx);
  },
  onParams(state, _before, ctx) { pump(state, ctx); },
  inspect,
  invariants,
};
/** 2 to the power of n, for n from 0 on; large n end at the cap anyway. */
function doubled(n: number): number {
  let value = 1;
  for (let i = 0; i < n && value < 1e9; i++) value *= 2;
  return value;
}

export const engines = { inbox: engine, accounts, mail, producer };
export { laws };
