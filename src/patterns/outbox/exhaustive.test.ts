/**
 * Every way to die: three orders of two aggregates, with a crash (and restart) at every note of shop, database, relay, broker and consumer, singly
 * and in pairs, and with each message lost or doubled. Whatever is committed is delivered and applied, once and in order; what should break does.
 * `EXHAUSTIVE=full` takes every pair; without it they are thinned out.
 */
import { describe, expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { exploreInPairs, exploreSingly, type Dying } from '../../../test/support/dying.ts';
import { type Setting, rigWith } from './testing.ts';

const { runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

const DOWN_MS = 900;

const dying = (setting: Setting): Dying => ({
  downMs: DOWN_MS,
  // All that matters in a calm run.
  messagesUntilMs: 1000,
  run: (faults) => runSetting({ ...setting, faults }),
  judge({ summary, lawsBroken }) {
    const { 'ledger.owed': owed, 'ledger.delivered': delivered, 'ledger.committed': committed, 'ledger.applied': applied } = summary;
    const problems = [...lawsBroken];
    if (owed !== 0 || delivered !== committed) problems.push(`${committed} committed, ${delivered} delivered, ${owed} still to be published`);
    if (applied! < delivered!) problems.push(`${delivered} delivered, ${applied} applied`);
    return problems;
  },
});
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
    const thin = name === 'flag' ? 6 : 30;
    const tally = exploreInPairs(dying({ durationMs: 12_000, ...setting }), { crashes: thin, mixed: 3 * thin });
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
    // A later order lets the observer see what is overdue.
    const later: Setting = { ...setting, asks: [{ atMs: 10 }, { atMs: 20 }, { atMs: 30, entity: 'b' }, { atMs: 10_000, entity: 'c' }] };
    const tally = exploreSingly(dying(later));
    console.info(`${name}: ${tally.runs} runs explored, ${tally.wrong.length} of them wrong`);
    expect(tally.wrong.some((line) => line.includes(expected)), tally.wrong.slice(0, 3).join('\n')).toBe(true);
  }, 120_000);
});
