/**
 * What there is without the pattern: one call after the other, and if one fails the caller is told so. What had been done by then stays
 * done. It knows the same saga types and participants as the orchestrator.
 */
import { TIMEOUT, type Call, type Context, type Engine, type Json, type Outcome } from '../../kernel/contract.ts';
import type { ChainParams, chainStory } from './chain.params.ts';
import { commandFor, firstContext, type SagaContext } from './command.ts';
import { readDefinitions, type SagaDefinition } from './definition.ts';

interface Chain {
  readonly id: string;
  readonly call: Call;
  readonly definition: SagaDefinition;
  readonly context: SagaContext;
  at: number;
}
interface State {
  definitions: Map<string, SagaDefinition>;
  chains: Map<string, Chain>;
  /** By call id: whose step is out, null for a confirmation that nobody waits for. */
  flights: Map<number, { readonly call: Call; readonly chain: string | null }>;
  lastNumber: number;
  /** After a crash, until it has been told. */
  back: boolean;
}
type Ctx = Context<ChainParams, keyof typeof chainStory.notes>;

const fresh = ({ sagas }: ChainParams): State => ({
  definitions: readDefinitions(sagas as Json, { sagaTimeoutMs: Infinity, check: true, kinds: true }), chains: new Map(), flights: new Map(), lastNumber: 0, back: false,
});

function send(state: State, chain: Chain, at: number, deed: 'act' | 'confirm', ctx: Ctx): void {
  const step = chain.definition.steps[at]!;
  const { stepTimeoutMs } = ctx.params;
  const call = ctx.send(step.service, {
    op: deed === 'act' ? step.action : deed, entity: chain.id, payload: { ...commandFor(chain.id, step, deed, chain.context, 'commutative') }, parent: chain.call,
    idempotencyKey: `${chain.id}/${step.name}/${deed}`, deadlineMs: stepTimeoutMs > 0 ? ctx.nowMs + stepTimeoutMs : Infinity,
  });
  state.flights.set(call.id, { call, chain: deed === 'act' ? chain.id : null });
  if (stepTimeoutMs > 0) ctx.after(stepTimeoutMs, call.id);
}

function answered(state: State, call: Call, outcome: Outcome, ctx: Ctx): void {
  const flight = state.flights.get(call.id);
  state.flights.delete(call.id);
  ctx.clear(call.id);
  const chain = flight === undefined || flight.chain === null ? undefined : state.chains.get(flight.chain);
  if (chain === undefined) return;
  if (outcome.kind !== 'ok' && outcome.kind !== 'stale') {
    const why = 'detail' in outcome && outcome.detail !== undefined ? outcome.detail : outcome.kind;
    const step = chain.definition.steps[chain.at]!.name;
    return end(state, chain, 'failed', { kind: outcome.kind === 'permanentError' ? 'permanentError' : 'transientError', detail: `${step}: ${why}` }, ctx);
  }
  const { steps, pivotAt } = chain.definition;
  chain.at++;
  // The happy end is the same as a saga's: what was reserved becomes final.
  if (chain.at - 1 === pivotAt) steps.forEach(({ confirm }, at) => { if (confirm && at <= pivotAt) send(state, chain, at, 'confirm', ctx); });
  if (chain.at < steps.length) send(state, chain, chain.at, 'act', ctx);
  else end(state, chain, 'completed', { kind: 'ok', value: { sagaId: chain.id, status: 'COMPLETED' } }, ctx);
}

function end(state: State, chain: Chain, status: 'completed' | 'failed', outcome: Outcome, ctx: Ctx): void {
  state.chains.delete(chain.id);
  ctx.effect('sagaEnded', { saga: chain.id, status });
  if (status === 'completed') ctx.note('completed', { saga: chain.id });
  else ctx.note('gaveUpHalfway', { saga: chain.id, step: chain.definition.steps[chain.at]!.name, why: 'detail' in outcome ? (outcome.detail ?? '') : outcome.kind, done: chain.at });
  ctx.gauge(0, state.chains.size);
  ctx.reply(chain.call, outcome);
}

export const chain: Engine<ChainParams, State, keyof typeof chainStory.notes> = {
  gauges: ['open'],
  init: fresh,
  onRestart: (before, now) => ({ ...fresh(now), lastNumber: before.lastNumber, back: true }),
  onStart(state, ctx) {
    ctx.gauge(0, 0);
    if (state.back) ctx.effect('recovered', { node: ctx.self, known: [] });
    state.back = false;
  },
  onRequest(state, call, ctx) {
    const fields = (typeof call.payload === 'object' && call.payload !== null && !Array.isArray(call.payload) ? call.payload : {}) as { readonly [key: string]: Json };
    const type = typeof fields.type === 'string' ? fields.type : (ctx.params.usualType as string);
    const definition = state.definitions.get(type);
    if (call.op !== 'saga.start' || definition === undefined) return ctx.reply(call, { kind: 'permanentError', detail: definition === undefined ? `unknownSagaType: "${type}"` : `unknownOperation: ${call.op}` });
    const id = typeof fields.sagaId === 'string' ? fields.sagaId : call.idempotencyKey || `${ctx.self}-${++state.lastNumber}`;
    if (state.chains.has(id)) return ctx.reply(call, { kind: 'permanentError', detail: `duplicateSagaId: "${id}"` });
    const begun: Chain = { id, call, definition, context: firstContext(id, call.entity, fields.context), at: 0 };
    state.chains.set(id, begun);
    ctx.effect('sagaBegan', { saga: id, steps: definition.steps.map(({ name }) => name), irrevocable: [], reverse: true, patienceMs: null });
    ctx.note('chainStarted', { saga: id });
    ctx.gauge(0, state.chains.size);
    send(state, begun, 0, 'act', ctx);
  },
  onReply: answered,
  onTimer(state, key, ctx) {
    const flight = state.flights.get(key as number);
    if (flight === undefined) return;
    ctx.cancel(flight.call, TIMEOUT);
    answered(state, flight.call, TIMEOUT, ctx);
  },
  inspect: ({ chains }) => ({
    mode: chains.size > 0 ? `${chains.size} under way` : 'idle', tone: chains.size > 0 ? 'active' : 'calm', meters: { open: chains.size },
    views: { sagas: [...chains.values()].slice(-40).reverse().map(({ id, at, definition }): Json => ({ saga: id, state: 'RUNNING', step: definition.steps[at]?.name ?? '' })) },
  }),
  invariants: [{
    name: 'every chain waits for one call', why: 'A chain was forgotten, or waits for two calls at once.',
    holds: ({ chains, flights }) => {
      let waiting = 0;
      for (const { chain: id } of flights.values()) if (id !== null && chains.has(id)) waiting++;
      return waiting === chains.size;
    },
  }],
};
