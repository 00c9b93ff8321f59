import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { open } from './page.ts';

const users = { id: 'order-users', engine: 'client', params: { op: 'order', ratePerSecond: 130 } };
const retry = { id: 'retry', engine: 'retry', params: { maxAttempts: 4, perTryTimeoutMs: 500, overallDeadline: false, backoff: 'none', baseDelayMs: 100, jitter: 'none', budget: 'none', retryThrottled: false } };
const breaker = { id: 'breaker', engine: 'circuit-breaker', params: { waitDurationInOpenStateMs: 3000 } };
const storm = { version: 1, pattern: 'retry', scenario: 'retry-storm', variant: 'naive' };

const openDocument = (page: Page, document: object) => page.evaluate((it) => window.patternscope.open(it).then(() => window.patternscope.fingerprint()), document);
const stackOf = (page: Page): Promise<string[]> => page.evaluate(() => window.patternscope.snapshot().then(({ document }) => document.stacks?.['callers']?.map(({ id }) => id) ?? []));
const fingerprint = (page: Page) => page.evaluate(() => window.patternscope.computed().then(() => window.patternscope.fingerprint()));
const rows = (page: Page) => page.getByTestId(/^stack-layer-/);
const order = (page: Page) => rows(page).evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['testid']!.replace('stack-layer-', '')));

test.describe('the stack editor', () => {
  test.beforeEach(async ({ page }) => {
    await open(page);
    await openDocument(page, storm);
    await page.getByTestId('tab-stack').click();
  });

  test('adds a layer of another pattern, moves it by keyboard and by drag, and each order is a run of its own that survives its link', async ({ page }) => {
    const before = await fingerprint(page);
    await page.getByTestId('stack-add').click();
    await page.getByTestId('stack-choose-circuit-breaker').click();
    await expect.poll(() => order(page)).toEqual(['order-users', 'retry', 'circuit-breaker']);
    const good = await fingerprint(page);
    expect(good).not.toBe(before);

    await page.getByTestId('stack-move-circuit-breaker').focus();
    await page.keyboard.press('Space');
    await expect(page.getByText(/circuit breaker(,| is over) place 3 of 3/)).toBeAttached();
    await page.keyboard.press('ArrowUp');
    await expect(page.getByText(/circuit breaker is over place 2 of 3/)).toBeAttached();
    await page.keyboard.press('Space');
    await expect.poll(() => order(page)).toEqual(['order-users', 'circuit-breaker', 'retry']);
    const wrong = await fingerprint(page);
    expect(wrong).not.toBe(good);
    const link = await page.evaluate(() => window.patternscope.link());

    const from = (await page.getByTestId('stack-move-retry').boundingBox())!, to = (await page.getByTestId('stack-layer-circuit-breaker').boundingBox())!;
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 10, from.y - 10, { steps: 4 });
    await page.mouse.move(from.x + 10, to.y + 12, { steps: 8 });
    await page.mouse.up();
    await expect.poll(() => order(page)).toEqual(['order-users', 'retry', 'circuit-breaker']);
    expect(await fingerprint(page), 'the same stack is the same run').toBe(good);

    await page.keyboard.press('Control+z');
    await expect.poll(() => order(page)).toEqual(['order-users', 'circuit-breaker', 'retry']);
    expect(await fingerprint(page)).toBe(wrong);

    await page.goto('about:blank');
    await page.goto(link);
    await page.evaluate(() => window.patternscope.ready);
    await expect.poll(() => fingerprint(page)).toBe(wrong);
    expect(await stackOf(page)).toEqual(['order-users', 'circuit-breaker', 'retry']);
  });

  test('marks a wrong order at once, explains it when it has done harm, and puts it right', async ({ page }) => {
    await openDocument(page, { ...storm, stacks: { callers: [users, breaker, retry] } });
    await page.evaluate(() => window.patternscope.seek(20_000));
    const wrong = page.getByTestId('stack-wrong');
    await expect(wrong).toContainText('Better outside of breaker');
    await expect(wrong).toHaveAttribute('data-happened', 'false');
    await expect(wrong).not.toContainText('counts one failure');
    await page.evaluate(() => window.patternscope.runUntil({ note: 'exhausted', layer: 'retry', after: 0 }));
    await expect(wrong).toHaveAttribute('data-happened', 'true');
    await expect(wrong).toContainText('counts one failure where there were several');
    await expect(page.getByTestId('plate-retry').getByTestId('plate-harm')).toHaveAttribute('aria-label', /Better outside of breaker/);
    await page.getByTestId('stack-recommended').click();
    await expect.poll(() => order(page)).toEqual(['order-users', 'retry', 'breaker']);
    await expect(wrong).toHaveCount(0);
    await expect(page.getByTestId('stack-recommended')).toBeDisabled();
  });

  test('shows the load that each layer multiplies or keeps back, as the simulation counted it', async ({ page }) => {
    await openDocument(page, storm);
    await page.evaluate(() => window.patternscope.seek(50_000));
    const text = page.getByTestId('stack-load-retry');
    await expect(text).toContainText(/multiplies by (3\.[5-9]|4)/);
    const [into, out] = (await text.innerText()).match(/\d+/g)!.map(Number);
    expect(into).toBeGreaterThan(100);
    expect(out! / into!).toBeGreaterThan(3.5);
    await expect(page.getByTestId('plate-retry')).toContainText(`${into}/s → ${out}/s`);
  });

  test('takes a layer out and back, and says what is not possible', async ({ page }) => {
    await page.getByTestId('stack-remove-retry').click();
    await expect.poll(() => order(page)).toEqual(['order-users']);
    await page.getByTestId('stack-reset').click();
    await expect.poll(() => order(page)).toEqual(['order-users', 'retry']);
    const from = (await page.getByTestId('stack-move-retry').boundingBox())!;
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(from.x + 10, from.y - 20, { steps: 4 });
    await page.mouse.move(from.x + 10, from.y - 80, { steps: 8 });
    await page.mouse.up();
    await expect(page.getByRole('alert')).toContainText('would never see a call');
    expect(await order(page)).toEqual(['order-users', 'retry']);
  });

  test('opens from the stage', async ({ page }) => {
    await page.getByTestId('tab-lesson').click();
    await page.getByRole('button', { name: /^Callers:?/ }).first().press('Enter');
    await page.getByTestId('edit-stack').click();
    await expect(page.getByTestId('stack-panel')).toBeVisible();
  });
});

test.describe('the stability map', () => {
  const short = { ...storm, durationMs: 52_000 };
  test('computes in the background, follows the run, and opens the very run of a cell as one edit', async ({ page }) => {
    await open(page);
    await openDocument(page, short);
    await page.getByTestId('tab-map').click();
    await page.getByTestId('map-cells').selectOption('10');
    await page.getByTestId('map-start').click();
    await expect(page.getByTestId('map-cancel')).toBeVisible();
    await expect(page.getByTestId('map-state')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
    await expect(page.getByTestId('map-state')).toContainText('100 runs');

    const here = page.getByTestId('map-here');
    const place = () => here.evaluate((mark) => (mark as HTMLElement).style.left);
    const before = await place();
    await page.getByTestId('map-ground').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 2; i++) await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowRight');
    const told = await page.getByTestId('map-readout').innerText();
    await page.keyboard.press('Enter');
    await expect.poll(place).not.toBe(before);
    await page.evaluate(() => window.patternscope.computed());
    const { params, good } = await page.evaluate(async () => ({ params: (await window.patternscope.snapshot()).document.params, good: window.patternscope.metrics()['callers.goodputPerSecond']! }));
    expect(params).toEqual({ 'order-users': { ratePerSecond: 45 }, 'shop-app': { queueCapacity: 30 } });
    expect(told).toContain(`Rate 45/s, queue capacity 30: ${Math.round(good * 10) / 10}/s`);
    await page.keyboard.press('Control+z');
    await expect.poll(place).toBe(before);
  });

  test('can be cancelled, and knows when it is out of date', async ({ page }) => {
    await open(page);
    await openDocument(page, short);
    await page.getByTestId('tab-map').click();
    await page.getByTestId('map-start').click();
    await page.getByTestId('map-cancel').click();
    await expect(page.getByTestId('map-state')).toHaveAttribute('data-phase', 'cancelled');
    await page.evaluate(() => window.patternscope.set('retry', 'maxAttempts', 2));
    await expect(page.getByText('this map is of how it was')).toBeVisible();
  });
});
