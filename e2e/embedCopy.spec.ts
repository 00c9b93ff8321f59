import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from './fixtures.ts';
import { article, hostPages, type HostPages } from './hosts/server.ts';
import { open } from './page.ts';
import type { Page } from '@playwright/test';
import type { PatternScopeElement } from '../public/pattern-scope.d.ts';

let host: HostPages;
test.beforeAll(async () => { host = await hostPages(); });
test.afterAll(() => host.close());

/** Opens the copy dialog on a changed run and reads what it offers. */
async function copied(page: Page, ids: readonly string[]): Promise<Record<string, { readonly text: string; readonly setup: string }>> {
  await open(page, '?p=circuit-breaker&t=36s&breaker.slidingWindowSizeCalls=30');
  await page.evaluate(() => window.patternscope.computed());
  await page.getByTestId('embed').click();
  await expect(page.frameLocator('[data-testid=preview]').getByTestId('stage')).toBeVisible();
  const out: Record<string, { text: string; setup: string }> = {};
  for (const id of ids) {
    await page.getByTestId(`snippet-${id}`).click();
    const setup = page.getByTestId('snippet-setup');
    out[id] = { text: await page.getByTestId('snippet').innerText(), setup: await setup.count() > 0 ? await setup.innerText() : '' };
  }
  return out;
}
const expected = { atMs: 36_000, params: { breaker: { slidingWindowSizeCalls: 30 } } };
async function shows(page: Page): Promise<void> {
  const frame = () => page.frames().find((it) => it.url().includes('/embed/'));
  await expect.poll(() => frame()?.url() ?? '').toContain('/embed/circuit-breaker/');
  await expect.poll(async () => frame()!.evaluate(() => window.patternscope.ready.then(() => window.patternscope.computed()).then(() => window.patternscope.snapshot()).then(({ atMs, document: { params } }) => ({ atMs, params }))).catch(() => null), { timeout: 20_000 }).toEqual(expected);
}

test('the dialog’s preview and snippets follow the choices, and nothing in it is cut off', async ({ page }) => {
  const first = await copied(page, ['element', 'iframe', 'docusaurus', 'starlight', 'mkdocs', 'link']);
  expect(first.element!.text).toMatch(/<script type="module" src="http[^"]+pattern-scope\.js"><\/script>\n<pattern-scope pattern="circuit-breaker" t="36s" param-breaker-slidingWindowSizeCalls="30">/);
  expect(first.docusaurus!.setup).toMatch(/^scripts: /);
  expect(first.mkdocs!.text.trim().split('\n')).toHaveLength(1);
  await page.getByTestId('show-log').check();
  await page.getByTestId('embed-theme').selectOption('dark');
  await page.getByTestId('snippet-iframe').click();
  await expect(page.getByTestId('snippet')).toContainText('panels=stage,timeline,log&amp;theme=dark');
  await expect(page.frameLocator('[data-testid=preview]').getByRole('region', { name: 'Log' })).toBeVisible();
  await page.getByTestId('embed-tour').check();
  await expect(page.getByTestId('snippet')).toContainText('panels=stage,timeline,log&amp;tour=1&amp;theme=dark');
  await expect(page.frameLocator('[data-testid=preview]').getByTestId('tour-step')).toHaveText('Step 1 of 6');
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  expect(await page.evaluate(() => (window as unknown as { axe: { run(context: object, options: object): Promise<{ violations: { id: string }[] }> } }).axe.run({ include: ['dialog'], exclude: ['iframe'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], iframes: false }).then(({ violations }) => violations.map(({ id }) => id)))).toEqual([]);
  for (const width of [360, 768, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.locator('dialog[open]').evaluate((dialog) => [dialog.scrollWidth <= dialog.clientWidth, dialog.getBoundingClientRect().right <= innerWidth])).toEqual([true, true]);
  }
});

test('the still of this moment is saved as SVG and PNG', async ({ page }) => {
  await copied(page, []);
  const save = async (kind: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`still-${kind}`).click()]);
    return readFileSync(await download.path());
  };
  const png = await save('png');
  const svg = (await save('svg-dark')).toString('utf8');
  expect(svg).toMatch(/^<svg [^]*36\.000 s of 120 s[^]*<\/svg>$/);
  expect((svg.match(/<path/g) ?? []).length).toBeGreaterThan(20);
  await page.goto(host.put('parse.html', article('')));
  expect(await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent ?? null, svg)).toBeNull();
  expect([png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 1920, 1080]);
});

test('pasted into a page: the element, the iframe, and the address alone', async ({ page }) => {
  const { element, iframe, link } = await copied(page, ['element', 'iframe', 'link']);
  for (const text of [element!.text, iframe!.text, `<iframe title="embed" width="700" height="500" src="${link!.text}"></iframe>`]) {
    await page.goto(host.put('pasted.html', article(text)));
    await shows(page);
  }
});

test('pasted into a reveal.js slide: it starts with its slide, and the arrows stay with the slides', async ({ page }) => {
  const { reveal } = await copied(page, ['reveal']);
  const script = readFileSync(createRequire(import.meta.url).resolve('reveal.js/dist/reveal.js'), 'utf8');
  host.put('reveal.js', script);
  await page.goto(host.put('slides.html', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slides</title><link rel="icon" href="data:,"><style>${readFileSync(createRequire(import.meta.url).resolve('reveal.js/dist/reveal.css'), 'utf8')}</style></head>
<body><div class="reveal"><div class="slides"><section>One</section><section>Two</section>${reveal!.text}<section>Four</section></div></div><script src="reveal.js"></script><script>Reveal.initialize({ viewDistance: 1 });</script></body></html>`));
  expect(page.frames().some((frame) => frame.url().includes('/embed/'))).toBe(false);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await shows(page);
  await page.keyboard.press('ArrowRight');
  expect(await page.evaluate(() => (window as unknown as { Reveal: { getIndices(): { h: number } } }).Reveal.getIndices().h)).toBe(3);
});

test('in a page that VitePress has built it runs, follows its dark mode, and is driven by its links', async ({ page, baseURL }) => {
  const { vitepress } = await copied(page, ['vitepress']);
  const kept = new URL('./hosts/vitepress-snippet.json', import.meta.url);
  const now = { snippet: vitepress!.text.replaceAll(baseURL!, 'http://site.invalid/'), setup: vitepress!.setup.replaceAll(baseURL!, 'http://site.invalid/') };
  if (process.env.KEEP_SNIPPET !== undefined) writeFileSync(kept, `${JSON.stringify(now, null, 1)}\n`);
  expect(JSON.parse(readFileSync(kept, 'utf8')), 'the snippet has changed: run with KEEP_SNIPPET=1, then e2e/hosts/buildVitepress.mjs').toEqual(now);
  const built = new URL('./hosts/vitepress/', import.meta.url);
  for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) if (/\.\w+$/.test(name)) host.put(name, readFileSync(new URL(name, built), 'utf8').replaceAll('http://site.invalid/', baseURL!));
  await page.goto(`${host.url}index.html`);
  await shows(page);
  const inner = page.frames().find((frame) => frame.url().includes('/embed/'))!;
  await page.getByRole('switch', { name: /dark/i }).first().click();
  await expect.poll(() => inner.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.getByText('this is when it opens').click();
  await expect.poll(() => page.evaluate(() => document.querySelector<PatternScopeElement>('pattern-scope')!.snapshot().then((s) => s.atMs))).toBe(33_000);
});
