/**
 * Every way to die: a crash (and restart) at every note of every node, and each message lost or doubled, singly and in pairs. The second of a pair
 * is taken from the run that has the first, so that recovery is explored too. `EXHAUSTIVE=full` takes every pair; without it they are thinned out.
 */
import { expect } from 'vitest';
import type { CrashPoint, Fault } from '../../src/kernel/faults.ts';
import type { Ran } from '../../src/kernel/harnessWorld.ts';

const FULL = process.env.EXHAUSTIVE === 'full';
const KERNEL = new Set(['nodeCrashed', 'nodeRestarted', 'lawBroken']);
/** The node of the callers: it is outside of what may die. */
const CLIENT = 'client';

export interface Dying<R extends Ran = Ran> {
  readonly downMs: number;
  /** Messages sent later are left alone. Default: none are. */
  readonly messagesUntilMs?: number;
  /** What is wrong with a run; nothing when all is as it should be. */
  judge(ran: R): readonly string[];
  run(faults: readonly Fault[]): R;
}
export interface Tally {
  runs: number;
  readonly wrong: string[];
}

/** All crash points of a run after `fromMs`, by node, note and how often it has come since then. */
function crashPoints(ran: Ran, downMs: number, fromMs = -1): CrashPoint[] {
  const seen = new Map<string, number>();
  return ran.notes().flatMap(({ atMs, node, name }): CrashPoint[] => {
    if (node === CLIENT || KERNEL.has(name) || atMs <= fromMs) return [];
    const occurrence = (seen.get(`${node} ${name}`) ?? 0) + 1;
    seen.set(`${node} ${name}`, occurrence);
    return [{ kind: 'crashAt', node, note: name, occurrence, fromMs: Math.max(0, fromMs), downMs }];
  });
}
/** Each message of a run lost, or (not replies) doubled with a short and a long lag. */
function messageFaults(ran: Ran, untilMs = Infinity): Fault[] {
  return ran.hops().flatMap(({ atMs, from, to, op, kind }): Fault[] => {
    if (from === CLIENT || kind === 'cancel' || atMs > untilMs) return [];
    const span = { fromMs: atMs, untilMs: atMs + 0.0001, from, to, op };
    if (kind === 'reply') return [{ kind: 'dropReplies', ratio: 1, ...span }];
    return [{ kind: kind === 'request' ? 'dropRequests' : 'dropMessages', ratio: 1, ...span }, ...[1, 400].map((lagMs): Fault => ({ kind: 'duplicate', ratio: 1, lagMs, ...span }))];
  });
}
function explore<R extends Ran>({ run, judge }: Dying<R>, faults: readonly Fault[], tally: Tally): Ran {
  const ran = run(faults);
  tally.runs++;
  const problems = judge(ran);
  if (problems.length > 0) tally.wrong.push(`${problems.join('; ')}: ${faults.map((fault) => JSON.stringify(fault)).join(' + ')}`);
  return ran;
}

/** Single faults only, whatever comes of them: for what should break. */
export function exploreSingly<R extends Ran>(dying: Dying<R>): Tally {
  const tally: Tally = { runs: 0, wrong: [] };
  const calm = explore(dying, [], tally);
  for (const fault of [...crashPoints(calm, dying.downMs), ...messageFaults(calm, dying.messagesUntilMs)]) explore(dying, [fault], tally);
  return tally;
}
/** All single faults, and every so manieth pair of crashes (`crashes`) and of a crash with a message (`mixed`). The calm run must be right. */
export function exploreInPairs<R extends Ran>(dying: Dying<R>, every: { readonly crashes: number; readonly mixed: number }): Tally {
  const tally: Tally = { runs: 0, wrong: [] };
  const calm = explore(dying, [], tally);
  expect(tally.wrong, 'without any fault').toEqual([]);
  const messages = messageFaults(calm, dying.messagesUntilMs);
  let turn = 0;
  const due = (nth: number): boolean => FULL || turn++ % nth === 0;
  for (const fault of messages) explore(dying, [fault], tally);
  for (const first of crashPoints(calm, dying.downMs)) {
    const ran = explore(dying, [first], tally);
    const diedMs = ran.notes('nodeCrashed')[0]!.atMs;
    for (const second of crashPoints(ran, dying.downMs, diedMs)) if (due(every.crashes)) explore(dying, [first, second], tally);
    for (const fault of messages) if (due(every.mixed)) explore(dying, [first, fault], tally);
  }
  return tally;
}
