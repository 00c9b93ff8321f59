/** The driver from outside: its verbs, what it refuses, still pages, an embed, films and the presenter. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect as simExpect, Sim, simIn } from '../src/playwright/index.ts';
import { hasFfmpeg, record } from '../scripts/demo.mjs';
import { expect, test } from './fixtures.ts';

const BREAKER = 'circuit-breaker/hanging-payments/with';

test('a fork keeps the run as it was as a branch, and steps go by event, note, transition and hop', async ({ page }) => {
  const sim = new Sim(page);
  await sim.open(BREAKER);
  const before = await sim.fingerprint();
  const heard = await page.evaluateHandle(() => {
    const moves: unknown[] = [];
    window.patternscope.on('modechange', (move) => moves.push(move));
    return moves;
  });
  const { atMs } = await sim.runUntil({ mode: 'open', node: 'gateway' });
  expect(await heard.jsonValue()).toContainEqual(expect.objectContaining({ to: 'open', atMs }));
  const branch = await sim.fork({ layer: 'breaker', control: 'disable' });
  expect(branch.forkedAtMs).toBeCloseTo(atMs, 3);
  expect(await sim.branches()).toHaveLength(2);
  expect(await sim.fingerprint()).not.toBe(before);
  await sim.switchBranch(1);
  expect(await sim.fingerprint()).toBe(before);
  const hurt = await sim.inject({ kind: 'crash', node: 'catalog', fromMs: atMs + 1000, untilMs: atMs + 2000 });
  expect(hurt.document).toMatchObject({ faults: expect.arrayContaining([expect.objectContaining({ kind: 'crash', node: 'catalog' })]) });
  expect(await sim.fingerprint()).not.toBe(before);

  await sim.seek(31_000);
  expect(await sim.step('event')).toBeGreaterThan(31_000);
  expect(await sim.step('transition')).toBeCloseTo(atMs, 3);
  expect(await sim.step('note')).toBeGreaterThan(atMs);
  expect(await sim.step('note', -1)).toBeCloseTo(atMs, 3);
  await expect(sim.step('hop')).rejects.toThrow('follow');
  await sim.follow(1);
  await sim.seek(0);
  expect(await sim.step('hop')).not.toBeNull();
});

test('refusals say what was seen instead, and suggest the nearest name', async ({ page }) => {
  const sim = new Sim(page);
  await sim.open(BREAKER);
  await expect(sim.runUntil({ note: 'opend' })).rejects.toThrow(/never came\. Did you mean "opened"\?.*Seen were/);
  await expect(sim.runUntil({ mode: 'disabled', layer: 'breaker' })).rejects.toThrow(/Nothing became "disabled".*Entered were .*open at \d+/);
  await expect(sim.runUntil({ invariant: true })).rejects.toThrow('No rule was broken');
  await expect(sim.set('braker', 'x', 1)).rejects.toThrow('Did you mean "breaker"?');
  await expect(sim.setVariant('withuot')).rejects.toThrow('Did you mean "without"?');
  await expect(sim.open('circuit-braker')).rejects.toThrow('circuit-breaker');
  await expect(sim.goTo(99)).rejects.toThrow('steps 0 to');
  await expect(sim.fork({ fault: { kind: 'hang', node: 'payments', fromMs: -1, untilMs: 5 } })).rejects.toThrow('before the shown moment');
  // The matchers fail, too.
  const failed = async (check: Promise<unknown>): Promise<string> => check.then(() => 'nothing', (error: unknown) => String(error));
  expect(await failed(simExpect(sim).toHaveNote('opened', { after: 100_000 }))).toContain('It came at');
  expect(await failed(simExpect(sim).toHaveMetric('browse.goodputPerSecond', { above: 1000 }))).toContain('expected above 1000');
  expect(await failed(simExpect(sim).toBeInMode('breaker', 'open'))).toContain('breaker is closed');
});

test('boot parameters give a still page: the stage alone, at its moment, the same twice', async ({ page }) => {
  const sim = new Sim(page);
  const address = '?p=circuit-breaker&t=33s&play=1&paused&motion=none&chrome=none';
  await sim.goto(address);
  expect(await sim.snapshot()).toMatchObject({ atMs: 33_000, playing: false });
  await expect(page.getByRole('banner')).toBeHidden();
  await expect(sim.parts.play).toBeHidden();
  const first = await page.screenshot();
  await sim.goto(address);
  await sim.snapshot();
  expect((await page.screenshot()).equals(first)).toBe(true);
});

test('the same verbs drive an embed in a page of somebody else', async ({ page, baseURL }) => {
  await page.setContent(`<script type="module" src="${baseURL}pattern-scope.js"></script><pattern-scope pattern="circuit-breaker"></pattern-scope>`);
  await page.frameLocator('pattern-scope iframe').getByRole('button', { name: /^(Play|Start|Run)/ }).first().click();
  const plain = await simIn(page, 'pattern-scope iframe');
  const sim = await simIn(page, 'pattern-scope');
  expect(sim.place).toBe(plain.place);
  const { atMs } = await sim.runUntil({ mode: 'open', layer: 'breaker' });
  expect(atMs).toBeGreaterThan(30_000);
  await simExpect(sim).toBeInMode('breaker', 'open');
  await expect(sim.film()).rejects.toThrow('full page');
});

test('recording twice gives the same frames; a broken-off recording goes on where it was', async ({ page }) => {
  const sim = new Sim(page);
  await sim.open(BREAKER);
  const out = mkdtempSync(join(tmpdir(), 'film-'));
  try {
    const film = { asked: { fps: 4, width: 480, height: 270, theme: 'dark' }, range: { fromMs: 29_000, untilMs: 39_000 }, gif: { width: 320, fps: 2 } };
    const lines: string[] = [];
    const first = await record(page, { ...film, out: join(out, 'a') });
    const second = await record(page, { ...film, mp4: false, out: join(out, 'b'), say: (line: string) => lines.push(line) });
    const hashes = (made: typeof first) => made.segments.flatMap((segment: { hashes: readonly { drawing: string; pixels: string }[] }) => segment.hashes);
    expect(hashes(first)).toHaveLength(40);
    expect(hashes(second)).toEqual(hashes(first));
    expect(new Set(hashes(first).map(({ pixels }: { pixels: string }) => pixels)).size).toBe(40);
    expect(lines.some((line) => line.startsWith('100 %'))).toBe(true);
    expect(first.written.map((file: string) => file.slice(join(out, 'a').length + 1)).filter((file: string) => !file.endsWith('.mp4'))).toEqual(['circuit-breaker.webm', 'circuit-breaker.vtt', 'circuit-breaker-poster.svg', 'circuit-breaker-poster.png', 'circuit-breaker.frames.json', 'circuit-breaker.gif']);
    expect(readFileSync(join(out, 'a', 'circuit-breaker.webm')).subarray(0, 4).toString('hex')).toBe('1a45dfa3');
    expect(readFileSync(join(out, 'a', 'circuit-breaker.gif')).subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect(readFileSync(join(out, 'a', 'circuit-breaker-poster.png')).subarray(1, 4).toString('latin1')).toBe('PNG');
    if (hasFfmpeg()) {
      const probed = execFileSync('ffprobe', ['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', 'stream=width,height,r_frame_rate,nb_read_frames,pix_fmt', '-of', 'json', join(out, 'a', 'circuit-breaker.mp4')], { encoding: 'utf8' });
      expect((JSON.parse(probed) as { streams: object[] }).streams).toEqual([{ width: 480, height: 270, pix_fmt: 'yuv420p', r_frame_rate: '4/1', nb_read_frames: '40' }]);
    } else test.info().annotations.push({ type: 'left out', description: 'The MP4 was not looked at: there is no ffmpeg.' });
    // Broken off in the second of three parts.
    const broken = record(page, { ...film, mp4: false, out: join(out, 'c'), say: (line: string) => { if (/^\d+ %/.test(line)) throw new Error('broken off'); } });
    await expect(broken).rejects.toThrow('broken off');
    const again: string[] = [];
    const third = await record(page, { ...film, mp4: false, out: join(out, 'c'), say: (line: string) => again.push(line) });
    expect(again.some((line) => line.includes('1 of 3 parts were there already'))).toBe(true);
    expect(hashes(third)).toEqual(hashes(first));
    // It plays, and is as long as it should be.
    const base64 = readFileSync(join(out, 'c', 'circuit-breaker.webm')).toString('base64');
    const playable = await page.evaluate(async (text) => {
      const video = document.createElement('video');
      video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], { type: 'video/webm' }));
      await new Promise((done, failed) => { video.addEventListener('loadeddata', done); video.addEventListener('error', () => failed(new Error(video.error?.message ?? 'error'))); });
      return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration };
    }, base64);
    expect(playable).toEqual({ width: 480, height: 270, seconds: 10 });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test('the page records a range, with progress, and can be stopped', async ({ page }) => {
  const sim = new Sim(page);
  await sim.open(BREAKER);
  await sim.seek(31_000);
  await page.getByTestId('film').click();
  await page.getByTestId('film-range').check();
  await page.getByTestId('film-from').fill('30');
  await page.getByTestId('film-until').fill('40');
  await page.getByTestId('film-size').selectOption('640');
  await page.getByTestId('film-start').click();
  await expect(page.getByTestId('film-progress')).toBeVisible();
  await page.getByTestId('film-cancel').click();
  await expect(page.getByTestId('film-start')).toBeVisible();
  await page.getByTestId('film-until').fill('30.5');
  await page.getByTestId('film-start').click();
  await expect(page.getByTestId('film-done')).toBeVisible({ timeout: 30_000 });
  const download = page.waitForEvent('download');
  await page.getByTestId('film-save').click();
  expect((await download).suggestedFilename()).toBe('circuit-breaker.webm');
  // The page itself is where it was.
  expect((await sim.snapshot()).atMs).toBe(31_000);
});

test('a speaker goes through the moments by a clicker', async ({ page }) => {
  const sim = new Sim(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await sim.open(BREAKER);
  const steps = await sim.tour();
  await page.getByTestId('present').click();
  const presenter = page.getByTestId('presenter');
  await expect(presenter).toBeVisible();
  await expect(page.getByRole('banner')).toBeHidden();
  const caption = page.getByTestId('present-caption');
  await expect(caption).toContainText(steps[0]!.title);
  for (const step of steps.slice(1)) {
    await page.keyboard.press('PageDown');
    await expect(caption).toContainText(step.title);
  }
  await page.keyboard.press('PageUp');
  await expect(caption).toContainText(steps.at(-2)!.title);
  await page.keyboard.press('Home');
  await expect(caption).toContainText(steps[0]!.title);
  await page.getByTestId('cue-2').click();
  await expect(caption).toContainText(steps[2]!.title);
  await page.keyboard.press('s');
  await expect(page.getByTestId('notes')).toBeVisible();
  await page.keyboard.press('b');
  await expect(page.getByTestId('black')).toBeVisible();
  await page.keyboard.press('b');
  await page.keyboard.press('Escape');
  await expect(presenter).toBeHidden();
  await expect(page.getByRole('banner')).toBeVisible();
});

test('the notes of a speaker stand in a window of their own, which follows and takes the clicker, too; nothing pops up', async ({ page }) => {
  const sim = new Sim(page);
  page.on('dialog', (dialog) => { throw new Error(`A dialog popped up: ${dialog.message()}`); });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await sim.open('outbox');
  const steps = await sim.tour();
  await page.getByTestId('present').click();
  await page.keyboard.press('Home');
  const caption = page.getByTestId('present-caption');
  await expect(caption).toContainText(steps[0]!.title);
  const [notes] = await Promise.all([page.waitForEvent('popup'), page.getByTestId('notes-window').click()]);
  const told = notes.getByTestId('notes');
  await expect(told).toContainText(`Next: ${steps[1]!.title}`);
  // Each window's keys move both, also through the chapter about another run, which is computed meanwhile.
  for (const [i, step] of steps.slice(1).entries()) {
    await (i % 2 === 0 ? page : notes).keyboard.press('PageDown');
    await expect(caption).toContainText(step.title);
    await expect(notes.getByRole('heading')).toHaveText(step.title);
    if (i === 3) await expect(told).toContainText('No note for this moment');
  }
  await expect(told).toContainText('Ask the room which of the two writes they do first');
  await expect(page.getByTestId('notes')).toBeHidden();
  await expect(sim.parts.notices).toHaveCount(0);
  await notes.keyboard.press('PageUp');
  await expect(caption).toContainText(steps.at(-2)!.title);
  // The window goes with the presentation.
  const closed = notes.waitForEvent('close');
  await page.keyboard.press('Escape');
  if (await page.getByTestId('presenter').isVisible()) await page.keyboard.press('Escape');
  await closed;
  await expect(page.getByTestId('presenter')).toBeHidden();
});
