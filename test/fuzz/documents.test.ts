import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise, sameRun } from '../../src/runs/document.ts';
import { encodeMoment, type Moment } from '../../src/runs/link.ts';
import { decodeMoment } from '../../src/runs/link-read.ts';
import { resolve } from '../../src/runs/plan.ts';
import { anyDocument, anyMoment } from '../../src/runs/testing/arbitrary.ts';
import { breakerStories as stories, fixtureShelf as shelf } from '../../src/runs/testing/fixture.ts';
import { validateDocument } from '../../src/runs/validate.ts';

const RUNS = 10_000;

/** The link taken apart as a browser does it. */
export function parts(link: string): { search: string; hash: string } {
  const at = link.indexOf('#');
  return at < 0 ? { search: link, hash: '' } : { search: link.slice(0, at), hash: link.slice(at) };
}

/** What a moment means once defaults are filled in. */
function meaning(moment: Moment) {
  const scenario = stories.story.scenarios[moment.document.scenario]!;
  return {
    document: minimise(moment.document, stories),
    atMs: moment.atMs,
    playing: moment.playing,
    speed: moment.speed ?? scenario.speed ?? 1,
    theme: moment.theme ?? 'auto',
    panels: moment.panels,
    selection: moment.selection,
    compare: moment.compare && minimise(moment.compare, stories),
  };
}

describe('round trips', () => {
  it('a document saved in its minimal form and read again makes the same run', () => {
    fc.assert(fc.property(anyDocument(stories), (document) => {
      const { document: again, problems } = validateDocument(JSON.parse(JSON.stringify(minimise(document, stories))), stories);
      expect(problems).toEqual([]);
      expect(sameRun(document, again!, stories)).toBe(true);
      expect(resolve(again!, stories)).toEqual(resolve(document, stories));
      expect(JSON.stringify(minimise(again!, stories))).toBe(JSON.stringify(minimise(document, stories)));
    }), { numRuns: RUNS });
  });

  it('a moment written as a link and read again is the same moment', async () => {
    let longest = 0;
    await fc.assert(fc.asyncProperty(anyMoment(stories), async (moment) => {
      const { link, tooLong } = await encodeMoment(moment, stories);
      longest = Math.max(longest, link.length);
      expect(tooLong).toBe(link.length > 8192);
      const { search, hash } = parts(link);
      const decoded = await decodeMoment(search, hash, shelf);
      expect(decoded.problems).toEqual([]);
      expect(meaning(decoded.moment!)).toEqual(meaning(moment));
      expect(resolve(decoded.moment!.document, stories)).toEqual(resolve(moment.document, stories));
    }), { numRuns: RUNS });
    expect(longest).toBeGreaterThan(500);
  });
});
