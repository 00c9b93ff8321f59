/** What holds of accounts whatever is asked of them: decisions, folds in any schema, upcasting. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendEvents, createEventLog, readStream } from '../../primitives/eventStream.ts';
import { foldEvents } from '../../primitives/eventStreamFold.ts';
import { EVOLVE, FIRST_LIMIT, NO_ACCOUNT, UPCASTERS, centsOf, decide, deltaOf, euros, type Account } from './account.ts';

const rule = (schema: number, upcasters = UPCASTERS) => ({ schema, upcasters, ignoreUnknown: false });
const commands = fc.array(fc.record({ deed: fc.constantFrom('deposit' as const, 'withdraw' as const, 'setLimit' as const), amount: fc.integer({ min: 1, max: 80 }).map((n) => n * 100), schema: fc.constantFrom(1, 2, 3) }), { maxLength: 40 });

test('written by any releases in turn and read by the newest: Σ deposits − Σ withdrawals, never below zero, whatever snapshot is between', () => {
  fc.assert(fc.property(commands, fc.nat(40), (all, k) => {
    const log = createEventLog();
    appendEvents(log, 'a', -1, [{ id: 'open', type: 'Opened', schema: 1, data: { holder: 'x', limit: FIRST_LIMIT } }], 0);
    let sum = 0;
    for (const [i, { schema, ...command }] of all.entries()) {
      const now = foldEvents(NO_ACCOUNT, -1, readStream(log, 'a'), EVOLVE[2]!, rule(3)).state;
      // An older release decides by its own view of the same money.
      const seen: Account = schema === 1 ? { ...now, balance: now.balance / 100 } : now;
      const result = decide(seen, command, schema);
      if ('refused' in result) continue;
      sum += result.delta;
      appendEvents(log, 'a', log.next - 1, [{ id: `c${i}`, ...result.event }], 0);
    }
    const events = readStream(log, 'a');
    const whole = foldEvents(NO_ACCOUNT, -1, events, EVOLVE[2]!, rule(3));
    expect(whole.state.balance).toBe(sum);
    expect(sum).toBeGreaterThanOrEqual(0);
    expect(events.reduce((total, event) => total + deltaOf(event), 0)).toBe(sum);
    const early = foldEvents(NO_ACCOUNT, -1, events.slice(0, k), EVOLVE[2]!, rule(3));
    expect(foldEvents(early.state, early.version, events.slice(k), EVOLVE[2]!, rule(3)).state).toEqual(whole.state);
  }), { numRuns: 150 });
});

test('without upcasters the newest release knows no old movement', () => {
  const log = createEventLog();
  appendEvents(log, 'a', -1, [{ id: 'o', type: 'Opened', schema: 1, data: { limit: 1 } }, { id: 'm', type: 'MoneyIn', schema: 1, data: { amount: 5 } }], 0);
  expect(foldEvents(NO_ACCOUNT, -1, readStream(log, 'a'), EVOLVE[2]!, rule(3, [])).unknown?.type).toBe('MoneyIn');
  expect(centsOf(foldEvents(NO_ACCOUNT, -1, readStream(log, 'a'), EVOLVE[0]!, rule(1)).state, 1)).toBe(500);
});

test('sums as text', () => expect([0, 5, -12_345, 100].map(euros)).toEqual(['0.00', '0.05', '−123.45', '1.00']));
