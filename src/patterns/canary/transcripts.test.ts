/** Golden transcripts: one behaviour a file, to be read from top to bottom. */
import { expect, test } from 'vitest';
import { canaryStory } from './params.ts';
import { canaryRig } from './testing.ts';

const quick = { startAtMs: 100, intervalMs: 1000, minSamples: 0, bakeMs: 1000, scaleDownDelayMs: 500, judge: 'absolute', baseline: 'stableAll' } as const;
/** Only what the rollout says and how it moves. */
const tale = (rig: ReturnType<typeof canaryRig>): string => rig.transcript({ sentences: canaryStory.notes }).split('\n').filter((line) => /—|move|message|cast|^\s+\d+ ms {2}timer/.test(line)).join('\n') + '\n';

test('a good release', async () => {
  const rig = canaryRig(quick);
  rig.flow(0, 5000, 20);
  await expect(`# Steps of 10 and 50 %, everything, the bake time, the old release off\n\n${tale(rig)}`).toMatchFileSnapshot('transcripts/promoted.txt');
});
test('a bad release', async () => {
  const rig = canaryRig(quick, { bad: 2 });
  rig.flow(0, 4000, 20);
  await expect(`# Three failed checks, and back\n\n${tale(rig)}`).toMatchFileSnapshot('transcripts/rolled-back.txt');
});
test('too few samples', async () => {
  const rig = canaryRig({ ...quick, minSamples: 500, maxStepMs: 3000 });
  rig.flow(0, 4000, 20);
  rig.control(4000, 'approve');
  await expect(`# The step is extended, then a person decides\n\n${tale(rig)}`).toMatchFileSnapshot('transcripts/waiting.txt');
});
