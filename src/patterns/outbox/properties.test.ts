/** Random settings, loads and faults: what a whole outbox promises, holds. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import type { Fault } from '../../kernel/faults.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { type Setting, rigWith } from './testing.ts';

const { planFor, runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

const NODES = ['shop', 'db', 'relay', 'relay-2', 'broker', 'email'] as const;
const node = fc.constantFrom(...NODES);
const fromMs = fc.integer({ min: 0, max: 6000 });
const forMs = fc.integer({ min: 20, max: 2500 });
const ratio = fc.double({ min: 0.1, max: 1, noNaN: true });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(node, fromMs, forMs).map(([id, at, long]): Fault => ({ kind: 'crash', node: id, fromMs: at, untilMs: at + long })),
  fc.tuple(node, fromMs, forMs).map(([id, at, long]): Fault => ({ kind: 'pause', node: id, fromMs: at, untilMs: at + long })),
  fc.tuple(fc.constantFrom('dropRequests', 'dropReplies', 'dropMessages'), fromMs, forMs, ratio).map(([kind, at, long, share]): Fault => ({ kind, ratio: share, fromMs: at, untilMs: at + long }) as Fault),
  fc.tuple(fromMs, forMs, ratio, fc.integer({ min: 0, max: 900 })).map(([at, long, share, lagMs]): Fault => ({ kind: 'duplicate', ratio: share, lagMs, fromMs: at, untilMs: at + long })),
);
const setting: fc.Arbitrary<Setting> = fc.record({
  seed: fc.nat(1_000_000), faults: fc.array(fault, { maxLength: 4 }),
  asks: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 6000 }), entity: fc.constantFrom('a', 'b', 'c') }), { minLength: 1, maxLength: 25 }),
  way: fc.constantFrom({ cursor: 'flag' }, { cursor: 'positionHighWater' }, { relay: 'cdc' }, { claim: 'rowLock' }, { order: 'global' }),
  rest: fc.record({ batchSize: fc.integer({ min: 1, max: 20 }), concurrency: fc.integer({ min: 1, max: 8 }), pollIntervalMs: fc.integer({ min: 20, max: 800 }), retention: fc.constantFrom('delete', 'keep') }),
  db: fc.record({ longRatio: fc.constantFrom(0, 0.3), rollbackRatio: fc.constantFrom(0, 0.2) }),
}).map(({ way, rest, ...others }) => ({ ...others, relay: { maxAttempts: 1000, backoffMaxMs: 1000, ...way, ...rest }, relays: ['relay', 'relay-2'], durationMs: 25_000 }));

test('nothing lost, no ghosts, one effect for each event, one order for each aggregate; in the end all is delivered', () => {
  fc.assert(fc.property(setting, (made) => {
    const ran = runSetting({ ...made, trace: false });
    expect(ran.lawsBroken).toEqual([]);
    expect(ran.summary['ledger.owed']).toBe(0);
    expect(ran.summary['ledger.delivered']).toBe(ran.summary['ledger.committed']);
    expect(ran.summary['ledger.applied']).toBe(ran.summary['ledger.delivered']);
  }), { numRuns: Number(process.env.RUNS ?? 60) });
}, 120_000);

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(setting, fc.integer({ min: 0, max: 10_000 }), (made, middleMs) => {
    const plan = planFor(made);
    const { straight, back } = thereAndBack(plan, middleMs);
    expect(back).toBe(straight);
  }), { numRuns: 15 });
}, 120_000);
