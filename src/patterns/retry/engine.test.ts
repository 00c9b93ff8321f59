import { expect, test } from 'vitest';
import { CANCELLED, OK, TIMEOUT } from '../../kernel/contract.ts';
import { runSketch } from '../../../test/support/smallWorlds.ts';
import { engine } from './engine.ts';
import { DEFAULTS, LETTERS, retryRig } from './testing.ts';

const plain = { backoff: 'constant', jitter: 'none', baseDelayMs: 100 } as const;

test('a success at once is passed up, and nothing is left behind', () => {
  const rig = retryRig();
  const { outcome, call } = rig.play(0, 'o');
  expect(outcome).toEqual(OK);
  expect(rig.attemptsOf(call)).toHaveLength(1);
  expect(rig.timers()).toEqual([]);
  expect(rig.state.results).toMatchObject({ successWithoutRetry: 1, successAfterRetry: 0 });
});

test('a failure is tried again after the wait, and the answer of the last attempt is the answer', () => {
  const rig = retryRig(plain);
  expect(rig.play(0, 'fvo')).toMatchObject({ waitsMs: [100, 100], outcome: OK });
  expect(rig.decisions('send').map(({ attempt, atMs }) => [attempt, atMs])).toEqual([[0, 0], [1, 110], [2, 220]]);
  expect(rig.state.results).toMatchObject({ successAfterRetry: 1 });
  expect(rig.notes()).toEqual(['attempted', 'scheduled', 'attempted', 'scheduled', 'attempted', 'recovered']);
});

test('maxAttempts counts the first: three attempts, then the last failure is passed on', () => {
  const rig = retryRig(plain);
  expect(rig.play(0, 'fft')).toMatchObject({ waitsMs: [100, 100], outcome: TIMEOUT });
  expect(rig.count('exhausted')).toBe(1);
  expect(rig.state.results).toMatchObject({ failedAfterRetry: 1 });
});

test('one attempt is no retry, and the function is called all the same', () => {
  const rig = retryRig({ maxAttempts: 1 });
  expect(rig.play(0, 'f').outcome).toEqual(LETTERS['f']);
  expect(rig.state.results).toMatchObject({ failedWithoutRetry: 1 });
});

test.each([
  ['p', 'a permanent error stays one'], ['r', 'refused by breaker'],
] as const)('%s is not retried: %s', (letter, why) => {
  const rig = retryRig(plain);
  const { call, outcome } = rig.play(0, letter);
  expect(outcome).toEqual(LETTERS[letter]);
  expect(rig.attemptsOf(call)).toHaveLength(1);
  expect(rig.decisions('note').find(({ name }) => name === 'notRetryable')?.data).toEqual({ why });
});

test('each kind of failure has its switch', () => {
  for (const [letter, name] of [['f', 'retryTransient'], ['t', 'retryTimeout'], ['v', 'retryOverload'], ['q', 'retryThrottled']] as const) {
    expect(retryRig({ ...plain, [name]: false }).play(0, `${letter}o`).outcome).toEqual(LETTERS[letter]);
    expect(retryRig(plain).play(0, `${letter}o`).outcome).toEqual(OK);
  }
  expect(retryRig({ ...plain, retryPermanent: true }).play(0, 'po').outcome).toEqual(OK);
});

test('a stale answer is an answer, a cancelled one no failure to retry', () => {
  const rig = retryRig(plain);
  const call = rig.request(0);
  rig.answer(5, rig.attemptsOf(call)[0]!, { kind: 'stale', value: 1 });
  expect(rig.outcomeOf(call)).toEqual({ kind: 'stale', value: 1 });
  const other = rig.request(10);
  rig.answer(15, rig.attemptsOf(other)[0]!, CANCELLED);
  expect(rig.outcomeOf(other)).toEqual(CANCELLED);
});

test('Retry-After is heeded, spread, capped, or left alone', () => {
  expect(retryRig({ ...plain, retryAfterSpread: 0 }).play(0, 'qo').waitsMs).toEqual([300]);
  expect(retryRig({ ...plain, retryAfterSpread: 0.5 }).play(0, 'qo').waitsMs).toEqual([375]);
  expect(retryRig({ ...plain, baseDelayMs: 700 }).play(0, 'qo').waitsMs).toEqual([700]);
  expect(retryRig({ ...plain, honourRetryAfter: false }).play(0, 'qo').waitsMs).toEqual([100]);
  expect(retryRig({ ...plain, retryAfterCapMs: 200 }).play(0, 'qo').outcome).toEqual(LETTERS['q']);
});

test('a refusal by a pattern is retried only if it says that it ends soon', () => {
  const open = (retryAfterMs: number) => {
    const rig = retryRig({ ...plain, retryRejected: 'whenShort', retryRejectedWithinMs: 250, retryAfterSpread: 0 });
    const call = rig.request(0);
    rig.answer(1, rig.attemptsOf(call)[0]!, { kind: 'rejected', by: 'breaker', retryAfterMs });
    return rig.timers().map(({ dueMs }) => dueMs);
  };
  expect(open(200)).toEqual([201]);
  expect(open(300)).toEqual([]);
  expect(retryRig({ ...plain, retryRejected: 'whenShort' }).play(0, 'ro').outcome).toEqual(LETTERS['r']);
  expect(retryRig({ ...plain, retryRejected: 'always' }).play(0, 'ro')).toMatchObject({ waitsMs: [100], outcome: OK });
});

test('a silent attempt is given up, told so, and tried again', () => {
  const rig = retryRig({ ...plain, perTryTimeoutMs: 400 });
  const call = rig.request(0);
  rig.advance(400);
  expect(rig.decisions('cancel')).toMatchObject([{ atMs: 400, outcome: TIMEOUT }]);
  rig.advance(500);
  const [first, second] = rig.attemptsOf(call);
  expect(second).toBeDefined();
  rig.answer(510, first!, OK); // too late: its sender has given up
  expect(rig.outcomeOf(call)).toBeUndefined();
  rig.answer(520, second!, OK);
  expect(rig.outcomeOf(call)).toEqual(OK);
});

test('the deadline travels along, cuts the last attempt short, and forbids waits past it', () => {
  const rig = retryRig({ ...plain, perTryTimeoutMs: 400, overallDeadlineMs: 900 });
  const call = rig.request(0);
  rig.advance(2000);
  expect(rig.decisions('send').map(({ atMs }) => atMs)).toEqual([0, 500]);
  expect(rig.decisions('note').find(({ name }) => name === 'outOfTime')).toMatchObject({ atMs: 900 });
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
  const early = retryRig({ ...plain, overallDeadlineMs: 900 });
  expect(early.play(0, 'fo', { deadlineMs: 100 }).outcome).toEqual(LETTERS['f']);
  const late = retryRig(plain);
  late.advance(500);
  const dead = late.request(500, { deadlineMs: 500 });
  expect([late.wentOut(dead), late.outcomeOf(dead)]).toEqual([false, TIMEOUT]);
});

test('attempts carry the earlier of deadline and time-out', () => {
  const seen: number[] = [];
  const rig = retryRig({ ...plain, perTryTimeoutMs: 400, overallDeadlineMs: 700 }, { below: (call) => { seen.push(call.deadlineMs); return { afterMs: 50, outcome: { kind: 'transientError' } }; } });
  rig.request(0, { deadlineMs: 600 });
  rig.advance(1000);
  expect(seen).toEqual([400, 550, 600]);
});

test('giving up stops everything: attempt, wait, hedge', () => {
  const rig = retryRig(plain);
  const out = rig.request(0);
  rig.giveUp(10, out);
  expect(rig.decisions('cancel')).toHaveLength(1);
  const waiting = rig.request(20);
  rig.answer(30, rig.attemptsOf(waiting)[0]!, LETTERS['f']!);
  rig.giveUp(40, waiting);
  expect(rig.timers()).toEqual([]);
  rig.advance(5000);
  expect(rig.decisions('send')).toHaveLength(2);
  expect(rig.state.results.cancelled).toBe(2);
});

test('a call that must not happen twice is retried only when it surely did not', () => {
  const careful = { ...plain, idempotency: 'byKey' } as const;
  expect(retryRig(careful).play(0, 'to').outcome).toEqual(TIMEOUT);
  expect(retryRig(careful).play(0, 'fo').outcome).toEqual(LETTERS['f']);
  expect(retryRig(careful).play(0, 'vo').outcome).toEqual(OK);
  expect(retryRig(careful).play(0, 'to', { idempotencyKey: 'k' }).outcome).toEqual(OK);
  expect(retryRig({ ...careful, nonIdempotent: 'never' }).play(0, 'vo').outcome).toEqual(LETTERS['v']);
  expect(retryRig({ ...careful, nonIdempotent: 'anyway' }).play(0, 'to').outcome).toEqual(OK);
});

test('every attempt carries the same idempotency key', () => {
  const keys: string[] = [];
  const rig = retryRig(plain, { below: (call) => { keys.push(call.idempotencyKey); return { afterMs: 1, outcome: LETTERS['f']! }; } });
  rig.request(0, { idempotencyKey: 'order-7' });
  rig.advance(1000);
  expect(keys).toEqual(['order-7', 'order-7', 'order-7']);
});

test('a hedge joins a slow attempt; the first good answer wins and the other is given up', () => {
  const rig = retryRig({ maxHedges: 1, hedgeDelayMs: 150 });
  const call = rig.request(0);
  rig.advance(150);
  const [first, second] = rig.attemptsOf(call);
  rig.answer(200, second!, OK);
  expect(rig.outcomeOf(call)).toEqual(OK);
  expect(rig.decisions('cancel').map(({ call: id }) => id)).toEqual([first]);
  expect([rig.count('hedged'), rig.count('hedgeWon')]).toEqual([1, 1]);
  expect(rig.state).toMatchObject({ hedges: 1, hedgesWon: 1, abandoned: 1 });
});

test('a failure waits for the hedge that is still out; if that fails too, the back-off begins', () => {
  const rig = retryRig({ ...plain, maxHedges: 1, hedgeDelayMs: 150 });
  const call = rig.request(0);
  rig.advance(150);
  rig.answer(160, rig.attemptsOf(call)[0]!, LETTERS['f']!);
  expect(rig.timers().map(({ key }) => key)).toEqual([rig.attemptsOf(call)[1]]);
  rig.answer(170, rig.attemptsOf(call)[1]!, LETTERS['f']!);
  rig.advance(270);
  expect(rig.attemptsOf(call)).toHaveLength(3);
  rig.answer(280, rig.attemptsOf(call)[2]!, LETTERS['f']!);
  expect(rig.outcomeOf(call)).toEqual(LETTERS['f']);
});

test('no hedge for a call that must not happen twice, and none beyond the attempts', () => {
  const keyed = retryRig({ maxHedges: 2, hedgeDelayMs: 50, idempotency: 'byKey' });
  keyed.request(0);
  keyed.advance(400);
  expect(keyed.decisions('send')).toHaveLength(1);
  const two = retryRig({ maxAttempts: 3, maxHedges: 2, hedgeDelayMs: 50, perTryTimeoutMs: 1000 });
  two.request(0);
  two.advance(400);
  expect(two.decisions('send').map(({ atMs }) => atMs)).toEqual([0, 50, 100]);
});

test('the throttle drops attempts unsent once few are accepted', () => {
  const rig = retryRig({ maxAttempts: 1, adaptiveThrottle: true, throttleK: 2, throttleWindowMs: 10_000 });
  for (let i = 0; i < 10; i++) rig.play(i * 10, 'v');
  // With n requests before and none accepted the share dropped is n / (n + 1): 0, 1/2, 2/3 … and the draw is one half.
  expect(rig.decisions('send')).toHaveLength(2);
  expect(rig.state.results.refused).toBe(8);
  rig.advance(30_000);
  for (let i = 0; i < 10; i++) rig.play(30_000 + i * 20, 'o');
  expect(rig.decisions('send')).toHaveLength(12);
});

test('a throttle that drops at most so many keeps probing', () => {
  const sent = (throttleMaxRatio: number): number => {
    const rig = retryRig({ maxAttempts: 1, adaptiveThrottle: true, throttleMaxRatio }, { uniform: () => 0.6 });
    for (let i = 0; i < 20; i++) rig.play(i * 10, 'v');
    return rig.decisions('send').length;
  };
  // Shares dropped: 0, 1/2, 2/3, 3/4 …; the draw is 0.6.
  expect([sent(1), sent(0.55)]).toEqual([2, 20]);
});

test('a push refuses a share of new calls for a while', () => {
  const rig = retryRig({ shedMs: 1000, shedRatio: 0.8 });
  rig.control(0, 'push');
  const refused = rig.request(10);
  expect(rig.outcomeOf(refused)).toEqual({ kind: 'rejected', by: 'shed' });
  rig.advance(1000);
  expect(rig.play(1001, 'o').outcome).toEqual(OK);
  rig.control(2000, 'push');
  rig.control(2010, 'endPush');
  expect(rig.play(2020, 'o').outcome).toEqual(OK);
  expect(rig.timers()).toEqual([]);
  expect(() => rig.control(3000, 'pull')).toThrow('push, endPush');
});

test('changed parameters are for the calls after; a budget goes over to its new terms', () => {
  const rig = retryRig({ ...plain, budget: 'grpc', grpcMaxTokens: 10 });
  rig.play(0, 'fff');
  const before = rig.request(1000);
  rig.setParams(1001, { maxAttempts: 1, grpcMaxTokens: 100 });
  expect(rig.state.budget.account?.level).toBe(70);
  rig.answer(1002, rig.attemptsOf(before)[0]!, LETTERS['f']!);
  rig.advance(1200);
  expect(rig.attemptsOf(before)).toHaveLength(2);
  expect(rig.play(2000, 'fo').outcome).toEqual(LETTERS['f']);
});

test('after a crash it knows nothing of the calls before', () => {
  const rig = retryRig(plain);
  rig.request(0);
  rig.crash(10);
  rig.restart(20);
  expect(rig.state.tickets.size).toBe(0);
  expect(rig.play(30, 'fo').outcome).toEqual(OK);
});

test('attempts of a retry above another retry all draw differently', () => {
  const seen: string[] = [];
  const below = { init: () => null, inspect: () => ({}), invariants: [], onRequest: (_: null, call: { key: number; attempt: number }, ctx: { reply(call: unknown, outcome: unknown): void }) => {
    seen.push(`${call.key}/${call.attempt}`);
    ctx.reply(call, LETTERS['f']);
  } } as never;
  const params = { ...DEFAULTS, budget: 'none', backoff: 'none' };
  runSketch({ nodes: { user: [{ atMs: 0, to: 'shop' }], shop: [{ engine, params }, { engine, params }, { engine: below }] }, links: { 'user>shop': 1 } });
  expect(seen).toHaveLength(9);
  expect(new Set(seen).size).toBe(9);
});

test('the view of attempts tells their story', () => {
  const rig = retryRig(plain);
  rig.play(0, 'fo', { entity: 'e1' });
  expect(rig.inspect().views?.['attempts']).toMatchObject([
    { entity: 'e1', attempt: 1, kind: 'first', sentMs: 0, tookMs: 10, outcome: 'transientError' },
    { entity: 'e1', attempt: 2, kind: 'retry', waitedMs: 100, sentMs: 110, tookMs: 10, outcome: 'ok' },
  ]);
  expect(rig.inspect().views?.['results']).toMatchObject({ successAfterRetry: 1, attemptsPerCall: 2 });
});
