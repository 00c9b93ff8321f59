/** Passes calls on to the next of its targets in turn: a load balancer before the limiter nodes, a gateway behind them. Cost and answer stay as they are. */
import type { Call, Engine, Outcome } from '../../kernel/contract.ts';
import type { RelayParams } from './relay.params.ts';

interface RelayState { readonly out: Map<number, Call>; readonly back: Map<number, Call>; next: number; passed: number; readonly places: Map<string, number> }

export const relay: Engine<RelayParams, RelayState, never> = {
  init: () => ({ out: new Map(), back: new Map(), next: 0, passed: 0, places: new Map() }),
  onRequest(state, call, ctx) {
    const targets = ctx.params.targets as unknown as readonly string[];
    if (targets.length === 0) { ctx.reply(call, { kind: 'permanentError', detail: 'no target' }); return; }
    const to = ctx.params.sticky ? placeOf(state, call.from) : state.next++;
    const out = ctx.send(targets[to % targets.length]!, {
      op: call.op, entity: call.entity, payload: call.payload, cost: call.cost, attempt: call.attempt, idempotencyKey: call.idempotencyKey, parent: call,
    });
    state.out.set(out.id, call);
    state.back.set(call.id, out);
  },
  onReply(state, reply, outcome: Outcome, ctx) {
    const call = state.out.get(reply.id);
    if (call === undefined) return;
    state.out.delete(reply.id);
    state.back.delete(call.id);
    state.passed++;
    ctx.reply(call, outcome);
  },
  onCancel(state, call, ctx) {
    const out = state.back.get(call.id);
    if (out === undefined) return;
    state.back.delete(call.id);
    state.out.delete(out.id);
    ctx.cancel(out);
  },
  inspect: ({ out, passed }) => ({ mode: `${out.size} under way`, tone: out.size > 0 ? 'active' : 'calm', meters: { underWay: out.size, passed } }),
  invariants: [],
};
function placeOf({ places }: RelayState, client: string): number {
  let place = places.get(client);
  if (place === undefined) places.set(client, (place = places.size));
  return place;
}
