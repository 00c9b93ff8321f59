import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterCrash, append, compact, createLog, FSYNC, isDurable, sync, synced, undurable, type AppendLog } from './appendLog.ts';

/** Remembers the timers that were asked for. */
const clock = () => {
  const set: string[] = [];
  return { set, after: (delayMs: number, key: string | number, order?: string) => { set.push(`${String(key)} ${delayMs} ${order}`); } };
};
const records = <R>(log: AppendLog<R>): R[] => log.entries.map(({ record }) => record);

describe('the log', () => {
  test('makes durable what had been appended when the fsync began, and begins the next by itself', () => {
    const log = createLog<string>();
    const ctx = clock();
    append(log, 'a');
    append(log, 'b');
    sync(log, 2, ctx);
    const c = append(log, 'c');
    sync(log, 2, ctx); // one fsync at a time
    expect(ctx.set).toEqual([`${FSYNC} 2 completion`]);
    expect(synced(log, 2, ctx)).toEqual(['a', 'b']);
    expect([isDurable(log, 2), isDurable(log, c)]).toEqual([true, false]);
    expect(ctx.set).toHaveLength(2);
    expect(synced(log, 2, ctx)).toEqual(['c']);
    expect(ctx.set).toHaveLength(2); // nothing is left to write
    expect(log.syncs).toBe(2);
  });

  test('a crash loses what is not yet durable, the fsync under way included', () => {
    const log = createLog<string>();
    const ctx = clock();
    append(log, 'kept');
    sync(log, 2, ctx);
    synced(log, 2, ctx);
    append(log, 'being written');
    sync(log, 2, ctx);
    append(log, 'only in memory');
    expect(undurable(log)).toEqual(['only in memory', 'being written']);
    const left = afterCrash(log);
    expect(records(left)).toEqual(['kept']);
    expect(left.syncing).toBe(0);
    expect(append(left, 'next')).toBe(2);
    sync(left, 2, ctx);
    expect(synced(left, 2, ctx)).toEqual(['next']);
  });

  test('dropping old records changes neither positions nor what is durable', () => {
    const log = createLog<number>();
    const ctx = clock();
    for (let n = 1; n <= 4; n++) append(log, n);
    sync(log, 0, ctx);
    synced(log, 0, ctx);
    append(log, 5);
    compact(log, (n) => n === 3);
    expect(records(log)).toEqual([3, 5]); // the last is not durable yet, so it stays
    expect(append(log, 6)).toBe(6);
  });

  test('whatever the order of appends, fsyncs and crashes: what was reported durable survives, in order and once', () => {
    const steps = fc.array(fc.constantFrom('append', 'sync', 'synced', 'crash'), { maxLength: 60 });
    fc.assert(fc.property(steps, (script) => {
      let log = createLog<number>();
      const ctx = clock();
      const reported: number[] = [];
      let next = 0;
      for (const step of script) {
        if (step === 'append') append(log, next++);
        else if (step === 'sync') sync(log, 1, ctx);
        else if (step === 'crash') log = afterCrash(log);
        else if (log.syncing > 0) reported.push(...synced(log, 1, ctx));
      }
      expect(records(afterCrash(log))).toEqual(reported);
      expect(new Set(reported).size).toBe(reported.length);
    }));
  });
});
