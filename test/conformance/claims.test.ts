import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/patterns/catalogue.ts';
import { loadCatalogue } from './cases.ts';
import { claimsLaw, SEEDS } from './claims.ts';

const patterns = await loadCatalogue(catalogue);

describe.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))('%s', (_, pattern) => {
  test.each(Object.keys(pattern.story.scenarios))(`what %s claims holds over ${SEEDS} seeds`, (scenarioId) => {
    const wrong = claimsLaw({ ...pattern, cases: pattern.cases.filter((one) => one.scenarioId === scenarioId) });
    if (wrong.length > 0) expect.fail(`\n${wrong.join('\n')}\n`);
  });
});
