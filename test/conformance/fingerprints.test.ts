import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { World } from '../../src/kernel/world.ts';
import { catalogue } from '../../src/patterns/catalogue.ts';
import { defaultDocument } from '../../src/runs/document.ts';
import { loadRun, runPlan } from '../../src/runs/runner.ts';
import { runName } from '../../src/runs/names.ts';
import { shelf } from '../../src/runs/shelf.ts';

/** Golden fingerprints of every scenario and variant; browsers are compared with them too. UPDATE_FINGERPRINTS=1 writes them anew: say why in the commit. */
const file = join(import.meta.dirname, 'fingerprints.json');

test('every scenario and variant has its golden fingerprint, in one go and in slices with a checkpoint restored half-way', { timeout: 180_000 }, async () => {
  const seen: Record<string, string> = {};
  for (const card of catalogue) {
    const stories = (await shelf.load(card.id))!;
    for (const [scenario, { variants }] of Object.entries(stories.story.scenarios)) {
      for (const variant of Object.keys(variants)) {
        const { plan } = await loadRun(defaultDocument(stories, scenario, variant));
        const name = runName({ pattern: card.id, scenario, variant });
        seen[name] = runPlan(plan).fingerprint;
        const sliced = new World(plan);
        for (let ms = 0; ms < plan.durationMs / 2; ms += 977) sliced.runUntil(ms, 5000);
        const checkpoint = sliced.checkpoint();
        sliced.runUntil(plan.durationMs);
        sliced.restore(checkpoint);
        while (!sliced.finished) sliced.runUntil(plan.durationMs, 333);
        sliced.runUntil(plan.durationMs);
        expect(sliced.fingerprint, name).toBe(seen[name]);
      }
    }
  }
  if (process.env.UPDATE_FINGERPRINTS === '1' || !existsSync(file)) writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
  expect(seen).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
