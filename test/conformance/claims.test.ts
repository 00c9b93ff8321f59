import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { bundleForNode } from '../../scripts/bundle.mjs';
import { catalogue } from '../../src/patterns/catalogue.ts';
import { loadCatalogue, type Case } from './cases.ts';
import { claimsLaw, SEEDS } from './claims.ts';

const patterns = await loadCatalogue(catalogue);
const program = await bundleForNode('test/conformance/measureRuns.ts');

/** Figures of all variants that a scenario's claims speak of, over all seeds. */
async function measured(pattern: string, cases: readonly Case[]): Promise<Readonly<Record<string, Readonly<Record<string, number>>[]>>> {
  const { claims } = cases[0]!.scenario;
  const wanted = new Set(claims.flatMap(({ better, worse }) => [better, worse]));
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify([...wanted].map((variant) => ({ name: `${pattern}/${cases[0]!.scenarioId}/${variant}`, seeds: SEEDS }))));
  return JSON.parse(await text(child.stdout)) as Record<string, Record<string, number>[]>;
}

describe.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))('%s', (id, pattern) => {
  test.each(Object.keys(pattern.story.scenarios))(`what %s claims holds over ${SEEDS} seeds`, { timeout: 180_000 }, async (scenarioId) => {
    const cases = pattern.cases.filter((one) => one.scenarioId === scenarioId);
    const runs = await measured(id, cases);
    const wrong = claimsLaw({ ...pattern, cases }, SEEDS, (one) => runs[`${id}/${scenarioId}/${one.variantId}`]!);
    if (wrong.length > 0) expect.fail(`\n${wrong.join('\n')}\n`);
  });
});
