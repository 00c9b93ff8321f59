/** Notes that no scenario shows, in words. */
import { expect, test } from 'vitest';
import { limiterStory } from './params.ts';
import { limiterRig } from './testing.ts';

const said = (rig: ReturnType<typeof limiterRig>): string => rig.transcript({ sentences: limiterStory.notes });

test('a key is forgotten for want of room, or when it is idle and as new', () => {
  const rig = limiterRig({ key: 'entity', maxKeys: 1, idleMs: 1000 });
  rig.request(0, { entity: 'a' });
  rig.request(0, { entity: 'b' });
  rig.advance(1500);
  expect(rig.count('keyEvicted')).toBe(2);
  expect(said(rig)).toContain('limiter forgot a: no room for more than 1 keys');
  expect(said(rig)).toContain('limiter forgot b: it was idle');
});

test('who waits and gives up is noted as cancelled', () => {
  const rig = limiterRig({ capacity: 1, ratePerSecond: 1, maxWaitMs: 2000 });
  rig.request(0);
  rig.giveUp(100, rig.request(0));
  expect(rig.notes()).toContain('cancelled');
  expect(said(rig)).toContain('limiter: whoever asked for outside gave up');
});

test('windows keep no places: who is over queues, and the note "queued" says how many do', () => {
  const rig = limiterRig({ algorithm: 'fixedWindow', limit: 1, windowMs: 1000, maxWaitMs: 1000, maxWaiting: 5 });
  rig.row([0, 0, 0]);
  expect(rig.count('queued')).toBe(2);
  expect(said(rig)).toContain('limiter lets a request of outside queue: 2 wait');
});
