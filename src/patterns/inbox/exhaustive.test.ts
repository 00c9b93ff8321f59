/**
 * Every way to die: three credits, one of them poison, with a crash (and restart) at every note of producer, broker, consumers and database, singly
 * and in pairs, and with each message lost or doubled. A transactional inbox credits each once and loses none; the other modes are caught.
 * `EXHAUSTIVE=full` takes every pair; without it they are thinned out.
 */
import { describe, expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { exploreInPairs, exploreSingly, type Dying } from '../../../test/support/dying.ts';
import { rigWith, type Setting } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
const DOWN_MS = 600;
const CREDITS = [{ atMs: 10 }, { atMs: 20, poison: true }, { atMs: 30, entity: 'b' }];

const dying = (setting: Setting): Dying => ({
  downMs: DOWN_MS,
  run: (faults) => runSetting({ ...setting, faults }),
  judge(ran) {
    const { pendingCount: one } = ran.meters('consumer-1'), { pendingCount: two } = ran.meters('consumer-2');
    const problems = [...ran.lawsBroken, ...(one! + two! > 0 ? ['not finished'] : [])];
    // What the broker has stored comes to its end: credited, or a dead letter.
    if (ran.meters('broker').backlog! > 0) problems.push('still undelivered');
    return problems;
  },
});
const whole: Setting = { asks: CREDITS, durationMs: 14_000, broker: { partitions: 1 }, consumer: { maxAttempts: 2, cleanupEveryMs: 3_600_000 } };
test.each([['oneConsumer', whole], ['two', { ...whole, broker: { partitions: 2 } }], ['withMail', { ...whole, consumer: { ...whole.consumer, sendsMail: true } }]] as const)('whatever dies, each credit once, none lost: %s', (name, setting) => {
  const tally = exploreInPairs(dying(setting), { crashes: 12, mixed: 36 });
  console.info(`${name}: ${tally.runs} runs explored`);
  expect(tally.runs).toBeGreaterThan(100);
  expect(tally.wrong.slice(0, 5)).toEqual([]);
}, 900_000);

describe('modes that should break do', () => {
  test.each([['none', {}, 'each credit once'], ['markFirst', {}, 'no acknowledged credit is lost'], ['markAfter', {}, 'each credit once'], ['eager', { mode: 'markAfter', ack: 'onReceive' }, 'no acknowledged credit is lost']] as const)('%s', (name, consumer, expected) => {
    const setting: Setting = { asks: [{ atMs: 10 }, { atMs: 20, entity: 'b' }, { atMs: 14_000, entity: 'c' }], durationMs: 15_000, broker: { partitions: 1 }, consumer: { mode: name === 'eager' ? 'markAfter' : name, cleanupEveryMs: 3_600_000, ...consumer } };
    const tally = exploreSingly(dying(setting));
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 120_000);
});
