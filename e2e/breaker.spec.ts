import { expect, test } from './fixtures.ts';
import { golden, open } from './page.ts';

test('pressing play shows the breaker open within the hang, half-open, and closed after it heals', async ({ page }) => {
  await open(page);
  await page.getByRole('link', { name: /circuit breaker/i }).or(page.getByRole('button', { name: /circuit breaker/i })).first().click();
  await expect(page.getByTestId('play')).toBeVisible();
  await page.evaluate(() => window.patternscope.setSpeed(8));
  await page.getByTestId('play').click();
  const plate = page.getByTestId('plate-breaker');
  await expect(plate).toContainText(/closed \(passing\)/i);
  await expect(plate).toContainText(/open \(refusing\)/i, { timeout: 20_000 });
  await expect(plate).toContainText(/half-open/i, { timeout: 30_000 });
  await expect(plate).toContainText(/closed \(passing\)/i, { timeout: 30_000 });
  const opened = await page.evaluate(() => window.patternscope.notes().find((note) => note.name === 'opened')!.atMs);
  expect(opened).toBeGreaterThan(30_000);
  expect(opened).toBeLessThan(35_000);
  const closed = await page.evaluate(() => window.patternscope.notes().findLast((note) => note.name === 'closed')!.atMs);
  expect(closed).toBeGreaterThan(60_000);
  expect(closed).toBeLessThan(70_000);
});

test('switching to the variant without breaker shows by how much browsing starves, in numbers that were measured', async ({ page }) => {
  await open(page, '?p=circuit-breaker');
  const headline = page.getByTestId('headline-0');
  await expect(headline).toContainText(/without\s+\d/i);
  const measured = await page.evaluate(async () => {
    const driver = window.patternscope;
    await driver.computed();
    const before = driver.metrics()['browse.goodputPerSecond']!;
    await driver.setVariant('without');
    return { before, after: driver.metrics()['browse.goodputPerSecond']! };
  });
  expect(measured.before).toBeGreaterThan(1.7 * measured.after);
  await expect(headline).toContainText(measured.after.toFixed(1));
  expect(await page.getByTestId('variant-without').evaluate((part) => part.matches(':checked, [aria-pressed=true], [aria-checked=true], :has(:checked)'))).toBe(true);
});

test('at any speed, paused at any time, hidden or seen, a run has the fingerprint that it has in Node', async ({ page, context }) => {
  await open(page, '?p=circuit-breaker');
  const expected = golden()['circuit-breaker/hanging-payments/with']!;
  for (const speed of [0.1, 1, 100]) {
    const seen = await page.evaluate(async (rate) => {
      const driver = window.patternscope;
      await driver.computed();
      const { fingerprint: straight } = await driver.seek(40_000);
      await driver.seek(39_990);
      driver.setSpeed(rate);
      await driver.play();
      for (let frame = 0; frame < 12; frame++) await new Promise((next) => { requestAnimationFrame(next); });
      await driver.pause();
      const { fingerprint } = await driver.seek(40_000);
      return { straight, fingerprint, whole: driver.fingerprint() };
    }, speed);
    expect(seen.fingerprint).toBe(seen.straight);
    expect(seen.whole).toBe(expected);
  }
  const other = await context.newPage();
  await other.goto('about:blank');
  await other.bringToFront();
  const hidden = await page.evaluate(async () => { const { fingerprint } = await window.patternscope.open('circuit-breaker/hanging-payments/with').then(() => ({ fingerprint: window.patternscope.fingerprint() })); return fingerprint; });
  expect(hidden).toBe(expected);
});

test('every pattern has the same fingerprint in this browser as in Node', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page);
  // One run a pattern here; `npm run fingerprints` compares all of them, in every browser that is on the machine.
  const first = new Map(Object.entries(golden()).toReversed().map(([name, fingerprint]) => [name.replace(/\/.*$/, ''), { name, fingerprint }] as const));
  for (const { name, fingerprint } of first.values()) {
    const seen = await page.evaluate(async (what) => { await window.patternscope.open(what); return window.patternscope.fingerprint(); }, name);
    expect(seen, name).toBe(fingerprint);
  }
});

test('without a worker the page computes the same run itself', async ({ page }) => {
  await open(page, '?p=circuit-breaker&host=page');
  await page.evaluate(() => window.patternscope.seek(0));
  expect(await page.evaluate(() => window.patternscope.open('circuit-breaker/hanging-payments/with').then(() => window.patternscope.fingerprint()))).toBe(golden()['circuit-breaker/hanging-payments/with']);
});

for (const how of ['throw', 'reject', 'loop', 'close'] as const) {
  test.describe(`a worker that dies (${how})`, () => {
    test.use({ expectedErrors: [/sabotage/] });
    test('is noticed, and the run comes back from its document with the same fingerprint', async ({ page }) => {
      await open(page, '?p=circuit-breaker');
      await page.evaluate(() => window.patternscope.computed());
      await page.evaluate((way) => window.patternscope.sabotage(way), how);
      // Something must be wanted of it for silence to count.
      const after = await page.evaluate(async () => {
        await window.patternscope.pause().catch(() => null);
        const { fingerprint } = await window.patternscope.seek(50_000);
        await window.patternscope.computed();
        return { fingerprint, whole: window.patternscope.fingerprint() };
      });
      expect(after.whole).toBe(golden()['circuit-breaker/hanging-payments/with']);
      await expect(page.getByTestId('stage')).toBeVisible();
    });
  });
}
