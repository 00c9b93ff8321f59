import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { cacheAsideStory } from './params.ts';

const refused = (params: object) => validateParams(cacheAsideStory, params).problems.map(({ path }) => path);
const warned = (params: object) => validateParams(cacheAsideStory, params).warnings.map(({ path }) => path);

test('the defaults are legal and warn of nothing', () => {
  expect(validateParams(cacheAsideStory, {})).toMatchObject({ problems: [], warnings: [] });
  const { params } = cacheAsideStory;
  // As the original has it: five minutes.
  expect([params.ttlMs.initial, params.ttlJitter.initial, params.negativeTtlMs.initial, params.stampede.initial, params.leaseMs.initial, params.writePolicy.initial, params.order.initial]).toEqual([300_000, 0, 5000, 'none', 10_000, 'invalidate', 'dbThenCache']);
  expect([params.loaderTimeoutMs.initial, params.cacheTimeoutMs.initial, params.onCacheDown.initial]).toEqual([1000, 20, 'bypass']);
});

test.each([
  [{ ttlMs: 0 }, 'ttlMs'], [{ ttlMs: -1 }, 'ttlMs'], [{ ttlJitter: 1 }, 'ttlJitter'], [{ ttlJitter: -0.1 }, 'ttlJitter'], [{ beta: 0 }, 'beta'], [{ beta: 11 }, 'beta'], [{ graceMs: -1 }, 'graceMs'],
  [{ refreshFraction: 0 }, 'refreshFraction'], [{ stampede: 'dogpile' }, 'stampede'], [{ writePolicy: 'through' }, 'writePolicy'], [{ cacheNodes: [] }, 'cacheNodes'], [{ cacheNodes: [''] }, 'cacheNodes'],
  [{ order: 'cacheThenDb', writePolicy: 'update' }, 'order'], [{ order: 'cacheThenDb', writePolicy: 'versionedSet' }, 'order'],
  [{ stampede: 'lease', leasePollMs: 2000 }, 'leasePollMs'], [{ maxLoads: 1.5 }, 'maxLoads'],
])('%j is refused, naming %s', (params, path) => {
  expect(refused(params)).toContain(path);
});

test('XFetch always has a time to live to be early for: without one nothing is legal', () => {
  expect(refused({ stampede: 'xfetch', ttlMs: 0 })).toContain('ttlMs');
});

test('a lease shorter than a slow load, long negatives, no grace are warned of', () => {
  expect(warned({ stampede: 'lease', leaseMs: 500 })).toEqual(['leaseMs']);
  expect(warned({ leaseMs: 500 })).toEqual([]);
  expect(warned({ ttlMs: 1000 })).toEqual(['negativeTtlMs']);
  expect(warned({ stampede: 'staleWhileRevalidate', graceMs: 0 })).toEqual(['graceMs']);
  expect(warned({ cacheTimeoutMs: 1000 })).toEqual(['cacheTimeoutMs']);
  expect(warned({ ttlMs: 10_000, nearMs: 20_000 })).toEqual(['nearMs']);
});
