/**
 * In doubt: a participant that has voted Yes and hears nothing. It may wait, ask the coordinator (or the replicas that hold the decision),
 * ask its peers, or take the decision into its own hands. Three-phase commit has its own rule: the survivors find out by themselves.
 */
import type { Call, NodeId, Outcome } from '../../kernel/contract.ts';
import { doubtKey, force, isPrepared, remember, roundKey, rowsOf, showGauges, type Branch, type ParticipantContext, type ParticipantState } from './branch.ts';
import { abortNow, decide } from './decide.ts';
import { isPrimary, isWanted, rollBackPrimary } from './primaryLock.ts';
import { refuse, txOf, wordOf, type Brief, type Decision } from './transaction.ts';

/** The wait for a decision is over, or it is time to ask again. */
export function waitedForDecision(state: ParticipantState, tx: string, ctx: ParticipantContext): void {
  const branch = state.branches.get(tx);
  if (branch === undefined || branch.writing !== '' || !isPrepared(branch)) return;
  const { params } = ctx;
  const { protocol, judges, coordinator } = branch.brief;
  if (!branch.inDoubt) {
    branch.inDoubt = true;
    state.inDoubt++;
    showGauges(state, ctx);
    ctx.note('inDoubt', { tx, rows: rowsOf(branch.brief).join(', ') || 'no rows', policy: protocol === 'threePhase' ? 'termination' : params.inDoubt });
  }
  if (protocol === 'threePhase') return askAround(state, branch, ctx);
  if (protocol === 'percolator') return askPrimary(state, branch, ctx);
  const heuristic = params.inDoubt === 'heuristicCommit' || params.inDoubt === 'heuristicRollback';
  if (heuristic) {
    const leftMs = branch.preparedMs + params.heuristicAfterMs - ctx.nowMs;
    if (leftMs > 0) ctx.after(leftMs, doubtKey(tx));
    else decide(state, branch, params.inDoubt as 'heuristicCommit' | 'heuristicRollback', ctx);
    return;
  }
  if (params.inDoubt === 'block') return;
  if (params.inDoubt === 'cooperative') return askAround(state, branch, ctx);
  forgetAsks(state, tx);
  const whom = judges.length === 0 ? coordinator : judges[branch.asked % judges.length]!;
  ask(state, branch, whom, 'ask', 'inquire', ctx);
  branch.asked++;
  ctx.note('askedAround', { tx, whom });
  ctx.after(params.askEveryMs, doubtKey(tx));
}

/** Percolator: the primary decides by itself, the others ask it; with `block` only when somebody wants the row. */
function askPrimary(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { tx, peers } = branch.brief;
  if (ctx.params.inDoubt === 'block' && !isWanted(state, branch)) return;
  if (isPrimary(branch, ctx)) return rollBackPrimary(state, branch, ctx);
  forgetAsks(state, tx);
  ask(state, branch, peers[0]!, 'ask', 'primaryState', ctx);
  branch.asked++;
  ctx.note('askedAround', { tx, whom: peers[0]! });
  ctx.after(ctx.params.askEveryMs, doubtKey(tx));
}

function ask(state: ParticipantState, { brief, asked }: Branch, whom: NodeId, purpose: 'ask' | 'align', op: string, ctx: ParticipantContext): void {
  const call = ctx.send(whom, { op, entity: brief.tx, payload: { tx: brief.tx }, attempt: asked });
  state.asks.set(call.id, { tx: brief.tx, whom, purpose });
}
function forgetAsks(state: ParticipantState, tx: string): void {
  for (const [id, asked] of state.asks) if (asked.tx === tx) state.asks.delete(id);
}

/** Asks the coordinator and all peers at once; `roundKey` bounds the wait for the answers. */
function askAround(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { tx, coordinator, peers } = branch.brief;
  forgetAsks(state, tx);
  branch.round = { waiting: [], said: new Map(), stage: 'ask' };
  const others = peers.filter((peer) => peer !== ctx.self);
  ctx.after(ctx.params.askEveryMs, roundKey(tx));
  for (const whom of [coordinator, ...others]) ask(state, branch, whom, 'ask', whom === coordinator ? 'inquire' : 'peerState', ctx);
  for (const [id, asked] of state.asks) if (asked.tx === tx) branch.round.waiting.push(id);
  branch.asked++;
  ctx.note('askedAround', { tx, whom: 'everybody' });
}

/** An answer to one of this participant's own questions. */
export function onAnswer(state: ParticipantState, call: Call, outcome: Outcome, ctx: ParticipantContext): void {
  const asked = state.asks.get(call.id);
  if (asked === undefined) return;
  state.asks.delete(call.id);
  const branch = state.branches.get(asked.tx);
  if (branch === undefined || branch.writing === 'decided' || !isPrepared(branch)) return;
  const word = outcome.kind === 'ok' ? wordOf(outcome.value, 'decision') : '';
  if (asked.purpose === 'ask' && (word === 'commit' || word === 'abort')) return learn(state, branch, word, ctx);
  const { round } = branch;
  if (round === null) return;
  round.said.set(asked.whom, word);
  round.waiting = round.waiting.filter((id) => id !== call.id);
  if (round.waiting.length === 0) endRound(state, branch, ctx);
}

/** Some answers have not come in time. */
export function roundIsOver(state: ParticipantState, tx: string, ctx: ParticipantContext): void {
  const branch = state.branches.get(tx);
  if (branch !== undefined && branch.round !== null && branch.writing === '') endRound(state, branch, ctx);
}

function learn(state: ParticipantState, branch: Branch, decision: Decision, ctx: ParticipantContext): void {
  branch.round = null;
  forgetAsks(state, branch.brief.tx);
  decide(state, branch, decision, ctx);
}

/**
 * Nobody knows the decision. Cooperative termination has to go on waiting: a participant that is away may have been told. Three-phase
 * commit may conclude, for it takes silence for a crash: nobody has committed unless all that are up know that all voted Yes.
 */
function endRound(state: ParticipantState, branch: Branch, ctx: ParticipantContext): void {
  const { tx, protocol, coordinator } = branch.brief;
  const { said, stage } = branch.round!;
  branch.round = null;
  ctx.clear(roundKey(tx));
  forgetAsks(state, tx);
  if (stage === 'align') return learn(state, branch, 'commit', ctx);
  const others = [...said].filter(([whom]) => whom !== coordinator);
  const waits = protocol !== 'threePhase' || branch.recovered || said.get(coordinator) === 'pending';
  if (waits) {
    ctx.note('nobodyKnows', { tx });
    ctx.after(ctx.params.askEveryMs, doubtKey(tx));
    return;
  }
  const known = branch.mode === 'preCommitted' || others.some(([, word]) => word === 'preCommitted');
  if (!known) return learn(state, branch, 'abort', ctx);
  // Those that are up learn it first: should this one die after its commit, they still conclude the same.
  branch.round = { waiting: [], said: new Map(), stage: 'align' };
  ctx.after(ctx.params.askEveryMs, roundKey(tx));
  for (const [whom, word] of others) if (word === 'prepared') ask(state, branch, whom, 'align', 'preCommit', ctx);
  for (const [id, asked] of state.asks) if (asked.tx === tx) branch.round.waiting.push(id);
  if (branch.mode === 'prepared') force(state, branch, { kind: 'preCommitted', tx }, ctx);
  else if (branch.round.waiting.length === 0) endRound(state, branch, ctx);
}

/** A peer in doubt asks what became of the transaction here. Who has not voted yet can still make it an abort. */
export function onPeerState(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const tx = txOf(call);
  const branch = state.branches.get(tx);
  const say = (decision: string): void => ctx.reply(call, { kind: 'ok', value: { decision } });
  if (branch !== undefined) {
    if (isPrepared(branch)) return say(branch.recovered || branch.writing !== '' ? 'unsure' : branch.mode);
    abortNow(state, branch, ctx);
    return say('abort');
  }
  const finished = state.finished.get(tx);
  if (finished !== undefined) return say(finished.decision === 'none' ? 'unsure' : finished.decision);
  remember(state, tx, { decision: 'abort', heuristic: false, durable: false, brief: nothing(tx) }, ctx.params);
  say('abort');
}
const nothing = (tx: string): Brief => Object.freeze({ tx, coordinator: '', protocol: 'presumedAbort', changes: [], peers: [], judges: [] });

/** Three-phase commit: all have voted Yes, says the coordinator or a peer that finishes without it. */
export function onPreCommit(state: ParticipantState, call: Call, ctx: ParticipantContext): void {
  const tx = txOf(call);
  const branch = state.branches.get(tx);
  if (branch === undefined || branch.mode === 'working') {
    const decision = state.finished.get(tx)?.decision;
    return ctx.reply(call, decision === 'commit' ? { kind: 'ok', value: { decision } } : refuse('decidedOtherwise', `${ctx.self} has not prepared it, or has rolled it back`));
  }
  if (branch.mode === 'preCommitted' || branch.writing === 'decided') return ctx.reply(call, { kind: 'ok', value: { decision: 'preCommitted' } });
  branch.callers.push(call);
  if (branch.writing === '') force(state, branch, { kind: 'preCommitted', tx }, ctx);
  // News from somebody alive: the wait for the decision begins again.
  ctx.after(ctx.params.inDoubtAfterMs, doubtKey(tx));
}

/** An operator decides everything that is in doubt here. */
export function takeAll(state: ParticipantState, how: 'heuristicCommit' | 'heuristicRollback', ctx: ParticipantContext): void {
  for (const branch of Array.from(state.branches.values())) if (isPrepared(branch) && branch.inDoubt && branch.mode === 'prepared') decide(state, branch, how, ctx);
}
