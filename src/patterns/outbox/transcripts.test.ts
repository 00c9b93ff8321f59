/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { legendOf, transcript } from '../../kernel/transcript.ts';
import { World } from '../../kernel/world.ts';
import { consumerStory } from './consumer.params.ts';
import { databaseStory } from './database.params.ts';
import { outboxStory } from './params.ts';
import { type Setting, rigWith } from './testing.ts';
import { writerStory } from './writer.params.ts';

const { planFor } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });

/** Said of every message; the hops tell it already. The broker's own notes are the business of the broker. */
const QUIET = ['delivered', 'acknowledged', 'acked', 'redelivered', 'saved'];
function tell(setting: Setting): string {
  const plan = planFor(setting);
  const names = createNames(), trace = createTrace();
  const world = new World(plan, { check: 'event', names, trace });
  world.runUntil(plan.durationMs);
  const { published: _ofRelay, ...relay } = outboxStory.notes;
  return transcript(trace, legendOf(world, names), { without: QUIET, sentences: { ...consumerStory.notes, ...writerStory.notes, ...databaseStory.notes, ...relay } });
}
const diesAt = (node: string, note: string, downMs: number) => ({ kind: 'crashAt', node, note, occurrence: 1, fromMs: 0, downMs }) as const;
test.each([
  ['carried', 'Committed, fetched, published, applied, marked', { asks: [{ atMs: 10 }], durationMs: 400 }],
  ['relay-dies', 'The relay dies between publish and mark: published again, skipped by the inbox', { asks: [{ atMs: 10 }], durationMs: 1100, faults: [diesAt('relay', 'published', 300)] }],
  ['dual-write', 'Two writes: the application dies between them, and nobody ever hears of the order', { asks: [{ atMs: 10 }, { atMs: 6000 }], durationMs: 6100, shop: { mode: 'publishAfterCommit' }, relay: { pollIntervalMs: 60_000 }, faults: [diesAt('shop', 'saved', 300)] }],
] as readonly [string, string, Setting][])('%s', async (name, title, setting) => {
  await expect(`# ${title}\n\n${tell(setting)}`).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
