import { describe, expect, test } from 'vitest';
import { CANCELLED, OK, TIMEOUT } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import type { Parts } from '../../kernel/harnessScenario.ts';
import { deadlineCheckStory, type DeadlineCheckParams } from './deadlineCheck.params.ts';
import { deadlineCheck } from './deadlineCheck.ts';
import { planFor } from './testing.ts';

const initial = initialParams(deadlineCheckStory.params) as unknown as DeadlineCheckParams;
const rigOf = (params: Partial<DeadlineCheckParams> = {}) => drive(deadlineCheck, { params: { ...initial, ...params }, layer: 'check' });
const inner = (rig: ReturnType<typeof rigOf>): number[] => [...rig.state.inner.keys()];

describe('the callee’s side', () => {
  test('lets in what has time, with a deadline of its own, and passes the answer on', () => {
    const rig = rigOf();
    const call = rig.request(0, { deadlineMs: 300 });
    expect([...rig.state.inner.values()].map((entry) => entry.inner.deadlineMs)).toEqual([300]);
    rig.answer(50, inner(rig)[0]!, OK);
    expect(rig.outcomeOf(call)).toEqual(OK);
    expect(rig.timers()).toEqual([]);
  });
  test('answers what comes too late without any work', () => {
    const rig = rigOf({ minUsefulMs: 10 });
    rig.advance(100);
    const late = rig.request(100, { deadlineMs: 90 }), nearly = rig.request(100, { deadlineMs: 109 });
    for (const call of [late, nearly]) expect(rig.outcomeOf(call)).toMatchObject({ kind: 'timeout' });
    expect(rig.decisions('send')).toEqual([]);
    expect(rig.notes()).toEqual(['tooLate', 'tooLate']);
  });
  test('stops at the deadline what it has let in, wherever it is', () => {
    const rig = rigOf();
    const call = rig.request(0, { deadlineMs: 300 });
    rig.advance(300);
    expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
    expect(rig.decisions('cancel')).toHaveLength(1);
    expect(rig.notes()).toEqual(['stopped']);
  });
  test('or lets it go on', () => {
    const rig = rigOf({ stopAtDeadline: false });
    const call = rig.request(0, { deadlineMs: 300 });
    rig.advance(400);
    expect(rig.outcomeOf(call)).toBeUndefined();
  });
  test('a caller that gives up is heard inside', () => {
    const rig = rigOf();
    const call = rig.request(0, { deadlineMs: 300 });
    rig.giveUp(10, call);
    expect(rig.decisions('cancel').map(({ outcome }) => outcome)).toEqual([CANCELLED]);
    expect(rig.timers()).toEqual([]);
  });
  test('a longest time and one for those who say nothing', () => {
    const rig = rigOf({ capMs: 200, defaultMs: 150 });
    rig.request(0, { deadlineMs: 5000 });
    rig.request(0);
    rig.request(0, { deadlineMs: 100 });
    expect([...rig.state.inner.values()].map((entry) => entry.inner.deadlineMs)).toEqual([200, 200, 100]);
    const plain = rigOf({ defaultMs: 150 });
    plain.request(0);
    expect([...plain.state.inner.values()].map((entry) => entry.inner.deadlineMs)).toEqual([150]);
  });
  test('accepts connections without work', () => {
    const rig = rigOf();
    expect(rig.outcomeOf(rig.request(0, { op: 'connect' }))).toEqual(OK);
    expect(rig.decisions('send')).toEqual([]);
  });
});

test.each([[400, 'absolute', 0, 0.02], [-400, 'absolute', 0.98, 1.02], [400, 'remaining', 0.98, 1.02], [-400, 'remaining', 0.98, 1.02]] as const)('a clock %i ms off, read as %s', (offsetMs, reads, from, until) => {
  const plan = planFor(roles as Parts, 'skewed-clock', 'with', { params: { 'stock-check': { reads } }, faults: [{ kind: 'clock', node: 'stock', offsetMs, fromMs: 8000, untilMs: 20_000 }] });
  const world = new World(plan, { fingerprint: false, check: 'event' });
  world.runUntil(20_000);
  const ratio = world.summary()['callers.goodRatio']!;
  expect(ratio).toBeGreaterThanOrEqual(from);
  expect(ratio).toBeLessThanOrEqual(until);
});

test('by the wrong clock dead requests live on: the callee believes in time that is not there', () => {
  const deadlines = (reads: 'absolute' | 'remaining'): number[] => {
    const plan = planFor(roles as Parts, 'skewed-clock', 'with', { params: { 'stock-check': { reads } }, faults: [{ kind: 'clock', node: 'stock', offsetMs: -400, fromMs: 0 }] });
    const world = new World(plan, { fingerprint: false, check: 'event' });
    world.runUntil(5000);
    return [world.inspect()['stock-check']!.meters!['meanLeftMs']!];
  };
  expect(deadlines('absolute')[0]).toBeGreaterThan(600);
  expect(deadlines('remaining')[0]).toBeCloseTo(280, 1);
});
