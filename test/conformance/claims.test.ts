/**
 * What scenarios claim, over 20 seeds. The figures of all seeds are kept beside this file (`measured/`), for measuring them takes minutes; here some
 * seeds of each are measured anew and must be the same to the last bit. `npm run measure` measures all: whenever an engine or a scenario changes.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { catalogue } from '../../src/patterns/catalogue.ts';
import { loadCatalogue, type Pattern } from './cases.ts';
import { claimsLaw, SEEDS } from './claims.ts';
import type { Figures, Job, Order } from './measureRuns.ts';

const ALL = Array.from({ length: SEEDS }, (_, i) => i + 1);
const AGAIN = [7, 20];
const whole = process.env.MEASURE === '1';
const folder = join(import.meta.dirname, 'measured');
const patterns = await loadCatalogue(catalogue);
const program = await bundleForNode('test/conformance/measureRuns.ts');

/** The variants that a pattern's claims speak of, with what they say something about. */
function jobsOf({ card, story }: Pattern): Job[] {
  return Object.entries(story.scenarios).flatMap(([scenario, { claims }]) => {
    const metrics = new Map<string, Set<string>>();
    for (const { metric, better, worse } of claims) for (const variant of [better, worse]) metrics.set(variant, (metrics.get(variant) ?? new Set()).add(metric));
    return Array.from(metrics, ([variant, names]) => ({ name: `${card.id}/${scenario}/${variant}`, metrics: [...names] }));
  });
}
async function measured(order: Order): Promise<Readonly<Record<string, Figures>>> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(order));
  return JSON.parse(await text(child.stdout)) as Record<string, Figures>;
}

describe.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))('%s', (id, pattern) => {
  const file = join(folder, `${id}.json`);
  const jobs = jobsOf(pattern);
  let kept: Readonly<Record<string, Figures>> = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Figures>) : {};

  test('its figures are those that were measured', { timeout: 600_000 }, async () => {
    const seeds = whole ? ALL : AGAIN;
    const now = await measured({ seeds, jobs });
    if (whole) {
      kept = now;
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(now, null, 1).replaceAll(/\[\s+([^\]]+?)\s+\]/g, (_, list: string) => `[${list.replaceAll(/\s+/g, ' ')}]`)}\n`);
    }
    const before = Object.fromEntries(Object.entries(kept).map(([name, figures]) => [name, Object.fromEntries(Object.entries(figures).map(([metric, values]) => [metric, seeds.map((seed) => values[seed - 1])]))]));
    expect(now, 'run `npm run measure` and look at what changed').toEqual(before);
  });
  test.each(Object.keys(pattern.story.scenarios))(`what %s claims holds over ${SEEDS} seeds`, (scenarioId) => {
    const cases = pattern.cases.filter((one) => one.scenarioId === scenarioId);
    const wrong = claimsLaw({ ...pattern, cases }, SEEDS, (one) => {
      const figures = kept[one.name] ?? {};
      return ALL.map((_, i) => Object.fromEntries(Object.entries(figures).map(([metric, values]) => [metric, values[i] ?? NaN])));
    });
    if (wrong.length > 0) expect.fail(`\n${wrong.join('\n')}\n`);
  });
});
