/** A place where a release runs: what a fresh one does otherwise, and when it is off. */
import { expect, test } from 'vitest';
import type { Outcome } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import { groupOf } from '../../primitives/stickySplit.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { REGIONS } from './regions.ts';
import { releaseStory, type ReleaseParams } from './release.params.ts';
import { release } from './release.ts';

const DEFAULTS = initialParams(releaseStory.params) as unknown as ReleaseParams;
function place(params: Partial<ReleaseParams> = {}, u = 0.1) {
  const rig = drive(release, { params: { ...DEFAULTS, serviceTime: { kind: 'constant', ms: 10 }, ...params } as ReleaseParams, layer: 'app', uniform: () => u });
  let atMs = 0;
  const ask = (request: object = {}): Outcome => { const call = rig.request((atMs += 100), { op: 'order', entity: 'u1', ...request }); rig.advance(atMs + 60); return rig.outcomeOf(call)!; };
  return { rig, ask, say: (topic: string, number: number) => { rig.message((atMs += 100), { topic, payload: { release: number } }); } };
}

test('the old release doubles a value, the new one takes it three times, as in the sketch', () => {
  const { ask, say } = place();
  expect(ask({ payload: { value: 7 } })).toEqual({ kind: 'ok', value: { version: 'v1', canary: false, sold: true, result: 14 } });
  say('deploy', 2);
  expect(ask({ payload: { value: 7 } })).toEqual({ kind: 'ok', value: { version: 'v2', canary: true, sold: true, result: 21 } });
  say('settled', 2);
  expect(ask()).toMatchObject({ value: { version: 'v2', canary: false } });
});
test('a fresh one fails, is slow, sells less; an established one does not', () => {
  const { rig, ask, say } = place({ newFailRatio: 0.5, newSlowFactor: 4 });
  expect(ask().kind).toBe('ok');
  say('deploy', 2);
  expect(ask().kind).toBe('transientError');
  expect(rig.decisions('timerSet').map(({ atMs, dueMs }) => dueMs - atMs)).toEqual([10, 40]);
});
test('its failures may be those of one region, or come after so many requests', () => {
  const region = groupOf('u1', REGIONS);
  const one = place({ newFailRatio: 1, newBadRegion: region }), other = place({ newFailRatio: 1, newBadRegion: (region + 1) % REGIONS });
  const leak = place({ newLeakAfter: 2, newLeakRatio: 1 });
  for (const { say } of [one, other, leak]) say('deploy', 2);
  expect([one.ask().kind, other.ask().kind]).toEqual(['transientError', 'ok']);
  expect([leak.ask().kind, leak.ask().kind, leak.ask().kind]).toEqual(['ok', 'ok', 'transientError']);
  expect(leak.rig.notes()).toContain('leaking');
});
test('switched off, or still empty, it turns requests away; a late word does not switch a newer one off', () => {
  const { rig, ask, say } = place({ startsEmpty: true });
  expect(ask().kind).toBe('overload');
  say('deploy', 3);
  say('retire', 3);
  expect(ask().kind).toBe('ok');
  say('retire', 4);
  expect(ask().kind).toBe('overload');
  expect(rig.notes()).toEqual(['turnedAway', 'installed', 'switchedOff', 'turnedAway']);
});
test('a full queue refuses, and who gives up leaves it', () => {
  const { rig } = place({ concurrency: 1, queueCapacity: 1 });
  rig.request(0);
  const waiting = rig.request(0);
  rig.request(0);
  rig.giveUp(5, waiting);
  expect(rig.notes()).toEqual(['queueFull', 'withdrawn']);
});
