import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from './fixtures.ts';
import { open } from './page.ts';
import type { Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    test('axe finds nothing on the gallery', async ({ page }) => {
      await open(page);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
    test('axe finds nothing on a pattern page, at the start, while the breaker is open, and in every panel', async ({ page }) => {
      await open(page, '?p=circuit-breaker');
      await page.evaluate(() => window.patternscope.seek(27_000));
      expect(await violations(page)).toEqual([]);
      await page.evaluate(() => window.patternscope.runUntil({ mode: 'open', layer: 'breaker', after: 0 }));
      for (const tab of await page.getByRole('tab').all()) {
        await tab.click();
        expect(await violations(page), await tab.innerText()).toEqual([]);
      }
    });
    test('axe finds nothing in the presenter mode and in the recorder', async ({ page }) => {
      await open(page, '?p=circuit-breaker');
      await page.evaluate(() => window.patternscope.runUntil({ mode: 'open', layer: 'breaker', after: 0 }));
      await page.getByTestId('film').click();
      await page.getByTestId('film-range').check();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('present').click();
      await expect(page.getByTestId('presenter')).toBeVisible();
      await page.keyboard.press('s');
      await expect(page.getByTestId('notes')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
    test('axe finds nothing in the editor of a wrong stack that has done harm, nor on a map', async ({ page }) => {
      await open(page);
      await page.evaluate(() => window.patternscope.open({
        version: 1, pattern: 'retry', scenario: 'retry-storm', variant: 'naive', durationMs: 51_000,
        stacks: { callers: [{ id: 'order-users', engine: 'client', params: { op: 'order', ratePerSecond: 130 } }, { id: 'breaker', engine: 'circuit-breaker' }, { id: 'retry', engine: 'retry' }] },
      }));
      await page.evaluate(() => window.patternscope.seek(45_000));
      await page.getByTestId('tab-stack').click();
      await expect(page.getByTestId('stack-wrong')).toHaveAttribute('data-happened', 'true');
      expect(await violations(page)).toEqual([]);
      await page.getByTestId('stack-add').click();
      await expect(page.getByTestId('stack-choose-retry')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByTestId('tab-map').click();
      await page.getByTestId('map-cells').selectOption('10');
      await page.getByTestId('map-start').click();
      await expect(page.getByTestId('map-state')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
      expect(await violations(page)).toEqual([]);
    });
  });
}

for (const width of [360, 768, 1440]) {
  test(`at ${width} px nothing is clipped and nothing scrolls sideways`, async ({ page }) => {
    await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
    for (const query of ['', '?p=circuit-breaker']) {
      await open(page, query);
      const faults = await page.evaluate(() => {
        const wide = document.documentElement.clientWidth;
        const out: string[] = [];
        if (document.documentElement.scrollWidth > wide) out.push(`the page is ${document.documentElement.scrollWidth} px wide`);
        for (const control of document.querySelectorAll('button, input, select, a, [role=tab], [role=slider]')) {
          const box = control.getBoundingClientRect();
          if (box.width === 0 || box.height === 0) continue;
          let scroller = control.parentElement;
          while (scroller !== null && !['auto', 'scroll'].includes(getComputedStyle(scroller).overflowX)) scroller = scroller.parentElement;
          const inScroller = scroller !== null && scroller !== document.documentElement && scroller !== document.body;
          if (!inScroller && (box.left < -1 || box.right > wide + 1)) out.push(`${control.outerHTML.slice(0, 120)} reaches from ${box.left} to ${box.right}`);
        }
        return out;
      });
      expect(faults, query).toEqual([]);
    }
  });
}

test('the main path works by keyboard alone', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  await page.keyboard.type('breaker');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('play')).toBeVisible();
  await page.evaluate(() => window.patternscope.seek(27_000));
  await page.locator('body').press('Space');
  await expect.poll(() => page.evaluate(() => window.patternscope.snapshot().then((s) => s.playing))).toBe(true);
  await page.keyboard.press('Space');
  const paused = await page.evaluate(() => window.patternscope.snapshot());
  expect(paused.playing).toBe(false);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.evaluate(() => window.patternscope.snapshot().then((s) => s.atMs))).toBeGreaterThan(paused.atMs);
  await page.keyboard.press('Home');
  await expect.poll(() => page.evaluate(() => window.patternscope.snapshot().then((s) => s.atMs))).toBe(0);
});
