/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { retryStory, type RetryParams } from './params.ts';
import { LETTERS, retryRig, type RetryRig } from './testing.ts';

const print = (rig: RetryRig): string => rig.transcript({ sentences: retryStory.notes });
const page = (title: string, ...parts: [string, RetryRig][]): string => [`# ${title}\n`, ...parts.map(([settings, rig]) => `\n## ${settings}\n\n${print(rig)}`)].join('');
const say = (params: Partial<RetryParams>): string => Object.entries(params).map(([name, value]) => `${name} ${String(value)}`).join(', ');
const plain = { backoff: 'exponential', jitter: 'none', baseDelayMs: 100 } as const;

test('fails twice, then succeeds', async () => {
  const rig = retryRig(plain);
  rig.play(0, 'fvo');
  await expect(page('Two failures, waits of 100 and 200 ms, success', [say(plain), rig])).toMatchFileSnapshot('transcripts/recovers.txt');
});

test('time runs out', async () => {
  const params = { ...plain, perTryTimeoutMs: 400, overallDeadlineMs: 900 } as const;
  const rig = retryRig(params);
  rig.request(0);
  rig.advance(2000);
  await expect(page('Nobody answers: each attempt is given up after 400 ms, the last at the deadline', [say(params), rig])).toMatchFileSnapshot('transcripts/deadline.txt');
});

test('the budget says no', async () => {
  const params = { ...plain, budget: 'grpc', grpcMaxTokens: 4, grpcTokenRatio: 1 } as const;
  const rig = retryRig(params);
  rig.play(0, 'ff');
  for (let i = 0; i < 3; i++) rig.play(3000 + i * 1000, 'o');
  await expect(page('gRPC tokens: 4 at first, a failure takes one, retries only above 2', [say(params), rig])).toMatchFileSnapshot('transcripts/budget.txt');
});

test('what is not retried', async () => {
  const rig = retryRig({ ...plain, idempotency: 'byKey' });
  rig.play(0, 'p');
  rig.play(100, 't');
  rig.play(200, 'r');
  rig.play(300, 'vo');
  await expect(page('A permanent error, a time-out of a call without a key, a refusal by a pattern; and an overload, which surely did nothing', [say({ ...plain, idempotency: 'byKey' }), rig]))
    .toMatchFileSnapshot('transcripts/not-retryable.txt');
});

test('Retry-After', async () => {
  const heeded = retryRig({ ...plain, retryAfterSpread: 0 });
  heeded.play(0, 'qo');
  const tooLong = retryRig({ ...plain, retryAfterCapMs: 200 });
  tooLong.play(0, 'q');
  const deaf = retryRig({ ...plain, honourRetryAfter: false });
  deaf.play(0, 'qo');
  await expect(page('“Come back in 300 ms”', ['heeded', heeded], ['longer than the cap of 200 ms', tooLong], ['not heeded', deaf])).toMatchFileSnapshot('transcripts/retry-after.txt');
});

test('a hedge wins', async () => {
  const params = { maxHedges: 1, hedgeDelayMs: 150 } as const;
  const rig = retryRig(params);
  const call = rig.request(0);
  rig.advance(150);
  rig.answer(200, rig.attemptsOf(call)[1]!, OK);
  const both = retryRig({ ...plain, ...params });
  const other = both.request(0);
  both.advance(150);
  both.answer(160, both.attemptsOf(other)[0]!, LETTERS['f']!);
  both.answer(170, both.attemptsOf(other)[1]!, LETTERS['f']!);
  both.advance(270);
  both.answer(280, both.attemptsOf(other)[2]!, OK);
  await expect(page('The first attempt is slow', [`${say(params)}: the hedge answers first`, rig], [`${say(params)}: both fail, and the back-off begins`, both])).toMatchFileSnapshot('transcripts/hedge.txt');
});

test('the caller gives up', async () => {
  const rig = retryRig(plain);
  const out = rig.request(0);
  rig.giveUp(10, out);
  const waiting = rig.request(20);
  rig.answer(30, rig.attemptsOf(waiting)[0]!, LETTERS['f']!);
  rig.giveUp(40, waiting);
  rig.advance(1000);
  await expect(page('While an attempt is out; and while it waits', [say(plain), rig])).toMatchFileSnapshot('transcripts/given-up.txt');
});
