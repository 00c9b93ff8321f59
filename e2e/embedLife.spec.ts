import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';
import { article, hostPages, type HostPages } from './hosts/server.ts';
import { openRaw, rpc } from './hosts/raw.ts';
import type { Page } from '@playwright/test';
import type { PatternScopeElement } from '../public/pattern-scope.d.ts';

let host: HostPages;
test.beforeAll(async () => { host = await hostPages(); });
test.afterAll(() => host.close());

const scripted = (site: string, body: string): string => article(body, `<script type="module" src="${site}pattern-scope.js"></script>`);
const element = (page: Page, id: string) => page.locator(`#${id}`);
const ready = (page: Page, id: string): Promise<unknown> => page.evaluate((name) => customElements.whenDefined('pattern-scope').then(() => document.querySelector<PatternScopeElement>(`#${name}`)!.ready), id);
const atMs = (page: Page, id: string): Promise<number> => page.evaluate((name) => document.querySelector<PatternScopeElement>(`#${name}`)!.snapshot().then((s) => s.atMs), id);

test('six embeds cost no long task before they are seen, and each runs when it is scrolled to', async ({ page, baseURL }) => {
  test.setTimeout(120_000);
  const six = [
    'pattern="circuit-breaker" panels="stage,timeline,machine"', 'pattern="retry" theme="dark"', 'pattern="saga" panels="stage,log" accent="#008000"',
    'pattern="two-phase-commit" panels="stage,timeline,lesson"', 'pattern="circuit-breaker" variant="without" controls="play"', 'pattern="retry" readonly theme="light" panels="stage,timeline,chart"',
  ].map((attributes, i) => `<div style="height:1600px">The text goes on.</div><pattern-scope id="sim${i}" autoplay ${attributes}></pattern-scope>`).join('');
  const plain = `<div style="height:1600px"></div><iframe id="plain" title="plain" src="${baseURL}embed/saga/" width="720" height="520"></iframe>`;
  await page.addInitScript(() => { const long: number[] = []; Object.assign(window, { long }); new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) long.push(duration); }).observe({ type: 'longtask', buffered: true }); });
  const requested: string[] = [];
  page.on('request', (request) => { if (request.url().startsWith(baseURL!)) requested.push(request.url()); });
  await page.goto(host.put('six.html', scripted(baseURL!, six + plain)), { waitUntil: 'networkidle' });
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { long: number[] }).long));
  const frames = await Promise.all(page.frames().map((frame) => frame.evaluate(() => Math.max(0, ...(window as unknown as { long: number[] }).long))));
  console.log(`longest task before any embed is seen: ${longest} ms on the host, ${Math.max(...frames)} ms in a frame`);
  expect(Math.max(longest, ...frames)).toBeLessThan(200);
  expect(requested.filter((url) => /embedApp|worker/.test(url))).toEqual([]);
  for (let i = 0; i < 6; i++) {
    await element(page, `sim${i}`).scrollIntoViewIfNeeded();
    await ready(page, `sim${i}`);
    const from = await atMs(page, `sim${i}`);
    await expect.poll(() => atMs(page, `sim${i}`)).toBeGreaterThan(from);
  }
  // Those that have left the window stand still.
  const first = await atMs(page, 'sim0');
  await page.waitForTimeout(700);
  expect(await atMs(page, 'sim0')).toBe(first);
  await page.locator('#plain').scrollIntoViewIfNeeded();
  await expect(page.frameLocator('#plain').getByTestId('stage')).toBeVisible();
});

test('first load of an embed is at most 120 kB of compressed JavaScript, the element’s script at most 8 kB', async ({ page, baseURL, request }) => {
  const scripts = new Map<string, number>();
  page.on('response', async (response) => { if (response.url().endsWith('.js')) scripts.set(response.url(), gzipSync(await response.body(), { level: 9 }).length); });
  const ofThePage = async (path: string): Promise<number> => {
    await page.goto(`./embed/${path}/`);
    await expect(page.getByTestId('stage')).toBeVisible();
    await page.evaluate(() => window.patternscope.computed());
    await page.waitForLoadState('networkidle');
    const names = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    return names.filter((name) => name.endsWith('.js') && !/\/worker-/.test(name)).reduce((sum, name) => sum + (scripts.get(name) ?? 0), 0);
  };
  for (const id of ['circuit-breaker', 'saga', 'rate-limiting', 'bulkhead']) { // the last two have the most guests
    const size = await ofThePage(id);
    console.log(`embed of ${id}: ${size} bytes`);
    expect(size).toBeLessThanOrEqual(120_000);
  }
  const script = gzipSync(await (await request.get(`${baseURL}pattern-scope.js`)).body(), { level: 9 }).length;
  console.log(`pattern-scope.js: ${script} bytes`);
  expect(script).toBeLessThanOrEqual(8000);
});

test('a host that goes in mid-run, and ten embeds made and destroyed, leave nothing behind', async ({ page, baseURL, context }) => {
  test.setTimeout(120_000);
  await page.goto(host.put('life.html', scripted(baseURL!, '<div id="place"></div>')));
  await page.evaluate(() => customElements.whenDefined('pattern-scope'));
  const cdp = await context.newCDPSession(page);
  const cycle = () => page.evaluate(async () => {
    const it = document.createElement('pattern-scope') as PatternScopeElement;
    it.pattern = 'circuit-breaker';
    document.querySelector('#place')!.append(it);
    await it.ready;
    await it.play();
    const pending = it.seek(60_000).then(() => 'done', (error: Error) => error.message);
    it.remove();
    return pending;
  });
  const counts = async () => {
    await cdp.send('HeapProfiler.enable');
    for (let i = 0; i < 3; i++) { await cdp.send('HeapProfiler.collectGarbage'); await page.waitForTimeout(150); }
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name: string): number => metrics.find((metric) => metric.name === name)!.value;
    return { documents: of('Documents'), frames: of('Frames'), nodes: of('Nodes'), listeners: of('JSEventListeners'), heap: of('JSHeapUsedSize') };
  };
  await cdp.send('Performance.enable');
  expect(await cycle()).toMatch(/taken out/);
  await cycle();
  const before = await counts();
  for (let i = 0; i < 10; i++) await cycle();
  await expect.poll(() => page.workers().length).toBe(0);
  const after = await counts();
  console.log(`before ${JSON.stringify(before)}, after ten more ${JSON.stringify(after)}`);
  expect(after.frames).toBeLessThanOrEqual(before.frames);
  expect(after.documents).toBeLessThanOrEqual(before.documents + 1);
  expect(after.listeners).toBeLessThanOrEqual(before.listeners + 5);
  expect(after.heap).toBeLessThan(before.heap + 3_000_000);
});

test('the frame is as high as its content at every width, and comes to rest', async ({ page, baseURL }) => {
  await page.goto(host.put('height.html', scripted(baseURL!, '<pattern-scope id="sim" pattern="circuit-breaker" panels="stage,timeline,log,controls"></pattern-scope>')));
  await ready(page, 'sim');
  for (const width of [320, 480, 768, 1200]) {
    await page.setViewportSize({ width, height: 800 });
    const inner = page.frames().find((frame) => frame.url().includes('/embed/'))!;
    const frame = page.locator('#sim >> iframe');
    await expect.poll(async () => Math.abs((await frame.boundingBox())!.height - await inner.evaluate(() => document.body.getBoundingClientRect().height)), { message: `at ${width} px` }).toBeLessThanOrEqual(1);
    const heights = await page.evaluate(async () => {
      const iframe = document.querySelector('#sim')!.shadowRoot!.querySelector('iframe')!;
      const seen = new Set<number>();
      const end = performance.now() + 800;
      while (performance.now() < end) { seen.add(iframe.offsetHeight); await new Promise((next) => { requestAnimationFrame(next); }); }
      return [...seen];
    });
    expect(heights, `at ${width} px`).toHaveLength(1);
    expect(await inner.evaluate(() => [document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight])).toEqual([true, true]);
  }
});

test('it takes neither focus nor arrow keys until it is clicked, and Escape gives them back', async ({ page, baseURL }) => {
  await page.goto(host.put('focus.html', scripted(baseURL!, '<input id="field"><pattern-scope id="sim" pattern="circuit-breaker" autoplay></pattern-scope><div style="height:3000px"></div>')));
  await page.locator('#field').focus();
  await ready(page, 'sim');
  await page.evaluate(() => document.querySelector<PatternScopeElement>('#sim')!.pause());
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('field');
  await page.evaluate(() => { (document.activeElement as HTMLElement).blur(); Object.assign(window, { keys: [] }); addEventListener('keydown', (event) => (window as unknown as { keys: string[] }).keys.push((event as KeyboardEvent).key)); });
  const still = await atMs(page, 'sim');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  expect(await atMs(page, 'sim')).toBe(still);
  expect(await page.evaluate(() => (window as unknown as { keys: string[] }).keys)).toEqual(['ArrowRight', 'ArrowDown']);
  await page.evaluate(() => scrollTo(0, 0));
  await page.frameLocator('#sim >> iframe').getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => atMs(page, 'sim')).toBeGreaterThan(still);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement === document.body && document.hasFocus())).toBe(true);
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => (window as unknown as { keys: string[] }).keys.length)).toBe(3);
});

test('links of the article drive the simulation, and "open in full" carries the exact moment', async ({ page, baseURL, context }) => {
  await page.goto(host.put('links.html', scripted(baseURL!, `<section><p><a id="go" href="#sim" data-pattern-scope-run="seek 33s; inject crash catalog for 5s">Now the catalog dies.</a> <button id="bad" data-pattern-scope-run="fly away">No such thing</button></p><pattern-scope id="sim" pattern="circuit-breaker"></pattern-scope></section>`)));
  await ready(page, 'sim');
  await page.locator('#go').click();
  await expect.poll(() => page.evaluate(() => document.querySelector<PatternScopeElement>('#sim')!.snapshot().then((s) => [s.atMs, s.document.faults?.length]))).toEqual([33_000, 2]);
  const problem = page.evaluate(() => new Promise<string>((done) => { document.addEventListener('error', (event) => done((event as unknown as CustomEvent<{ message: string }>).detail.message)); }));
  await page.locator('#bad').click();
  expect(await problem).toMatch(/there is no command "fly"; there are: play/);
  const here = await page.evaluate(() => document.querySelector<PatternScopeElement>('#sim')!.run('seek 36s; speed 1; play').then(() => document.querySelector<PatternScopeElement>('#sim')!.ready));
  expect(here).toBeTruthy();
  const [full] = await Promise.all([context.waitForEvent('page'), page.frameLocator('#sim >> iframe').getByTestId('full').click()]);
  await full.waitForFunction(() => (window as Partial<Window>).patternscope !== undefined);
  const there = await full.evaluate(() => window.patternscope.ready.then(() => window.patternscope.computed()).then(() => window.patternscope.snapshot()));
  const stopped = await page.evaluate(() => document.querySelector<PatternScopeElement>('#sim')!.snapshot());
  expect(stopped.playing).toBe(false);
  expect(there.atMs).toBeGreaterThan(36_000);
  expect([there.atMs, there.fingerprint, there.document]).toEqual([stopped.atMs, stopped.fingerprint, stopped.document]);
});

test('until and loop bound the play; with reduced motion nothing starts by itself', async ({ page, baseURL, browser }) => {
  await page.goto(host.put('loop.html', article('')));
  await openRaw(page, `${baseURL}embed/circuit-breaker/?t=30s&until=30.5s&loop=1&autoplay=1`);
  expect(await rpc(page, 1, 'hello', [1])).toMatchObject({ result: {} });
  const ends = () => page.evaluate(() => (window as unknown as { heard: { method?: string }[] }).heard.filter(({ method }) => method === 'ended').length);
  await expect.poll(ends).toBeGreaterThan(2);
  const calm = await browser.newContext({ reducedMotion: 'reduce' });
  const other = await calm.newPage();
  await other.goto(`${baseURL}embed/circuit-breaker/?t=30s&autoplay=1`);
  await expect(other.getByTestId('stage')).toBeVisible();
  await other.waitForTimeout(500);
  expect((await other.evaluate(() => window.patternscope.snapshot())).atMs).toBe(30_000);
  await calm.close();
});
