/** Random settings, loads and faults: a transactional inbox credits each once and loses none. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../kernel/faults.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { thereAndBack } from '../../../test/support/goingBack.ts';
import { rigWith, type Setting } from './testing.ts';

const { planFor, runSetting } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
const node = fc.constantFrom('producer', 'broker', 'consumer-1', 'consumer-2', 'accounts');
const fromMs = fc.integer({ min: 0, max: 5000 });
const forMs = fc.integer({ min: 20, max: 2500 });
const ratio = fc.double({ min: 0.1, max: 1, noNaN: true });
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(node, fromMs, forMs).map(([id, at, long]): Fault => ({ kind: 'crash', node: id, fromMs: at, untilMs: at + long })),
  fc.tuple(node, fromMs, forMs).map(([id, at, long]): Fault => ({ kind: 'pause', node: id, fromMs: at, untilMs: at + long })),
  fc.tuple(fc.constantFrom('dropRequests', 'dropReplies', 'dropMessages'), fromMs, forMs, ratio).map(([kind, at, long, share]): Fault => ({ kind, ratio: share, fromMs: at, untilMs: at + long }) as Fault),
  fc.tuple(fromMs, forMs, ratio, fc.integer({ min: 0, max: 900 })).map(([at, long, share, lagMs]): Fault => ({ kind: 'duplicate', from: 'broker', ratio: share, lagMs, fromMs: at, untilMs: at + long })),
);
const setting: fc.Arbitrary<Setting> = fc.record({
  seed: fc.nat(1_000_000), faults: fc.array(fault, { maxLength: 4 }),
  asks: fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 5000 }), entity: fc.constantFrom('a', 'b', 'c'), poison: fc.constantFrom(false, false, false, true) }), { minLength: 1, maxLength: 20 }),
  consumer: fc.record({ heartbeat: fc.boolean(), serializeBy: fc.constantFrom('none', 'key'), concurrency: fc.integer({ min: 1, max: 6 }), maxAttempts: fc.integer({ min: 1, max: 4 }), backoffMs: fc.constantFrom(0, 100), visibilityMs: fc.constantFrom(200, 700), cleanupEveryMs: fc.constantFrom(500, 5000), sendsMail: fc.boolean() }),
}).map((made) => ({ ...made, durationMs: 30_000 }));

test('each credit once, none lost; in the end everything is credited or a dead letter', () => {
  fc.assert(fc.property(setting, (made) => {
    const ran = runSetting({ ...made, trace: false });
    expect(ran.lawsBroken).toEqual([]);
    expect(ran.meters('broker').backlog).toBe(0);
  }), { numRuns: Number(process.env.RUNS ?? 60) });
}, 120_000);

test('going back to a checkpoint changes nothing', () => {
  fc.assert(fc.property(setting, fc.integer({ min: 0, max: 9000 }), (made, middleMs) => {
    const plan = planFor(made);
    const { straight, back } = thereAndBack(plan, middleMs);
    expect(back).toBe(straight);
  }), { numRuns: 15 });
}, 120_000);
