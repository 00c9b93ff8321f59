/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { limitStory, type LimitParams } from './params.ts';
import { limitRig, type LimitRig } from './testing.ts';

const print = (rig: LimitRig): string => rig.transcript({ sentences: limitStory.notes });
const page = (title: string, ...parts: [string, LimitRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<LimitParams>): string => Object.entries(params).filter(([, value]) => typeof value !== 'object').map(([name, value]) => `${name} ${String(value)}`).join(', ');
const small = { capacity: 2, ratePerSecond: 2, retryAfterJitter: 0 } as const;

test('a burst, a refusal, a comeback', async () => {
  const rig = limitRig(small);
  rig.ask(0); rig.ask(10); rig.ask(20); rig.ask(500.001); rig.advance(3000);
  await expect(page('Two tokens: the third request comes too early, and again when it was told', [say(small), rig])).toMatchFileSnapshot('transcripts/refused.txt');
});

test('levels', async () => {
  const levels = [{ name: 'all', keyBy: 'none', capacity: 3, ratePerSecond: 1 }];
  const rig = limitRig({ ...small, levels, costs: {} });
  rig.ask(0, 'A'); rig.ask(1, 'A'); rig.ask(2, 'A'); rig.ask(3, 'B'); rig.ask(4, 'B');
  await expect(page('Two buckets: A is stopped by its own, B by the one for all', ['client 2, all 3', rig])).toMatchFileSnapshot('transcripts/levels.txt');
});

test('waiting', async () => {
  const params = { ...small, capacity: 1, action: 'shape', maxWaitMs: 1000 } as const;
  const rig = limitRig(params);
  rig.ask(0); rig.ask(1); rig.ask(2); rig.ask(3);
  rig.advance(2000);
  await expect(page('One passes, two wait their turn, the fourth would wait too long', [say(params), rig])).toMatchFileSnapshot('transcripts/waiting.txt');
});

test('the store goes and comes back', async () => {
  const params = { ...small, capacity: 6, topology: 'central', store: 'store', storeTimeoutMs: 50, storeDownMs: 500 } as const;
  const rig = limitRig(params);
  rig.ask(0);
  rig.advance(60);
  rig.ask(100); rig.ask(110);
  rig.ask(600);
  const take = rig.decisions('send').findLast(({ to }) => to === 'store')!.call;
  rig.answer(603, take, { kind: 'ok', value: { allowed: true, remaining: 5, limit: 6, retryAfterMs: 0, resetAfterMs: 500, waitMs: 0, key: 'client A', level: 'client' } });
  await expect(page('No answer for 50 ms: own shares of a third, then the store again', [say(params), rig])).toMatchFileSnapshot('transcripts/store-away.txt');
});
