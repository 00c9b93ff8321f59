import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Case } from './cases.ts';
import { catalogueLaw, endLaw, namesLaw, notesLaw, panelsLaw, storyLaw, textLaw, type Elsewhere, type Wrong } from './laws.ts';
import { unreached } from './machines.ts';
import { catalogue, loadCatalogue, observe, tourProblems } from './native.ts';
import type { Observed } from './observe.ts';

const folder = join(import.meta.dirname, '../../src/patterns');
const textOf = (...path: readonly string[]): string | undefined => (existsSync(join(folder, ...path)) ? readFileSync(join(folder, ...path), 'utf8') : undefined);
function expectNone(wrong: Wrong): void {
  if (wrong.length > 0) expect.fail(`\n${wrong.join('\n')}\n`);
}

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'fingerprints.json'), 'utf8')) as Readonly<Record<string, string>>;
const patterns = await loadCatalogue(catalogue);
const runs = new Map<Case, Observed>();
const runOf = (one: Case): Observed => {
  let run = runs.get(one);
  if (run === undefined) { run = observe(one); runs.set(one, run); }
  return run;
};

test('no two patterns share an id or a number', () => expectNone(catalogueLaw(patterns)));

describe.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))('%s', (id, pattern) => {
  const { cases } = pattern;
  test('has proper names, and stands in a folder of its own name', () => {
    expectNone(namesLaw(pattern));
    expect(textOf(id, 'index.ts'), `src/patterns/${id}/index.ts`).toContain(`id: '${id}'`);
  });
  test('has a legal story: every scenario, variant and preset', () => expectNone(storyLaw(pattern)));
  test('has no hole in a text that nothing fills', () => expectNone(textLaw(pattern)));

  test.each(cases.map((one) => [`${one.scenarioId}/${one.variantId}`, one] as const))('%s runs to its end, every rule holding, with its golden fingerprint', (_, one) => {
    expectNone(endLaw(runOf(one)));
    expect(runOf(one).fingerprint, 'say why in the commit, and write it anew (fingerprints.test.ts)').toBe(golden[one.name]);
  });

  test('shows every note of its engines, or says which test does', () => {
    const elsewhere = JSON.parse(textOf(id, 'notes-elsewhere.json') ?? '{}') as Elsewhere;
    expectNone(notesLaw(pattern, cases.map(runOf), elsewhere, (file) => textOf(id, file)));
  });
  test('keeps what its guided tour says', () => expectNone(tourProblems(pattern)));
  test('draws and measures only what exists', () => expectNone(panelsLaw(pattern, cases.map(runOf))));
  test('says which states and moves of its machines no scenario shows', async ({ annotate }) => {
    const { states, moves } = unreached(pattern, cases.map(runOf));
    if (states.length + moves.length > 0) await annotate(`not shown by any scenario: ${[...states.map((state) => `state ${state}`), ...moves].join(', ')}`);
  });
});
