import { expect, test } from 'vitest';
import { webVtt } from './captions.ts';
import { FRAME, frameSvg } from './frame.ts';
import { linesOf, widthOf } from './lines.ts';
import { FILM_DEFAULTS, filmOptions, parseSize } from './options.ts';
import { planFilm, readingMs, type FilmRun } from './plan.ts';

const beat = (step: number, atMs: number, more: object = {}) => ({ step, atMs, title: `Step ${step}`, text: 'Enough calls have failed, so that calls are refused at once.', ...more });
const one: FilmRun = { title: 'Pattern: scenario', subtitle: 'With', durationMs: 60_000, speed: 2, faults: [{ fromMs: 10_000, untilMs: 20_000 }], beats: [beat(0, 0, { focus: 'a' }), beat(1, 10_000, { focus: 'b' }), beat(2, 10_000), beat(3, 50_000)] };
const two: FilmRun = { ...one, subtitle: 'Without', beats: [beat(4, 30_000)] };
const plan = planFilm([one, two], { fps: 30, speed: 1 });

test('every step of a tour is stood at, in order, long enough to be read', () => {
  expect([...new Set(plan.frames.map(({ beat: step }) => step))].filter((step) => step >= 0)).toEqual([0, 1, 2, 3, 4]);
  for (const run of [one, two]) {
    for (const told of run.beats) {
      const frames = plan.frames.filter(({ beat: step }) => step === told.step);
      expect(frames.length / 30).toBeGreaterThan(readingMs(told) / 1000 - 0.1);
      expect(frames.filter(({ atMs }) => atMs === told.atMs).length / 30).toBeGreaterThan(1.3);
    }
  }
});

test('time never goes back within a run, and frames are even in film time', () => {
  for (let i = 1; i < plan.frames.length; i++) if (plan.frames[i]!.chapter === plan.frames[i - 1]!.chapter) expect(plan.frames[i]!.atMs).toBeGreaterThanOrEqual(plan.frames[i - 1]!.atMs);
  expect(plan.frames.length).toBe(Math.round((plan.filmMs * 30) / 1000));
  expect(plan.frames.at(-1)!.atMs).toBe(30_000);
});

test('the way between two steps takes 1 to 5 s of film, however long it is in the run', () => {
  const way = planFilm([{ ...one, beats: [beat(0, 0), beat(1, 10), beat(2, 59_000)] }], { fps: 60, speed: 1 }).frames;
  const moving = (step: number) => way.filter((frame, i) => frame.beat === step && i > 0 && frame.atMs !== way[i - 1]!.atMs).length / 60;
  expect(moving(0)).toBeGreaterThan(0.9);
  expect(moving(1)).toBeLessThan(5.1);
});

test('twice the speed is half the film; frames a second only sample it', () => {
  expect(planFilm([one, two], { fps: 30, speed: 2 }).filmMs).toBeCloseTo(plan.filmMs / 2, 6);
  const rough = planFilm([one, two], { fps: 5, speed: 1 });
  rough.frames.forEach((frame, i) => expect(plan.frames[i * 6]!.atMs).toBeCloseTo(frame.atMs, 6));
});

test('a range goes on evenly from its first moment to its last', () => {
  const range = planFilm([one], { fps: 10, speed: 1 }, { fromMs: 8000, untilMs: 14_000 });
  expect(range.filmMs).toBe(3000);
  expect(range.frames.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 30 }, (_, i) => expect.closeTo(8000 + i * 200, 6)));
  expect(range.frames[9]!.beat).toBe(0);
  expect(range.frames[10]!.beat).toBe(2);
});

test('captions follow each other without overlap and are valid WebVTT', () => {
  const text = webVtt({ cues: [{ fromMs: 0, untilMs: 1500, title: 'A & B', text: 'x < y' }, ...plan.cues.slice(1)] });
  expect(text).toContain('00:00:00.000 --> 00:00:01.500\n<b>A &amp; B</b>\nx &lt; y');
  plan.cues.slice(1).forEach(({ fromMs }, i) => expect(fromMs).toBeGreaterThanOrEqual(plan.cues[i]!.untilMs - 1e-6));
  expect(plan.cues.map(({ title }) => title)).toEqual(['Step 0', 'Step 1', 'Step 2', 'Step 3', 'Step 4']);
});

test('a frame says where it is, holds the stage, and lets no text out of its place', () => {
  const frame = plan.frames.find(({ beat: step, sinceMs }) => step === 1 && sinceMs > 800)!;
  const svg = frameSvg({
    run: { ...one, title: 'A <b> & "c"' }, frame, steps: 5, stage: `<svg width="${FRAME.width}"><g id="stage"/></svg>`, boxOf: () => ({ x: 100, y: 80, w: 60, h: 40 }),
    colors: { ink: '#000', soft: '#333', faint: '#666', line: '#999', paper: '#eee', surface: '#fff', error: '#c00', accent: '#00c', 'accent-wash': '#eef' },
  });
  expect(svg).toContain('Step 2 of 5');
  expect(svg).toContain('<g id="stage"/>');
  expect(svg).toContain('A &lt;b&gt; &amp; &quot;c&quot;');
  expect(svg).toContain('10.0 of 60 s');
  expect(svg.match(/<svg/g)).toHaveLength(1);
  expect(svg.endsWith('</svg>')).toBe(true);
});

test('lines are broken by a table of widths', () => {
  const lines = linesOf('After the wait a handful of calls may pass. '.repeat(6).trim(), 15, 400, 3);
  expect(lines).toHaveLength(3);
  expect(lines[2]!.endsWith('…')).toBe(true);
  for (const line of lines) expect(widthOf(line.replace('…', ''), 15)).toBeLessThanOrEqual(400);
});

test('what can not be filmed is refused with what would be allowed', () => {
  expect(filmOptions()).toEqual(FILM_DEFAULTS);
  expect(() => filmOptions({ fps: 0 })).toThrow('fps is 0, but must be from 1 to 60.');
  expect(() => filmOptions({ width: 641, height: 360 })).toThrow('both must be even');
  expect(() => filmOptions({ theme: 'blue' as 'light' })).toThrow('light or dark');
  expect(parseSize('1280x720')).toEqual({ width: 1280, height: 720 });
  expect(() => parseSize('big')).toThrow('such as 1280x720');
});
