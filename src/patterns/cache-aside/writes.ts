/** A write: the database, and the copy in the cache before or after it. */
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { addToBloom } from '../../primitives/bloomFilter.ts';
import { take } from '../../primitives/evictingStore.ts';
import { keepTime } from './answers.ts';
import { judgeCache, overwrite, remove, whyNot } from './cacheCalls.ts';
import type { CacheAsideContext, CacheAsideState, Write } from './state.ts';

export function beginWrite(state: CacheAsideState, call: Call, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  const { writePolicy, order } = ctx.params;
  const write: Write = { call, key: call.entity, stage: 'database', version: 0, answer: null };
  state.writes.set(call.id, write);
  state.total.writes++;
  if (state.filter !== null) addToBloom(state.filter, write.key);
  if (order === 'cacheThenDb' && (writePolicy === 'invalidate' || writePolicy === 'doubleDelete')) {
    write.stage = 'cacheFirst';
    remove(state, write.key, write, ctx);
  } else toDatabase(state, write, ctx);
}
/** As a call of its own, since the writer’s answer may have to wait for the cache. It has the writer’s deadline and no other. */
function toDatabase(state: CacheAsideState, write: Write, ctx: CacheAsideContext): void {
  write.stage = 'database';
  const { to, op, payload, cost, deadlineMs, attempt, idempotencyKey } = write.call;
  const call = ctx.send(to, { op, entity: write.key, payload, cost, deadlineMs, attempt, idempotencyKey, parent: write.call });
  state.errands.set(call.id, { kind: 'write', write, call });
}

/** The database has answered. */
export function written(state: CacheAsideState, write: Write, outcome: Outcome, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  take(state.near, write.key);
  const { writePolicy, order, doubleDeleteMs } = ctx.params;
  write.answer = outcome.kind === 'ok' ? (outcome.value ?? null) : null;
  if (outcome.kind !== 'ok' || writePolicy === 'none') return finish(state, write, outcome, ctx);
  write.version = versionOf(write.answer);
  if (writePolicy === 'doubleDelete') {
    const number = ++state.lastLater;
    state.later.set(number, write.key);
    ctx.after(doubleDeleteMs, laterKey(number));
  }
  if (order === 'cacheThenDb') return finish(state, write, outcome, ctx);
  write.stage = 'cacheLast';
  if (writePolicy === 'update' || writePolicy === 'versionedSet') overwrite(state, write, valueWritten(write), ctx);
  else remove(state, write.key, write, ctx);
}

const field = (json: Json, name: string): Json | undefined =>
  (typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, name) ? (json as Readonly<Record<string, Json>>)[name] : undefined);
function versionOf(answer: Json): number {
  const version = field(answer, 'version');
  return typeof version === 'number' ? version : 0;
}
/** What the database holds now: what was sent, or, where it computes the value, what it says. */
function valueWritten({ call, answer }: Write): Json {
  if (call.op === 'delete') return null;
  return field(answer, 'value') ?? field(call.payload, 'value') ?? call.payload;
}

/** The cache has heard of it, or has not. The write is done all the same: the database has it. */
export function changed(state: CacheAsideState, write: Write | null, key: string, outcome: Outcome, ctx: CacheAsideContext): void {
  keepTime(state, ctx);
  if (!judgeCache(state, outcome, ctx)) {
    state.total.invalidationsLost++;
    ctx.note('invalidationLost', { key, why: whyNot(outcome) });
  }
  if (write === null || state.writes.get(write.call.id) !== write) return;
  if (write.stage === 'cacheFirst') toDatabase(state, write, ctx);
  else finish(state, write, { kind: 'ok', value: write.answer }, ctx);
}

function finish(state: CacheAsideState, write: Write, outcome: Outcome, ctx: CacheAsideContext): void {
  state.writes.delete(write.call.id);
  if (outcome.kind === 'ok') ctx.effect('writeAnswered', { key: write.key, version: versionOf(write.answer) });
  ctx.reply(write.call, outcome);
}

export const laterKey = (number: number): string => `again ${number}`;
export function deleteAgain(state: CacheAsideState, number: number, ctx: CacheAsideContext): void {
  const key = state.later.get(number);
  if (key === undefined) return;
  state.later.delete(number);
  take(state.near, key);
  remove(state, key, null, ctx);
}
