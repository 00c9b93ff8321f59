import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/kernel/contract.ts';
import type { World } from '../../src/kernel/world.ts';
import type { Case } from './cases.ts';
import { catalogue, loadCatalogue, World as NativeWorld } from './native.ts';

/** Golden fingerprints of every scenario and variant; browsers are compared with them too. `FINGERPRINTS=all vitest run <this file> -u` writes them anew: say why in the commit. */
const FILE = join(import.meta.dirname, 'fingerprints.json');

/** Numbers that look random and are the same every time. */
function* numbers(): Generator<number, never> {
  for (let seed = 12_345; ; seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) yield seed / 2 ** 32;
}
type Way = (world: World, plan: Plan) => void;
const ways: Readonly<Record<string, Way>> = {
  'in slices of 7 ms': (world, { durationMs }) => { for (let ms = 0; ms < durationMs + 7; ms += 7) world.runUntil(ms); },
  'event by event': (world) => { while (world.step()); },
  'by way of checkpoints gone back to at random': (world, { durationMs }) => {
    const draw = numbers();
    let checkpoint = structuredClone(world.checkpoint());
    while (!world.finished) {
      world.runUntil(world.nowMs + draw.next().value * durationMs / 5, Math.floor(draw.next().value * 20_000));
      const what = draw.next().value;
      if (what < 0.4) checkpoint = world.checkpoint();
      else if (what < 0.6 && world.nowMs - checkpoint.atMs < durationMs / 4) {
        // Twice: going back must leave the checkpoint as it was.
        world.restore(checkpoint);
        world.runUntil(world.nowMs + 50);
        world.restore(checkpoint);
        expect(world.nowMs).toBe(checkpoint.atMs);
      }
    }
    world.runUntil(durationMs);
  },
};

const patterns = await loadCatalogue(catalogue);
/** Every case is run by the conformance suite, which compares it with the golden one; here those that scenarios open with are run in several ways. */
const all = process.env.FINGERPRINTS === 'all';
const before = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, string>>;
const golden: Record<string, string> = {};
const runs = (one: Case): boolean => all || one.variantId === one.scenario.opensWith;
for (const { cases } of patterns) for (const one of cases) golden[one.name] = runs(one) ? '' : (before[one.name] ?? '');

describe.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))('%s', (_, { story, cases }) => {
  // What the page opens with is run in every way; of the rest each in one way, turn by turn.
  test.each(cases.filter(runs).map((one, i) => [`${one.scenarioId}/${one.variantId}`, one, i] as const))('%s is the same run however it is cut', (__, one, i) => {
    const plan = one.plan();
    const opens = one.scenarioId === story.opensWith && one.variantId === one.scenario.opensWith;
    for (const [way, go] of Object.entries(ways).filter((_each, j, each) => opens || j === i % each.length)) {
      const world = new NativeWorld(plan, { check: 'off' });
      go(world, plan);
      expect(world.nowMs).toBe(plan.durationMs);
      golden[one.name] ||= world.fingerprint;
      expect(world.fingerprint, way).toBe(golden[one.name]);
    }
  });
});

test('every scenario and variant has its golden fingerprint', async () => {
  await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(FILE);
});
