import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise, sameRun } from '../../src/runs/document-minimal.ts';
import { resolve } from '../../src/runs/plan.ts';
import { anyDocument } from './arbitrary.ts';
import { breakerStories as stories, fixtureShelf as shelf } from './fixture.ts';
import { hostileValues, mutatedText, mutatedValue, nestedText } from './hostile.ts';
import { openDocument, openText, validateDocument, type Validation } from '../../src/runs/validate.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 4000);
const TIMEOUT = 120_000 + RUNS * 10;

/** A valid document, or problems that a person can read; and nothing anywhere else has changed. */
function expectSound({ document, problems }: Validation): void {
  if (document === undefined) {
    expect(problems.length).toBeGreaterThan(0);
    for (const { message, rule } of problems) {
      if (message.length < 10 || message.length > 1500 || rule === '') throw new Error(`Not a clear message: ${JSON.stringify(message)}`);
    }
  } else {
    expect(problems).toEqual([]);
    const again = validateDocument(JSON.parse(JSON.stringify(minimise(document, stories))), stories);
    expect(again.problems).toEqual([]);
    expect(sameRun(document, again.document!, stories)).toBe(true);
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
}

describe('documents', () => {
  it(`saved in their minimal form and read again make the same run (${RUNS} random ones)`, () => {
    fc.assert(fc.property(anyDocument(stories), (document) => {
      const { document: again, problems } = validateDocument(JSON.parse(JSON.stringify(minimise(document, stories))), stories);
      expect(problems).toEqual([]);
      expect(sameRun(document, again!, stories)).toBe(true);
      expect(resolve(again!, stories)).toEqual(resolve(document, stories));
      expect(JSON.stringify(minimise(again!, stories))).toBe(JSON.stringify(minimise(document, stories)));
    }), { numRuns: RUNS });
  }, TIMEOUT);

  it(`spoilt in a few places give a document or clear problems, never an exception, never in over a second (${RUNS} mutations)`, async () => {
    const seen = { accepted: 0, refused: 0, slowestMs: 0 };
    const raw = anyDocument(stories).map((document): unknown => minimise(document, stories));
    await fc.assert(fc.asyncProperty(mutatedValue(raw), async (spoilt) => {
      const start = performance.now();
      const outcome = validateDocument(spoilt, stories);
      const opened = await openDocument(spoilt, shelf);
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - start);
      expectSound(outcome);
      // The same, unless the spoilt pattern happens to be another that exists.
      if (opened.stories?.pattern === stories.pattern) expect(opened.document).toEqual(outcome.document);
      if (outcome.document === undefined) seen.refused++;
      else seen.accepted++;
    }), { numRuns: RUNS });
    expect(seen.slowestMs).toBeLessThan(1000);
    // The generator reaches both sides of the border.
    expect(seen.accepted).toBeGreaterThan(RUNS / 50);
    expect(seen.refused).toBeGreaterThan(RUNS / 4);
  }, TIMEOUT);

  it(`as spoilt text give a document or clear problems (${RUNS} mutations)`, async () => {
    let slowestMs = 0;
    const text = anyDocument(stories).map((document) => JSON.stringify(minimise(document, stories)));
    await fc.assert(fc.asyncProperty(mutatedText(text), async (spoilt) => {
      const start = performance.now();
      const outcome = await openText(spoilt, shelf);
      slowestMs = Math.max(slowestMs, performance.now() - start);
      if (outcome.stories === undefined || outcome.stories.pattern === stories.pattern) expectSound(outcome);
    }), { numRuns: RUNS });
    expect(slowestMs).toBeLessThan(1000);
  }, TIMEOUT);

  it('of every hostile kind are refused as a whole and in each place, at once', async () => {
    const fields = ['version', 'pattern', 'scenario', 'variant', 'params', 'seed', 'stacks', 'links', 'faults', 'interventions', 'breakpoints', 'durationMs', 'unheardOf'];
    for (const value of hostileValues) {
      const start = performance.now();
      expect(validateDocument(value, stories).problems.length).toBeGreaterThan(0);
      expect((await openDocument(value, shelf)).problems.length).toBeGreaterThan(0);
      for (const field of fields) expectSound(validateDocument({ version: 1, pattern: 'circuit-breaker', [field]: value }, stories));
      expectSound(validateDocument({ version: 1, pattern: 'circuit-breaker', params: { breaker: value } }, stories));
      for (const param of ['slidingWindowSize', 'windowType', 'countSlow', 'probeEvery', 'weights', 'rules', 'extra']) {
        expectSound(validateDocument({ version: 1, pattern: 'circuit-breaker', params: { breaker: { [param]: value } } }, stories));
      }
      expect(performance.now() - start).toBeLessThan(1000);
    }
    for (const text of ['', 'x', '{', nestedText(100_000), `{"version":1,"pattern":${nestedText(100_000)}}`, ' '.repeat(10_000_000), `{"version":1,"pattern":"circuit-breaker","seed":1e309}`]) {
      const start = performance.now();
      expectSound(await openText(text, shelf));
      expect((await openText(text, shelf)).document).toBeUndefined();
      expect(performance.now() - start).toBeLessThan(1000);
    }
  }, TIMEOUT);
});
