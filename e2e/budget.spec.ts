import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import { open } from './page.ts';

/** Compressed JavaScript of the page's own thread. The build measures every pattern's page by its modules (scripts/early-load.mjs); here a browser counts what really comes, for the best known and for two of the heaviest. */
const GALLERY = 115_000;
const PAGES = { 'circuit-breaker': 146_000, bulkhead: 156_000, saga: 157_000 };

test('the first load of the gallery and of a pattern’s page is small, and a pattern’s own chunk is at most 15 kB', async ({ page }) => {
  const scripts = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (/\.js(\?|$)/.test(response.url()) && !scripts.has(response.url())) scripts.set(response.url(), response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  // Everything that comes until the stage is painted, the whole run is computed, and the network has come to rest: nothing is put off until then.
  const load = async (query: string): Promise<number> => {
    await open(page, query);
    if (query !== '') await page.evaluate(() => window.patternscope.computed().then(() => window.patternscope.snapshot()));
    await page.waitForLoadState('networkidle');
    const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    const own = names.filter((name) => name.endsWith('.js') && !/\/worker-/.test(name));
    return (await Promise.all(own.map((name) => scripts.get(name)!))).reduce((sum, bytes) => sum + bytes, 0);
  };
  const gallery = await load('');
  const pages: (readonly [id: string, bytes: number, most: number])[] = [];
  for (const [id, most] of Object.entries(PAGES)) pages.push([id, await load(`?p=${id}`), most]);
  const files = await Promise.all([...scripts].map(async ([url, bytes]) => [url.replace(/^.*\//, ''), await bytes] as const));
  const patterns = files.filter(([name]) => /^(engine|story|stories|params|machine|participant|choreographer)-/.test(name)).map(([, bytes]) => bytes);
  console.log(`gallery ${gallery} bytes; ${pages.map(([id, bytes]) => `${id} ${bytes}`).join(', ')}; largest chunk of a pattern ${Math.max(...patterns)}`);
  expect(gallery).toBeLessThanOrEqual(GALLERY);
  expect(pages.filter(([, bytes, most]) => bytes > most)).toEqual([]);
  expect(Math.max(...patterns)).toBeLessThanOrEqual(15_000);
});

test('what a page needs is asked for before its entry script runs', async ({ page }) => {
  const early: string[] = [];
  let entered = (): void => undefined;
  const held = new Promise<void>((resolve) => { entered = resolve; });
  // The entry script does not come until the page and its story have.
  await page.route(/\/assets\/index-[^/]*\.js$/, async (route) => { await held; await route.continue(); });
  page.on('request', (request) => { early.push(request.url().replace(/^.*\//, '')); });
  const going = page.goto('./?p=bulkhead');
  await expect.poll(() => ['PatternPage-', 'story-', 'stories-', 'worker-'].filter((name) => !early.some((file) => file.startsWith(name) && file.endsWith('.js')))).toEqual([]);
  entered();
  await going;
  await page.evaluate(() => window.patternscope.ready);
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
