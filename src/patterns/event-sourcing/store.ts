/** The event store, sans-IO: a read sees the log as it is when the read begins, an append is checked and recorded at the one instant when its work ends. */
import type { Call, Engine, Json, Outcome } from '../../kernel/contract.ts';
import { OK } from '../../kernel/contract.ts';
import { appendEvents, eraseStream, readAll, readStream, versionOf, type Expected, type NewEvent, type RecordedEvent } from '../../primitives/eventStream.ts';
import { deltaOf, type Account } from './account.ts';
import { SHOWN_EVENTS, inspectStore } from './store.inspect.ts';
import type { StoreNote, StoreParams } from './store.params.ts';
import { GAUGES, afterCrash, createStore, windowOf, type Snapshot, type StoreContext as Ctx, type StoreState } from './store.state.ts';
import { storeInvariants } from './store.invariants.ts';

export interface Loaded {
  readonly snapshot: Snapshot | null;
  readonly events: readonly RecordedEvent[];
  readonly version: number;
  /** null: the key was dropped, or there is no such account. */
  readonly holder: string | null;
  /** The question was about the log up to this position; null: about the newest. */
  readonly until: number | null;
  /** There is such a stream now, whatever the question looks at. */
  readonly exists: boolean;
}
type Payload = Readonly<Record<string, Json>>;
const payloadOf = ({ payload }: Call): Payload => (typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Payload) : {});
const numberOr = (value: Json | undefined, other: number): number => (typeof value === 'number' ? value : other);
const refused = (detail: string): Outcome => ({ kind: 'permanentError', detail });

function begin(state: StoreState, call: Call, ctx: Ctx): void {
  const { readBaseMs, perEventMs, appendLatency } = ctx.params;
  const writes = call.op === 'append' || call.op === 'saveSnapshot' || call.op === 'unlock';
  const found = writes ? null : find(state, call);
  state.open.set(call.id, { call, found });
  const read = found === null ? 0 : (found as { readonly events: readonly unknown[] }).events.length;
  ctx.after(ctx.work(writes ? appendLatency : { kind: 'constant', ms: readBaseMs + perEventMs * read }, call), call.id, 'completion');
}

function find(state: StoreState, call: Call): Loaded | { readonly events: readonly RecordedEvent[]; readonly next: number } {
  const { events: log, counts } = state;
  const payload = payloadOf(call);
  switch (call.op) {
    case 'load': {
      const share = payload['untilShare'];
      const until = typeof share === 'number' ? Math.floor(share * log.next) : numberOr(payload['untilPosition'], Infinity);
      const kept = payload['snapshot'] === true ? state.snapshots.get(call.entity) : undefined;
      const snapshot = kept !== undefined && kept.position <= until ? kept : null;
      const tail = readStream(log, call.entity, (snapshot?.version ?? -1) + 1);
      const events = until === Infinity ? tail : tail.filter(({ position }) => position <= until);
      counts.loads++;
      counts.eventsRead += events.length;
      if (snapshot !== null) counts.snapshotLoads++;
      const opened = readStream(log, call.entity, 0, 'forwards', 1)[0];
      return { snapshot, events, version: events.at(-1)?.version ?? snapshot?.version ?? -1, until: until === Infinity ? null : until, exists: opened !== undefined, holder: opened === undefined || state.shredded.has(call.entity) ? null : String(opened.data['holder']) };
    }
    case 'read': {
      const events = readStream(log, call.entity, numberOr(payload['from'], 0), payload['direction'] === 'backwards' ? 'backwards' : 'forwards', numberOr(payload['max'], Infinity));
      return { events: events.map((event) => readable(state, event)), next: (events.at(-1)?.version ?? -1) + 1 };
    }
    default: {
      const from = numberOr(payload['position'], 0);
      const events = readAll(log, from, numberOr(payload['max'], 500));
      return { events, next: (events.at(-1)?.position ?? from - 1) + 1 };
    }
  }
}
/** Personal data is readable only while there is a key. */
const readable = ({ shredded }: StoreState, event: RecordedEvent): RecordedEvent => (shredded.has(event.stream) && 'holder' in event.data ? { ...event, data: { ...event.data, holder: null } } : event);

function lock(state: StoreState, call: Call, ctx: Ctx): void {
  const held = state.locks.get(call.entity);
  if (held !== undefined && held.holder !== call.parentId) { held.queue.push(call); return; }
  state.locks.set(call.entity, { holder: call.parentId, untilMs: ctx.nowMs + ctx.params.lockLeaseMs, queue: held?.queue ?? [] });
  ctx.after(ctx.params.lockLeaseMs, `lock ${call.entity}`);
  begin(state, call, ctx);
}
function release(state: StoreState, account: string, ctx: Ctx): void {
  const held = state.locks.get(account);
  if (held === undefined) return;
  ctx.clear(`lock ${account}`);
  const next = held.queue.shift();
  if (next === undefined) { state.locks.delete(account); return; }
  held.holder = next.parentId;
  held.untilMs = ctx.nowMs + ctx.params.lockLeaseMs;
  ctx.after(ctx.params.lockLeaseMs, `lock ${account}`);
  begin(state, next, ctx);
}

function append(state: StoreState, call: Call, ctx: Ctx): Outcome {
  const { events: log, counts } = state;
  const { expected, events, locked, atMs } = payloadOf(call);
  const account = call.entity;
  if (locked === true && state.locks.get(account)?.holder !== call.parentId) {
    counts.conflicts++;
    ctx.note('conflict', { account, expected: 'its lock', actual: 'a lost lock' });
    return refused('wrongExpectedVersion');
  }
  const before = log.log.length;
  const result = appendEvents(log, account, expected as Expected, events as unknown as readonly NewEvent[], numberOr(atMs, ctx.nowMs), windowOf(ctx.params));
  counts.appends++;
  switch (result.kind) {
    case 'invalid':
      counts.invalid++;
      ctx.note('invalid', { why: result.why });
      return refused(result.why);
    case 'wrongExpectedVersion':
      counts.conflicts++;
      ctx.note('conflict', { account, expected: result.expected, actual: result.actual });
      return refused('wrongExpectedVersion');
    case 'repeated':
      counts.repeated++;
      ctx.note('repeated', { id: (events as unknown as readonly NewEvent[])[0]!.id });
      break;
    case 'appended':
      for (const event of log.log.slice(before)) {
        counts.events++;
        counts.longest = Math.max(counts.longest, event.version + 1);
        ctx.note('appended', { account, version: event.version, type: event.type, position: event.position });
        ctx.effect('stored', { account, version: event.version, delta: deltaOf(event), limit: event.type === 'LimitSet' ? event.data['limit']! : null, command: call.rootId, id: event.id });
      }
      for (const node of state.subscribers) ctx.cast(node, { topic: 'appended', payload: { position: result.position } });
      showGauges(state, ctx);
  }
  if (locked === true) release(state, account, ctx);
  return { kind: 'ok', value: { from: result.from, to: result.to, position: result.position } };
}

function saveSnapshot(state: StoreState, call: Call, ctx: Ctx): void {
  const { version, schema, balance, limit, opened } = payloadOf(call) as unknown as Snapshot & Account;
  const newest = state.snapshots.get(call.entity);
  const last = readStream(state.events, call.entity, version, 'forwards', 1)[0];
  // Late or about events that are gone: of no use. One of another schema takes the place of one that is as new.
  if (last === undefined || last.version !== version || (newest !== undefined && newest.version > version)) return;
  state.snapshots.set(call.entity, Object.freeze({ version, position: last.position, schema, balance, limit, opened }));
  state.counts.snapshots++;
  ctx.note('snapshotTaken', { account: call.entity, version });
}

function finish(state: StoreState, call: Call, found: unknown, ctx: Ctx): Outcome {
  switch (call.op) {
    case 'append': return append(state, call, ctx);
    case 'saveSnapshot': saveSnapshot(state, call, ctx); return OK;
    case 'unlock':
      if (state.locks.get(call.entity)?.holder === call.parentId) release(state, call.entity, ctx);
      return OK;
    default: return { kind: 'ok', value: found as Json };
  }
}
function showGauges({ events, counts }: StoreState, ctx: Ctx): void {
  ctx.gauge(0, events.log.length);
  ctx.gauge(1, counts.longest);
}

const OPS = new Set(['append', 'load', 'read', 'readAll', 'saveSnapshot', 'unlock']);
export const eventStore: Engine<StoreParams, StoreState, StoreNote> = {
  gauges: GAUGES,
  init: createStore,
  onRestart: afterCrash,
  onStart(state, ctx) {
    showGauges(state, ctx);
    if (state.told) return;
    state.told = true;
    for (const [account, events] of state.events.streams) {
      ctx.effect('opened', { account, version: versionOf(state.events, account), balance: events.reduce((sum, event) => sum + deltaOf(event), 0), limit: events[0]!.data['limit']! });
    }
  },
  onRequest(state, call, ctx) {
    if (!OPS.has(call.op)) return ctx.reply(call, refused(`an event store has no operation ${call.op}`));
    const payload = payloadOf(call);
    if (call.op === 'readAll' && payload['subscribe'] === true && !state.subscribers.includes(call.from)) state.subscribers.push(call.from);
    if (call.op === 'load' && payload['lock'] === true) lock(state, call, ctx);
    else begin(state, call, ctx);
  },
  onTimer(state, key, ctx) {
    if (typeof key === 'string') {
      const account = key.slice(5);
      ctx.note('lockLost', { account });
      return release(state, account, ctx);
    }
    const { call, found } = state.open.get(key)!;
    state.open.delete(key);
    ctx.reply(call, finish(state, call, found, ctx));
  },
  // What has begun is carried out; only a load that waits for its lock is dropped.
  onCancel(state, call, ctx) {
    const held = state.locks.get(call.entity);
    if (held === undefined) return;
    held.queue = held.queue.filter(({ id }) => id !== call.id);
    if (call.op === 'load' && held.holder === call.parentId) release(state, call.entity, ctx);
  },
  onControl(state, control, ctx) {
    if (control === 'lookNow') { state.lookAt = Infinity; return; }
    if (control === 'lookEarlier') { state.lookAt = Math.max(SHOWN_EVENTS, Math.min(state.lookAt, state.events.next) - SHOWN_EVENTS); return; }
    const account = `e${ctx.params.forgetAccount}`;
    if (versionOf(state.events, account) < 0) return;
    if (ctx.params.erase === 'shred') state.shredded.add(account);
    else {
      const events = eraseStream(state.events, account);
      state.snapshots.delete(account);
      ctx.effect('erased', { account, events });
    }
    ctx.note('forgotten', { account, how: ctx.params.erase === 'shred' ? 'the key is gone, the log is whole' : 'its events are deleted' });
  },
  inspect: inspectStore,
  invariants: storeInvariants,
};
