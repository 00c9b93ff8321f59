/** Users: they send requests by a law of arrivals, wait for the answers, and give up when their patience ends. */
import { OUTCOME_KINDS, TIMEOUT } from '../kernel/contract.ts';
import type { Call, Context, Engine, Ms, OutcomeKind } from '../kernel/contract.ts';
import { beginArrivals, changeRate, hasRate, isRandom, nextArrival } from './arrivals.ts';
import type { Arrivals } from './arrivals.ts';
import type { ClientNote, ClientParams } from './client.params.ts';
import { entityAt, entityLaw } from './entities.ts';
import type { EntityLaw } from './entities.ts';

export interface ClientState {
  arrivals: Arrivals;
  entities: EntityLaw;
  /** Requests under way. */
  waiting: Map<number, Call>;
  /** Closed loop: which user waits for which call, and which users take turns at all. */
  users: Map<number, number>;
  alive: Set<number>;
  /** Numbers of requests never repeat, not even after a crash. */
  lastNumber: number;
  sent: number;
  ended: Record<OutcomeKind, number>;
}
type Ctx = Context<ClientParams, ClientNote>;

const NEXT = 'next';
const NOBODY = -1;
const BY_HAND = 50;
const SHORTEST_THINK_MS = 0.001;
/** A request sent later than this after its time was held up; its latency counts from when it was meant to start. */
const HELD_UP_MS = 0.001;
const UNIT = { kind: 'exponential', meanMs: 1 } as const;

const draw = (ctx: Ctx): number => (isRandom(ctx.params.arrivals) ? ctx.sample(UNIT, 'gap') : 1);
const userKey = (user: number): string => `user ${user}`;
const isOver = (ctx: Ctx): boolean => ctx.params.stopMs > 0 && ctx.nowMs >= ctx.params.stopMs;

function arm(state: ClientState, ctx: Ctx): void {
  const { dueMs } = state.arrivals;
  if (dueMs === Infinity) ctx.clear(NEXT);
  else ctx.after(Math.max(0, dueMs - ctx.nowMs), NEXT);
}

function begin(state: ClientState, ctx: Ctx): void {
  const { params } = ctx;
  state.arrivals = beginArrivals(params, ctx.nowMs, draw(ctx));
  arm(state, ctx);
  if (params.arrivals === 'closedLoop') fillUp(state, ctx);
}

/** Lets every user up to the wanted number take turns. Those above it stop at their next turn. */
function fillUp(state: ClientState, ctx: Ctx): void {
  const { params } = ctx;
  if (isOver(ctx)) return;
  for (let user = 0; user < params.users; user++) {
    if (state.alive.has(user)) continue;
    state.alive.add(user);
    // Somewhere within a first thought, so that users with a constant think time do not march in step.
    const firstMs = ctx.uniform(`first ${user}`) * ctx.sample(params.thinkTime, `think ${user}`);
    ctx.after(Math.max(0, params.startMs - ctx.nowMs) + firstMs, userKey(user));
  }
}

function think(user: number, ctx: Ctx): void {
  if (user !== NOBODY) ctx.after(Math.max(SHORTEST_THINK_MS, ctx.sample(ctx.params.thinkTime, `think ${user}`)), userKey(user));
}

function send(state: ClientState, ctx: Ctx, user: number, purpose: string, intendedMs?: Ms): void {
  const { params } = ctx;
  const number = ++state.lastNumber;
  state.sent++;
  const entity = `e${entityAt(state.entities, ctx.uniform(purpose))}`;
  const target = params.target === '' ? ctx.downstream[0]! : (params.target as string);
  const call = ctx.send(target, {
    op: params.op as string, entity, payload: params.payload, cost: params.cost, priority: params.priority,
    deadlineMs: params.deadlineMs > 0 ? ctx.nowMs + params.deadlineMs : Infinity,
    idempotencyKey: params.idempotencyKeys ? `${ctx.layer}-${number}` : '',
    intendedMs,
  });
  state.waiting.set(call.id, call);
  if (user !== NOBODY) state.users.set(call.id, user);
  if (params.deadlineMs > 0) ctx.after(params.deadlineMs, call.id);
}

/** A request has ended: the user who waited for it, if it was one of the closed loop, begins to think. */
function settle(state: ClientState, call: Call, kind: OutcomeKind, ctx: Ctx): void {
  state.ended[kind]++;
  state.waiting.delete(call.id);
  const user = state.users.get(call.id);
  if (user === undefined) return;
  state.users.delete(call.id);
  think(user, ctx);
}

function arrivalsDue(state: ClientState, ctx: Ctx): void {
  const { params } = ctx;
  const { dueMs } = state.arrivals;
  const intendedMs = ctx.nowMs - dueMs > HELD_UP_MS ? dueMs : undefined;
  nextArrival(params, state.arrivals, draw(ctx));
  arm(state, ctx);
  if (params.arrivals === 'burst') {
    ctx.note('burst', { count: params.burstCount });
    for (let i = 0; i < params.burstCount; i++) send(state, ctx, NOBODY, 'entity', intendedMs);
  } else {
    send(state, ctx, NOBODY, 'entity', intendedMs);
  }
}

function turn(state: ClientState, user: number, ctx: Ctx): void {
  if (ctx.params.arrivals !== 'closedLoop' || user >= ctx.params.users || isOver(ctx)) state.alive.delete(user);
  else send(state, ctx, user, `entity ${user}`);
}

const changed = <K extends keyof ClientParams>(a: ClientParams, b: ClientParams, ...names: K[]): boolean => names.some((name) => a[name] !== b[name]);

function fresh(params: ClientParams, lastNumber: number): ClientState {
  for (const name of ['op', 'target'] as const) if (typeof params[name] !== 'string') throw new TypeError(`client: ${name} must be a text`);
  return {
    arrivals: { sinceMs: 0, units: 0, round: 0, dueMs: Infinity },
    entities: entityLaw(params.entityCount, params.entitySkew),
    waiting: new Map(), users: new Map(), alive: new Set(), lastNumber, sent: 0,
    ended: Object.fromEntries(OUTCOME_KINDS.map((kind) => [kind, 0])) as Record<OutcomeKind, number>,
  };
}

export const client: Engine<ClientParams, ClientState, ClientNote> = {
  workload: true,

  init: (params) => fresh(params, 0),
  onRestart: (state, params) => fresh(params, state.lastNumber),
  onStart: begin,
  onReply(state, call, outcome, ctx) {
    if (call.deadlineMs < Infinity) ctx.clear(call.id);
    settle(state, call, outcome.kind, ctx);
  },
  onTimer(state, key, ctx) {
    if (key === NEXT) return arrivalsDue(state, ctx);
    if (typeof key === 'string') return turn(state, Number(key.slice(5)), ctx);
    const call = state.waiting.get(key);
    if (call === undefined) return;
    ctx.note('gaveUp', { op: call.op, afterMs: ctx.params.deadlineMs });
    ctx.cancel(call, TIMEOUT);
    settle(state, call, 'timeout', ctx);
  },
  onControl(state, control, ctx) {
    if (control !== 'burst') return;
    ctx.note('burst', { count: BY_HAND });
    for (let i = 0; i < BY_HAND; i++) send(state, ctx, NOBODY, 'entity by hand');
  },
  onParams(state, before, ctx) {
    const { params } = ctx;
    if (changed(before, params, 'entityCount', 'entitySkew')) state.entities = entityLaw(params.entityCount, params.entitySkew);
    if (changed(before, params, 'arrivals', 'startMs', 'burstAtMs', 'burstEveryMs', 'traceMs')) {
      begin(state, ctx);
      return;
    }
    if (hasRate(params.arrivals)) changeRate(before, params, state.arrivals, ctx.nowMs);
    else if (params.arrivals !== 'closedLoop') state.arrivals = beginArrivals(params, ctx.nowMs, 1);
    else fillUp(state, ctx);
    arm(state, ctx);
  },
  inspect(state) {
    const { ended, waiting, sent } = state;
    const failed = Object.fromEntries(OUTCOME_KINDS.filter((kind) => kind !== 'ok' && ended[kind] > 0).map((kind) => [kind, ended[kind]]));
    return {
      tone: waiting.size > 0 ? 'active' : 'calm',
      meters: { sent, waiting: waiting.size, ok: ended.ok, failed: sent - waiting.size - ended.ok },
      views: { ended: { ok: ended.ok, ...failed } },
    };
  },
  invariants: [
    {
      name: 'every request has ended or is waited for',
      why: 'A request was lost or counted twice by the client.',
      holds: ({ sent, waiting, ended }) => sent === waiting.size + OUTCOME_KINDS.reduce((sum, kind) => sum + ended[kind], 0),
    },
    {
      name: 'a user has one request at a time',
      why: 'More requests of the closed loop are under way than there are users.',
      holds: ({ users, alive }) => users.size <= alive.size,
    },
  ],
};
