import { expect, test } from 'vitest';
import { ALARM, clearAlarm, createAlarms, ring, setAlarm } from './alarms.ts';

const clockAt = () => {
  const clock = { nowMs: 0, timerMs: Infinity, after: (delayMs: number, key: string | number) => { expect(key).toBe(ALARM); clock.timerMs = clock.nowMs + delayMs; }, clear: () => { clock.timerMs = Infinity; } };
  return clock;
};

test('the timer is always set for the earliest, and rings for all that are due, earliest first', () => {
  const clock = clockAt(), alarms = createAlarms();
  setAlarm(alarms, 'late', 300, clock);
  setAlarm(alarms, 'second', 100.2, clock);
  setAlarm(alarms, 'first', 100, clock);
  expect(clock.timerMs).toBe(100);
  clock.nowMs = 100.2;
  expect(ring(alarms, clock)).toEqual(['first', 'second']);
  expect(clock.timerMs).toBe(300);
  setAlarm(alarms, 'late', 500, clock); // moved
  clock.nowMs = 300;
  expect(ring(alarms, clock)).toEqual([]);
  expect(clock.timerMs).toBeCloseTo(600.2);
  clearAlarm(alarms, 'late', clock);
  expect(clock.timerMs).toBe(Infinity);
});
