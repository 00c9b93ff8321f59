/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import { cacheAsideStory } from './params.ts';
import { cacheRig, found, missing, record, stale } from './testing.ts';

const page = (title: string, rig: ReturnType<typeof cacheRig>): string => `# ${title}\n\n${rig.transcript({ sentences: cacheAsideStory.notes })}`;

test('a miss, a fill, a hit', async () => {
  const rig = cacheRig({ ttlMs: 5000 });
  rig.read(0, 'order 7');
  rig.answer(1, rig.last('fetch'), missing());
  rig.answer(21, rig.last('get'), record());
  rig.answer(22, rig.last('set'), OK);
  rig.read(30, 'order 7');
  rig.answer(31, rig.last('fetch'), found());
  await expect(page('The first reader loads and fills the cache, the second finds it', rig)).toMatchFileSnapshot('transcripts/miss-and-hit.txt');
});
test('one flight for three readers', async () => {
  const rig = cacheRig({ stampede: 'singleFlight' });
  for (const atMs of [0, 1, 2]) {
    rig.read(atMs, 'order 7');
    rig.answer(atMs + 0.5, rig.last('fetch'), missing());
  }
  rig.answer(50, rig.last('get'), record());
  await expect(page('Three readers, one load', rig)).toMatchFileSnapshot('transcripts/single-flight.txt');
});
test('a lease, a write, a refused fill', async () => {
  const rig = cacheRig({ stampede: 'lease' });
  rig.read(0, 'order 7');
  rig.answer(1, rig.last('fetch'), missing(5));
  rig.write(5, 'order 7');
  rig.commit(10);
  rig.answer(11, rig.last('delete'), { kind: 'ok', value: false });
  rig.answer(60, rig.last('get'), record('old', 1));
  rig.answer(61, rig.last('set'), { kind: 'ok', value: false });
  await expect(page('A slow load under lease 5; a write voids the lease, and the cache refuses the old value', rig)).toMatchFileSnapshot('transcripts/lease-voided.txt');
});
test('stale while revalidate', async () => {
  const rig = cacheRig({ stampede: 'staleWhileRevalidate', graceMs: 1000 });
  rig.read(0, 'order 7');
  rig.answer(1, rig.last('fetch'), stale());
  rig.answer(80, rig.last('get'), record('new', 2));
  rig.answer(81, rig.last('set'), OK);
  await expect(page('The reader has the old value at once; the load goes on behind', rig)).toMatchFileSnapshot('transcripts/stale-while-revalidate.txt');
});
test('the cache is down and comes back', async () => {
  const rig = cacheRig();
  for (const atMs of [0, 10, 20]) {
    rig.read(atMs, 'order 7');
    rig.answer(atMs + 1, rig.last('fetch'), { kind: 'transientError' });
    rig.answer(atMs + 5, rig.last('get'), record());
  }
  rig.read(30, 'order 7');
  rig.answer(31, rig.last('fetch'), found());
  await expect(page('Three reads go round the cache, the fourth finds it back', rig)).toMatchFileSnapshot('transcripts/cache-down.txt');
});
