// A browser on a build, and the documents that the measurements run.
import { chromium } from '@playwright/test';
import { ensureChromium, launchFlags } from '../chromium.mjs';
import { serve } from '../serve.mjs';

/** A site with a browser on it. `throttle` slows the page's main thread (workers are not slowed by it). */
export async function openBrowser(directory) {
  const site = await serve({ directory, prefix: '/some/deep/path/' });
  const browser = await chromium.launch({ executablePath: ensureChromium(), args: launchFlags });
  const session = await browser.newBrowserCDPSession();
  return {
    site, browser, session, version: browser.version(),
    async page(query = '', { width = 1440, height = 900 } = {}) {
      const context = await browser.newContext({ viewport: { width, height } });
      const page = await context.newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(error.message));
      const cdp = await context.newCDPSession(page);
      await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
      await page.goto(site.url + query);
      await page.evaluate(() => window.patternscope?.ready);
      return {
        page, cdp,
        throttle: (rate) => cdp.send('Emulation.setCPUThrottlingRate', { rate }),
        metrics: async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value])),
        async close() {
          await context.close();
          if (errors.length > 0) throw new Error(`The page threw: ${errors.join('; ')}`);
        },
      };
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}

/** The flagship with so many requests in flight at once: users who come fast, over links that take their time. */
export function crowd(inFlight, durationMs = inFlight > 5000 ? 9000 : 20_000) {
  const slow = { kind: 'constant', ms: 450 };
  const rate = Math.max(2, inFlight * 0.6);
  return {
    version: 1, pattern: 'circuit-breaker', durationMs,
    params: {
      'browse-users': { ratePerSecond: rate * 0.93 }, 'checkout-users': { ratePerSecond: rate * 0.07 },
      'gateway-app': { concurrency: Math.min(10_000, Math.ceil(inFlight * 2) + 16) }, 'catalog-app': { concurrency: Math.ceil(rate / 3) + 16 },
    },
    links: { 'browse>gateway': slow, 'gateway>catalog': slow },
  };
}

/** Opens a document and waits until all of it is there. */
export const openDocument = (page, document) => page.evaluate((what) => window.patternscope.open(what).then(({ nodes }) => nodes), document);
export const playFrom = (page, atMs, speed = 1) => page.evaluate(async ([ms, times]) => {
  const driver = window.patternscope;
  await driver.pause();
  await driver.seek(ms);
  driver.setSpeed(times);
  await driver.play();
}, [atMs, speed]);
export const inFlight = (page) => page.evaluate(async () => {
  const { nodes } = await window.patternscope.pause();
  return Object.values(nodes).reduce((sum, node) => sum + node.pending, 0);
});
