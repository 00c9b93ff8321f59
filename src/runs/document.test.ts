import { describe, expect, it } from 'vitest';
import { minimise, sameRun } from './document-minimal.ts';
import { defaultDocument, type RunDocument } from './document.ts';
import { breakerStories as stories } from '../../test/fuzz/fixture.ts';

const usual = defaultDocument(stories);

describe('the default document', () => {
  it('is the scenario and variant that the story opens with, with its seed and its interventions', () => {
    expect(usual).toEqual({
      version: 1, pattern: 'circuit-breaker', scenario: 'hanging-payments', variant: 'with', params: {}, seed: 42,
      interventions: [{ atMs: 40_000, kind: 'control', layer: 'breaker', control: 'reset' }], breakpoints: [],
    });
    expect(defaultDocument(stories, 'calm', 'without')).toMatchObject({ scenario: 'calm', variant: 'without', seed: 7, interventions: [] });
  });
  it('has nothing left in its minimal form', () => {
    expect(minimise(usual, stories)).toEqual({ version: 1, pattern: 'circuit-breaker' });
  });
});

describe('the minimal form', () => {
  it('drops what equals the effective default: schema, preset, layer and variant count, not the schema alone', () => {
    const params = { breaker: { slidingWindowSize: 20, minimumCalls: 5, openMs: 2000, failureRatio: 0.5, probeEvery: { kind: 'constant', ms: 7 }, countSlow: true }, browse: { ratePerSecond: 60 } };
    expect(minimise({ ...usual, params }, stories).params).toEqual({ breaker: { countSlow: true } });
    expect(minimise({ ...usual, params: { breaker: { slidingWindowSize: 100 } } }, stories).params).toEqual({ breaker: { slidingWindowSize: 100 } });
  });
  it('keeps parameters of layers that this variant does not have', () => {
    const document: RunDocument = { ...usual, variant: 'without', params: { breaker: { countSlow: true } } };
    expect(minimise(document, stories)).toEqual({ version: 1, pattern: 'circuit-breaker', variant: 'without', params: { breaker: { countSlow: true } } });
  });
  it('drops stacks, links, faults, interventions and a duration that are the usual ones, and keeps an emptied lane', () => {
    const document: RunDocument = {
      ...usual,
      stacks: { payments: [{ engine: 'service', id: 'payments' }] },
      links: { 'users>gateway': { ms: 5, kind: 'constant' } },
      faults: [{ untilMs: 30_000, fromMs: 10_000, node: 'payments', kind: 'hang' }],
      durationMs: 60_000,
    };
    expect(minimise(document, stories)).toEqual({ version: 1, pattern: 'circuit-breaker' });
    expect(minimise({ ...document, faults: [], interventions: [] }, stories)).toEqual({ version: 1, pattern: 'circuit-breaker', faults: [], interventions: [] });
  });
  it('compares faults with those of the variant, where it has its own', () => {
    const faults = [{ kind: 'errors' as const, node: 'payments', ratio: 0.3, fromMs: 0 }];
    expect(minimise({ ...usual, variant: 'pitfall', faults }, stories)).toEqual({ version: 1, pattern: 'circuit-breaker', variant: 'pitfall' });
    expect(minimise({ ...usual, faults }, stories).faults).toHaveLength(1);
  });
  it('has one order of keys, whatever the order before', () => {
    const one: RunDocument = { ...usual, params: { browse: { op: 'a', ratePerSecond: 1 }, breaker: { openMs: 3, countSlow: true } }, links: { 'users>gateway': { kind: 'uniform', minMs: 1, maxMs: 2 } } };
    const other: RunDocument = { ...usual, links: { 'users>gateway': { maxMs: 2, minMs: 1, kind: 'uniform' } }, params: { breaker: { countSlow: true, openMs: 3 }, browse: { ratePerSecond: 1, op: 'a' } } };
    expect(JSON.stringify(minimise(one, stories))).toBe(JSON.stringify(minimise(other, stories)));
  });
  it('leaves the order inside free data alone, for an engine may go by it', () => {
    const one: RunDocument = { ...usual, params: { breaker: { extra: { a: 1, b: 2 } } } };
    expect(sameRun(one, { ...usual, params: { breaker: { extra: { b: 2, a: 1 } } } }, stories)).toBe(false);
  });
});

describe('two documents', () => {
  it('make the same run when they differ in what equals a default, or in breakpoints', () => {
    expect(sameRun(usual, { ...usual, params: { breaker: { openMs: 2000 } }, durationMs: 60_000, breakpoints: [{ kind: 'invariant' }] }, stories)).toBe(true);
  });
  it('make different runs when seed, variant, duration, a parameter or the order of faults differs', () => {
    const faults = [{ kind: 'pause', node: 'payments', fromMs: 1 }, { kind: 'pause', node: 'gateway', fromMs: 1 }] as const;
    const others: RunDocument[] = [{ ...usual, seed: 43 }, { ...usual, variant: 'without' }, { ...usual, durationMs: 59_999 }, { ...usual, params: { breaker: { openMs: 2001 } } }, { ...usual, faults: [] }];
    for (const other of others) expect(sameRun(usual, other, stories)).toBe(false);
    expect(sameRun({ ...usual, faults }, { ...usual, faults: [faults[1], faults[0]] }, stories)).toBe(false);
  });
});
