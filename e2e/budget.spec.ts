import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import { open } from './page.ts';

test('the first load is at most 150 kB of compressed JavaScript for the gallery, 170 kB for a pattern page; a pattern’s own chunk at most 15 kB', async ({ page }) => {
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
  const own = all.filter(([name]) => /^(engine|story|stories|machine|participant|choreographer)-/.test(name)).map(([, bytes]) => bytes);
  console.log(`gallery ${gallery} bytes, pattern page ${pattern} bytes; all with the worker's: ${all.map(([name, bytes]) => `${name} ${bytes}`).join(', ')}`);
  expect(gallery).toBeLessThanOrEqual(150_000);
  expect(pattern).toBeLessThanOrEqual(170_000);
  expect(Math.max(...own)).toBeLessThanOrEqual(15_000);
});

test('with 1,000 requests in flight the page holds 60 frames a second, and its thread has most of each to spare', async ({ page }) => {
  await open(page);
  const cdp = await page.context().newCDPSession(page);
  // Time that the thread itself was on a core: whatever else the machine does hardly shows in it.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spentMs = async (): Promise<number> => 1000 * (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')!.value;
  await page.evaluate(async () => {
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
  });
  const before = await spentMs();
  const seen = await page.evaluate(async () => {
    const gaps: number[] = [];
    let last = performance.now();
    while (gaps.length < 180) {
      await new Promise((next) => { requestAnimationFrame(next); });
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }
    gaps.sort((a, b) => a - b);
    return { median: gaps[90]!, p95: gaps[171]! };
  });
  const perFrameMs = (await spentMs() - before) / 180;
  const pending = await page.evaluate(async () => Object.values((await window.patternscope.pause()).nodes).reduce((sum, node) => sum + node.pending, 0));
  console.log(`frames: median ${seen.median.toFixed(2)} ms, p95 ${seen.p95.toFixed(2)} ms, main thread ${perFrameMs.toFixed(2)} ms each with ${pending} calls in flight`);
  expect(pending).toBeGreaterThan(1000);
  expect(seen.median).toBeLessThan(17.5);
  expect(perFrameMs).toBeLessThan(4);
});
