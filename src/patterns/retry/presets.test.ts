/** Each preset does what its library's documentation and tests say of the library as it comes out of the box. */
import { expect, test } from 'vitest';
import { OK, TIMEOUT } from '../../kernel/contract.ts';
import { validateParams } from '../../runs/validate-params.ts';
import { retryStory } from './params.ts';
import { LETTERS, presetOf, retryRig } from './testing.ts';

type Name = keyof typeof retryStory.presets;
const rigOf = (name: Name, u = 0.5) => retryRig({}, { base: presetOf(name), uniform: () => u });
const waits = (name: Name, letters: string, u = 0.5) => rigOf(name, u).play(0, letters).waitsMs;
const close = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 3));
};

test.each(Object.keys(retryStory.presets) as Name[])('%s is legal and says where it comes from', (name) => {
  expect(validateParams(retryStory, presetOf(name)).problems).toEqual([]);
  expect(retryStory.presets[name].source.length).toBeGreaterThan(20);
});

test('resilience4j: three attempts in all, 500 ms apart, whatever the exception', () => {
  expect(waits('resilience4j', 'ftp')).toEqual([500, 500]);
  const rig = rigOf('resilience4j');
  rig.play(0, 'o'); rig.play(100, 'ffo'); rig.play(5000, 'fff');
  expect(rig.state.results).toMatchObject({ successWithoutRetry: 1, successAfterRetry: 1, failedAfterRetry: 1, failedWithoutRetry: 0 });
});

test('resilience4j’s random back-off: 500 · 1.5^n, ± half', () => {
  close(waits('resilience4j-exponential', 'fff', 0), [250, 375]);
  close(waits('resilience4j-exponential', 'fff', 0.5), [500, 750]);
  close(waits('resilience4j-exponential', 'fff', 0.999999), [750, 1125].map((ms) => ms - ms * (2 / 3) * 1e-6));
});

test('libraries that retry every exception retry a breaker’s refusal too; Envoy, gRPC and AWS do not', () => {
  for (const name of ['resilience4j', 'polly', 'cockatiel', 'original'] as const) expect(rigOf(name).play(0, 'ro').outcome, name).toEqual(OK);
  for (const name of ['envoy', 'grpc', 'aws-sdk'] as const) expect(rigOf(name).play(0, 'ro').outcome, name).toEqual(LETTERS['r']);
});

test('Envoy’s admission control: drops at most four in five, none while 95 % succeed', () => {
  const rig = rigOf('envoy-admission', 0.7);
  for (let i = 0; i < 100; i++) rig.play(i * 20, i % 25 === 0 ? 'v' : 'o');
  expect(rig.state.dropped).toBe(0);
  for (let i = 0; i < 400; i++) rig.play(60_000 + i * 20, 'v');
  expect(rig.state.dropped).toBeGreaterThan(380);
  const probing = rigOf('envoy-admission', 0.85);
  for (let i = 0; i < 400; i++) probing.play(i * 20, 'v');
  expect(probing.state.dropped).toBe(0);
});

test('Polly: MaxRetryAttempts 3 are four attempts, 2 s apart', () => {
  expect(waits('polly', 'ffff')).toEqual([2000, 2000, 2000]);
  expect(rigOf('polly').play(0, 'fffo').outcome).toEqual(OK);
});

test('Polly with jitter and cockatiel share decorrelated V2: the first wait has its median about the base', () => {
  // x(t) = 2^t · tanh √(4t), waits (x(k − 1/2) − x(k − 3/2)) · base / 1.4
  const x = (t: number): number => 2 ** t * Math.tanh(Math.sqrt(4 * t));
  close(waits('polly-exponential', 'ffff'), [x(0.5), x(1.5) - x(0.5), x(2.5) - x(1.5)].map((step) => (step * 2000) / 1.4));
  close(waits('cockatiel', 'ffff'), [x(0.5), x(1.5) - x(0.5), x(2.5) - x(1.5)].map((step) => (step * 128) / 1.4));
});

test('Envoy: one retry after 0 to 25 ms; a 4xx is none of its business', () => {
  close(waits('envoy', 'ff', 0.5), [12.5]);
  expect(waits('envoy', 'ff', 0)).toEqual([0]);
  expect(rigOf('envoy').play(0, 'p').outcome).toEqual(LETTERS['p']);
  // Three retries at once are let through whatever the share; the fourth overflows.
  const rig = rigOf('envoy');
  const calls = Array.from({ length: 5 }, (_, i) => rig.request(i));
  for (const call of calls) rig.answer(10, rig.attemptsOf(call)[0]!, LETTERS['v']!);
  expect(rig.count('budgetDenied')).toBe(2);
});

test('gRPC: 0.1 s · 2^n up to 1 s, ± 20 %, UNAVAILABLE alone', () => {
  close(waits('grpc', 'ffff', 0), [80, 160, 320]);
  close(waits('grpc', 'ffff', 0.5), [100, 200, 400]);
  expect(rigOf('grpc').play(0, 'to').outcome).toEqual(TIMEOUT);
});

test('gRPC: pushback is obeyed to the millisecond', () => {
  expect(waits('grpc', 'qo')).toEqual([300]);
});

test('gRPC: with 10 tokens the fifth failure in a row is not retried', () => {
  const rig = rigOf('grpc');
  rig.play(0, 'ffff');
  expect(rig.state.budget.account!.level).toBe(6);
  expect(rig.play(5000, 'fo').outcome).toEqual(LETTERS['f']);
  expect(rig.count('budgetDenied')).toBe(1);
});

test('AWS SDK: full jitter from 100 ms, quota 500: a hundred retries, then none', () => {
  close(waits('aws-sdk', 'fff', 0.5), [50, 100]);
  const rig = rigOf('aws-sdk');
  for (let i = 0; i < 60; i++) rig.play(i * 1000, 'fff');
  expect(rig.state.retries).toBe(100);
  const refund = rigOf('aws-sdk');
  refund.play(0, 'fo');
  expect(refund.state.budget.account!.level).toBe(500);
  refund.play(1000, 'tto');
  expect(refund.state.budget.account!.level).toBe(490);
});

test('the sketch waits 1 s and 2 s, up to a tenth more; as a service, exactly', () => {
  close(waits('original', 'fff', 0), [1000, 2000]);
  close(waits('original', 'fff', 0.5), [1050, 2100]);
  close(waits('original', 'pff', 0.999999), [1100, 2200].map((ms) => ms - (ms / 11) * 1e-6));
  expect(waits('original-service', 'fff', 0.9)).toEqual([1000, 2000]);
});

test('naive: again at once, without any budget', () => {
  const rig = rigOf('naive');
  rig.play(0, 'ffff', {}, 7);
  expect(rig.decisions('send').map(({ atMs }) => atMs)).toEqual([0, 7, 14, 21]);
});
