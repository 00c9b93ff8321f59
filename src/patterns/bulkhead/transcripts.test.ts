/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { TIMEOUT } from '../../kernel/contract.ts';
import { bulkheadStory, type BulkheadParams } from './params.ts';
import { bulkheadRig, type BulkheadRig } from './testing.ts';

const print = (rig: BulkheadRig): string => rig.transcript({ sentences: bulkheadStory.notes });
const page = (title: string, ...parts: [string, BulkheadRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<BulkheadParams>): string => Object.entries(params).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ');

test('full, waiting, waited too long', async () => {
  const params = { maxConcurrentCalls: 1, queueCapacity: 2, maxWaitDurationMs: 100 };
  const rig = bulkheadRig(params);
  const calls = rig.burst(0, 4);
  rig.done(50, calls[0]!);
  rig.advance(100);
  rig.done(150, calls[1]!);
  await expect(page('One permit, two places to wait, for 100 ms', [say(params), rig])).toMatchFileSnapshot('transcripts/waits.txt');
});

test('reserve and shared rest', async () => {
  const params = { maxConcurrentCalls: 3, compartmentBy: 'op', compartments: [{ name: 'orders', reserve: 1, max: 3, of: ['order'] }, { name: 'reports', reserve: 0, max: 2, of: ['report'] }] } as const;
  const rig = bulkheadRig(params as unknown as Partial<BulkheadParams>);
  const reports = rig.burst(0, 3, { op: 'report' });
  rig.burst(10, 2, { op: 'order' });
  rig.done(20, reports[0]!);
  rig.burst(30, 1, { op: 'order' });
  await expect(page('Reports may borrow two of three permits, never the one of orders', [say(params as never), rig])).toMatchFileSnapshot('transcripts/compartments.txt');
});

test('a pool grows and shrinks', async () => {
  const params = { kind: 'threadPool', coreSize: 1, maxSize: 2, queueCapacity: 1, limitWait: false, keepAliveMs: 20 } as const;
  const rig = bulkheadRig(params);
  const calls = rig.burst(0, 4);
  rig.done(10, calls[2]!);
  rig.done(20, calls[0]!);
  rig.done(30, calls[1]!);
  rig.advance(100);
  await expect(page('The third call finds the queue full: a thread is started for it, and it overtakes the second', [say(params), rig])).toMatchFileSnapshot('transcripts/pool.txt');
});

test('a shrink drains', async () => {
  const rig = bulkheadRig({ maxConcurrentCalls: 3 });
  const calls = rig.burst(0, 3);
  rig.setParams(10, { maxConcurrentCalls: 1 });
  rig.done(20, calls[0]!); rig.done(30, calls[1]!);
  rig.burst(40, 1);
  rig.done(50, calls[2]!);
  rig.burst(60, 1);
  await expect(page('From three permits to one while three are in use', ['maxConcurrentCalls 3', rig])).toMatchFileSnapshot('transcripts/drains.txt');
});

test('the caller gives up', async () => {
  const heeds = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, limitWait: false });
  const deaf = bulkheadRig({ maxConcurrentCalls: 1, queueCapacity: 1, limitWait: false, heedCancel: false });
  for (const rig of [heeds, deaf]) {
    const [first, second] = rig.burst(0, 2);
    rig.giveUp(10, second!);
    rig.giveUp(20, first!);
    rig.burst(30, 1);
    if (rig === deaf) rig.done(40, first!);
  }
  await expect(page('One is in, one waits, and both are given up', ['heeded', heeds], ['not heeded: the place is held until the end', deaf])).toMatchFileSnapshot('transcripts/given-up.txt');
});

test('a limit that adapts', async () => {
  const params = { kind: 'adaptive', algorithm: 'aimd', initialLimit: 2, minLimit: 1, maxLimit: 10, backoffRatio: 0.5 } as const;
  const rig = bulkheadRig(params);
  const calls = rig.burst(0, 3);
  rig.done(10, calls[0]!); rig.done(10, calls[1]!);
  const more = rig.burst(20, 4);
  rig.done(30, more[0]!, TIMEOUT);
  await expect(page('AIMD: one more after each good answer, half after a time-out', [say(params), rig])).toMatchFileSnapshot('transcripts/adapts.txt');
});

test('a deadlock, and the finite wait that ends it', async () => {
  const params = { maxConcurrentCalls: 1, queueCapacity: 5, maxWaitDurationMs: 300 };
  const rig = bulkheadRig(params);
  const parent = rig.request(0);
  rig.request(10, { parent });
  rig.advance(400);
  await expect(page('A call waits for the permit that its own parent holds', [say(params), rig])).toMatchFileSnapshot('transcripts/deadlock.txt');
});
