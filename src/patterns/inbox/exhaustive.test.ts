/**
 * Every way to die: three credits, one of them poison, with a crash (and restart) at every note of producer, broker, consumers and database, singly
 * and in pairs, and with each message lost or doubled. A transactional inbox credits each once and loses none; the other modes are caught.
 * `EXHAUSTIVE=full` takes every pair; without it they are thinned out.
 */
import { describe, expect, test } from 'vitest';
import type { CrashPoint, Fault } from '../../kernel/faults.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { rigWith, type Ran, type Setting } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
const FULL = process.env.EXHAUSTIVE === 'full';
const DOWN_MS = 600;
const KERNEL = new Set(['nodeCrashed', 'nodeRestarted', 'lawBroken']);
const CREDITS = [{ atMs: 10 }, { atMs: 20, poison: true }, { atMs: 30, entity: 'b' }];

function crashPoints(ran: Ran, fromMs = -1): CrashPoint[] {
  const seen = new Map<string, number>();
  return ran.notes().flatMap(({ atMs, node, name }): CrashPoint[] => {
    if (node === 'client' || KERNEL.has(name) || atMs <= fromMs) return [];
    const occurrence = (seen.get(`${node} ${name}`) ?? 0) + 1;
    seen.set(`${node} ${name}`, occurrence);
    return [{ kind: 'crashAt', node, note: name, occurrence, fromMs: Math.max(0, fromMs), downMs: DOWN_MS }];
  });
}
function messageFaults(ran: Ran): Fault[] {
  return ran.hops().flatMap(({ atMs, from, to, op, kind }): Fault[] => {
    if (from === 'client' || kind === 'cancel') return [];
    const span = { fromMs: atMs, untilMs: atMs + 0.0001, from, to, op };
    if (kind === 'reply') return [{ kind: 'dropReplies', ratio: 1, ...span }];
    return [{ kind: kind === 'request' ? 'dropRequests' : 'dropMessages', ratio: 1, ...span }, ...[1, 400].map((lagMs): Fault => ({ kind: 'duplicate', ratio: 1, lagMs, ...span }))];
  });
}
interface Tally { runs: number; readonly wrong: string[] }
function explore(setting: Setting, faults: readonly Fault[], tally: Tally): Ran {
  const ran = runSetting({ ...setting, faults });
  tally.runs++;
  const { pendingCount: one } = ran.meters('consumer-1'), { pendingCount: two } = ran.meters('consumer-2');
  const problems = [...ran.lawsBroken, ...(one! + two! > 0 ? ['not finished'] : [])];
  // What the broker has stored comes to its end: credited, or a dead letter.
  if (ran.meters('broker').backlog! > 0) problems.push('still undelivered');
  if (problems.length > 0) tally.wrong.push(`${problems.join('; ')}: ${faults.map((fault) => JSON.stringify(fault)).join(' + ')}`);
  return ran;
}
const whole: Setting = { asks: CREDITS, durationMs: 14_000, broker: { partitions: 1 }, consumer: { maxAttempts: 2, cleanupEveryMs: 3_600_000 } };
test.each([['oneConsumer', whole], ['two', { ...whole, broker: { partitions: 2 } }], ['withMail', { ...whole, consumer: { ...whole.consumer, sendsMail: true } }]] as const)('whatever dies, each credit once, none lost: %s', (name, setting) => {
  const tally: Tally = { runs: 0, wrong: [] };
  const calm = explore(setting, [], tally);
  expect(tally.wrong, 'without any fault').toEqual([]);
  const messages = messageFaults(calm);
  let turn = 0;
  const due = (every: number): boolean => FULL || turn++ % every === 0;
  for (const fault of messages) explore(setting, [fault], tally);
  for (const first of crashPoints(calm)) {
    const ran = explore(setting, [first], tally);
    const diedMs = ran.notes('nodeCrashed')[0]!.atMs;
    for (const second of crashPoints(ran, diedMs)) if (due(12)) explore(setting, [first, second], tally);
    for (const fault of messages) if (due(36)) explore(setting, [first, fault], tally);
  }
  console.info(`${name}: ${tally.runs} runs explored`);
  expect(tally.runs).toBeGreaterThan(100);
  expect(tally.wrong.slice(0, 5)).toEqual([]);
}, 900_000);

describe('modes that should break do', () => {
  test.each([['none', {}, 'each credit once'], ['markFirst', {}, 'no acknowledged credit is lost'], ['markAfter', {}, 'each credit once'], ['eager', { mode: 'markAfter', ack: 'onReceive' }, 'no acknowledged credit is lost']] as const)('%s', (name, consumer, expected) => {
    const tally: Tally = { runs: 0, wrong: [] };
    const setting: Setting = { asks: [{ atMs: 10 }, { atMs: 20, entity: 'b' }, { atMs: 14_000, entity: 'c' }], durationMs: 15_000, broker: { partitions: 1 }, consumer: { mode: name === 'eager' ? 'markAfter' : name, cleanupEveryMs: 3_600_000, ...consumer } };
    const calm = explore(setting, [], tally);
    for (const fault of [...crashPoints(calm), ...messageFaults(calm)]) explore(setting, [fault], tally);
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 120_000);
});
