/**
 * Every way to die: one transfer among three participants, with a crash (and restart) at every note of every node, singly and in pairs, and
 * with each message lost or doubled once. Correct presets keep atomicity and money, and end every transaction; the others are caught.
 * `EXHAUSTIVE=full` combines all of it; without it the pairs are thinned out.
 */
import { describe, expect, test } from 'vitest';
import { exploreInPairs, exploreSingly, type Dying } from '../../../test/support/dying.ts';
import { coordinatorPresets } from './presets.ts';
import { runSetting, type Setting, type Transacted } from './testing.ts';

/** Few enough runs, and rules that only certain pairs put to the test. */
const WHOLE = new Set(['threePhase', 'replicatedCoordinator', 'percolator']);
const DOWN_MS = 2500;

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

const dying = (setting: Setting): Dying<Transacted> => ({
  downMs: DOWN_MS,
  run: (faults) => runSetting({ ...setting, faults }),
  judge(ran) {
    const committed = ['bank-a', 'bank-b', 'ledger'].map((id) => ran.meters(id).committed!);
    // With more than one transfer the counts say nothing about the first.
    const answer = setting.asks === undefined ? ran.answers[0] : undefined;
    return [
      ...ran.lawsBroken,
      ...(ran.unfinished > 0 ? ['not finished'] : []),
      ...(answer?.kind === 'ok' && committed.some((n) => n !== 1) ? ['answered ok, but not committed everywhere'] : []),
      ...(answer?.detail.startsWith('aborted') === true && committed.some((n) => n !== 0) ? ['answered aborted, but committed somewhere'] : []),
    ];
  },
});

describe('whatever dies, everybody decides alike, no money is lost, and every transaction ends', () => {
  test.each(Object.entries(PRESETS))('%s', (name, setting) => {
    const every = WHOLE.has(name) ? 1 : 5;
    const tally = exploreInPairs(dying(setting), { crashes: every, mixed: every });
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
    // A second transfer later on lets the observer see that the first is overdue.
    const asks = [{ atMs: 0 }, { atMs: 12_000, entity: 'e40' }];
    const tally = exploreSingly(dying({ ...setting, asks }));
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 600_000);
});
