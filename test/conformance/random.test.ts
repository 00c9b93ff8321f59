import { test } from 'vitest';
import { catalogue } from '../../src/patterns/catalogue.ts';
import { loadCatalogue } from './cases.ts';
import { randomLaw, RUNS } from './random.ts';

const patterns = await loadCatalogue(catalogue);
/** A run takes some tens of milliseconds; a machine may be busy. */
const timeout = 60_000 + RUNS * 1500;

test.each(patterns.map((pattern) => [pattern.card.id, pattern] as const))(`%s keeps its rules in ${RUNS} random runs`, { timeout }, (_, pattern) => randomLaw(pattern));
