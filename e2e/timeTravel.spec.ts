import { expect, test } from './fixtures.ts';
import { golden, open } from './page.ts';

test('a link opened in a fresh profile shows the same picture', async ({ page, browser }) => {
  await open(page, '?p=circuit-breaker');
  const link = await page.evaluate(async () => {
    const driver = window.patternscope;
    await driver.seek(0);
    await driver.inject({ kind: 'slow', node: 'catalog', factor: 3, fromMs: 31_000, untilMs: 50_000 });
    await driver.set('breaker', 'slidingWindowSizeCalls', 30);
    await driver.seek(36_543.21);
    return driver.link();
  });
  expect(link.length).toBeLessThan(8192);
  // The same way in for both: a page that was played with may have focus or a hint where a fresh one has none.
  const fresh = async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
    const other = await context.newPage();
    await other.goto(link);
    await other.evaluate(() => window.patternscope.ready.then(() => window.patternscope.computed()).then(() => window.patternscope.pause()));
    const seen = await other.evaluate(async () => { const s = await window.patternscope.snapshot(); return { atMs: s.atMs, fingerprint: s.fingerprint, document: s.document }; });
    const picture = await other.getByTestId('stage').screenshot({ animations: 'disabled' });
    await context.close();
    return { seen, picture };
  };
  const here = await page.evaluate(async () => { const s = await window.patternscope.snapshot(); return { atMs: s.atMs, fingerprint: s.fingerprint, document: s.document }; });
  const [first, second] = [await fresh(), await fresh()];
  expect(first.seen).toEqual(here);
  expect(first.picture.equals(second.picture)).toBe(true);
});

test('hostile and truncated links give a message and a run, never a blank page', async ({ page }) => {
  const links = [
    '?p=circuit-braker', '?p=circuit-breaker&seed=1e309', '?p=circuit-breaker&t=-5s', '?p=circuit-breaker&breaker.failureRateThresholdPercent=130', '?p=circuit-breaker#s=1.AAAA',
    '?p=circuit-breaker#s=9.abc', `?p=circuit-breaker#s=1.${'A'.repeat(5000)}`, '?p=__proto__', '?p=circuit-breaker&s=constructor', '?p=circuit-breaker&breaker.__proto__=1', '?p=%E0%A4%A',
  ];
  for (const link of links) {
    await page.goto('about:blank');
    await open(page, link);
    const words = await page.locator('body').innerText();
    expect(words.length, link).toBeGreaterThan(40);
    await expect(page.getByTestId('notice').or(page.getByRole('alert')).or(page.getByRole('heading', { name: /no pattern/i })).first(), link).toBeVisible();
  }
});

test('steps, breakpoints and forks: play stops exactly there, and both branches stay', async ({ page }) => {
  await open(page, '?p=circuit-breaker');
  const seen = await page.evaluate(async () => {
    const driver = window.patternscope;
    await driver.open('circuit-breaker/hanging-payments/with');
    const opened = (await driver.runUntil({ mode: 'open', layer: 'breaker', after: 0 })).atMs;
    const event = await driver.step('event', 1);
    const back = await driver.step('event', -1);
    const note = await driver.step('note', 1);
    const first = driver.fingerprint();
    await driver.seek(80_000);
    await driver.inject({ kind: 'crash', node: 'catalog', fromMs: 70_000, untilMs: 75_000 });
    return { opened, event, back, note, first, second: driver.fingerprint() };
  });
  expect(seen.event).toBeGreaterThan(seen.opened);
  expect(seen.back).toBe(seen.opened);
  expect(seen.note).toBeGreaterThan(seen.opened);
  expect(seen.first).toBe(golden()['circuit-breaker/hanging-payments/with']);
  expect(seen.second).not.toBe(seen.first);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.evaluate(() => window.patternscope.computed().then(() => window.patternscope.fingerprint()))).toBe(seen.first);
});

test('what never happens is refused with what was seen instead, and a wrong name with the nearest', async ({ page }) => {
  await open(page, '?p=circuit-breaker');
  const message = (goal: Parameters<typeof window.patternscope.runUntil>[0]) => page.evaluate((wanted) => window.patternscope.runUntil(wanted).then(() => '', (error: Error) => error.message), goal);
  expect(await message({ note: 'openned' })).toMatch(/never came\. Did you mean "opened"/);
  expect(await message({ mode: 'halfopen', layer: 'breaker' })).toMatch(/halfOpen/);
  expect(await message({ metric: 'browse.goodputPerSecond', above: 1e9 })).toMatch(/stayed between/);
  expect(await message({ t: 1e9 })).toMatch(/ends at 120000 ms/);
});

test('two variants side by side share traffic and scrubber', async ({ page }) => {
  await open(page, '?p=circuit-breaker');
  await page.evaluate(async () => {
    await window.patternscope.seek(35_000);
    await window.patternscope.compare({ variant: 'without' });
  });
  await expect(page.getByTestId('stage')).toHaveCount(2);
});
