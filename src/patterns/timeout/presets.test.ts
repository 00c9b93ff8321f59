/** Presets named after a library behave as that library’s documentation says. */
import { expect, test } from 'vitest';
import { OK, TIMEOUT, type Call } from '../../kernel/contract.ts';
import { LETTERS, presetOf, timeoutRig, type TimeoutRig } from './testing.ts';

const rigOf = (name: Parameters<typeof presetOf>[0], changes: object = {}): TimeoutRig => timeoutRig(changes, { base: presetOf(name) });
const times = (rig: TimeoutRig): number[] => rig.sends().map(({ atMs }) => atMs);
const answer = (rig: TimeoutRig, atMs: number, call: Call, index: number, letter: keyof typeof LETTERS): void => {
  rig.advance(atMs);
  rig.answer(atMs, rig.attemptsOf(call)[index]!, LETTERS[letter]!);
};
const sentDeadlines = (rig: TimeoutRig): number[] => [...rig.state.attempts.values()].map(({ call }) => call.deadlineMs);

test('the textbook sketch: 5 s by default, nobody is told a deadline, the caller waits for the clean-up', () => {
  const rig = rigOf('original');
  const call = rig.request(0, { deadlineMs: 1000 });
  expect(sentDeadlines(rig)).toEqual([Infinity]);
  rig.advance(5299);
  expect(rig.outcomeOf(call)).toBeUndefined();
  rig.advance(5300);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
});
test('the textbook sketch: what the operation still returns is a success', () => {
  const rig = rigOf('original');
  const call = rig.request(0);
  answer(rig, 5200, call, 0, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
});
test('the textbook sketch around blocking code: not interrupted, and a success however late', () => {
  const rig = rigOf('original-blocking', { totalMs: 100, connectMs: 50 });
  const call = rig.request(0);
  answer(rig, 9000, call, 0, 'o');
  expect(rig.decisions('cancel')).toEqual([]);
  expect(rig.outcomeOf(call)).toEqual(OK);
});

test('gRPC: no limit of its own, the caller’s deadline is passed on whole, the call is cancelled and ends as timeout when it is over', () => {
  const rig = rigOf('grpc');
  const call = rig.request(0, { deadlineMs: 400 });
  expect(sentDeadlines(rig)).toEqual([400]);
  const free = rig.request(0);
  rig.advance(400);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
  expect(rig.decisions('cancel')).toMatchObject([{ atMs: 400 }]);
  rig.advance(500_000);
  expect(rig.outcomeOf(free)).toBeUndefined();
});

test('gRPC hedging: four attempts, half a second apart; UNAVAILABLE sends the next at once; other statuses are final', () => {
  const rig = rigOf('grpc-hedging');
  rig.request(0);
  rig.advance(5000);
  expect(times(rig)).toEqual([0, 500, 1000, 1500]);
  const eager = rigOf('grpc-hedging');
  const call = eager.request(0);
  answer(eager, 100, call, 0, 'f');
  eager.advance(600);
  expect(times(eager)).toEqual([0, 100, 600]);
  answer(eager, 650, call, 0, 'p');
  expect(eager.outcomeOf(call)).toMatchObject({ kind: 'permanentError' });
});
test('gRPC hedging: suppressed when tokens are at half of maxTokens 10, until successes give a tenth each', () => {
  const rig = rigOf('grpc-hedging');
  rig.state.tokens.level = 5;
  rig.request(0);
  rig.advance(2000);
  expect(times(rig)).toEqual([0]);
  const call = rig.request(3000);
  answer(rig, 3100, call, 0, 'o');
  expect(rig.state.tokens.level).toBeCloseTo(5.1);
  rig.request(4000);
  rig.advance(4500);
  expect(times(rig).slice(-2)).toEqual([4000, 4500]);
});

test('Envoy: 15 s for all attempts, the time is sent on, 5 s to connect', () => {
  const rig = rigOf('envoy');
  const call = rig.request(0);
  answer(rig, 1, call, 0, 'o');
  expect(sentDeadlines(rig)).toEqual([15_000]);
  rig.advance(15_000);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
  const dark = rigOf('envoy');
  const other = dark.request(0);
  dark.advance(5000);
  expect(dark.outcomeOf(other)).toEqual(TIMEOUT);
});
test('Envoy, hedge on per-try timeout: the slow try is not cancelled, another joins it, the first answer wins', () => {
  const rig = rigOf('envoy-hedging');
  const call = rig.request(0);
  rig.advance(250);
  expect(times(rig)).toEqual([0, 250]);
  expect(rig.decisions('cancel')).toEqual([]);
  answer(rig, 300, call, 0, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
  expect(rig.decisions('cancel')).toHaveLength(1);
});

test('resilience4j TimeLimiter: one second, then the future is cancelled; no deadline goes along', () => {
  const rig = rigOf('resilience4j');
  const call = rig.request(0, { deadlineMs: 200 });
  expect(sentDeadlines(rig)).toEqual([Infinity]);
  rig.advance(1000);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
  expect(rig.decisions('cancel')).toHaveLength(1);
  expect(rigOf('resilience4j', { cancelDownstream: false }).state.orphans.size).toBe(0);
});

test('Spring Cloud Gateway: a limit for connecting and one for the response', () => {
  const rig = rigOf('scg');
  const dark = rig.request(0);
  rig.advance(1000);
  expect(rig.outcomeOf(dark)).toEqual(TIMEOUT);
  const slow = rig.request(2000);
  answer(rig, 2002, slow, 0, 'o');
  rig.advance(7000);
  expect(rig.outcomeOf(slow)).toEqual(TIMEOUT);
});

test('safe: deadline with a reserve, hedges by quantile for keyed calls alone', () => {
  const rig = rigOf('safe');
  rig.request(0, { deadlineMs: 500 });
  expect(sentDeadlines(rig)).toEqual([480]);
  rig.request(0, { deadlineMs: 500, idempotencyKey: 'k' });
  rig.advance(101);
  expect(rig.sends()).toHaveLength(3);
});
