import { test } from 'vitest';
import { catalogue, loadCatalogue, randomLaw, runsFor } from './native.ts';

const patterns = await loadCatalogue(catalogue);
const runs = runsFor(patterns.length);
/** A run takes some tens of milliseconds; a machine may be busy, and a failure is made smaller before it is told. */
const timeout = 120_000 + runs * 2000;

test.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))(`%s keeps its rules in ${runs} random runs`, { timeout }, (_, pattern) => randomLaw(pattern, runs));
