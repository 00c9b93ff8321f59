/** Which release a request goes to, and what its answer counts for. */
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { BUCKETS, bucketOf, groupOf, inPair, inShare } from '../../primitives/stickySplit.ts';
import { REGIONS } from './regions.ts';
import { addTo, DOTS, underWay, type ArmName, type CanaryContext, type CanaryState, type Passing } from './state.ts';

const fieldOf = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>)[name] : undefined;

/** The bucket of a request, 0 … 9999. */
function bucketFor(state: CanaryState, call: Call, ctx: CanaryContext): number {
  const { assignment, hash, salt, saltPerRelease, cookieMaxAgeMs } = ctx.params;
  if (assignment === 'random') return Math.floor(ctx.uniform('side', call) * BUCKETS);
  if (assignment === 'cookie') {
    const known = state.cookies.get(call.entity);
    if (known !== undefined && ctx.nowMs < known.untilMs) return known.bucket;
    const bucket = Math.floor(ctx.uniform('cookie', call) * BUCKETS);
    state.cookies.set(call.entity, { bucket, untilMs: ctx.nowMs + cookieMaxAgeMs });
    return bucket;
  }
  const own = saltPerRelease ? `${String(salt)}/${state.release}` : String(salt);
  return hash === 'perProcess' ? bucketOf(call.entity, `${own}#${state.processSalt}`) : bucketOf(call.entity, own, hash);
}

/** Where a request goes: the arm, and the bucket it was chosen by. */
function choose(state: CanaryState, call: Call, ctx: CanaryContext): { readonly arm: ArmName; readonly bucket: number } {
  const { weight } = state;
  const { assignment, cohort, baseline } = ctx.params;
  if (call.entity === '') {
    state.anonymous++;
    ctx.note('noUser');
    return { arm: weight >= 100 ? 'canary' : 'stable', bucket: BUCKETS - 1 };
  }
  const bucket = bucketFor(state, call, ctx);
  if (assignment === 'header' && weight < 100) return { arm: weight > 0 && fieldOf(call.payload, 'canary') === true ? 'canary' : 'stable', bucket };
  // The same share of all users, out of a quarter of them.
  const inCohort = cohort === 'all' || weight >= 100 || groupOf(call.entity, REGIONS) === 0;
  const own = cohort === 'all' ? weight : Math.min(100, weight * REGIONS);
  if (inCohort && inShare(bucket, weight >= 100 ? 100 : own)) return { arm: 'canary', bucket };
  return { arm: baseline === 'pairedSameSize' && inCohort && inPair(bucket, own) ? 'paired' : 'stable', bucket };
}

export function route(state: CanaryState, call: Call, ctx: CanaryContext): void {
  const { arm, bucket } = choose(state, call, ctx);
  const fresh = arm === 'canary';
  const [old = '', next = old] = [ctx.downstream[state.live], ctx.downstream[1 - state.live]];
  const sent = ctx.send(fresh ? next : old, { op: call.op, entity: call.entity, payload: call.payload, cost: call.cost, parent: call, deadlineMs: call.deadlineMs, idempotencyKey: call.idempotencyKey });
  remember(state, { parent: call, sent, arm, fresh, user: call.entity, sentMs: ctx.nowMs, phase: state.phase });
  state.sentFor.set(call.id, sent.id);
  if (fresh) { state.canaryRequests++; state.exposed.add(call.entity); } else state.stableRequests++;
  // With and without the header one id is two users: the browser of a tester, and every other.
  const who = ctx.params.assignment === 'header' && fieldOf(call.payload, 'canary') === true ? `${call.entity} with header` : call.entity;
  ctx.effect('routed', { user: who, release: fresh ? state.release : state.oldRelease, weight: state.weight });
  see(state, call.entity, bucket, fresh);
  if (state.mode === 'progressing' && state.step < 0) mirror(state, call, next, ctx);
}
function mirror(state: CanaryState, call: Call, to: string, ctx: CanaryContext): void {
  const payload = typeof call.payload === 'object' && call.payload !== null && !Array.isArray(call.payload) ? { ...call.payload, mirrored: true } : { mirrored: true };
  const sent = ctx.send(to, { op: call.op, entity: call.entity, payload, cost: call.cost, parent: call, deadlineMs: call.deadlineMs });
  state.mirrored++;
  remember(state, { parent: null, sent, arm: 'canary', fresh: true, user: call.entity, sentMs: ctx.nowMs, phase: state.phase });
}
const remember = (state: CanaryState, passing: Passing): void => { state.passing.set(passing.sent.id, passing); };

/** The wall of users keeps the newest 400. */
function see(state: CanaryState, user: string, bucket: number, fresh: boolean): void {
  const ok = state.users.get(user)?.ok ?? true;
  state.users.delete(user);
  state.users.set(user, { user, bucket, to: fresh ? 'canary' : 'stable', ok });
  if (state.users.size > DOTS) for (const oldest of state.users.keys()) { state.users.delete(oldest); break; }
}

export function answered(state: CanaryState, call: Call, outcome: Outcome, ctx: CanaryContext): void {
  const passing = state.passing.get(call.id);
  if (passing === undefined) return;
  state.passing.delete(call.id);
  const ok = outcome.kind === 'ok' || outcome.kind === 'stale';
  count(state, passing, !ok, ok && fieldOf(outcome.value, 'sold') !== false, ctx);
  if (passing.parent === null) return;
  state.sentFor.delete(passing.parent.id);
  ctx.reply(passing.parent, outcome);
}

/** A request whose user gave up counts as a bad one: that is how it was for the user. */
export function givenUp(state: CanaryState, call: Call, ctx: CanaryContext): void {
  const id = state.sentFor.get(call.id);
  if (id === undefined) return;
  state.sentFor.delete(call.id);
  const passing = state.passing.get(id)!;
  state.passing.delete(id);
  state.gaveUp++;
  count(state, passing, true, false, ctx);
  ctx.cancel(passing.sent);
}

function count(state: CanaryState, { parent, arm, fresh, user, sentMs, phase }: Passing, bad: boolean, sold: boolean, ctx: CanaryContext): void {
  const tookMs = ctx.nowMs - sentMs;
  if (parent !== null) {
    if (bad && fresh) { state.canaryErrors++; state.exposure++; } else if (bad) state.stableErrors++;
    const seen = state.users.get(user);
    if (seen !== undefined) seen.ok = !bad;
  }
  // Late answers of an earlier step say nothing of this one.
  if (phase !== state.phase || !underWay(state)) return;
  for (const arms of [state.sinceStep, state.sinceCheck, state.whole]) {
    addTo(arms[arm], bad, sold, tookMs);
    // The slice for comparison is a part of the others.
    if (arm === 'paired') addTo(arms.stable, bad, sold, tookMs);
  }
}
