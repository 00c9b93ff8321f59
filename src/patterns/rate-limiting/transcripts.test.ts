/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { limiterStory, type LimiterParams } from './params.ts';
import { limiterRig, type LimiterRig } from './testing.ts';

const print = (rig: LimiterRig): string => rig.transcript({ sentences: limiterStory.notes });
const page = (title: string, ...parts: [string, LimiterRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<LimiterParams>): string => Object.entries(params).map(([name, value]) => `${name} ${String(value)}`).join(', ');

test('a bucket runs dry', async () => {
  const params = { algorithm: 'tokenBucket', capacity: 2, ratePerSecond: 1 } as const;
  const rig = limiterRig(params);
  rig.row([0, 0, 250, 1000]);
  rig.advance(3000);
  await expect(page('Two at once, then one a second', [say(params), rig])).toMatchFileSnapshot('transcripts/dry.txt');
});

test('who is over the limit waits', async () => {
  const kept = { algorithm: 'cycles', limit: 1, windowMs: 1000, maxWaitMs: 1500 } as const;
  const queued = { algorithm: 'fixedWindow', limit: 1, windowMs: 1000, maxWaitMs: 1500, maxWaiting: 2 } as const;
  const [a, b] = [limiterRig(kept), limiterRig(queued)];
  for (const rig of [a, b]) {
    rig.row([100, 200, 300]);
    rig.advance(2500);
  }
  await expect(page('Three come, one may go each second', [`a place is kept: ${say(kept)}`, a], [`a queue: ${say(queued)}`, b])).toMatchFileSnapshot('transcripts/waits.txt');
});

test('the store decides, is silent, and is back', async () => {
  const params = { scope: 'global', store: 'store', syncMode: 'getThenSet', storeTimeoutMs: 50, onStoreFailure: 'local', gateways: 1, algorithm: 'fixedWindow', limit: 1, windowMs: 1000 } as const;
  const rig = limiterRig(params, { setup: { downstream: ['below', 'store'] }, below: (call) => (call.to === 'store' ? undefined : { afterMs: 0, outcome: OK }) });
  const answer = (atMs: number, outcome: Parameters<LimiterRig['answer']>[2]): void => rig.answer(atMs, [...rig.state.asks.keys()][0]!, outcome);
  rig.request(0);
  answer(5, { kind: 'ok', value: { limit: null, version: 0 } });
  answer(10, OK);
  rig.request(100);
  rig.request(120);
  rig.advance(200);
  rig.request(1000);
  answer(1005, { kind: 'ok', value: { limit: null, version: 0 } });
  answer(1010, OK);
  await expect(page('Read, decide, write; then no answer', [say(params), rig])).toMatchFileSnapshot('transcripts/store.txt');
});
