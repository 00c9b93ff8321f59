import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/kernel/contract.ts';
import type { Card, Story } from '../../src/kernel/story.ts';
import { catalogue as real } from '../../src/patterns/catalogue.ts';
import { roleStories } from '../../src/roles/stories.ts';
import { roles } from '../../src/roles/index.ts';
import { shelfOf } from '../../src/runs/document-stories.ts';
import { defaultDocument } from '../../src/runs/document.ts';
import { buildPlan, loadEngines, resolve } from '../../src/runs/plan.ts';
import { runPlan } from '../../src/runs/runner.ts';
import { openDocument } from '../../src/runs/validate.ts';
import { echo } from '../fixtures/patterns/echo/index.ts';
import { loadCatalogue, loadPattern, type Pattern } from './cases.ts';
import { claimsLaw } from './claims.ts';
import { catalogueLaw, endLaw, namesLaw, notesLaw, panelsLaw, storyLaw, textLaw, type Wrong } from './laws.ts';
import { observe } from './observe.ts';
import { randomLaw } from './random.ts';
import { tourProblems } from './tours.ts';

/** The one line. */
const catalogue: readonly Card[] = [...real, echo];

describe('a new pattern is one folder and one line', () => {
  test('it is found, opened, planned and run like any other', async () => {
    const { document, stories, problems } = await openDocument({ version: 1, pattern: 'echo', params: { echo: { ratio: 0.5 } } }, shelfOf(catalogue, roleStories));
    expect(problems).toEqual([]);
    const resolved = resolve(document!, stories!);
    const { engineOf, laws } = await loadEngines(resolved, catalogue, roles);
    const { broken, summary } = runPlan(buildPlan(resolved, engineOf, laws));
    expect(broken).toBeNull();
    expect(summary['users.ok']).toBeGreaterThan(60);
    expect(summary['echo.note.echoed']).toBeGreaterThan(20);
  });
  test('its engines can be guests in the stacks of others', async () => {
    const stories = (await shelfOf(catalogue, roleStories).load(real[0]!.id, ['echo']))!;
    const document = defaultDocument(stories);
    const client = resolve(document, stories).nodes.find(({ role }) => role === 'client')!;
    const stacks = { [client.id]: [...client.layers.map(({ id, engine, params }) => ({ id, engine, params })), { id: 'guest', engine: 'echo' }] };
    const resolved = resolve({ ...document, stacks, durationMs: 3000 }, stories);
    const { engineOf, laws } = await loadEngines(resolved, catalogue, roles);
    const { broken, summary } = runPlan(buildPlan(resolved, engineOf, laws));
    expect(broken).toBeNull();
    expect(summary['guest.noteTotal.echoed']).toBeGreaterThan(10);
  });
  test('it keeps every law', async () => {
    const patterns = await loadCatalogue(catalogue);
    const pattern = patterns.at(-1)!;
    const runs = pattern.cases.map((one) => observe(one, { check: 'event' }));
    expect([catalogueLaw(patterns), namesLaw(pattern), storyLaw(pattern), textLaw(pattern), ...runs.map(endLaw), tourProblems(pattern), panelsLaw(pattern, runs), notesLaw(pattern, runs, {}, () => undefined), claimsLaw(pattern, 20)].flat()).toEqual([]);
    randomLaw(pattern, 30);
  });
});

describe('a law that is broken is noticed, in words that help', () => {
  const broken = async (change: (story: Story) => Story, card: Partial<Card> = {}, engine: Partial<Engine> = {}): Promise<Pattern> => {
    const story = change(await echo.story());
    const { engines } = await echo.engines();
    const fake: Card = { ...echo, ...card, story: async () => story, engines: async () => ({ engines: { ...engines, echo: { ...engines['echo']!, ...engine } } }) };
    return loadPattern(fake, [fake]);
  };
  const scenario = (story: Story, change: object): Story => ({ ...story, scenarios: { 'far-away': { ...story.scenarios['far-away']!, ...change } } });
  const seen = (pattern: Pattern) => pattern.cases.map((one) => observe(one));
  const judged: [string, (story: Story) => Story, (pattern: Pattern) => Wrong, RegExp][] = [
    ['a name with capitals', (story) => ({ ...story, scenarios: { farAway: story.scenarios['far-away']! }, opensWith: 'farAway' }), namesLaw, /"farAway" is no kebab-case name/],
    ['an illegal preset', (story) => ({ ...story, engines: { echo: { ...story.engines['echo']!, presets: { bad: { title: 'x', params: { ratio: 2 } } } } } }), storyLaw, /echo, preset bad/],
    ['an illegal default', (story) => scenario(story, { seed: -1 }), storyLaw, /seed/],
    ['no baseline', (story) => scenario(story, { variants: { with: story.scenarios['far-away']!.variants['with'] }, claims: [] }), storyLaw, /no variant of kind "without"[^]*claims nothing/],
    ['a claim about nothing', (story) => scenario(story, { claims: [{ metric: 'users.p50Ms', better: 'with', worse: 'gone', wants: 'lower', factor: 1 }] }), storyLaw, /claims something of the variant gone[^]*a factor of 1/],
    ['a hole in a summary', (story) => scenario(story, { summary: 'Watch {this}.' }), textLaw, /far-away has a hole \{this\}/],
    ['a hole in the settings', (story) => ({ ...story, settings: [{ library: 'lib', language: 'yaml', template: '{nothing:s}' }] }), textLaw, /settings for lib have a hole \{nothing\}/],
    ['a hole in a note', (story) => ({ ...story, engines: { echo: { ...story.engines['echo']!, notes: { ...story.engines['echo']!.notes, echoed: { text: '{who} did it' } } } } }), (pattern) => seen(pattern).flatMap(endLaw), /does not fill echo echoed \{who\}/],
    ['a note that never comes', (story) => ({ ...story, engines: { echo: { ...story.engines['echo']!, notes: { ...story.engines['echo']!.notes, never: { text: 'x' } } } } }), (pattern) => notesLaw(pattern, seen(pattern), {}, () => undefined), /echo never notes never in any scenario\. Show them/],
    ['a note that the story does not know', (story) => ({ ...story, engines: { echo: { ...story.engines['echo']!, notes: { echoed: { text: 'x' } } } } }), (pattern) => notesLaw(pattern, seen(pattern), {}, () => undefined), /echo notes hushed, which its story does not know/],
    ['an excuse for a note that comes', (story) => story, (pattern) => notesLaw(pattern, seen(pattern), { echo: { echoed: 'a.test.ts' } }, () => 'echoed'), /take it off/],
    ['an excuse that is none', (story) => ({ ...story, engines: { echo: { ...story.engines['echo']!, notes: { ...story.engines['echo']!.notes, never: { text: 'x' } } } } }), (pattern) => notesLaw(pattern, seen(pattern), { echo: { never: 'a.test.ts' } }, () => 'nothing here'), /a\.test\.ts shows never of echo, but it does not mention it/],
    ['a beat that never fires', (story) => ({ ...story, lesson: [{ when: { note: 'missing' }, title: 'T', text: '' }, { when: { fault: 0, edge: 'start' }, title: 'U', text: '' }] }), tourProblems, /beat 1 \("T"\) never comes up[^]*missing[^]*beat 2[^]*fault/],
    ['a hole in a beat', (story) => ({ ...story, lesson: [{ when: { note: 'hushed' }, title: 'T', text: '{why}', focus: 'moon' }] }), tourProblems, /looks at moon[^]*hole \{why\}/],
    ['a fact that is none', (story) => ({ ...story, lesson: [{ when: 'end', title: 'T', text: '', shows: [{ metric: 'users.offered', below: 0 }, { metric: 'users.unheard', above: 0 }] }] }), tourProblems, /1 beats; 5 to 9[^]*users\.offered is below 0, but[^]*users\.unheard is above 0, but at \d+ ms it is null/],
    ['an instrument of nothing', (story) => ({ ...story, instruments: [{ ...story.instruments[0]!, view: 'gone' }, { ...story.instruments[0]!, layer: 'nobody' }] }), (pattern) => panelsLaw(pattern, seen(pattern)), /view gone of echo[^]*layer nobody/],
    ['a chart of nothing', (story) => ({ ...story, charts: [{ title: 'C', unit: 'count', series: [{ name: 'moon.p50Ms', label: '' }] }] }), (pattern) => panelsLaw(pattern, seen(pattern)), /draws moon\.p50Ms/],
    ['a headline of nothing', (story) => scenario(story, { headlines: [{ label: '', metric: 'echo.note.never', unit: 'count', better: 'lower' }, { label: '', metric: 'users.p51Ms', unit: 'ms', better: 'lower' }, { label: '', metric: 'moon.p50Ms', unit: 'ms', better: 'lower' }] }), (pattern) => panelsLaw(pattern, seen(pattern)), /echo\.note\.never, but no engine notes that[^]*users\.p51Ms, but no[^]*moon\.p50Ms, which no variant measures/],
    ['a claim that is not so', (story) => scenario(story, { claims: [{ metric: 'users.p50Ms', better: 'without', worse: 'with', wants: 'lower', factor: 1.5 }] }), (pattern) => claimsLaw(pattern, 5), /far-away claims that users\.p50Ms is lower by a factor of 1\.5 in without than in with: .* and 0 of 5 seeds agree/],
  ];
  test.each(judged)('%s', async (_, change, law, expected) => expect(law(await broken(change)).join('\n')).toMatch(expected));

  test('two patterns of one number', async () => {
    const pattern = await broken((story) => story);
    expect(catalogueLaw([pattern, { ...pattern, card: { ...pattern.card, id: 'other' } }])).toEqual(['Echo and Echo are both 999']);
  });
  test('an engine whose rule breaks, that forgets timers, that remembers what no checkpoint keeps', async () => {
    const sour = await broken((story) => story, {}, { invariants: [{ name: 'never three', why: 'There were three.', holds: ({ answered }: { answered: number }) => answered !== 3 }] });
    expect(seen(sour).flatMap(endLaw).join('\n')).toMatch(/echo\/far-away\/with: never three \(echo, at [\d.]+ ms\): There were three\./);
    expect(() => randomLaw(sour, 20)).toThrow(/never three/);

    const leaky = await broken((story) => story, {}, { onRequest: (_, call, ctx) => { ctx.after(60_000, call.id); ctx.forward(call); }, onTimer: () => {}, onCancel: undefined });
    expect(seen(leaky).flatMap(endLaw).join('\n')).toMatch(/echo still has a timer for call \d+, which was over at/);

    let hidden = 0;
    const sly = await broken((story) => story, {}, { onRequest: (_, call, ctx) => { hidden++; ctx.after(hidden % 7, call.id); ctx.note('echoed', { op: `${hidden}` }); ctx.forward(call); }, onTimer: () => {}, onCancel: undefined });
    expect(() => randomLaw(sly, 20)).toThrow(/changes the run/);
  });
});
