import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from './fixtures.ts';
import { article, hostPages, type HostPages } from './hosts/server.ts';
import type { Page } from '@playwright/test';

let host: HostPages;
test.beforeAll(async () => { host = await hostPages(); });
test.afterAll(() => host.close());

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = (page: Page): Promise<string[]> => page.evaluate(axeSource).then(() => page.evaluate(async () => {
  const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
  const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}));
/** What reaches out of the window sideways, or is cut off inside a box that can't scroll. */
const clipped = (page: Page): Promise<string[]> => page.evaluate(() => {
  const wide = document.documentElement.clientWidth;
  const out: string[] = document.documentElement.scrollWidth > wide ? [`the page is ${document.documentElement.scrollWidth} px wide`] : [];
  const unseen = [...document.querySelectorAll('body *')].filter((element) => getComputedStyle(element).clipPath === 'inset(50%)');
  for (const element of document.querySelectorAll('button, input, select, a, [role=tab], [role=slider], h1, p')) {
    const box = element.getBoundingClientRect();
    // What is there for screen readers alone is clipped on purpose.
    if (box.width < 2 || box.height < 2 || unseen.some((around) => around.contains(element)) || getComputedStyle(element).position === 'absolute') continue;
    for (let around = element.parentElement; around !== null && around !== document.body; around = around.parentElement) {
      const { overflowX } = getComputedStyle(around);
      if (overflowX === 'auto' || overflowX === 'scroll') break;
      const edge = around.getBoundingClientRect();
      if (overflowX === 'hidden' && (box.left < edge.left - 1 || box.right > edge.right + 1)) out.push(`${element.outerHTML.slice(0, 100)} is cut off`);
    }
    if (box.left < -1 || box.right > wide + 1) out.push(`${element.outerHTML.slice(0, 100)} reaches from ${box.left} to ${box.right}`);
  }
  return out;
});
const ALL = 'controls=all&panels=all';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });
    for (const width of [320, 480, 768, 1200]) {
      test(`at ${width} px nothing is clipped and axe finds nothing`, async ({ page }, info) => {
        test.setTimeout(120_000);
        await page.setViewportSize({ width, height: 640 });
        for (const [pattern, query] of [['circuit-breaker', ''], ['circuit-breaker', ALL], ['saga', 'panels=stage,timeline,machine&tour=3']] as const) {
          await page.goto(`./embed/${pattern}/?${query}`);
          await expect(page.getByTestId('stage')).toBeVisible();
          expect(await clipped(page), `${pattern} ${query}, opening`).toEqual([]);
          await page.evaluate(() => window.patternscope.computed().then(() => window.patternscope.seek(36_000)));
          expect(await clipped(page), `${pattern} ${query}`).toEqual([]);
          await info.attach(`${pattern}-${width}-${colorScheme}${query === ALL ? '-all' : ''}`, { body: await page.screenshot(), contentType: 'image/png' });
          expect(await violations(page), `${pattern} ${query}`).toEqual([]);
        }
        if (colorScheme === 'dark') return; // room does not depend on colours
        await page.goto(`./embed/circuit-breaker/?${ALL}`);
        await page.evaluate(() => window.patternscope.ready.then(() => window.patternscope.computed())).catch(() => undefined);
        for (const tab of await page.getByRole('tab').all()) {
          await tab.click();
          expect(await clipped(page), await tab.innerText()).toEqual([]);
        }
      });
    }
  });
}

test('any accent of a host can be read', async ({ page }) => {
  for (const accent of ['ffff00', 'ffffff', '000000', '00ff88', 'ff0000']) {
    await page.goto(`./embed/circuit-breaker/?accent=%23${accent}&panels=stage,timeline,log,lesson`);
    await expect(page.getByTestId('stage')).toBeVisible();
    expect(await violations(page), accent).toEqual([]);
  }
});

test('without scripts, and in print, a still with its caption and a link is shown', async ({ browser, baseURL, page }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const bare = await context.newPage();
  await bare.goto(`${baseURL}embed/circuit-breaker/`);
  await expect(bare.getByRole('img', { name: /Circuit Breaker\. Payments hangs/ })).toBeVisible();
  expect(await bare.locator('#still img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(960);
  await expect(bare.getByText('Stop calling what is failing')).toBeVisible();
  expect(await bare.getByRole('link', { name: 'Open the simulation' }).evaluate((link: HTMLAnchorElement) => link.href)).toBe(`${baseURL}?p=circuit-breaker`);
  // The element's own fallback is what stands in it.
  await bare.goto(host.put('bare.html', article(`<pattern-scope pattern="retry"><a href="${baseURL}?p=retry"><img src="${baseURL}stills/retry.svg" alt="Retry"></a></pattern-scope>`, `<script type="module" src="${baseURL}pattern-scope.js"></script>`)));
  await expect(bare.getByRole('link', { name: 'Retry' })).toBeVisible();
  await context.close();
  await page.goto('./embed/circuit-breaker/?t=36s');
  await expect(page.getByTestId('stage')).toBeVisible();
  await expect(page.locator('#still')).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('#still img')).toBeVisible();
  await expect(page.getByTestId('stage')).toBeHidden();
  await expect.poll(() => page.locator('#still a').getAttribute('href')).toMatch(/\?p=circuit-breaker&t=36s/);
});

test('an address that names no pattern, or a wrong one, offers those that exist', async ({ page }) => {
  for (const path of ['./embed/', './embed/?pattern=circuit-braker']) {
    await page.goto(path);
    await page.getByRole('link', { name: 'Circuit Breaker' }).click();
    await expect(page.getByTestId('stage')).toBeVisible();
  }
  await page.goto('./embed/circuit-breaker/?panels=stge&param-breaker-nothing=1&accent=red&t=soon&tour=12');
  await expect(page.getByTestId('notice')).toContainText('could not be followed');
  await expect(page.getByTestId('notice')).toContainText('tour is "12", but must be from 1 to 6. The nearest is 6.');
  await expect(page.getByTestId('stage')).toBeVisible();
});

test('the built pages allow no inline script, no eval and no text as HTML, and carry oEmbed', async ({ page, request, baseURL }) => {
  await page.addInitScript(() => { const broken: string[] = []; Object.assign(window, { broken }); document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => broken.push(`${violatedDirective} ${blockedURI}`)); });
  for (const path of ['./', './?p=circuit-breaker', './embed/circuit-breaker/?panels=all&controls=all']) {
    await page.goto(path);
    await page.waitForFunction(() => (window as Partial<Window>).patternscope !== undefined);
    await page.evaluate(() => window.patternscope.ready);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => (window as unknown as { broken: string[] }).broken), path).toEqual([]);
  }
  const html = await (await request.get(`${baseURL}embed/saga/`)).text();
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  expect(/Content-Security-Policy" content="([^"]+)/.exec(html)![1]).toMatch(/default-src 'none'; script-src 'self'; style-src 'self';.*require-trusted-types-for 'script'/);
  const discovery = /application\/json\+oembed" href="([^"]+)"/.exec(html)![1]!;
  const answer = await (await request.get(new URL(discovery, `${baseURL}embed/saga/`).href)).json() as { version: string; title: string; type: string };
  expect(answer).toMatchObject({ version: '1.0', title: 'Saga · Patternscope', provider_name: 'Patternscope' });
});

test.describe('documents of strangers', () => {
  test.use({ expectedErrors: [/TrustedHTML|TrustedScript|unsafe-eval|Content Security Policy/] });
  test('neither navigate, nor fetch, nor inject; and what is forbidden stays so', async ({ page, baseURL }) => {
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>';
    const address = host.put('evil.json', JSON.stringify({ version: 1, pattern: 'circuit-breaker', scenario: evil, variant: 'javascript:alert(1)', breakpoints: [{ kind: 'note', note: evil }], faults: [{ kind: 'crash', node: evil, fromMs: 0 }] }));
    const good = host.put('good.json', JSON.stringify({ version: 1, pattern: 'circuit-breaker', variant: 'without', seed: 5 }));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`./embed/circuit-breaker/?src=${encodeURIComponent(address)}`);
    await expect(page.getByTestId('notice')).toBeVisible();
    await expect(page.getByTestId('stage')).toBeVisible();
    expect(await page.evaluate(() => (window as unknown as { hit?: number }).hit)).toBeUndefined();
    expect(asked.filter((url) => !url.startsWith(baseURL!) && url !== address && !url.startsWith('data:') && !url.startsWith('blob:'))).toEqual([]);
    await page.goto(`./embed/circuit-breaker/?src=${encodeURIComponent(good)}`);
    await page.waitForFunction(() => (window as Partial<Window>).patternscope !== undefined);
    expect(await page.evaluate(() => window.patternscope.ready.then(() => window.patternscope.computed()).then(() => window.patternscope.snapshot()).then((s) => [s.document.variant, s.document.seed]))).toEqual(['without', 5]);
    const tried = await page.evaluate(async () => {
      const attempt = (what: () => unknown): string => { try { what(); return 'done'; } catch (error) { return (error as Error).name; } };
      const inline = document.createElement('img');
      const later: (what: string) => number = setTimeout;
      return [
        attempt(() => { inline['innerHTML' as 'title'] = '<b>x</b>'; }), attempt(() => later('window.hit = 2')), attempt(() => new Worker('x.js')),
        await fetch('http://127.0.0.2:9/').then(() => 'done', (error: Error) => error.name),
      ];
    });
    expect(tried).toEqual(['TypeError', 'TypeError', 'TypeError', 'TypeError']);
  });
});
