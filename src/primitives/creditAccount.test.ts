import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accrue, createAccount, deposit, drain, levelAt, msUntil, withdraw, withTerms } from './creditAccount.ts';

test('begins full, or as told, and never above the cap', () => {
  expect(createAccount({ cap: 10 }).level).toBe(10);
  expect(createAccount({ cap: 10, initial: 3 }).level).toBe(3);
  expect(createAccount({ cap: 10, initial: 30 }).level).toBe(10);
});

test('what does not fit is spilled', () => {
  const account = createAccount({ cap: 10, initial: 8 });
  deposit(account, 5);
  expect(account).toMatchObject({ level: 10, deposited: 2, spilled: 3 });
});

test('a withdrawal is whole or not at all, and may leave a floor', () => {
  const account = createAccount({ cap: 10 });
  expect(withdraw(account, 4)).toBe(true);
  expect(withdraw(account, 7)).toBe(false);
  expect(withdraw(account, 4, 3)).toBe(false);
  expect(withdraw(account, 3, 3)).toBe(true);
  expect(account).toMatchObject({ level: 3, withdrawn: 7 });
});

test('ten deposits of a tenth pay for one', () => {
  const account = createAccount({ cap: 1, initial: 0 });
  for (let i = 0; i < 10; i++) deposit(account, 0.1);
  expect(withdraw(account, 1)).toBe(true);
  expect(account.level).toBe(0);
});

test('draining takes what there is', () => {
  const account = createAccount({ cap: 10, initial: 0.5 });
  expect([drain(account, 1), account.level]).toEqual([0.5, 0]);
});

test('time refills it, up to the cap; a clock put back takes nothing away', () => {
  const account = createAccount({ cap: 10, initial: 0, refillPerSecond: 4, nowMs: 1000 });
  expect([levelAt(account, 1500), levelAt(account, 500), levelAt(account, 60_000)]).toEqual([2, 0, 10]);
  expect([msUntil(account, 3, 1500), msUntil(account, 11, 1500), msUntil(account, 1, 9000)]).toEqual([250, Infinity, 0]);
  accrue(account, 1500);
  accrue(account, 800);
  expect(account).toMatchObject({ level: 2, atMs: 1500 });
  expect(msUntil(createAccount({ cap: 5, initial: 1 }), 2, 0)).toBe(Infinity);
});

test('under other terms it keeps its share', () => {
  const account = createAccount({ cap: 10, initial: 4 });
  expect(withTerms(account, { cap: 100 }, 0)).toMatchObject({ level: 40, cap: 100 });
});

test('whatever is done, the level stays between 0 and the cap and the books balance', () => {
  const acts = fc.array(fc.tuple(fc.constantFrom('deposit', 'withdraw', 'drain', 'accrue'), fc.double({ min: 0, max: 20, noNaN: true })), { maxLength: 100 });
  fc.assert(fc.property(acts, fc.double({ min: 0, max: 10, noNaN: true }), (list, refillPerSecond) => {
    const account = createAccount({ cap: 10, initial: 5, refillPerSecond });
    let nowMs = 0, refilled = 0;
    for (const [act, amount] of list) {
      const before = account.level;
      if (act === 'deposit') deposit(account, amount);
      else if (act === 'withdraw') withdraw(account, amount);
      else if (act === 'drain') drain(account, amount);
      else { accrue(account, (nowMs += amount * 100)); refilled += account.level - before; }
      expect(account.level).toBeGreaterThanOrEqual(0);
      expect(account.level).toBeLessThanOrEqual(10);
    }
    expect(account.level).toBeCloseTo(5 + refilled + account.deposited - account.withdrawn, 6);
  }));
});
