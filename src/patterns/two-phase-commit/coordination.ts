/** The coordinator's state: its log, and the transactions that are not over. */
import type { Call, Context, Json, Ms, NodeId, Outcome } from '../../kernel/contract.ts';
import { append, createLog, sync, type AppendLog } from '../../primitives/appendLog.ts';
import { nextState } from '../../primitives/tabulate.ts';
import { coordinatorTable, type CoordinatorEvent, type CoordinatorMode } from './machine.ts';
import type { CoordinatorNote, CoordinatorParams } from './params.ts';
import { textsOf, type Decision, type Protocol, type Work } from './transaction.ts';

export type CoordinatorContext = Context<CoordinatorParams, CoordinatorNote>;

export type DecisionRecord =
  /** Presumed nothing: who takes part, before anybody is asked. */
  | { readonly kind: 'begun'; readonly tx: string; readonly parts: readonly NodeId[]; readonly protocol: Protocol }
  | { readonly kind: 'decided'; readonly tx: string; readonly parts: readonly NodeId[]; readonly protocol: Protocol; readonly decision: Decision }
  /** Never forced: who loses it carries the outcome out once more. */
  | { readonly kind: 'ended'; readonly tx: string };

export type Step = 'prepare' | 'preCommit' | 'propose' | 'inquire' | 'commit' | 'abort' | 'commitOnePhase' | 'recover';
export interface Sent {
  readonly tx: string;
  readonly to: NodeId;
  readonly step: Step;
}
export type Vote = 'yes' | 'readOnly' | 'no' | 'unknown';
export interface Live {
  readonly tx: string;
  readonly protocol: Protocol;
  readonly work: Work;
  /** Who asked for it; null when told already, or lost in a crash. */
  caller: Call | null;
  /** Draws and traces go by the request even when its caller has been told. */
  readonly cause: Call | null;
  mode: CoordinatorMode;
  /** How many have been asked to prepare. */
  asked: number;
  /** `unknown`: an error or silence; it may have prepared. */
  votes: Map<NodeId, Vote>;
  /** Answers to prepare; with a participant named twice (the sketch) more than there are votes. */
  answers: number;
  /** Who has to do, or has done, what the present phase asks for. */
  targets: readonly NodeId[];
  done: Set<NodeId>;
  /** How many of the targets have been told, where it goes one by one. */
  told: number;
  /** Under way: call id → call. */
  out: Map<number, Call>;
  decision: Decision | '';
  /** The decision (or the beginning) is being written. */
  writing: boolean;
  why: string;
  /** Somebody said No; else it is worth another try. */
  refused: boolean;
  beganMs: Ms;
  attempt: number;
}
export interface CoordinatorState {
  registered: NodeId[];
  live: Map<string, Live>;
  sent: Map<number, Sent>;
  log: AppendLog<DecisionRecord>;
  /** Names of transactions are never given out twice, not even after a crash. */
  lastTx: number;
  /** Modes of transactions that a crash took; the machine is told at the start. */
  lost: [string, CoordinatorMode][];
  /** The last steps, oldest first. */
  recent: { readonly atMs: Ms; readonly transaction: string; readonly step: string; readonly with: string }[];
  committed: number;
  aborted: number;
  abandoned: number;
  messages: number;
  forcedWrites: number;
  heuristicMixed: number;
  restarts: number;
  latencyMs: Ms;
}
export const GAUGE = { open: 0, halfDone: 1 } as const;
export const voteKey = (tx: string): string => `vote ${tx}`;
export const retryKey = (tx: string): string => `retry ${tx}`;
export const limitKey = (tx: string): string => `limit ${tx}`;
export const SCAN = 'scan';

/** What a wrong list of nodes is refused with when the world is built. */
export class WrongParticipants extends TypeError {
  constructor(message: string) {
    super(message);
    this.name = 'WrongParticipants';
  }
}
export function listOf(json: Json, name: string, least: number, most: number): readonly string[] {
  const list = textsOf(json);
  if (list === undefined || list.length < least || list.length > most) throw new WrongParticipants(`coordinator: ${name} must be a list of ${least} to ${most} node ids`);
  const twice = list.find((id, at) => list.indexOf(id) !== at);
  if (twice !== undefined) throw new WrongParticipants(`coordinator: ${name} names ${twice} twice`);
  return list;
}

export function createCoordinator(params: CoordinatorParams): CoordinatorState {
  listOf(params.replicas, 'replicas', params.protocol === 'replicatedCoordinator' ? 1 : 0, 9);
  return {
    registered: [...listOf(params.participants, 'participants', 1, 8)], live: new Map(), sent: new Map(), log: createLog(), lastTx: 0, lost: [], recent: [],
    committed: 0, aborted: 0, abandoned: 0, messages: 0, forcedWrites: 0, heuristicMixed: 0, restarts: 0, latencyMs: 0,
  };
}
export const createLive = (tx: string, protocol: Protocol, work: Work, caller: Call | null, beganMs: Ms): Live => ({
  tx, protocol, work, caller, cause: caller, mode: coordinatorTable.initial, asked: 0, votes: new Map(), answers: 0, targets: [], done: new Set(), told: 0, out: new Map(),
  decision: '', writing: false, why: '', refused: false, beganMs, attempt: 0,
});

export function move(live: Live, event: CoordinatorEvent, ctx: CoordinatorContext): void {
  const from = live.mode;
  live.mode = nextState(coordinatorTable, from, event);
  ctx.transition(live.tx, from, live.mode, event);
}

export function send(state: CoordinatorState, live: Live, to: NodeId, step: Step, payload: Json, ctx: CoordinatorContext): void {
  const call = ctx.send(to, { op: step, entity: live.tx, payload, attempt: live.attempt, ...(live.cause !== null && { parent: live.cause }) });
  state.sent.set(call.id, { tx: live.tx, to, step });
  live.out.set(call.id, call);
  state.messages++;
  remark(state, live.tx, step, `to ${to}`, ctx);
}
const RECENT = 40;
export function remark(state: CoordinatorState, transaction: string, step: string, party: string, ctx: CoordinatorContext): void {
  state.recent.push({ atMs: ctx.nowMs, transaction, step, with: party });
  if (state.recent.length > RECENT) state.recent.shift();
}

/** Questions remembered at most; the oldest have been lost on the way. */
const KEPT = 10_000;

/** Nobody waits for these answers any more. */
export function dropCalls(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  for (const [id, call] of live.out) {
    // A decision that is under way is still delivered; only its answer is no longer wanted.
    const step = state.sent.get(id)?.step;
    if (step === 'prepare') ctx.cancel(call);
    // Who had committed on its own says so in its answer to an abort, even when nobody waits for the others.
    if (step !== 'abort') state.sent.delete(id);
  }
  live.out.clear();
  while (state.sent.size > KEPT) state.sent.delete(state.sent.keys().next().value!);
}

/** Writes a record and, when it is on disk, goes on with `settle`. Without a log it is as good as written. */
export function write(state: CoordinatorState, live: Live, record: DecisionRecord, ctx: CoordinatorContext): boolean {
  if (ctx.params.coordLog === 'none') return true;
  live.writing = true;
  state.forcedWrites++;
  append(state.log, Object.freeze(record));
  sync(state.log, ctx.sample(ctx.params.fsyncTime, 'fsync'), ctx);
  return false;
}

export function answer(state: CoordinatorState, live: Live, outcome: Outcome, ctx: CoordinatorContext): void {
  const { caller } = live;
  if (caller === null) return;
  live.caller = null;
  state.latencyMs += ctx.nowMs - live.beganMs;
  ctx.reply(caller, outcome);
}

export function showGauges(state: CoordinatorState, ctx: CoordinatorContext): void {
  ctx.gauge(GAUGE.open, state.live.size);
  // What it knows of: participants that decided otherwise, and those it left behind.
  ctx.gauge(GAUGE.halfDone, state.heuristicMixed + state.abandoned);
}

/** What the law of liveness holds the coordinator to: how long its time-outs, repeats and scans may take. What is switched off allows nothing. */
export function allowRecovery({ registered }: CoordinatorState, ctx: CoordinatorContext): void {
  const { prepareTimeoutMs, parallel, txTimeoutMs, recoveryScanMs, commitRetryMs } = ctx.params;
  ctx.effect('recoveryAllowed', { withinMs: Math.min(txTimeoutMs, prepareTimeoutMs * (parallel ? 1 : registered.length)) + recoveryScanMs + commitRetryMs });
}

/** Forgets a transaction. */
export function drop(state: CoordinatorState, live: Live, ctx: CoordinatorContext): void {
  for (const key of [voteKey(live.tx), retryKey(live.tx), limitKey(live.tx)]) ctx.clear(key);
  dropCalls(state, live, ctx);
  state.live.delete(live.tx);
  showGauges(state, ctx);
}
