import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import { open } from './page.ts';

test('the first load of the site is at most 180 kB of compressed JavaScript, a pattern’s own chunk at most 20 kB', async ({ page }) => {
  const scripts = new Map<string, number>();
  page.on('response', async (response) => {
    if (!/\.js(\?|$)/.test(response.url())) return;
    scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length);
  });
  // What the page itself loads; the worker loads beside it, off the page's thread.
  const ofThePage = async (): Promise<number> => {
    await page.waitForLoadState('networkidle');
    const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    return names.filter((name) => name.endsWith('.js') && !/\/worker-/.test(name)).reduce((sum, name) => sum + (scripts.get(name) ?? 0), 0);
  };
  await open(page);
  const gallery = await ofThePage();
  await open(page, '?p=circuit-breaker');
  await page.evaluate(() => window.patternscope.computed());
  const pattern = await ofThePage();
  const all = [...scripts].map(([url, bytes]) => [url.replace(/^.*\//, ''), bytes] as const).sort((a, b) => b[1] - a[1]);
  const own = all.filter(([name]) => /^(engine|story|index\.|plain|machine\.)/.test(name)).map(([, bytes]) => bytes);
  console.log(`gallery ${gallery} bytes, pattern page ${pattern} bytes; all with the worker's: ${all.map(([name, bytes]) => `${name} ${bytes}`).join(', ')}`);
  expect(gallery).toBeLessThanOrEqual(180_000);
  expect(pattern).toBeLessThanOrEqual(180_000);
  expect(Math.max(...own)).toBeLessThanOrEqual(20_000);
});

test('with 1,000 requests in flight the page holds 60 frames a second', async ({ page }) => {
  await open(page);
  const seen = await page.evaluate(async () => {
    const driver = window.patternscope;
    const slow = { kind: 'constant', ms: 450 };
    await driver.open({
      version: 1, pattern: 'circuit-breaker', durationMs: 20_000,
      params: { 'browse-users': { ratePerSecond: 560 }, 'checkout-users': { ratePerSecond: 40 }, 'gateway-app': { concurrency: 2000 }, 'catalog-app': { concurrency: 200 } },
      links: { 'browse>gateway': slow, 'gateway>catalog': slow },
    });
    await driver.seek(5000);
    driver.setSpeed(1);
    await driver.play();
    const gaps: number[] = [];
    let last = performance.now();
    while (gaps.length < 180) {
      await new Promise((next) => { requestAnimationFrame(next); });
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }
    const { nodes } = await driver.pause();
    const pending = Object.values(nodes).reduce((sum, node) => sum + node.pending, 0);
    gaps.sort((a, b) => a - b);
    return { pending, median: gaps[90]!, p95: gaps[171]!, mean: gaps.reduce((a, b) => a + b, 0) / gaps.length };
  });
  console.log(`frames: median ${seen.median.toFixed(2)} ms, mean ${seen.mean.toFixed(2)} ms, p95 ${seen.p95.toFixed(2)} ms with ${seen.pending} calls in flight`);
  expect(seen.pending).toBeGreaterThan(1000);
  expect(seen.median).toBeLessThan(17.5);
});
