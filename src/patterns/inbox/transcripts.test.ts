/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { legendOf, transcript } from '../../kernel/transcript.ts';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { roleStories } from '../../roles/stories.ts';
import { accountsStory, mailStory, producerStory } from './accounts.params.ts';
import { inboxStory } from './params.ts';
import { rigWith, type Setting } from './testing.ts';

const { planFor } = rigWith({ engine: roles.broker!.engine, story: roleStories.broker! });
function tell(setting: Setting): string {
  const plan = planFor(setting);
  const names = createNames(), trace = createTrace();
  const world = new World(plan, { check: 'event', names, trace });
  world.runUntil(plan.durationMs);
  const { delivered: _ofBroker, ...inbox } = inboxStory.notes;
  // The broker notes deliveries too, in its own words; the hops tell them already.
  return transcript(trace, legendOf(world, names), { without: ['delivered', 'acknowledged', 'redelivered', 'published'], sentences: { ...producerStory.notes, ...mailStory.notes, ...accountsStory.notes, ...inbox } });
}
const diesAt = (note: string) => ({ kind: 'crashAt', node: 'consumer-1', note, occurrence: 1, fromMs: 0, downMs: 300 }) as const;
const ONE = { asks: [{ atMs: 10 }], durationMs: 1200, broker: { partitions: 1, subscribers: [{ topic: 'credits', to: 'consumer-1' }], ackTimeoutMs: 700 } } as const;
test.each([
  ['once', 'Claimed, worked on, committed, acknowledged', ONE],
  ['redelivered', 'The consumer dies between commit and acknowledgement: delivered again, known, skipped', { ...ONE, faults: [diesAt('effectCommitted')] }],
  ['marked-first', 'Marked first: the consumer dies before the work, the redelivery is skipped, the credit is lost', { ...ONE, durationMs: 12_000, asks: [{ atMs: 10 }, { atMs: 11_500 }], consumer: { mode: 'markFirst', cleanupEveryMs: 3_600_000 }, faults: [diesAt('marked')] }],
] as readonly [string, string, Setting][])('%s', async (name, title, setting) => {
  await expect(`# ${title}\n\n${tell(setting)}`).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
