/** The inbox step by step: what each mode does with repeats, failures, crashes and slow work, in small worlds. */
import { describe, expect, test } from 'vitest';
import { drive } from '../../kernel/harness.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { accountsStory, type AccountsParams } from './accounts.params.ts';
import { engines } from './engine.ts';
import { inboxTable } from './machine.ts';
import { rigWith } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
const many = (count: number, everyMs: number, entity = (i: number) => `a${i % 5}`) => Array.from({ length: count }, (_, i) => ({ atMs: 10 + i * everyMs, entity: entity(i) }));
const dies = (node: string, note: string, occurrence = 1, downMs = 500) => ({ kind: 'crashAt', node, note, occurrence, fromMs: 0, downMs }) as const;
/** All messages on one partition: one consumer alone. */
const ONE = { broker: { partitions: 1 } } as const;
const doubled = [{ kind: 'duplicate', from: 'broker', ratio: 1, lagMs: 200, fromMs: 0 }] as const;

describe('repeats', () => {
  test('handle_message: true the first time, false for a repeat; processed counts the first', () => {
    const ran = runSetting({ ...ONE, faults: doubled });
    expect(ran.meters('consumer-1')).toMatchObject({ delivered: 6, processedCount: 3, skipped: 3, pendingCount: 0 });
    expect(ran.summary).toMatchObject({ 'ledger.applied': 3, 'ledger.duplicates': 0, 'ledger.balanceError': 0 });
  });
  test.each([['none', 3], ['markFirst', 0], ['markAfter', 0], ['transactional', 0]] as const)('mode %s, each message twice: %d credited again', (mode, again) => {
    expect(runSetting({ faults: doubled, consumer: { mode } }).summary['ledger.duplicates']).toBe(again);
  });
  test('an id is kept for the window after the effect, and then is new', () => {
    for (const [dedupWindowMs, again] of [[3000, 1], [10_000, 0]] as const) {
      const ran = runSetting({ asks: [{ atMs: 10 }], producer: { replayRatio: 1, replayDelay: { kind: 'constant', ms: 5000 } }, consumer: { dedupWindowMs, cleanupEveryMs: 500 } });
      expect(ran.summary['ledger.duplicates']).toBe(again);
      expect(ran.notes('rowPurged').length).toBeGreaterThan(0);
    }
  });
  test('ids of each consumer are its own; shared, the second kind of consumer skips what the first has done', () => {
    const setting = { asks: [{ atMs: 10 }], broker: { subscribers: [{ topic: 'credits', to: 'consumer-1', group: 'one' }, { topic: 'credits', to: 'consumer-2', group: 'two' }] }, each: { 'consumer-1': { group: 'one' }, 'consumer-2': { group: 'two', workTime: { kind: 'constant', ms: 200 } } } };
    const count = (scope: string) => runSetting({ ...setting, consumer: { scope } }).notes('credited').length;
    expect([count('consumer+id'), count('id')]).toEqual([2, 1]);
  });
  test('by business key, what is sent anew under another message id is known', () => {
    const faults = [{ kind: 'dropReplies', from: 'producer', to: 'broker', ratio: 1, fromMs: 0, untilMs: 400 }] as const;
    const again = (idSource: string) => runSetting({ asks: [{ atMs: 10 }], producer: { newIdOnRetry: true }, consumer: { idSource }, faults }).summary['ledger.duplicates'];
    expect([again('messageId'), again('businessKey')]).toEqual([1, 0]);
  });
  test('the producer gives up after its tries, and says so', () => {
    const ran = runSetting({ asks: [{ atMs: 10 }], producer: { tries: 2 }, faults: [{ kind: 'dropRequests', to: 'broker', ratio: 1, fromMs: 0 }] });
    expect(ran.notes('sentAgain')).toHaveLength(1);
    expect(ran.notes('abandoned')).toHaveLength(1);
    expect(ran.answers).toEqual(['transientError']);
  });
});

describe('crashes', () => {
  test('between mark and work: lost; between effect and mark: twice; in one transaction: neither', () => {
    const late = [{ atMs: 10 }, { atMs: 14_000, entity: 'b' }];
    const of = (mode: string, note: string) => runSetting({ ...ONE, asks: late, consumer: { mode }, faults: [dies('consumer-1', note)] }).summary;
    expect(of('markFirst', 'marked')).toMatchObject({ 'ledger.lost': 1, 'ledger.duplicates': 0 });
    expect(of('markAfter', 'effectCommitted')).toMatchObject({ 'ledger.lost': 0, 'ledger.duplicates': 1 });
    expect(of('transactional', 'effectCommitted')).toMatchObject({ 'ledger.lost': 0, 'ledger.duplicates': 0, 'ledger.applied': 2 });
    expect(of('transactional', 'claimAcquired')).toMatchObject({ 'ledger.lost': 0, 'ledger.duplicates': 0, 'ledger.applied': 2 });
  });
  test('acknowledged on receipt, what was in hand is lost', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10 }, { atMs: 14_000, entity: 'b' }], consumer: { mode: 'markAfter', ack: 'onReceive' }, faults: [dies('consumer-1', 'delivered')] });
    expect(ran.summary).toMatchObject({ 'ledger.lost': 1, 'ledger.applied': 1 });
  });
  test('who comes back says what was in hand, and leaves it to the redelivery', () => {
    const ran = runSetting({ ...ONE, faults: [dies('consumer-1', 'effectCommitted')] });
    expect(ran.notes('consumerCrashed').map(({ data }) => data)).toEqual([{ count: 3 }]);
    expect(ran.summary['ledger.applied']).toBe(3);
  });
  test('a commit whose answer is lost: given up, delivered again, and known', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10 }], faults: [{ kind: 'dropReplies', to: 'accounts', op: 'commit', ratio: 1, fromMs: 0, untilMs: 100 }] });
    expect(ran.notes('givenUp')).toHaveLength(1);
    expect(ran.notes('dupSkipped')).toHaveLength(1);
    expect(ran.summary).toMatchObject({ 'ledger.duplicates': 0, 'ledger.applied': 1 });
  });
});

describe('failures', () => {
  test('poison is tried so many times with waits that double, then it is a dead letter; others flow', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10, poison: true }, { atMs: 20, entity: 'b' }], consumer: { visibilityMs: 10_000 }, broker: { partitions: 1, ackTimeoutMs: 10_000 } });
    expect(ran.notes('retryWaiting').map(({ data }) => (data as { waitMs: number }).waitMs)).toEqual([200, 400, 800, 1600]);
    expect(ran.notes('messageDead').map(({ data }) => data)).toEqual([{ key: 'credits/m1', attempts: 5 }]);
    expect(ran.summary).toMatchObject({ 'ledger.dead': 1, 'ledger.applied': 1, 'ledger.lost': 0 });
    expect(ran.notes('credited')[0]!.atMs).toBeLessThan(200);
  });
  test('attempts survive a crash of the consumer', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10, poison: true }], consumer: { maxAttempts: 3 }, faults: [dies('consumer-1', 'retryWaiting', 2)] });
    expect(ran.notes('claimAcquired').map(({ data }) => (data as { attempt: number }).attempt)).toEqual([1, 2, 3]);
    expect(ran.notes('messageDead')).toHaveLength(1);
  });
  test('without dead letters it is tried for ever', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10, poison: true }], consumer: { maxAttempts: 2, dlq: false, backoffMs: 10 }, durationMs: 8000 });
    expect(ran.meters('consumer-1').retries).toBeGreaterThan(5);
    expect(ran.summary['ledger.dead']).toBe(0);
  });
  test('what fails holds back what follows it for the same account, and nobody else', () => {
    const ran = runSetting({ ...ONE, asks: [{ atMs: 10, poison: true }, { atMs: 20 }, { atMs: 30, entity: 'b' }], consumer: { maxAttempts: 2, visibilityMs: 10_000 }, broker: { partitions: 1, ackTimeoutMs: 10_000 } });
    expect(ran.notes('credited').map(({ data }) => (data as { account: string }).account)).toEqual(['b', 'a']);
  });
});

describe('slow work', () => {
  const slow = { asks: [{ atMs: 10 }], consumer: { workTime: { kind: 'constant', ms: 3000 }, serializeBy: 'none' } } as const;
  test('the row is held by heartbeat while the work goes on: later deliveries are left alone', () => {
    const ran = runSetting({ ...slow });
    expect(ran.notes('claimDenied').length).toBeGreaterThan(2);
    expect(ran.summary).toMatchObject({ 'ledger.applied': 1, 'ledger.duplicates': 0 });
  });
  test('two instances, no heartbeat: the second begins, the first commits, and the other finds a conflict', () => {
    const broker = { partitions: 1, subscribers: [{ topic: 'credits', to: 'consumer-1', group: 'one' }, { topic: 'credits', to: 'consumer-2', group: 'two' }], ackTimeoutMs: 10_000 };
    const ran = runSetting({ ...slow, broker, consumer: { ...slow.consumer, visibilityMs: 400, heartbeat: false }, faults: [{ kind: 'latency', from: 'broker', to: 'consumer-2', factor: 200, fromMs: 0 }] });
    expect(ran.notes('conflict')).toHaveLength(1);
    expect(ran.summary).toMatchObject({ 'ledger.applied': 1, 'ledger.duplicates': 0 });
  });
  test('with a heartbeat the second instance is kept out', () => {
    const broker = { partitions: 1, subscribers: [{ topic: 'credits', to: 'consumer-1', group: 'one' }, { topic: 'credits', to: 'consumer-2', group: 'two' }], ackTimeoutMs: 10_000 };
    const ran = runSetting({ ...slow, broker, consumer: { ...slow.consumer, visibilityMs: 400 }, faults: [{ kind: 'latency', from: 'broker', to: 'consumer-2', factor: 200, fromMs: 0 }] });
    expect(ran.notes('claimDenied')).toHaveLength(1);
    expect(ran.notes('conflict')).toHaveLength(0);
  });
});

describe('outside effects', () => {
  test('an e-mail in the middle of the work goes out again with it; through the outbox it leaves once', () => {
    const faults = [{ kind: 'dropRequests', to: 'accounts', op: 'commit', ratio: 1, fromMs: 0, untilMs: 200 }] as const;
    const mails = (outbox: boolean) => runSetting({ ...ONE, asks: [{ atMs: 10 }], consumer: { sendsMail: true, outbox }, mail: { honoursKey: false }, faults }).summary['ledger.mailedAgain'];
    expect([mails(false), mails(true)]).toEqual([1, 0]);
  });
  test('outgoing messages are re-sent until they are delivered; a key keeps them one', () => {
    const faults = [{ kind: 'dropReplies', to: 'mail', ratio: 1, fromMs: 0, untilMs: 1000 }] as const;
    const mails = (honoursKey: boolean) => runSetting({ ...ONE, asks: [{ atMs: 10 }], consumer: { sendsMail: true }, mail: { honoursKey }, faults }).summary['ledger.mailedAgain'];
    expect(mails(false)).toBeGreaterThan(0);
    expect(mails(true)).toBe(0);
  });
});

test('an unknown operation is refused, by database and mail', () => {
  const db = drive(engines.accounts, { params: initialParams(accountsStory.params) as AccountsParams });
  for (const op of ['drop', 'claim']) expect(db.outcomeOf(db.request(0, { op }).id)).toMatchObject({ kind: 'permanentError' });
  const post = drive(engines.mail, { params: { honoursKey: true } });
  expect(post.outcomeOf(post.request(0, { op: 'read' }).id)).toMatchObject({ kind: 'permanentError' });
});
test('within an instance credits of an account keep their order; with free workers they do not', () => {
  const setting = { ...ONE, asks: many(60, 15, (i) => `a${i % 3}`), check: 'sample' } as const;
  const workTime = { kind: 'exponential', meanMs: 40 };
  expect(runSetting({ ...setting, consumer: { workTime, serializeBy: 'key' } }).summary['ledger.outOfOrder']).toBe(0);
  expect(runSetting({ ...setting, consumer: { workTime, serializeBy: 'none' } }).summary['ledger.outOfOrder']).toBeGreaterThan(3);
});
test('states are those of the catalogue: received, claimed, retry, committed, skipped, dead, acknowledged', () => {
  expect(inboxTable.states).toEqual(['received', 'claimed', 'retryWaiting', 'committed', 'skipped', 'dead', 'acknowledged', 'deferred', 'forgotten']);
});
