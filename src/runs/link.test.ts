import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultDocument, type RunDocument } from './document.ts';
import { encodeMoment, type Moment } from './link.ts';
import { decodeMoment, type DecodeOptions } from './link-read.ts';
import { squeeze, unsqueeze } from './link-squeeze.ts';
import { breakerStories as stories, fixtureShelf as shelf } from '../../test/fuzz/fixture.ts';

const usual = defaultDocument(stories);
const start: Moment = { document: usual, atMs: 500, playing: false };
const link = async (part: Partial<Moment> = {}) => (await encodeMoment({ ...start, ...part }, stories)).link;
const read = (whole: string, options?: DecodeOptions) => {
  const at = whole.indexOf('#');
  return decodeMoment(at < 0 ? whole : whole.slice(0, at), at < 0 ? '' : whole.slice(at), shelf, options);
};
const messages = async (whole: string) => (await read(whole)).problems.map(({ message }) => message);
const squeezed = (content: unknown) => `#s=1.${deflateRawSync(JSON.stringify(content)).toString('base64url')}`;

describe('a link', () => {
  it('stays readable while everything has a short text', async () => {
    const document: RunDocument = { ...usual, variant: 'fixed', seed: 7, durationMs: 45_000, params: { breaker: { slidingWindowSize: 20, minimumCalls: 5, probeEvery: { kind: 'lognormal', medianMs: 20, p99Ms: 90 }, weights: [1, -2], label: 'a & b' } } };
    expect(await link({ document, atMs: 41_200, playing: true, speed: 0.5, theme: 'dark', panels: ['log', 'machine'], selection: 'gateway>payments' })).toBe(
      '?p=circuit-breaker&v=fixed&seed=7&for=45s&t=41.2s&breaker.label=a%20%26%20b&breaker.minimumCalls=5&breaker.probeEvery=lognormal:20:90&breaker.slidingWindowSize=20&breaker.weights=1,-2'
      + '&play=1&speed=0.5&theme=dark&panels=log,machine&sel=gateway%3Epayments',
    );
  });
  it('of the moment that opens is the pattern alone', async () => {
    expect(await link()).toBe('?p=circuit-breaker');
    expect(await link({ speed: 1, theme: 'auto' })).toBe('?p=circuit-breaker');
    expect(await link({ document: defaultDocument(stories, 'calm'), atMs: 0, speed: 2 })).toBe('?p=circuit-breaker&s=calm');
  });
  it('to a comparison with another variant names it', async () => {
    expect(await link({ compare: { ...usual, variant: 'without' } })).toBe('?p=circuit-breaker&vs=without');
    expect((await read('?p=circuit-breaker&vs=without')).moment?.compare).toEqual({ ...usual, variant: 'without' });
  });
  it('holds what has no short text in its hash, and says in the query that there is one', async () => {
    const whole = await link({ document: { ...usual, seed: 9, faults: [], params: { breaker: { label: 'x'.repeat(200) } } } });
    expect(whole).toMatch(/^\?p=circuit-breaker&seed=9&more=1#s=1\.[\w-]+\.\w+$/);
    expect((await read(whole)).moment?.document).toMatchObject({ seed: 9, faults: [], params: { breaker: { label: 'x'.repeat(200) } } });
  });
  it('of more than 8 kB says so, and can still be read', async () => {
    let state = 1;
    const noise = () => (state = Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const document: RunDocument = { ...usual, params: { breaker: { extra: Array.from({ length: 1500 }, noise) } } };
    const { link: whole, tooLong } = await encodeMoment({ ...start, document }, stories);
    expect(tooLong).toBe(true);
    expect(whole.length).toBeGreaterThan(8192);
    expect((await read(whole)).moment?.document).toEqual(document);
    expect((await encodeMoment(start, stories)).tooLong).toBe(false);
  });
  it('reads as people write it: other ways for flags, times and speeds', async () => {
    const { moment, problems } = await read('?p=circuit-breaker&breaker.countSlow=on&t=850ms&play=true&speed=2x');
    expect(problems).toEqual([]);
    expect(moment).toMatchObject({ atMs: 850, playing: true, speed: 2, document: { params: { breaker: { countSlow: true } } } });
  });
  it('that names nothing opens the home pattern, without complaint', async () => {
    expect(await read('', { home: 'retry' })).toMatchObject({ asked: false, problems: [], moment: { document: { pattern: 'retry' } } });
    expect(await read('?utm_source=x&fbclid=y#top')).toMatchObject({ asked: false, problems: [], moment: { document: { pattern: 'circuit-breaker' } } });
  });
  it('begins where the scenario opens, or at its end where the run was made shorter', async () => {
    expect((await read('?p=circuit-breaker')).moment?.atMs).toBe(500);
    expect((await read('?p=circuit-breaker&for=100ms')).moment?.atMs).toBe(100);
  });
});

describe('a wrong link', () => {
  it('opens the default run of what it names rightly, and says what is wrong', async () => {
    const { moment, problems } = await read('?p=circuit-breaker&v=without&seed=7&breaker.openMs=-3&t=2s');
    expect(problems.map(({ message }) => message)).toEqual(['params.breaker.openMs is -3, but must be a number from 0 to 600000. Nearest: 0.']);
    expect(moment).toMatchObject({ document: defaultDocument(stories, 'hanging-payments', 'without'), atMs: 2000 });
  });
  it.each([
    ['?p=circuit-braker', 'p is "circuit-braker", but must be a pattern: circuit-breaker, retry. Nearest: "circuit-breaker".'],
    ['?p=circuit-breaker&s=clam', 'scenario is "clam", but must be a scenario of circuit-breaker: hanging-payments, calm. Nearest: "calm".'],
    ['?p=circuit-breaker&seed=x', 'seed is "x", but must be a whole number from 0 to 4294967295.'],
    ['?p=circuit-breaker&sed=7', 'The link says sed; did it mean seed?'],
    ['?p=circuit-breaker&seed=7&seed=8', 'The link gives seed twice.'],
    ['?p=circuit-breaker&for=soon', 'for is "soon", but must be a time such as 60s or 1500ms.'],
    ['?p=circuit-breaker&braker.openMs=3', 'braker.openMs is "braker", but must be a layer of the scenario: browse, shop, breaker, payments, retry, prober. Nearest: "breaker".'],
    ['?p=circuit-breaker&breaker.openms=3', 'breaker.openms is "openms", but must be a parameter of breaker: slidingWindowSize, minimumCalls, failureRatio, openMs, windowType, countSlow, probeEvery, weights and 3 more. Nearest: "openMs".'],
    ['?p=circuit-breaker&breaker.slidingWindowSize=4', 'params.breaker.minimumCalls is 5, but must be at most slidingWindowSize (4): it would never judge. Nearest: 4.'],
    ['?p=circuit-breaker&t=61s', 't is "61s", but must be a time from 0s to 60s. Nearest: "60s".'],
    ['?p=circuit-breaker&speed=1000', 'speed is "1000", but must be a number from 0.1 to 100. Nearest: 100.'],
    ['?p=circuit-breaker&theme=drak', 'theme is "drak", but must be one of: light, dark, auto. Nearest: "dark".'],
    ['?p=circuit-breaker&panels=a b', 'panels is "a b", but must be at most 50 names of panels, with commas between them.'],
    ['?p=circuit-breaker&vs=witout', 'vs is "witout", but must be a variant of hanging-payments: without, with, pitfall, fixed. Nearest: "without".'],
    ['?p=circuit-breaker&ver=2', 'The document has version 2, made by a newer Patternscope; this one reads up to version 1. Reload the page, or open it where it was made.'],
    ['?p=circuit-breaker&more=1', 'The link was cut on the way: the part after # is missing.'],
    ['?p=circuit-breaker#s=2.AAAA', 'The part of the link after # was made by a newer Patternscope. It was left out.'],
    ['?p=circuit-breaker#s=1.!!', 'The part of the link after # is not in the right letters, so it was probably changed or cut on the way. It was left out.'],
    ['?p=circuit-breaker#s=hello', 'The part of the link after # is not what a link holds. It was left out.'],
  ])('%s: %s', async (whole, message) => {
    expect(await messages(whole)).toEqual([message]);
  });
  it('of more than 64 kB is not read at all', async () => {
    const whole = `?p=circuit-breaker&seed=7&x=${'y'.repeat(65_536)}`;
    expect(await messages(whole)).toEqual(['The link has 65564 characters; at most 65536 are read. The default run is shown.']);
    expect(await read(whole)).toMatchObject({ asked: true, moment: { document: { seed: 42 } } });
  });
  it('loses only its view where only that is wrong', async () => {
    const { moment } = await read('?p=circuit-breaker&seed=7&theme=x&t=2s&panels=log');
    expect(moment).toMatchObject({ atMs: 2000, panels: ['log'], document: { seed: 7 } });
    expect(moment?.theme).toBeUndefined();
  });
  it('that was cut anywhere in its hash is noticed', async () => {
    const whole = await link({ document: { ...usual, faults: [{ kind: 'pause', node: 'payments', fromMs: 5 }] } });
    const hash = whole.indexOf('#');
    // Without its check alone it is still whole.
    for (let at = hash; at < whole.lastIndexOf('.'); at++) expect((await read(whole.slice(0, at))).problems, whole.slice(hash, at)).not.toEqual([]);
  });
  it('with any one letter of its hash changed is noticed', async () => {
    const whole = await link({ document: { ...usual, faults: [{ kind: 'pause', node: 'payments', fromMs: 12_345, untilMs: 23_456 }] } });
    const from = whole.indexOf('#s=1.') + 5;
    for (let at = from; at < whole.length; at++) {
      for (const letter of ['A', '7', '_']) {
        const spoilt = whole.slice(0, at) + letter + whole.slice(at + 1);
        const { problems, moment } = await read(spoilt);
        // The last letter of base64 may hold bits that mean nothing.
        if (problems.length === 0) expect(moment?.document.faults).toEqual([{ kind: 'pause', node: 'payments', fromMs: 12_345, untilMs: 23_456 }]);
      }
    }
  });
  it('does not bring a second branch that is illegal', async () => {
    const { moment, problems } = await read(`?p=circuit-breaker${squeezed({ version: 1, compare: { version: 1, pattern: 'circuit-breaker', seed: -1 } })}`);
    expect(moment?.compare).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual(['In the second branch: seed is -1, but must be a whole number from 0 to 4294967295. Nearest: 0.']);
  });
  it('gives no moment only where no story loads at all, and says so', async () => {
    const broken = { patterns: ['retry'], load: () => Promise.reject(new Error('offline')) };
    expect(await decodeMoment('?p=retry', '', broken)).toMatchObject({ moment: undefined, problems: [{ message: 'The pattern retry could not be loaded.' }] });
    expect((await decodeMoment('?p=retry', '', { patterns: [], load: () => Promise.resolve(undefined) })).moment).toBeUndefined();
  });
});

describe('a source', () => {
  it('is given back as an address, if it is one of the web', async () => {
    expect((await read('?src=https://example.org/run.json')).src).toBe('https://example.org/run.json');
    expect((await read('?src=runs/a.json', { base: 'http://localhost:80/deep/page.html' })).src).toBe('http://localhost/deep/runs/a.json');
    for (const bad of ['javascript:alert(1)', 'data:application/json,{}', 'file:///etc/passwd', 'blob:https://x/y', 'https://user:pw@example.org/', 'run.json', '']) {
      expect(await read(`?src=${bad}`)).toMatchObject({ asked: true, problems: [{ path: 'src' }] });
      expect((await read(`?src=${bad}`)).src).toBeUndefined();
    }
  });
  it('that was loaded takes the place of the document, while time and view come from the link', async () => {
    const loaded = { version: 1, pattern: 'retry', seed: 5 };
    const { moment, problems, src } = await read('?src=https://example.org/run.json&t=3s&play=1', { loaded });
    expect(problems).toEqual([]);
    expect(src).toBeUndefined();
    expect(moment).toMatchObject({ atMs: 3000, playing: true, document: { pattern: 'retry', seed: 5 } });
    expect((await read('?src=x', { loaded: { version: 1, pattern: 'rety' } })).problems[0]).toMatchObject({ path: 'pattern', nearest: 'retry' });
    expect((await read('?src=x', { loaded: [] })).problems).toHaveLength(1);
  });
});

describe('compressed text', () => {
  it('is the same text again', async () => {
    for (const text of ['', 'x', 'é☃😀', 'abc'.repeat(100_000)]) expect(await unsqueeze(await squeeze(text))).toEqual({ text });
  });
  it('that unfolds to more than 1 MB is stopped, however much more', async () => {
    const bomb = (bytes: number) => deflateRawSync(Buffer.alloc(bytes), { level: 9 }).toString('base64url');
    expect('text' in (await unsqueeze(bomb(1_048_576)))).toBe(true);
    expect(await unsqueeze(bomb(1_048_577))).toEqual({ fault: 'unfolds to too much' });
    const from = performance.now();
    expect(await unsqueeze(bomb(45_000_000))).toEqual({ fault: 'unfolds to too much' });
    expect(performance.now() - from).toBeLessThan(1000);
  });
  it('that is too long, cut or garbled is refused', async () => {
    expect(await unsqueeze('A'.repeat(65_537))).toEqual({ fault: 'too long' });
    expect(await unsqueeze('äöü')).toEqual({ fault: 'not base64url' });
    const whole = await squeeze('a rather long text that does not repeat itself');
    for (let cut = 1; cut < whole.length; cut++) expect((await unsqueeze(whole.slice(0, cut))).fault).toBeDefined();
  });
});
