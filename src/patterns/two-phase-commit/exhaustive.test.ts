/**
 * Every way to die: one transfer among three participants, with a crash (and restart) at every note of every node, singly and in pairs, and
 * with each message lost or doubled once. Correct presets keep atomicity and money, and end every transaction; the others are caught.
 * `EXHAUSTIVE=full` combines all of it; without it the pairs are thinned out.
 */
import { describe, expect, test } from 'vitest';
import type { CrashPoint, Fault } from '../../kernel/faults.ts';
import { HOP } from '../../kernel/trace.ts';
import { coordinatorPresets } from './presets.ts';
import { runSetting, type Ran, type Setting } from './testing.ts';

const FULL = process.env.EXHAUSTIVE === 'full';
/** Few enough runs, and rules that only certain pairs put to the test. */
const WHOLE = new Set(['threePhase', 'replicatedCoordinator', 'percolator']);
const DOWN_MS = 2500;
const KERNEL = new Set(['nodeCrashed', 'nodeRestarted', 'lawBroken']);

const PRESETS: Readonly<Record<string, Setting>> = {
  presumedAbort: {},
  presumedNothing: { coordinator: { protocol: 'presumedNothing' } },
  cooperative: { participant: { inDoubt: 'cooperative' } },
  blocking: { participant: { inDoubt: 'block' } },
  oneByOne: { coordinator: { parallel: false } },
  replicatedCoordinator: { replicas: true, coordinator: { protocol: 'replicatedCoordinator', orphanScan: false } },
  threePhase: { coordinator: { protocol: 'threePhase', orphanScan: false } },
  percolator: { coordinator: { protocol: 'percolator', orphanScan: false } },
};

/** All crash points that a run has, from `fromMs` on, by node, note and how often it has come. */
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
/** Each message of a run lost, or (requests) doubled with a short and a long lag. */
function messageFaults(ran: Ran): Fault[] {
  const faults: Fault[] = [];
  for (const { atMs, from, to, op, kind } of ran.hops()) {
    if (from === 'client' || (kind !== HOP.request && kind !== HOP.reply)) continue;
    const span = { fromMs: atMs, untilMs: atMs + 0.0001, from, to, op };
    if (kind === HOP.reply) faults.push({ kind: 'dropReplies', ratio: 1, ...span });
    else faults.push({ kind: 'dropRequests', ratio: 1, ...span }, ...[1, 400].map((lagMs): Fault => ({ kind: 'duplicate', ratio: 1, lagMs, ...span })));
  }
  return faults;
}

interface Tally { runs: number; readonly wrong: string[] }
function explore(setting: Setting, faults: readonly Fault[], tally: Tally): Ran {
  const ran = runSetting({ ...setting, faults });
  tally.runs++;
  const committed = ['bank-a', 'bank-b', 'ledger'].map((id) => ran.meters(id).committed!);
  // With more than one transfer the counts say nothing about the first.
  const answer = setting.asks === undefined ? ran.answers[0] : undefined;
  const problems = [
    ...ran.lawsBroken,
    ...(ran.unfinished > 0 ? ['not finished'] : []),
    ...(answer?.kind === 'ok' && committed.some((n) => n !== 1) ? ['answered ok, but not committed everywhere'] : []),
    ...(answer?.detail.startsWith('aborted') === true && committed.some((n) => n !== 0) ? ['answered aborted, but committed somewhere'] : []),
  ];
  if (problems.length > 0) tally.wrong.push(`${problems.join('; ')}: ${faults.map((fault) => JSON.stringify(fault)).join(' + ')}`);
  return ran;
}

function exploreAll(setting: Setting, thin: number): Tally {
  const tally: Tally = { runs: 0, wrong: [] };
  const calm = explore(setting, [], tally);
  expect(tally.wrong, 'without any fault').toEqual([]);
  const messages = messageFaults(calm);
  for (const fault of messages) explore(setting, [fault], tally);
  let turn = 0;
  for (const first of crashPoints(calm)) {
    const ran = explore(setting, [first], tally);
    const diedMs = ran.notes('nodeCrashed')[0]!.atMs;
    for (const second of crashPoints(ran, diedMs)) if (turn++ % thin === 0) explore(setting, [first, second], tally);
    for (const fault of messages) if (turn++ % thin === 0) explore(setting, [first, fault], tally);
  }
  return tally;
}

describe('whatever dies, everybody decides alike, no money is lost, and every transaction ends', () => {
  test.each(Object.entries(PRESETS))('%s', (name, setting) => {
    const tally = exploreAll(setting, FULL || WHOLE.has(name) ? 1 : 5);
    console.info(`${name}: ${tally.runs} runs explored`);
    expect(tally.runs).toBeGreaterThan(100);
    expect(tally.wrong.slice(0, 5)).toEqual([]);
  }, 600_000);
});

describe('presets that should break do', () => {
  const BROKEN: Readonly<Record<string, readonly [Setting, string]>> = {
    original: [{ coordinator: coordinatorPresets.original.params, participant: { inDoubt: 'block', idempotentCommit: false } }, 'not finished'],
    noLog: [{ coordinator: { coordLog: 'none', recoveryScanMs: 0 } }, 'not finished'],
    heuristicRollback: [{ participant: { inDoubt: 'heuristicRollback', heuristicAfterMs: 1500 } }, 'one outcome for all'],
    heuristicCommit: [{ participant: { inDoubt: 'heuristicCommit', heuristicAfterMs: 1500 } }, 'one outcome for all'],
    repeatedCommit: [{ participant: { idempotentCommit: false } }, 'no money is made or lost'],
    bestEffort: [{ baseline: true }, 'no money is made or lost'],
  };
  test.each(Object.entries(BROKEN))('%s', (name, [setting, expected]) => {
    const tally: Tally = { runs: 0, wrong: [] };
    // A second transfer later on lets the observer see that the first is overdue.
    const asks = [{ atMs: 0 }, { atMs: 12_000, entity: 'e40' }];
    const calm = explore({ ...setting, asks }, [], tally);
    for (const fault of [...crashPoints(calm), ...messageFaults(calm)]) explore({ ...setting, asks }, [fault], tally);
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 600_000);
});
