import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { minimise } from '../../src/runs/document-minimal.ts';
import { encodeMoment, MAX_LINK, type Moment } from '../../src/runs/link.ts';
import { decodeMoment, type Decoded } from '../../src/runs/link-read.ts';
import { resolve } from '../../src/runs/plan.ts';
import { anyMoment } from './arbitrary.ts';
import { breakerStories as stories, fixtureShelf as shelf } from './fixture.ts';
import { hostileJson, hostileTexts, mutatedText, mutatedValue, nestedText } from './hostile.ts';
import { validateDocument } from '../../src/runs/validate.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 4000);
const TIMEOUT = 120_000 + RUNS * 10;

/** The link taken apart as a browser does it. */
function parts(link: string): [search: string, hash: string] {
  const at = link.indexOf('#');
  return at < 0 ? [link, ''] : [link.slice(0, at), link.slice(at)];
}
const squeezed = (content: unknown): string => `#s=1.${deflateRawSync(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url')}`;

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

/** A moment with a legal document, whatever came in, and messages that a person can read. */
function expectSound({ moment, problems, stories: found }: Decoded): void {
  if (moment === undefined) throw new Error(`No moment: ${problems[0]?.message}`);
  if (validateDocument(moment.document, found!).document === undefined) throw new Error('The moment holds a document that is not legal.');
  if (moment.compare !== undefined && validateDocument(moment.compare, found!).document === undefined) throw new Error('The second branch is not legal.');
  const { durationMs } = resolve(moment.document, found!);
  if (!(moment.atMs >= 0 && moment.atMs <= durationMs)) throw new Error(`The moment lies outside the run: ${moment.atMs}`);
  for (const { message, rule } of problems) {
    if (message.length < 10 || message.length > 1500 || rule === '') throw new Error(`Not a clear message: ${JSON.stringify(message)}`);
  }
  if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('Object.prototype was polluted.');
}

describe('links', () => {
  it(`lead back to the very moment (${RUNS} random ones)`, async () => {
    const seen = { longest: 0, plain: 0, versus: 0, compared: 0 };
    await fc.assert(fc.asyncProperty(anyMoment(stories), async (moment) => {
      const { link, tooLong } = await encodeMoment(moment, stories);
      expect(tooLong).toBe(link.length > MAX_LINK);
      const decoded = await decodeMoment(...parts(link), shelf);
      expect(decoded.problems).toEqual([]);
      expect(meaning(decoded.moment!)).toEqual(meaning(moment));
      expect(resolve(decoded.moment!.document, stories)).toEqual(resolve(moment.document, stories));
      seen.longest = Math.max(seen.longest, link.length);
      if (!link.includes('#')) seen.plain++;
      if (link.includes('&vs=')) seen.versus++;
      else if (moment.compare !== undefined) seen.compared++;
    }), { numRuns: RUNS });
    // The generator reaches every form of link.
    expect(seen.longest).toBeGreaterThan(1000);
    for (const form of [seen.plain, seen.versus, seen.compared]) expect(form).toBeGreaterThan(RUNS / 100);
  }, TIMEOUT);

  it(`that were cut, changed or garbled give a moment and clear messages, never in over a second (${RUNS} mutations)`, async () => {
    const links: string[] = [];
    for (const moment of fc.sample(anyMoment(stories), { numRuns: 500, seed: 1 })) links.push((await encodeMoment(moment, stories)).link);
    const seen = { kept: 0, refused: 0, slowestMs: 0 };
    await fc.assert(fc.asyncProperty(mutatedText(fc.constantFrom(...links)), async (spoilt) => {
      const start = performance.now();
      const decoded = await decodeMoment(...parts(spoilt), shelf);
      seen.slowestMs = Math.max(seen.slowestMs, performance.now() - start);
      expectSound(decoded);
      if (decoded.problems.length === 0) seen.kept++;
      else seen.refused++;
    }), { numRuns: RUNS });
    expect(seen.slowestMs).toBeLessThan(1000);
    expect(seen.kept).toBeGreaterThan(RUNS / 50);
    expect(seen.refused).toBeGreaterThan(RUNS / 4);
  }, TIMEOUT);

  it(`whose hash holds a spoilt document give a moment and clear messages (${RUNS} mutations)`, async () => {
    let slowestMs = 0;
    const content = anyMoment(stories).map(({ document, compare }): unknown => {
      const { pattern: _pattern, version, ...rest } = minimise(document, stories);
      return { version, document: rest, ...(compare !== undefined && { compare: minimise(compare, stories) }) };
    });
    await fc.assert(fc.asyncProperty(mutatedValue(content, hostileJson), async (spoilt) => {
      const hash = squeezed(spoilt);
      const start = performance.now();
      const decoded = await decodeMoment('?p=circuit-breaker', hash, shelf);
      slowestMs = Math.max(slowestMs, performance.now() - start);
      expectSound(decoded);
    }), { numRuns: RUNS });
    expect(slowestMs).toBeLessThan(1000);
  }, TIMEOUT);

  it('of every hostile kind give a moment and clear messages, at once', async () => {
    const bomb = (bytes: number) => `#s=1.${deflateRawSync(Buffer.alloc(bytes, '['), { level: 9 }).toString('base64url')}`;
    const keys = ['p', 'ver', 's', 'v', 'seed', 'for', 'src', 't', 'play', 'speed', 'theme', 'panels', 'sel', 'vs', 'breaker.slidingWindowSize', 'breaker.probeEvery', 'breaker.weights', 'breaker.rules', 'breaker.__proto__', '__proto__.x', 'constructor.prototype', '.', '..', 'breaker.'];
    const hostile: [search: string, hash: string][] = [
      ...keys.flatMap((key) => hostileTexts.map((text): [string, string] => [`?p=circuit-breaker&${key}=${text}`, ''])),
      ...keys.map((key): [string, string] => [`?${key}=1`, '']),
      ...hostileTexts.map((text): [string, string] => ['?p=circuit-breaker', `#s=${text}`]),
      ...[1.2e6, 10e6, 45e6].map((bytes): [string, string] => ['?p=circuit-breaker', bomb(bytes)]),
      ['', squeezed(nestedText(100_000))], ['', squeezed(`{"version":1,"document":${nestedText(100_000)}}`)],
      ['', squeezed('{"version":1,"document":{"__proto__":{"polluted":true}}}')], ['', squeezed({ version: 2, document: {} })], ['', squeezed({ version: 'x' })], ['', squeezed([])], ['', squeezed(null)],
      ['', squeezed({ version: 1, document: { seed: Number('1e309') } })], ['', squeezed('{"version":1,"document":{"seed":1e309}}')], ['', squeezed('{"version":1,"document":{"seed":-0}}')],
      [`?p=${'x'.repeat(10_000_000)}`, ''], ['?p=circuit-breaker', `#s=1.${'A'.repeat(10_000_000)}`], [`?${'a=1&'.repeat(16_000)}`, ''], [`?${'a.b=1&'.repeat(10_000)}`, ''], ['?'.repeat(60_000), '#'.repeat(3000)],
    ];
    for (const [search, hash] of hostile) {
      const start = performance.now();
      const decoded = await decodeMoment(search, hash, shelf);
      expect(performance.now() - start, `${search.slice(0, 80)} ${hash.slice(0, 80)}`).toBeLessThan(1000);
      expectSound(decoded);
    }
  }, TIMEOUT);
});
