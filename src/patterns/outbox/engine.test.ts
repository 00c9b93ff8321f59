/** The outbox step by step: what each setting of relay and database does, in small worlds. */
import { describe, expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { drive } from '../../kernel/harness.ts';
import { World } from '../../kernel/world.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { databaseStory, type DatabaseParams } from './database.params.ts';
import { engines } from './engine.ts';
import { relayTable } from './machine.ts';
import { outboxStory } from './params.ts';
import { type Setting, rigWith } from './testing.ts';

const { planFor, runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

const many = (count: number, everyMs: number, entity = (i: number) => `a${i % 5}`) => Array.from({ length: count }, (_, i) => ({ atMs: 10 + i * everyMs, entity: entity(i) }));
const dies = (node: string, note: string, occurrence = 1, downMs = 1000) => ({ kind: 'crashAt', node, note, occurrence, fromMs: 0, downMs }) as const;
const published = (setting: Setting) => runSetting(setting).notes('published').filter(({ node }) => node.startsWith('relay')).map(({ data }) => (data as { event: string }).event);

describe('committing', () => {
  test('order and event are one transaction: rolled back together, committed together', () => {
    const ran = runSetting({ asks: many(40, 20), db: { rollbackRatio: 0.3 } });
    const { committed, rolledBack, totalEvents } = ran.meters('db');
    expect(rolledBack).toBeGreaterThan(3);
    expect(committed! + rolledBack!).toBe(40);
    expect(totalEvents).toBe(committed);
    expect(ran.summary['ledger.delivered']).toBe(committed);
  });
  test('total = processed + pending, as the original counts', () => {
    const ran = runSetting({ asks: many(10, 20), durationMs: 180, relay: { retention: 'keep', batchSize: 3, pollIntervalMs: 100 } });
    const { totalEvents, processedEvents, pendingEvents } = ran.meters('db');
    expect([totalEvents, processedEvents! + pendingEvents!]).toEqual([8, 8]);
    expect(pendingEvents).toBeGreaterThan(0);
  });
  test('two transactions of one aggregate follow each other; of two they overlap, and commit in another order than that of their positions', () => {
    const same = runSetting({ asks: [{ atMs: 10 }, { atMs: 12 }], db: { txTime: { kind: 'constant', ms: 50 } } });
    expect(same.notes('committed').map(({ atMs }) => Math.round(atMs))).toEqual([67, 117]);
    const late = runSetting({ asks: many(60, 5, (i) => `a${i}`), db: { longRatio: 0.2 } });
    expect(late.meters('db').committedLate).toBeGreaterThan(3);
    expect(late.notes('committedLate').length).toBe(late.meters('db').committedLate);
  });
  test('the same order asked for twice is written once', () => {
    const ran = runSetting({ faults: [{ kind: 'duplicate', from: 'client', to: 'shop', ratio: 1, lagMs: 30, fromMs: 0 }] });
    expect(ran.meters('db').committed).toBe(3);
    expect(ran.summary['ledger.applied']).toBe(3);
  });
});

describe('finding events', () => {
  test('each look takes a batch; a full one is followed by the next at once', () => {
    const ran = runSetting({ asks: many(25, 1, (i) => `a${i}`), relay: { batchSize: 10, pollIntervalMs: 5000 }, durationMs: 6000 });
    expect(ran.notes('claimed').map(({ data }) => (data as { count: number }).count)).toEqual([10, 10, 5]);
    const [first, , last] = ran.notes('claimed').map(({ atMs }) => atMs);
    expect(last! - first!).toBeLessThan(300);
  });
  test.each([['flag', 0], ['positionMax', 1], ['positionHighWater', 0]] as const)('a row that commits late: by %s, %d lost', (cursor, lost) => {
    // o1 takes position 1 and is open until 800 ms; o2 takes position 2 and is read long before.
    const slow = { ...planFor({ asks: [{ atMs: 10, entity: 'a' }, { atMs: 20, entity: 'b' }, { atMs: 9000, entity: 'c' }], db: { longRatio: 1, longTime: { kind: 'constant', ms: 800 } }, relay: { cursor }, durationMs: 12_000 }), interventions: [{ atMs: 19, kind: 'params' as const, layer: 'db', params: { longRatio: 0 } }] };
    const ran = new World(slow, { check: 'event' });
    ran.runUntil(12_000);
    expect(ran.summary()['ledger.lost']).toBe(lost);
    expect(ran.summary()['ledger.delivered']).toBe(3 - lost);
  });
  test('the high-water mark says for which position it waits', () => {
    const plan = { ...planFor({ asks: [{ atMs: 10, entity: 'a' }, { atMs: 20, entity: 'b' }], db: { longRatio: 1, longTime: { kind: 'constant', ms: 800 } }, relay: { cursor: 'positionHighWater' } }), interventions: [{ atMs: 19, kind: 'params' as const, layer: 'db', params: { longRatio: 0 } }] };
    const world = new World(plan, { check: 'event' });
    world.runUntil(600);
    expect(world.summary()['db.noteTotal.gapWaiting']).toBe(1);
    expect((world.inspect().db!.views!.ribbon as { cursors: { name: string; at: number }[] }).cursors).toContainEqual({ name: 'waits for', at: 1 });
  });
  test('a rolled-back position never comes: with a wait the reader goes on after it, by open transactions at once', () => {
    const asks = many(30, 30, (i) => `a${i}`);
    const waits = runSetting({ asks, db: { rollbackRatio: 0.2 }, relay: { cursor: 'positionHighWater', highWater: 'wait', gapWaitMs: 500 } });
    const knows = runSetting({ asks, db: { rollbackRatio: 0.2 }, relay: { cursor: 'positionHighWater' } });
    expect([waits.summary['ledger.owed'], knows.summary['ledger.owed']]).toEqual([0, 0]);
    expect(waits.notes('published').at(-1)!.atMs).toBeGreaterThan(knows.notes('published').at(-1)!.atMs + 500);
  });
  test('the log is read in the order of commits, and kept until it is confirmed', () => {
    const ran = runSetting({ asks: many(40, 5, (i) => `a${i}`), db: { longRatio: 0.2 }, relay: { relay: 'cdc' } });
    const commits = ran.notes('committed').map(({ data }) => (data as { event: string }).event);
    expect(published({ asks: many(40, 5, (i) => `a${i}`), db: { longRatio: 0.2 }, relay: { relay: 'cdc', order: 'global' } })).toEqual(commits);
    expect(ran.meters('db').logKept).toBe(0);
  });
});

describe('publishing', () => {
  test.each([['perAggregate', ['o2', 'o1', 'o3']], ['none', ['o3', 'o2', 'o1']], ['global', ['o1', 'o2', 'o3']]] as const)('in order %s, a failed first event holds back: %j', (order, expected) => {
    // o1 and o3 are of one aggregate; the first publication of o1 fails.
    const asks = [{ atMs: 10, entity: 'a' }, { atMs: 14, entity: 'b' }, { atMs: 30, entity: 'a' }];
    const got = published({ asks, relay: { order, concurrency: 1, backoffBaseMs: 400 }, faults: [{ kind: 'errors', node: 'broker', op: 'publish', ratio: 1, fromMs: 0, untilMs: 262 }] });
    if (order === 'none') expect(got.indexOf('o3')).toBeLessThan(got.indexOf('o1'));
    else expect(got).toEqual(expected);
  });
  test('poison is tried so many times, parked, and the rest of its aggregate goes on, or is held', () => {
    const asks = many(6, 20, () => 'a');
    const goOn = runSetting({ asks, db: { poisonEvery: 2 }, relay: { maxAttempts: 3 } });
    expect(goOn.notes('parked').map(({ data }) => data)).toEqual([{ event: 'o2', attempts: 3 }, { event: 'o4', attempts: 3 }, { event: 'o6', attempts: 3 }]);
    expect(goOn.summary['ledger.delivered']).toBe(3);
    const held = runSetting({ asks, db: { poisonEvery: 2 }, relay: { maxAttempts: 3, afterParking: 'hold' } });
    expect([held.summary['ledger.delivered'], held.summary['ledger.parked'], held.summary['ledger.owed']]).toEqual([1, 1, 4]);
  });
  test('waits between attempts double up to the longest', () => {
    const ran = runSetting({ asks: [{ atMs: 10 }], db: { poisonEvery: 1 }, relay: { maxAttempts: 6, pollIntervalMs: 1, backoffBaseMs: 200, backoffMaxMs: 800 } });
    const times = ran.notes('publishFailed').map(({ atMs }) => atMs);
    const waits = times.slice(1).map((at, i) => Math.round((at - times[i]!) / 100) * 100);
    expect(waits).toEqual([200, 400, 800, 800, 800]);
  });
  test('an unanswered publication has failed after its time, and comes again: twice at the broker, once at the consumer', () => {
    const ran = runSetting({ asks: [{ atMs: 10 }], faults: [{ kind: 'dropReplies', from: 'relay', to: 'broker', ratio: 1, fromMs: 0, untilMs: 600 }] });
    expect(ran.summary['ledger.publishedAgain']).toBe(1);
    expect(ran.meters('email')).toMatchObject({ applied: 1, skipped: 1 });
  });
});

describe('crashes of the relay', () => {
  test('between publish and mark: the batch comes again, and the relay says so', () => {
    const ran = runSetting({ relay: { concurrency: 1 }, faults: [dies('relay', 'published', 2)] });
    expect(ran.notes('relayCrashed').map(({ data }) => data)).toEqual([{ count: 3 }]);
    expect(ran.notes('publishedAgain')).toHaveLength(3);
    expect(ran.summary).toMatchObject({ 'ledger.lost': 0, 'ledger.publishedAgain': 2, 'ledger.duplicates': 0 });
  });
  test('between mark and publish, marked before: the batch is lost', () => {
    const ran = runSetting({ relay: { markPolicy: 'beforePublish' }, faults: [dies('relay', 'reported')], asks: [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }, { atMs: 12_000 }] });
    expect(ran.summary).toMatchObject({ 'ledger.lost': 3, 'ledger.delivered': 1 });
  });
  test('a report without an answer: the relay notes reportFailed; what was marked stays marked, what was not is published again', () => {
    const lost = runSetting({ faults: [{ kind: 'dropRequests', from: 'relay', to: 'db', op: 'report', ratio: 1, fromMs: 0, untilMs: 1000 }] });
    expect(lost.notes('reportFailed').map(({ data }) => data)).toEqual([{ count: 3 }]);
    expect(lost.summary).toMatchObject({ 'ledger.publishedAgain': 3, 'ledger.lost': 0, 'ledger.owed': 0 });
    const heard = runSetting({ faults: [{ kind: 'dropReplies', from: 'relay', to: 'db', op: 'report', ratio: 1, fromMs: 0, untilMs: 1000 }] });
    expect(heard.notes('reportFailed')).toHaveLength(1);
    expect(heard.summary['ledger.publishedAgain']).toBe(0);
  });
  test('a stop ends the batch first; a start goes on', () => {
    const plan = { ...planFor({ asks: many(40, 50) }), interventions: [{ atMs: 255, kind: 'control' as const, layer: 'relay', control: 'stop' }, { atMs: 1500, kind: 'control' as const, layer: 'relay', control: 'start' }] };
    const world = new World(plan, { check: 'event' });
    world.runUntil(1400);
    expect(world.inspect().relay!.mode).toBe('stopped');
    world.runUntil(15_000);
    expect(world.summary()).toMatchObject({ 'ledger.delivered': 40, 'ledger.publishedAgain': 0, 'relay.noteTotal.relayStopped': 1, 'relay.noteTotal.relayStarted': 1 });
  });
});

describe('several relays', () => {
  test('a leader frozen for longer than its lease: the other takes over, and the old report is refused', () => {
    const ran = runSetting({ relays: ['relay', 'relay-2'], asks: many(30, 100), faults: [{ kind: 'pause', node: 'relay', fromMs: 262, untilMs: 3000 }] });
    expect(ran.notes('leaderChanged').map(({ data }) => data)).toEqual([{ leader: 'relay', token: 1 }, { leader: 'relay-2', token: 2 }]);
    expect(ran.notes('fenced')).toHaveLength(1);
    expect(ran.notes('leaseLost')).toHaveLength(1);
    expect(ran.summary).toMatchObject({ 'ledger.lost': 0, 'ledger.duplicates': 0, 'ledger.outOfOrder': 0, 'ledger.owed': 0 });
  });
  test('unclaimed, both publish what both have read', () => {
    const ran = runSetting({ relays: ['relay', 'relay-2'], asks: many(30, 100), relay: { claim: 'none' } });
    expect(ran.summary['ledger.publishedAgain']).toBeGreaterThan(20);
  });
  test.each(['rowLock', 'partitionByKey'] as const)('%s: each event once, both work, order kept', (claim) => {
    const ran = runSetting({ relays: ['relay', 'relay-2'], asks: many(60, 37), relay: { claim } });
    expect(ran.summary).toMatchObject({ 'ledger.delivered': 60, 'ledger.publishedAgain': 0, 'ledger.outOfOrder': 0 });
    for (const id of ['relay', 'relay-2']) expect(ran.meters(id).published).toBeGreaterThan(5);
  });
});

describe('answers and machines', () => {
  test('an unknown operation, or none at all, is refused', () => {
    const rig = drive(engines.database, { params: initialParams(databaseStory.params) as DatabaseParams });
    for (const op of ['drop', 'fetch', 'transact']) expect(rig.outcomeOf(rig.request(0, { op }).id)).toMatchObject({ kind: 'permanentError' });
  });
  test('the relay goes only ways of its machine, and every state is known to the plate', () => {
    expect(relayTable.states).toEqual(['waiting', 'fetching', 'publishing', 'reporting', 'standby', 'stopped']);
    expect(Object.keys(outboxStory.controls)).toEqual(['pollNow', 'stop', 'start']);
  });
  test('rows are kept for a time where they are kept, and purged then', () => {
    const ran = runSetting({ relay: { retention: 'keep' }, db: { keepMs: 2000, purgeEveryMs: 500 } });
    expect(ran.notes('purged').map(({ data }) => data)).toEqual([{ count: 3 }]);
    expect(ran.meters('db').outboxSize).toBe(0);
  });
});
