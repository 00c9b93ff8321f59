/** Hedging, as gRPC’s proposal A6 tells it, and the budgets around it. */
import { expect, test } from 'vitest';
import { OK, type Call } from '../../kernel/contract.ts';
import { LETTERS, timeoutRig, type TimeoutRig } from './testing.ts';

const hedging = { hedge: 'delay', hedgeDelayMs: 100, maxHedges: 3, hedgeBudgetPct: 100, totalMs: 2000 } as const;
const times = (rig: TimeoutRig): number[] => rig.sends().map(({ atMs }) => atMs);
const answer = (rig: TimeoutRig, atMs: number, call: Call, index: number, letter: keyof typeof LETTERS): void => {
  rig.advance(atMs);
  rig.answer(atMs, rig.attemptsOf(call)[index]!, LETTERS[letter]!);
};

test('a copy after each delay, up to the maximum; all of one request', () => {
  const rig = timeoutRig(hedging);
  rig.request(0);
  rig.advance(1000);
  expect(times(rig)).toEqual([0, 100, 200, 300]);
  expect(rig.sends().map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3]);
});

test('the first success cancels the others', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 250, call, 1, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
  expect(rig.decisions('cancel').map(({ outcome }) => outcome.kind)).toEqual(['cancelled', 'cancelled']);
  expect(rig.inspect().meters).toMatchObject({ hedges: 2, hedgesWon: 1 });
  expect(rig.timers()).toEqual([]);
});

test('a non-fatal error sends the next copy at once, and the delay counts from it', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 30, call, 0, 'f');
  rig.advance(140);
  expect(times(rig)).toEqual([0, 30, 130]);
});

test('a fatal error ends the call and cancels all copies', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 150, call, 0, 'p');
  expect(rig.outcomeOf(call)).toMatchObject({ kind: 'permanentError' });
  expect(rig.decisions('cancel')).toHaveLength(1);
});

test.each([['none', 'f', 'transientError'], ['mayPass', 'r', 'rejected']] as const)('with “%s” %s is fatal', (nonFatal, letter, kind) => {
  const rig = timeoutRig({ ...hedging, nonFatal });
  const call = rig.request(0);
  answer(rig, 30, call, 0, letter);
  expect(rig.outcomeOf(call)).toMatchObject({ kind });
});
test('with “all” even a permanent error is worth another copy', () => {
  const rig = timeoutRig({ ...hedging, nonFatal: 'all' });
  const call = rig.request(0);
  answer(rig, 30, call, 0, 'p');
  expect(times(rig)).toEqual([0, 30]);
});

test('the last of the copies to fail is the call’s failure', () => {
  const rig = timeoutRig({ ...hedging, maxHedges: 1 });
  const call = rig.request(0);
  answer(rig, 30, call, 0, 'f');
  answer(rig, 40, call, 0, 'v');
  expect(rig.outcomeOf(call)).toEqual({ kind: 'overload' });
});

test('pushback says when the next copy may come', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 30, call, 0, 'q');
  rig.advance(450);
  expect(times(rig)).toEqual([0, 330, 430]);
});
test('negative pushback means no more copies; those that are out go on', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 150, call, 0, 's');
  rig.advance(1000);
  expect(times(rig)).toEqual([0, 100]);
  answer(rig, 1100, call, 0, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
});
test('negative pushback to the only copy ends the call', () => {
  const rig = timeoutRig(hedging);
  const call = rig.request(0);
  answer(rig, 50, call, 0, 's');
  expect(rig.outcomeOf(call)).toMatchObject({ kind: 'throttled' });
});

test('the throttle: at half of the tokens none is sent, above it are; a success gives tokenRatio', () => {
  const rig = timeoutRig({ ...hedging, maxHedges: 1, throttle: true, maxTokens: 4, tokenRatio: 0.5 });
  const fail = (atMs: number): number => {
    const call = rig.request(atMs);
    const before = rig.sends().length;
    answer(rig, atMs + 10, call, 0, 'f');
    if (rig.outcomeOf(call) === undefined) answer(rig, atMs + 20, call, 0, 'f');
    return rig.sends().length - before;
  };
  expect(fail(0)).toBe(1); // 4 → 3: above the half, a copy; it fails too: 2
  expect(rig.state.tokens.level).toBe(2);
  expect(fail(1000)).toBe(0); // 2 → 1
  expect(rig.count('hedgeSuppressed')).toBe(1);
  for (let i = 0; i < 4; i++) answer(rig, 2010 + i * 100, rig.request(2000 + i * 100), 0, 'o');
  expect(rig.state.tokens.level).toBe(3);
  const call = rig.request(3000);
  rig.advance(3100);
  expect(rig.attemptsOf(call)).toHaveLength(2);
});
test('the throttle is shared with retries', () => {
  const rig = timeoutRig({ onTimeout: 'retry', maxRetries: 2, perTryMs: 100, connectMs: 50, throttle: true, maxTokens: 4, totalMs: 1000 });
  rig.request(0);
  rig.advance(1000);
  expect(times(rig)).toEqual([0, 100]); // 3 of 4 left: a retry; 2: none
});

test('the budget: never more than its share of any thousand calls', () => {
  const rig = timeoutRig({ ...hedging, maxHedges: 1, hedgeBudgetPct: 2 });
  const hedged: boolean[] = [];
  for (let i = 0; i < 2500; i++) {
    const call = rig.request(i * 10_000);
    rig.advance(i * 10_000 + 100);
    hedged.push(rig.attemptsOf(call).length > 1);
    rig.answer(i * 10_000 + 110, rig.attemptsOf(call)[0]!, OK);
  }
  for (let from = 0; from + 1000 <= hedged.length; from += 7) expect(hedged.slice(from, from + 1000).filter(Boolean).length).toBeLessThanOrEqual(20);
  expect(hedged.filter(Boolean).length).toBeGreaterThanOrEqual(40);
});

test('only what may happen twice is hedged', () => {
  const rig = timeoutRig({ ...hedging, idempotency: 'byKey' });
  rig.request(0);
  rig.request(0, { idempotencyKey: 'k' });
  rig.advance(150);
  expect(rig.sends()).toHaveLength(3);
});

test('a quantile: the fixed delay until it is known, then the quantile of first attempts', () => {
  const rig = timeoutRig({ ...hedging, hedge: 'quantile', hedgeQuantile: 0.9, maxHedges: 1 });
  for (let i = 1; i <= 10; i++) {
    const call = rig.request(i * 1000);
    expect(rig.state.tickets.get(call.id)!.hedgeDelayMs).toBe(100);
    rig.answer(i * 1000 + i * 5, rig.attemptsOf(call)[0]!, OK);
  }
  rig.request(20_000);
  rig.advance(20_046);
  expect(times(rig).slice(-2)).toEqual([20_000, 20_045]);
});

test('no hedge that could not be answered: none after the deadline', () => {
  const rig = timeoutRig({ ...hedging, hedgeDelayMs: 150, totalMs: 300 });
  rig.request(0);
  rig.advance(500);
  expect(times(rig)).toEqual([0, 150]);
});

test('Envoy: the slow attempt is not cancelled but joined; it may still win', () => {
  const rig = timeoutRig({ hedge: 'onPerTryTimeout', perTry: true, perTryMs: 200, maxHedges: 1, hedgeBudgetPct: 100, totalMs: 1000 });
  const call = rig.request(0);
  rig.advance(450);
  expect(times(rig)).toEqual([0, 200]);
  expect(rig.decisions('cancel')).toEqual([]);
  answer(rig, 500, call, 0, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
  expect(rig.state.hedgesWon).toBe(0);
});
