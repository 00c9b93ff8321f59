/**
 * The database of accounts, sans-IO. Inbox rows, balances and outgoing messages are in one place, so that one transaction can change all three.
 * A claim is a row that is inserted if it is absent: one atomic decision.
 */
import type { Call, Context, Engine, Ms } from '../../kernel/contract.ts';
import { createDedupStore, isKnown, purge, recall, remember, type DedupStore } from '../../primitives/dedupStore.ts';
import type { AccountsNote, AccountsParams } from './accounts.params.ts';
import { asJson, fromJson, type Ask, type Verdict } from './messages.ts';

type Ctx = Context<AccountsParams, AccountsNote>;
interface Claim { holder: string; untilMs: Ms; attempts: number; dead: boolean }
export interface AccountsState {
  balances: Map<string, number>;
  inbox: DedupStore;
  claims: Map<string, Claim>;
  /** Business keys, for ever. */
  keys: Set<string>;
  /** Outgoing, not yet answered for. */
  outgoing: string[];
  queries: Map<number, Call>;
  sending: Call | null;
  counts: { credits: number; known: number; locked: number; dead: number; conflicts: number; mails: number };
}
const MAIL = 'mail';
const MAIL_TIMEOUT_MS = 1000;

function decide(state: AccountsState, call: Call, ctx: Ctx): Verdict {
  const ask = fromJson<Ask>(call.payload);
  const { key, lockMs, maxAttempts, dlq } = ask;
  const claim = state.claims.get(key);
  const attempts = claim?.attempts ?? 0;
  const known = (): Verdict => { recall(state.inbox, key); state.counts.known++; return { verdict: 'known', attempts }; };
  switch (call.op) {
    case 'purge': {
      const count = purge(state.inbox, ctx.nowMs, ask.windowMs);
      if (count > 0) ctx.note('rowPurged', { count });
      break;
    }
    case 'check': if (isKnown(state.inbox, key)) return known(); break;
    case 'mark':
      if (!remember(state.inbox, key, true, ctx.nowMs)) return known();
      state.claims.delete(key);
      break;
    case 'claim':
      if (isKnown(state.inbox, key)) return known();
      if (claim?.dead === true) { state.counts.dead++; return { verdict: 'dead', attempts }; }
      if (claim !== undefined && claim.holder !== '' && claim.holder !== call.from && ctx.nowMs < claim.untilMs) { state.counts.locked++; return { verdict: 'locked', attempts }; }
      state.claims.set(key, { holder: call.from, untilMs: ctx.nowMs + lockMs, attempts, dead: false });
      break;
    case 'extend': if (claim?.holder === call.from) claim.untilMs = ctx.nowMs + lockMs; break;
    case 'fail': {
      if (claim === undefined) break; // committed by another delivery meanwhile
      claim.attempts++;
      claim.holder = '';
      claim.dead = dlq && claim.attempts >= maxAttempts;
      if (claim.dead) ctx.effect('dead', { key: ask.credit.businessKey });
      return { verdict: claim.dead ? 'dead' : 'go', attempts: claim.attempts };
    }
    case 'commit':
      if (isKnown(state.inbox, key)) { state.counts.conflicts++; ctx.note('conflict', { key }); return known(); }
      return credit(state, ask, true, ctx) ? { verdict: 'go', attempts } : known();
    case 'apply': return credit(state, ask, false, ctx) ? { verdict: 'go', attempts } : known();
  }
  return { verdict: 'go', attempts };
}

/** Balance, id and outgoing message in one step. */
function credit(state: AccountsState, { key, credit: { account, amount, businessKey }, outgoing }: Ask, withInbox: boolean, ctx: Ctx): boolean {
  if (withInbox) { remember(state.inbox, key, true, ctx.nowMs); state.claims.delete(key); }
  if (ctx.params.keyInAggregate) {
    if (state.keys.has(businessKey)) return false;
    state.keys.add(businessKey);
  }
  state.counts.credits++;
  state.balances.set(account, (state.balances.get(account) ?? 0) + amount);
  if (outgoing) state.outgoing.push(businessKey);
  ctx.effect('applied', { key: businessKey, account, amount });
  ctx.gauge(0, state.inbox.entries.size);
  ctx.note('credited', { key, account, amount });
  return true;
}

function post(state: AccountsState, ctx: Ctx): void {
  const [key] = state.outgoing;
  if (state.sending !== null || key === undefined || !ctx.downstream.includes('mail')) return;
  state.sending = ctx.send('mail', { op: 'send', payload: { key }, idempotencyKey: key });
  ctx.after(MAIL_TIMEOUT_MS, state.sending.id);
}
function posted(state: AccountsState, ok: boolean, ctx: Ctx): void {
  state.sending = null;
  if (!ok) return;
  const key = state.outgoing.shift()!;
  state.counts.mails++;
  ctx.note('mailSent', { key });
  post(state, ctx);
}

export const accounts: Engine<AccountsParams, AccountsState, AccountsNote> = {
  gauges: ['rows'],
  init: () => ({ balances: new Map(), inbox: createDedupStore(), claims: new Map(), keys: new Set(), outgoing: [], queries: new Map(), sending: null, counts: { credits: 0, known: 0, locked: 0, dead: 0, conflicts: 0, mails: 0 } }),
  onRestart: (state) => ({ ...state, queries: new Map(), sending: null }),
  onStart(state, ctx) { ctx.after(ctx.params.mailEveryMs, MAIL); ctx.gauge(0, state.inbox.entries.size); },
  onRequest(state, call, ctx) {
    if (call.payload === null || !['claim', 'check', 'mark', 'apply', 'commit', 'fail', 'extend', 'purge'].includes(call.op)) return ctx.reply(call, { kind: 'permanentError', detail: `${call.op}: the database knows claim, check, mark, apply, commit, fail, extend and purge` });
    state.queries.set(call.id, call);
    ctx.after(ctx.work({ kind: 'constant', ms: ctx.params.queryMs }, call), call.id, 'completion');
  },
  onCancel() {},
  onReply(state, call, outcome, ctx) {
    ctx.clear(call.id);
    if (state.sending?.id === call.id) posted(state, outcome.kind === 'ok', ctx);
  },
  onTimer(state, key, ctx) {
    if (key === MAIL) { ctx.after(ctx.params.mailEveryMs, MAIL); return post(state, ctx); }
    if (state.sending?.id === key) { ctx.cancel(state.sending); return posted(state, false, ctx); }
    const call = state.queries.get(key as number);
    if (call === undefined) return;
    state.queries.delete(call.id);
    const verdict = decide(state, call, ctx);
    ctx.gauge(0, state.inbox.entries.size);
    ctx.reply(call, { kind: 'ok', value: asJson(verdict) });
  },
  inspect({ inbox, claims, outgoing, counts, balances }, _params, nowMs) {
    const newest = [...inbox.entries].slice(-60);
    return {
      mode: `${inbox.entries.size} ids kept`, tone: claims.size > 0 ? 'active' : 'calm',
      meters: { idsKept: inbox.entries.size, purged: inbox.purged, repeatsFound: inbox.hits, claims: claims.size, outgoing: outgoing.length, accounts: balances.size, ...counts },
      views: {
        inbox: newest.map(([key, { atMs }]) => ({ id: key, keptForMs: Math.round(nowMs - atMs) })).reverse(),
        claims: [...claims].slice(-30).map(([key, { holder, untilMs, attempts, dead }]) => ({ id: key, holder: dead ? 'dead letter' : holder, attempts, leftMs: Math.max(0, Math.round(untilMs - nowMs)) })),
      },
    };
  },
  invariants: [
    { name: 'what is done is not claimed', why: 'An id is marked as done and still being worked on: its effect could come twice.', holds: ({ inbox, claims }) => { for (const key of claims.keys()) if (isKnown(inbox, key)) return false; return true; } },
    { name: 'no dead letter without its attempts', why: 'A message was put aside that had not failed.', holds: ({ claims }) => { for (const { dead, attempts } of claims.values()) if (dead && attempts < 1) return false; return true; } },
  ],
};
