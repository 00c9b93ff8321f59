/** Random settings, random loads, random faults: what always holds, holds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../kernel/faults.ts';
import { cloneState } from '../../kernel/clone.ts';
import { freeLock, takeLock, type LockTable } from './locks.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { MEMBERS, planFor, REPLICAS, runSetting, type Setting } from './testing.ts';

const NODES = ['coordinator', ...MEMBERS] as const;
const protocol = fc.constantFrom('presumedAbort', 'presumedNothing', 'replicatedCoordinator', 'percolator');
const inDoubt = fc.constantFrom('inquire', 'cooperative', 'block');
const atMs = fc.integer({ min: 0, max: 9000 });
const node = fc.constantFrom(...NODES, ...REPLICAS);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ node, fromMs: atMs, forMs: fc.integer({ min: 50, max: 4000 }), refuse: fc.boolean() }).map(({ node: id, fromMs, forMs, refuse }): Fault => ({ kind: 'crash', node: id, fromMs, untilMs: fromMs + forMs, refuse })),
  fc.record({ node, fromMs: atMs, forMs: fc.integer({ min: 50, max: 4000 }) }).map(({ node: id, fromMs, forMs }): Fault => ({ kind: 'pause', node: id, fromMs, untilMs: fromMs + forMs })),
  fc.record({ from: node, fromMs: atMs, forMs: fc.integer({ min: 50, max: 3000 }), ratio: fc.double({ min: 0.1, max: 1, noNaN: true }) }).map(({ from, fromMs, forMs, ratio }): Fault => ({ kind: 'dropRequests', from, ratio, fromMs, untilMs: fromMs + forMs })),
  fc.record({ from: node, fromMs: atMs, forMs: fc.integer({ min: 50, max: 3000 }), ratio: fc.double({ min: 0.1, max: 1, noNaN: true }) }).map(({ from, fromMs, forMs, ratio }): Fault => ({ kind: 'dropReplies', from, ratio, fromMs, untilMs: fromMs + forMs })),
  fc.record({ fromMs: atMs, lagMs: fc.integer({ min: 0, max: 3000 }), ratio: fc.double({ min: 0.1, max: 1, noNaN: true }) }).map(({ fromMs, lagMs, ratio }): Fault => ({ kind: 'duplicate', ratio, lagMs, fromMs, untilMs: fromMs + 4000 })),
  fc.record({ fromMs: atMs, lagMs: fc.integer({ min: 1, max: 900 }), ratio: fc.double({ min: 0.1, max: 1, noNaN: true }) }).map(({ fromMs, lagMs, ratio }): Fault => ({ kind: 'reorder', ratio, lagMs, fromMs, untilMs: fromMs + 4000 })),
  fc.record({ fromMs: atMs, split: fc.subarray([...NODES, ...REPLICAS], { minLength: 1, maxLength: 4 }) }).map(({ fromMs, split }): Fault => ({ kind: 'partition', groupA: split, groupB: [...NODES, ...REPLICAS].filter((id) => !split.includes(id)), fromMs, untilMs: fromMs + 3000 })),
);
const load = fc.array(fc.record({ atMs, entity: fc.constantFrom('e1', 'e2', 'e3') }), { minLength: 1, maxLength: 12 });
const world = fc.record({ seed: fc.nat(1_000_000), protocol, inDoubt, parallel: fc.boolean(), readOnly: fc.boolean(), inquiryRatio: fc.constantFrom(0, 0.5), voteNoRatio: fc.constantFrom(0, 0.2), asks: load, faults: fc.array(fault, { maxLength: 4 }) });
const settingOf = ({ seed, protocol: name, inDoubt: policy, parallel, readOnly, inquiryRatio, voteNoRatio, asks, faults }: typeof world extends fc.Arbitrary<infer T> ? T : never): Setting => ({
  seed, asks, faults, replicas: true, durationMs: 60_000,
  coordinator: { protocol: name, parallel, readOnly, inquiryRatio, accounts: 3, orphanScan: name === 'presumedAbort' },
  // Who only waits relies on being told again, which an abort is not under the other protocols.
  participant: { inDoubt: name === 'replicatedCoordinator' && policy !== 'inquire' ? 'inquire' : name === 'presumedNothing' && policy === 'cooperative' ? 'inquire' : policy, voteNoRatio },
});
const RUNS = Number(process.env.RUNS ?? 150);

test('whatever is lost, doubled, late, split, frozen or dead: one outcome for all, no money made or lost', () => {
  fc.assert(fc.property(world, (made) => {
    const ran = runSetting({ ...settingOf(made), trace: false });
    expect(ran.lawsBroken).toEqual([]);
    expect(ran.error).toBe(0);
  }), { numRuns: RUNS });
}, 120_000);

test('after the last fault every transaction ends', () => {
  fc.assert(fc.property(world, (made) => {
    // There an old lock stays until somebody wants the row.
    fc.pre(made.protocol !== 'percolator' || made.inDoubt !== 'block');
    expect(runSetting({ ...settingOf(made), trace: false, check: 'sample' }).unfinished).toBe(0);
  }), { numRuns: RUNS });
}, 120_000);

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(world, fc.integer({ min: 0, max: 12_000 }), (made, middleMs) => {
    const plan = planFor(settingOf(made));
    const { straight, back } = thereAndBack(plan, middleMs);
    expect(back).toBe(straight);
  }), { numRuns: Math.ceil(RUNS / 5) });
}, 120_000);

test('a lock has one holder, those in the queue get it in the order of coming, and nobody is lost', () => {
  fc.assert(fc.property(fc.array(fc.record({ take: fc.boolean(), tx: fc.integer({ min: 1, max: 5 }).map(String), row: fc.constantFrom('x', 'y') }), { maxLength: 60 }), (steps) => {
    const table: LockTable = new Map();
    const model = new Map<string, string[]>();
    for (const { take, tx, row } of steps) {
      const line = model.get(row) ?? [];
      if (take) {
        if (!line.includes(tx)) line.push(tx);
        expect(takeLock(table, row, tx, 0)).toBe(line[0] === tx);
      } else {
        const held = line[0] === tx;
        const rest = line.filter((each) => each !== tx);
        line.splice(0, line.length, ...rest);
        expect(freeLock(table, row, tx, 0)).toBe(held ? rest[0] : undefined);
      }
      model.set(row, line);
      const lock = cloneState(table).get(row);
      expect(lock === undefined ? [] : [lock.holder, ...lock.queue]).toEqual(line);
    }
  }));
});
