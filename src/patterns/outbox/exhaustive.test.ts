/**
 * Every way to die: three orders of two aggregates, with a crash (and restart) at every note of shop, database, relay, broker and consumer, singly
 * and in pairs, and with each message lost or doubled. Whatever is committed is delivered and applied, once and in order; what should break does.
 * `EXHAUSTIVE=full` takes every pair; without it they are thinned out.
 */
import { describe, expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import type { CrashPoint, Fault } from '../../kernel/faults.ts';
import { type Ran, type Setting, rigWith } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

const FULL = process.env.EXHAUSTIVE === 'full';
const DOWN_MS = 900;
const KERNEL = new Set(['nodeCrashed', 'nodeRestarted', 'lawBroken']);

function crashPoints(ran: Ran, fromMs = -1): CrashPoint[] {
  const seen = new Map<string, number>();
  const points: CrashPoint[] = [];
  for (const { atMs, node, name } of ran.notes()) {
    if (node === 'client' || KERNEL.has(name) || atMs <= fromMs) continue;
    const key = `${node} ${name}`;
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    points.push({ kind: 'crashAt', node, note: name, occurrence, fromMs: Math.max(0, fromMs), downMs: DOWN_MS });
  }
  return points;
}
/** Each message of the first second (all that matters in a calm run) lost, or doubled with a short and a long lag. */
function messageFaults(ran: Ran): Fault[] {
  return ran.hops().flatMap(({ atMs, from, to, op, kind }): Fault[] => {
    if (from === 'client' || kind === 'cancel' || atMs > 1000) return [];
    const span = { fromMs: atMs, untilMs: atMs + 0.0001, from, to, op };
    if (kind === 'reply') return [{ kind: 'dropReplies', ratio: 1, ...span }];
    return [{ kind: kind === 'request' ? 'dropRequests' : 'dropMessages', ratio: 1, ...span }, ...[1, 400].map((lagMs): Fault => ({ kind: 'duplicate', ratio: 1, lagMs, ...span }))];
  });
}

interface Tally { runs: number; readonly wrong: string[] }
function explore(setting: Setting, faults: readonly Fault[], tally: Tally): Ran {
  const ran = runSetting({ ...setting, faults });
  tally.runs++;
  const { 'ledger.owed': owed, 'ledger.delivered': delivered, 'ledger.committed': committed, 'ledger.applied': applied } = ran.summary;
  const problems = [...ran.lawsBroken];
  if (owed !== 0 || delivered !== committed) problems.push(`${committed} committed, ${delivered} delivered, ${owed} still to be published`);
  if (applied! < delivered!) problems.push(`${delivered} delivered, ${applied} applied`);
  if (problems.length > 0) tally.wrong.push(`${problems.join('; ')}: ${faults.map((fault) => JSON.stringify(fault)).join(' + ')}`);
  return ran;
}
function exploreAll(setting: Setting, thin: number): Tally {
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
    for (const second of crashPoints(ran, diedMs)) if (due(thin)) explore(setting, [first, second], tally);
    for (const fault of messages) if (due(3 * thin)) explore(setting, [first, fault], tally);
  }
  return tally;
}
const TWO = ['relay', 'relay-2'] as const;
const WHOLE: Readonly<Record<string, Setting>> = {
  flag: {},
  highWater: { relay: { cursor: 'positionHighWater' } },
  log: { relay: { relay: 'cdc', tailEveryMs: 100 } },
  global: { relay: { order: 'global' } },
  twoWithOneLeader: { relays: TWO },
  skipLocked: { relays: TWO, relay: { claim: 'rowLock' } },
  byHash: { relays: TWO, relay: { claim: 'partitionByKey' } },
};
describe('whatever dies, what is committed is delivered, once for each consumer, in order, and nothing else is', () => {
  test.each(Object.entries(WHOLE))('%s', (name, setting) => {
    const tally = exploreAll({ durationMs: 12_000, ...setting }, name === 'flag' ? 6 : 30);
    console.info(`${name}: ${tally.runs} runs explored`);
    expect(tally.runs).toBeGreaterThan(100);
    expect(tally.wrong.slice(0, 5)).toEqual([]);
  }, 900_000);
});

describe('presets that should break do', () => {
  const BROKEN: Readonly<Record<string, readonly [Setting, string]>> = {
    publishAfterCommit: [{ shop: { mode: 'publishAfterCommit' } }, 'no committed event is lost'],
    publishBeforeCommit: [{ shop: { mode: 'publishBeforeCommit' } }, 'nothing is announced that did not happen'],
    separateWrites: [{ shop: { mode: 'separateWrites' } }, 'no committed event is lost'],
    markedBefore: [{ relay: { markPolicy: 'beforePublish' } }, 'no committed event is lost'],
    noInbox: [{ consumer: { consumerDedupe: 'off' } }, 'each consumer applies an event once'],
    skipped: [{ relay: { order: 'none', concurrency: 1 } }, 'one aggregate, one order'],
  };
  test.each(Object.entries(BROKEN))('%s', (name, [setting, expected]) => {
    const tally: Tally = { runs: 0, wrong: [] };
    // A later order lets the observer see what is overdue.
    const later: Setting = { ...setting, asks: [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }, { atMs: 10_000, entity: 'c' }] };
    const calm = explore(later, [], tally);
    for (const fault of [...crashPoints(calm), ...messageFaults(calm)]) explore(later, [fault], tally);
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 120_000);
});
