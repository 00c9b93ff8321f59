/** What callers can ask of the coordinator, and how a transfer is made up. */
import type { Call, Json } from '../../kernel/contract.ts';
import type { CoordinatorContext, CoordinatorState } from './coordination.ts';
import { begin } from './phases.ts';
import { changesOf, fieldsOf, refuse, textOf, textsOf, txOf, type Refusal, type Share, type Work } from './transaction.ts';

export function onOperation(state: CoordinatorState, call: Call, ctx: CoordinatorContext): void {
  switch (call.op) {
    case 'transfer': return begin(state, call, transferOf(call, state.registered, ctx), ctx);
    case 'execute': return execute(state, call, ctx);
    case 'register': return register(state, call, ctx);
    case 'status': return status(state, call, ctx);
    case 'participants': return ctx.reply(call, { kind: 'ok', value: [...state.registered] });
    case 'inquire': return onInquiry(state, call, ctx);
    default: return ctx.reply(call, refuse('unknownOperation', `${call.op}: a coordinator knows transfer, execute, register, status, participants and inquire`));
  }
}

/** A transfer as the call's own key draws it: the same in every variant. The account is the call's entity. */
export function transferOf(call: Call, nodes: readonly string[], ctx: Pick<CoordinatorContext, 'uniform'> & { readonly params: { readonly accounts: number; readonly maxAmount: number; readonly localRatio: number; readonly inquiryRatio: number } }): Work {
  const { accounts, maxAmount, localRatio, inquiryRatio } = ctx.params;
  const amount = 1 + Math.floor(ctx.uniform('amount', call) * maxAmount);
  const other = `e${1 + Math.floor(ctx.uniform('account', call) * accounts)}`;
  const own = call.entity === '' ? 'e1' : call.entity;
  const back = ctx.uniform('direction', call) < 0.5;
  const [first, second, ...rest] = nodes;
  const sum = back ? -amount : amount;
  if (second === undefined || ctx.uniform('local', call) < localRatio) {
    // Both accounts in one bank: a name of its own keeps a transfer to oneself from being nothing.
    return [{ node: first!, changes: [{ kind: 'account', row: own, delta: -sum }, { kind: 'account', row: other === own ? `${other}'` : other, delta: sum }] }];
  }
  const looks = ctx.uniform('inquiry', call) < inquiryRatio;
  return [
    { node: first!, changes: [{ kind: 'account', row: own, delta: -sum }] },
    { node: second, changes: [{ kind: 'account', row: other, delta: sum }] },
    ...rest.map((node): Share => ({ node, changes: [looks ? { kind: 'read', row: 'summary', delta: 0 } : { kind: 'entry', row: own, delta: amount }] })),
  ];
}

/** The original's execute_two_phase_commit(participant_ids, data): `participants` and `data`, the changes by participant. */
function execute(state: CoordinatorState, call: Call, ctx: CoordinatorContext): void {
  const no = (why: Refusal, words: string): void => {
    ctx.note('refused', { why: words });
    ctx.reply(call, refuse(why, words));
  };
  const fields = fieldsOf(call.payload);
  const nodes = textsOf(fields?.participants);
  if (nodes === undefined) return no('malformed', 'participants must be a list of node ids');
  const data = fieldsOf(fields?.data) ?? {};
  const work: Share[] = [];
  for (const node of nodes) {
    const given = data[node];
    const changes = given === undefined ? [{ kind: 'entry' as const, row: 'note', delta: 0 }] : changesOf(given);
    if (changes === undefined) return no('malformed', `data.${node} must be a list of changes (kind, row, delta)`);
    work.push({ node, changes });
  }
  if (ctx.params.checkParticipants) {
    if (nodes.length === 0) return no('noParticipants', 'a transaction needs at least one participant');
    const twice = nodes.find((node, at) => nodes.indexOf(node) !== at);
    if (twice !== undefined) return no('duplicateParticipant', `${twice} is named twice`);
    const unknown = nodes.find((node) => !state.registered.includes(node));
    if (unknown !== undefined) return no('unknownParticipant', `${unknown} is not registered; known are ${state.registered.join(', ')}`);
  }
  begin(state, call, work, ctx);
}

/** The original's register_participant(id, participant). */
function register(state: CoordinatorState, call: Call, ctx: CoordinatorContext): void {
  const participant = textOf(fieldsOf(call.payload)?.participant);
  const words = participant === '' ? 'a participant is the id of a node' : `there is no link to ${participant}`;
  if (!ctx.downstream.includes(participant)) return ctx.reply(call, refuse(participant === '' ? 'malformed' : 'unknownParticipant', words));
  if (state.registered.includes(participant)) return ctx.reply(call, refuse('duplicateParticipant', `${participant} is registered already`));
  state.registered.push(participant);
  ctx.note('registered', { participant });
  ctx.reply(call, { kind: 'ok', value: { participants: [...state.registered] } });
}

function status(state: CoordinatorState, call: Call, ctx: CoordinatorContext): void {
  const tx = txOf(call);
  const live = state.live.get(tx);
  if (live === undefined) return ctx.reply(call, refuse('unknownTransaction', `${tx === '' ? 'no transaction' : tx} is not open here`));
  const value: Json = {
    transaction: tx, mode: live.mode, decision: live.decision, votes: Object.fromEntries(live.votes), acknowledged: [...live.done], participants: live.work.map(({ node }) => node),
  };
  ctx.reply(call, { kind: 'ok', value });
}

/** A participant in doubt asks. What is not on disk yet has not been decided; what is unknown under presumed abort was aborted. */
function onInquiry(state: CoordinatorState, call: Call, ctx: CoordinatorContext): void {
  const tx = txOf(call);
  const live = state.live.get(tx);
  let decision = 'unknown';
  if (live !== undefined) decision = live.decision !== '' && (live.mode === 'decidedCommit' || live.mode === 'decidedAbort' || live.mode === 'completing' || live.mode === 'recovering') ? live.decision : 'pending';
  else if (ctx.params.protocol === 'presumedAbort' && ctx.params.coordLog === 'forced') decision = 'abort';
  ctx.note('inquiryAnswered', { tx, from: call.from, decision });
  ctx.reply(call, { kind: 'ok', value: { decision } });
}
