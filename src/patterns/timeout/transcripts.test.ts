/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { timeoutStory, type TimeoutParams } from './params.ts';
import { LETTERS, timeoutRig, type TimeoutRig } from './testing.ts';

const print = (rig: TimeoutRig): string => rig.transcript({ sentences: timeoutStory.notes });
const page = (title: string, ...parts: [string, TimeoutRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<TimeoutParams>): string => Object.entries(params).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ');

test('a deadline is passed on, kept, and refused when too little is left', async () => {
  const params = { totalMs: 1000, hopReserveMs: 20, minUsefulMs: 10, cancelMs: { kind: 'constant', ms: 5 } } as const;
  const rig = timeoutRig(params);
  const quick = rig.request(0, { deadlineMs: 400 });
  rig.answer(100, rig.attemptsOf(quick)[0]!, OK);
  rig.request(1000, { deadlineMs: 1400 });
  rig.advance(1500);
  rig.request(2000, { deadlineMs: 2025 });
  await expect(page('Answered in time; given up 20 ms before its caller does; refused', [say(params), rig])).toMatchFileSnapshot('transcripts/deadline.txt');
});

test('nothing is cancelled', async () => {
  const params = { mode: 'fixed', totalMs: 200, connectMs: 100, cancelDownstream: false } as const;
  const rig = timeoutRig(params);
  const call = rig.request(0);
  const [id] = rig.attemptsOf(call);
  rig.answer(350, id!, OK);
  await expect(page('An orphan, and an answer that would have come within twice the limit', [say(params), rig])).toMatchFileSnapshot('transcripts/orphan.txt');
});

test('tries', async () => {
  const params = { onTimeout: 'retry', maxRetries: 2, perTryMs: 300, totalMs: 700 } as const;
  const rig = timeoutRig(params);
  rig.request(0);
  rig.advance(1000);
  await expect(page('Two tries of 300 ms, and a third for the 100 ms that are left', [say(params), rig])).toMatchFileSnapshot('transcripts/tries.txt');
});

test('hedges', async () => {
  const params = { hedge: 'delay', hedgeDelayMs: 50, maxHedges: 2, hedgeBudgetPct: 100, totalMs: 1000 } as const;
  const won = timeoutRig(params);
  const call = won.request(0);
  won.advance(60);
  won.answer(80, won.attemptsOf(call)[1]!, OK);
  const atOnce = timeoutRig(params);
  const other = atOnce.request(0);
  atOnce.answer(10, atOnce.attemptsOf(other)[0]!, LETTERS['v']!);
  atOnce.answer(20, atOnce.attemptsOf(other)[0]!, LETTERS['p']!);
  const pushed = timeoutRig(params);
  const asked = pushed.request(0);
  pushed.answer(10, pushed.attemptsOf(asked)[0]!, LETTERS['q']!);
  pushed.advance(310);
  pushed.answer(320, pushed.attemptsOf(asked)[0]!, OK);
  await expect(page('Copies beside the first', [`${say(params)}: the hedge wins`, won], ['an error that may pass, then a final one', atOnce], ['“in 300 ms”', pushed])).toMatchFileSnapshot('transcripts/hedges.txt');
});

test('connecting', async () => {
  const params = { connect: 'whenBroken', connectMs: 50, onTimeout: 'retry', maxRetries: 1, perTryMs: 200, totalMs: 500 } as const;
  const rig = timeoutRig(params);
  const call = rig.request(0);
  rig.answer(2, rig.attemptsOf(call)[0]!, OK);
  rig.advance(500);
  await expect(page('Connected, no answer, and then nobody there', [say(params), rig])).toMatchFileSnapshot('transcripts/connect.txt');
});

test('a limit that is not kept', async () => {
  const params = { mode: 'fixed', totalMs: 100, connectMs: 50, enforce: 'afterCleanUp', cancelMs: { kind: 'constant', ms: 300 } } as const;
  const rig = timeoutRig(params);
  rig.request(0);
  rig.advance(500);
  await expect(page('The caller waits until the cancelled work has ended', [say(params), rig])).toMatchFileSnapshot('transcripts/clean-up.txt');
});
