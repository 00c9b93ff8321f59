import { describe, expect, test } from 'vitest';
import type * as Published from '../../public/pattern-scope.d.ts';
import { accentTokens, contrast, rgbOf } from './accent.ts';
import { attributesOf, embedAddress, momentQuery, patternOf, siteOf } from './address.ts';
import { parseCommands, runCommands } from './commands.ts';
import { DEFAULT_CONTROLS, METHODS, type Control, type Look, type Method, type Panel, type StepDetail } from './contract.ts';
import { HeightReports } from './height.ts';
import { fitTour, readOptions, withLook } from './options.ts';
import { snippets, type EmbedSettings } from './snippets.ts';
import type { Verbs } from './verbs.ts';

describe('addresses', () => {
  const known = [{ layer: 'breaker', param: 'slidingWindowSizeCalls' }, { layer: 'catalog-app', param: 'concurrency' }];
  test('the names of attributes become those of a moment link, however they are spelled', () => {
    const query = new URLSearchParams('scenario=a&variant=b&seed=7&t=30s&param-breaker-slidingwindowsizecalls=20&param-catalog-app.concurrency=3&param-none-such=1&panels=stage&theme=dark&autoplay=1');
    expect(momentQuery(query, 'circuit-breaker', known)).toEqual({ search: '?p=circuit-breaker&s=a&v=b&seed=7&t=30s&breaker.slidingWindowSizeCalls=20&catalog-app.concurrency=3', strange: ['param-none-such'] });
  });
  test('a moment link becomes attributes and back, with what has no short text in the hash', () => {
    const { pattern, attributes, state } = attributesOf('?p=circuit-breaker&v=without&t=31.5s&catalog-app.concurrency=3&panels=log&theme=dark&more=1#s=1.abc.def');
    expect(embedAddress('https://h/x/', pattern, attributes, state)).toBe('https://h/x/embed/circuit-breaker/?variant=without&t=31.5s&param-catalog-app-concurrency=3&more=1#s=1.abc.def');
  });
  test.each([
    ['https://h/x/embed/saga/?t=1s', 'https://h/x/', 'saga'], ['https://h/embed/saga/index.html', 'https://h/', 'saga'], ['https://h/embed/?pattern=retry', 'https://h/', 'retry'],
    ['https://h/a/embed/', 'https://h/a/', null], ['http://localhost:5173/embed.html?p=saga', 'http://localhost:5173/', 'saga'],
  ])('%s', (href, site, pattern) => {
    expect([siteOf(href).href, patternOf(href)]).toEqual([site, pattern]);
  });
});

describe('options', () => {
  const read = (text: string) => readOptions(new URLSearchParams(text));
  test('the usual ones, and what a read-only embed does without', () => {
    expect(read('')).toMatchObject({ panels: ['stage', 'timeline'], height: 'fill', loop: false, untilMs: null, parent: null, problems: [] });
    expect(read('controls=all&readonly').controls).not.toEqual(expect.arrayContaining(['break']));
    expect(read('panels=log,stage&until=60s&loop=1&height=auto&parent=https://docs.example').panels).toEqual(['log', 'stage']);
    expect(read('controls=none').controls).toEqual([]);
  });
  test('what is not understood is said, with the nearest', () => {
    expect(read('panels=stge&accent=javascript:x&theme=blue&until=soon&parent=javascript:alert(1)')).toMatchObject({ panels: ['stage', 'timeline'], accent: null, theme: 'auto', untilMs: null, parent: null });
    expect(read('panels=stge').problems[0]).toBe('There is no panel "stge". Did you mean "stage"?');
  });
  test.each([['tour', 1], ['tour=', 1], ['tour=true', 1], ['tour=1', 1], ['tour=3', 3], ['', null], ['tour=0', null], ['tour=false', null], ['tour=off', null], ['tour=no', null]] as const)('%s begins the tour at %s', (text, step) => {
    expect(read(text)).toMatchObject({ tour: step, problems: [] });
  });
  test.each([['tour=-2', '-2', 1], ['tour=2.4', '2.4', 2], ['tour=soon', 'soon', 1], ['tour=1e999', '1e999', Number.MAX_SAFE_INTEGER]] as const)('%s is no step', (text, given, step) => {
    expect(read(text)).toMatchObject({ tour: step, problems: [`tour is "${given}", but must be the number of a step, from 1. The nearest is ${step}.`] });
  });
  test('a tour begins at a step that it has', () => {
    expect([fitTour(null, 6), fitTour(6, 6)]).toEqual([{ step: null }, { step: 6 }]);
    expect(fitTour(12, 6)).toEqual({ step: 6, problem: 'tour is "12", but must be from 1 to 6. The nearest is 6.' });
    expect(fitTour(1, 0)).toMatchObject({ step: null, problem: expect.stringMatching(/no guided tour/) });
  });
  test('a look changes what it names and refuses the rest', () => {
    const before = read('controls=play');
    expect(withLook(before, { theme: 'dark', panels: ['log'] })).toMatchObject({ theme: 'dark', panels: ['log'], controls: ['play'] });
    expect(() => withLook(before, { accent: 'red' })).toThrow(/colour/);
    expect(() => withLook(before, { panels: ['nothing' as 'log'] })).toThrow(/no panel/);
  });
});

describe('commands', () => {
  test('one after the other, in words', () => {
    expect(parseCommands('seek 30s; play; step note back; until mode open of breaker; set breaker.size 5; speed 4x; variant without; press breaker forceOpen;')).toMatchObject([
      { do: 'seek', t: 30_000 }, { do: 'play' }, { do: 'step', by: 'note', direction: -1 }, { do: 'until', goal: { mode: 'open', layer: 'breaker' } },
      { do: 'set', layer: 'breaker', param: 'size', value: 5 }, { do: 'speed', speed: 4 }, { do: 'variant', name: 'without' }, { do: 'press', layer: 'breaker', control: 'forceOpen' },
    ]);
    expect(parseCommands('tour; tour 3')).toEqual([{ do: 'tour', step: 1 }, { do: 'tour', step: 3 }]);
  });
  test('a step that the tour does not have is refused as it was written', async () => {
    const went: number[] = [];
    const verbs = { tour: () => [{}, {}], goTo: async (step: number) => { went.push(step); } } as unknown as Verbs;
    await runCommands('tour 2', verbs, () => 0);
    expect(went).toEqual([1]);
    await expect(runCommands('tour 3', verbs, () => 0)).rejects.toThrow('"tour 3": the tour has steps 1 to 2.');
  });
  test.each([
    ['inject crash payments', { kind: 'crash', node: 'payments', fromMs: 7, untilMs: 10_007 }], ['inject errors a 50% for 2s at 30s', { kind: 'errors', node: 'a', ratio: 0.5, fromMs: 30_000, untilMs: 32_000 }],
    ['inject latency a>b x8 for ever', { kind: 'latency', from: 'a', to: 'b', factor: 8, fromMs: 7 }], ['inject cut a>b', { kind: 'partition', groupA: ['a'], groupB: ['b'], fromMs: 7, untilMs: 10_007 }],
    ['inject clock a +3s', { kind: 'clock', node: 'a', offsetMs: 3000, fromMs: 7, untilMs: 10_007 }],
  ])('%s', (text, fault) => {
    const [command] = parseCommands(text);
    expect(command?.do === 'inject' && command.make(7.9)).toEqual(fault);
  });
  test.each(['fly', 'seek soon', 'seek', 'play now', 'inject crash', 'inject crash a>b', 'inject latency a', 'set breaker 5', 'until forever', 'tour 0', 'tour 1.5', 'tour next', 'x'.repeat(3000), 'play;'.repeat(30)])('%s is refused in words', (text) => {
    expect(() => parseCommands(text)).toThrow(/\w+ \w+/);
  });
});

test('heights that swing come to rest at the largest', () => {
  const reports = new HeightReports();
  expect([reports.next(400.2, 0), reports.next(401, 10), reports.next(50, 2000), reports.next(99_999, 4000)]).toEqual([401, null, 120, 4000]);
  const told: number[] = [];
  for (let i = 0; i < 200; i++) { const height = reports.next(i % 2 === 0 ? 500 : 517, 10_000 + i * 16); if (height !== null) told.push(height); }
  expect(told.length).toBeLessThan(12);
  expect(told.at(-1)).toBe(517);
  expect(reports.next(700, 14_000)).toBe(700);
});

test.each(['#ff0', '#ffffff', '#000', '#3149b8', '#00ff88'])('accent %s can be read in both themes', (hex) => {
  const parts = [...accentTokens(hex).accent.matchAll(/rgb\((\d+) (\d+) (\d+)\)/g)].map(([, ...rgb]) => rgb.map(Number) as unknown as readonly [number, number, number]);
  expect(contrast(parts[0]!, rgbOf('#f4f4f1'))).toBeGreaterThan(4.5);
  expect(contrast(parts[1]!, rgbOf('#1d2126'))).toBeGreaterThan(4.5);
});

test('snippets hold no markup of anybody else', () => {
  const evil = '"><script>x</script>';
  const settings: EmbedSettings = { site: 'https://h/', link: '?p=circuit-breaker&breaker.name=%22%3E%3Cscript%3E', title: evil, summary: `${evil} ](javascript:x)`, panels: ['stage'], controls: ['play'], readOnly: true, theme: 'dark', autoplay: true, loop: false, tour: false, height: 420 };
  for (const { id, text } of snippets(settings)) expect(text.replaceAll('<script type="module" src="https://h/pattern-scope.js"></script>', ''), id).not.toMatch(/(?<!\\)<script|\]\(javascript/);
  expect(snippets(settings).find(({ id }) => id === 'element')!.text).toContain('panels="stage" controls="play" readonly="" theme="dark" autoplay="" height="420"');
  // A tour says itself when it begins.
  const touring = snippets({ ...settings, link: '?p=saga&t=30s', controls: DEFAULT_CONTROLS, tour: true });
  expect(touring.find(({ id }) => id === 'element')!.text).toContain('<pattern-scope pattern="saga" panels="stage" tour="" readonly');
  expect(touring.find(({ id }) => id === 'link')!.text).toBe('https://h/embed/saga/?panels=stage&tour=1&readonly=1&theme=dark&autoplay=1');
});

// The published types say what the program does: each of these lines is checked when the types are.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
export const published: readonly true[] = [
  true satisfies Same<Published.Method, Method>, true satisfies Same<Published.Panel, Panel>, true satisfies Same<Published.Control, Control>, true satisfies Same<Published.Look, Look>, true satisfies Same<Published.StepDetail, StepDetail>,
  true satisfies Same<keyof Verbs, Published.Method>,
];
type Answers<K extends Method> = Awaited<ReturnType<Verbs[K]>> extends Awaited<ReturnType<Published.Verbs[K]>> ? true : K;
export const answers: { readonly [K in Method]: Answers<K> } = Object.fromEntries(Object.keys(METHODS).map((name) => [name, true])) as Record<Method, true>;
