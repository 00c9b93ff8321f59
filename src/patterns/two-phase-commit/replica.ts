/**
 * A replica of the decisions, sans-IO: for each transaction an acceptor of a majority vote (single-decree Paxos), and a proposer for
 * participants in doubt. The coordinator proposes commit with ballot 0. Who is asked and knows nothing proposes with a higher ballot what
 * may have been settled already, or else abort; afterwards a late ballot 0 finds no majority any more.
 */
import type { Call, Context, Engine, Json, NodeId, Outcome } from '../../kernel/contract.ts';
import { afterCrash, append, createLog, FSYNC, sync, synced, type AppendLog } from '../../primitives/appendLog.ts';
import type { ReplicaParams, replicaStory } from './replica.params.ts';
import { fieldsOf, refuse, txOf, wordOf, type Decision } from './transaction.ts';

type ReplicaNote = keyof typeof replicaStory.notes;
type Ctx = Context<ReplicaParams, ReplicaNote>;

interface Slot {
  /** No ballot below this is accepted any more. */
  promised: number;
  /** The last ballot accepted, -1 none, and its value. */
  ballot: number;
  value: Decision | '';
  chosen: Decision | '';
  callers: Call[];
  round: { readonly ballot: number; stage: 'promise' | 'accept'; yes: Set<NodeId>; bestBallot: number; value: Decision } | null;
}
interface SlotRecord {
  readonly tx: string;
  readonly promised: number;
  readonly ballot: number;
  readonly value: Decision | '';
}
/** What is answered when a record is on disk: a call, or this replica's own round. */
interface Waiting {
  readonly position: number;
  readonly tx: string;
  readonly call: Call | null;
  readonly answer: Json;
}
export interface ReplicaState {
  log: AppendLog<SlotRecord>;
  slots: Map<string, Slot>;
  waiting: Waiting[];
  asks: Map<number, { readonly tx: string; readonly ballot: number; readonly to: NodeId }>;
  settled: number;
  restarts: number;
}
const create = (): ReplicaState => ({ log: createLog(), slots: new Map(), waiting: [], asks: new Map(), settled: 0, restarts: 0 });
const roundKey = (tx: string): string => `round ${tx}`;
const COORDINATOR = 'commit' as const;

function slotOf(state: ReplicaState, tx: string, { keepSettled }: ReplicaParams): Slot {
  let slot = state.slots.get(tx);
  if (slot !== undefined) return slot;
  slot = { promised: 0, ballot: -1, value: '', chosen: '', callers: [], round: null };
  state.slots.set(tx, slot);
  if (state.slots.size > keepSettled) state.slots.delete(state.slots.keys().next().value!);
  return slot;
}

function onRequest(state: ReplicaState, call: Call, ctx: Ctx): void {
  const tx = txOf(call);
  if (tx === '') return ctx.reply(call, refuse('malformed', 'a transaction has a name'));
  const slot = slotOf(state, tx, ctx.params);
  const ballot = Number(fieldsOf(call.payload)?.ballot);
  switch (call.op) {
    case 'inquire':
      if (slot.chosen !== '') return ctx.reply(call, say(slot.chosen));
      slot.callers.push(call);
      if (slot.round === null) beginRound(state, tx, slot, ctx);
      return;
    case 'promise':
      if (slot.chosen !== '') return ctx.reply(call, say(slot.chosen));
      if (!(ballot > slot.promised)) return ctx.reply(call, { kind: 'ok', value: { promised: false } });
      return promise(state, tx, slot, ballot, call, ctx);
    case 'propose':
      if (slot.chosen !== '') return ctx.reply(call, say(slot.chosen));
      if (!(ballot >= slot.promised)) return ctx.reply(call, { kind: 'ok', value: { accepted: false } });
      return accept(state, tx, slot, ballot, wordOf(call.payload, 'value') === COORDINATOR ? 'commit' : 'abort', call, ctx);
    default: return ctx.reply(call, refuse('unknownOperation', `${call.op}: a replica knows inquire, promise and propose`));
  }
}
const say = (decision: Decision): Outcome => ({ kind: 'ok', value: { decision } });

function promise(state: ReplicaState, tx: string, slot: Slot, ballot: number, call: Call | null, ctx: Ctx): void {
  slot.promised = ballot;
  store(state, tx, slot, call, { promised: true, ballot: slot.ballot, value: slot.value }, ctx);
}
function accept(state: ReplicaState, tx: string, slot: Slot, ballot: number, value: Decision, call: Call | null, ctx: Ctx): void {
  slot.promised = slot.ballot = ballot;
  slot.value = value;
  store(state, tx, slot, call, { accepted: true }, ctx);
}
function store(state: ReplicaState, tx: string, { promised, ballot, value }: Slot, call: Call | null, answer: Json, ctx: Ctx): void {
  const position = append(state.log, Object.freeze({ tx, promised, ballot, value }));
  state.waiting.push({ position, tx, call, answer });
  sync(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
}

function onDisk(state: ReplicaState, ctx: Ctx): void {
  synced(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
  const due = state.waiting.filter(({ position }) => position <= state.log.durable);
  state.waiting = state.waiting.filter(({ position }) => position > state.log.durable);
  for (const { tx, call, answer } of due) {
    const accepted = fieldsOf(answer)?.accepted === true;
    const slot = state.slots.get(tx);
    if (slot === undefined) continue;
    if (accepted) ctx.note('accepted', { tx, value: slot.value });
    else ctx.note('promised', { tx });
    if (call !== null) ctx.reply(call, { kind: 'ok', value: answer });
    else count(state, tx, slot, ctx.self, answer, ctx);
  }
  if (state.log.entries.length > 4 * ctx.params.keepSettled) shorten(state);
}
/** Only the last record of a transaction says anything. */
function shorten({ log }: ReplicaState): void {
  const last = new Map<string, number>();
  for (const { position, record } of log.entries) last.set(record.tx, position);
  log.entries = log.entries.filter(({ position, record }) => position > log.durable || last.get(record.tx) === position);
}

/** Ballots of different replicas never coincide, and all are above the coordinator's 0. */
function nextBallot(slot: Slot, ctx: Ctx): number {
  const members = [ctx.self, ...ctx.downstream].sort();
  const size = members.length;
  return (Math.floor(slot.promised / size) + 1) * size + members.indexOf(ctx.self) + 1;
}
function beginRound(state: ReplicaState, tx: string, slot: Slot, ctx: Ctx): void {
  const ballot = nextBallot(slot, ctx);
  slot.round = { ballot, stage: 'promise', yes: new Set(), bestBallot: -1, value: 'abort' };
  ctx.after(ctx.params.roundMs * (1 + ctx.uniform('round')), roundKey(tx));
  promise(state, tx, slot, ballot, null, ctx);
  askAll(state, tx, 'promise', { tx, ballot }, ballot, ctx);
  ctx.note('roundBegan', { tx });
}
function askAll(state: ReplicaState, tx: string, op: string, payload: Json, ballot: number, ctx: Ctx): void {
  for (const to of ctx.downstream) state.asks.set(ctx.send(to, { op, entity: tx, payload, attempt: ballot }).id, { tx, ballot, to });
}

function onReply(state: ReplicaState, call: Call, outcome: Outcome, ctx: Ctx): void {
  const ask = state.asks.get(call.id);
  state.asks.delete(call.id);
  const slot = ask === undefined ? undefined : state.slots.get(ask.tx);
  if (ask === undefined || slot === undefined || slot.chosen !== '' || outcome.kind !== 'ok') return;
  const word = wordOf(outcome.value, 'decision');
  if (word === 'commit' || word === 'abort') return settle(state, ask.tx, slot, word, ctx);
  if (slot.round !== null && slot.round.ballot === ask.ballot) count(state, ask.tx, slot, ask.to, outcome.value ?? null, ctx);
}

function count(state: ReplicaState, tx: string, slot: Slot, from: NodeId, answer: Json, ctx: Ctx): void {
  const { round } = slot;
  const fields = fieldsOf(answer);
  if (round === null || slot.chosen !== '' || fields === undefined) return;
  const majority = Math.floor((ctx.downstream.length + 1) / 2) + 1;
  if (round.stage === 'promise') {
    if (fields.promised !== true) return;
    round.yes.add(from);
    const ballot = Number(fields.ballot);
    if (ballot > round.bestBallot) {
      round.bestBallot = ballot;
      round.value = fields.value === 'commit' ? 'commit' : 'abort';
    }
    if (round.yes.size < majority || slot.promised > round.ballot) return;
    round.stage = 'accept';
    round.yes = new Set();
    accept(state, tx, slot, round.ballot, round.value, null, ctx);
    askAll(state, tx, 'propose', { tx, ballot: round.ballot, value: round.value }, round.ballot, ctx);
  } else if (fields.accepted === true) {
    round.yes.add(from);
    if (round.yes.size >= majority) settle(state, tx, slot, round.value, ctx);
  }
}

function settle(state: ReplicaState, tx: string, slot: Slot, decision: Decision, ctx: Ctx): void {
  const { callers } = slot;
  slot.chosen = decision;
  slot.callers = [];
  slot.round = null;
  state.settled++;
  ctx.clear(roundKey(tx));
  ctx.note('settled', { tx, decision });
  for (const call of callers) ctx.reply(call, say(decision));
}

export const replica: Engine<ReplicaParams, ReplicaState, ReplicaNote> = {
  init: create,
  onRestart(before) {
    const state: ReplicaState = { ...create(), log: afterCrash(before.log), settled: before.settled, restarts: before.restarts + 1 };
    for (const { record: { tx, promised, ballot, value } } of state.log.entries) state.slots.set(tx, { promised, ballot, value, chosen: '', callers: [], round: null });
    return state;
  },
  onStart(state, ctx) { if (state.restarts > 0) ctx.note('recovered'); },
  onRequest, onReply,
  onTimer(state, timer, ctx) {
    if (timer === FSYNC) return onDisk(state, ctx);
    const tx = String(timer).slice(6);
    const slot = state.slots.get(tx);
    if (slot === undefined || slot.chosen !== '') return;
    slot.round = null;
    beginRound(state, tx, slot, ctx);
  },
  inspect({ slots, log, settled }) {
    const all = [...slots];
    return {
      tone: all.some(([, { round }]) => round !== null) ? 'active' : 'calm',
      meters: { transactions: slots.size, fsyncs: log.syncs, settled },
      views: { decisions: all.slice(-20).map(([tx, { promised, ballot, value, chosen }]) => ({ transaction: tx, promised, ballot: ballot < 0 ? null : ballot, value, settled: chosen })) },
    };
  },
  invariants: [{
    name: 'a replica keeps its promise',
    why: 'It has accepted a ballot above the last one that it promised.',
    holds: ({ slots }) => {
      for (const { promised, ballot } of slots.values()) if (ballot > promised) return false;
      return true;
    },
  }],
};
