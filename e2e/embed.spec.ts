import { expect, test } from './fixtures.ts';
import { article, hostPages, type HostPages } from './hosts/server.ts';
import { openRaw, post, rpc } from './hosts/raw.ts';
import { golden } from './page.ts';
import type { Page } from '@playwright/test';
import type { PatternScopeElement } from '../public/pattern-scope.d.ts';
import { story } from '../src/patterns/circuit-breaker/story.ts';

let host: HostPages;
test.beforeAll(async () => { host = await hostPages(); });
test.afterAll(() => host.close());

const withElement = (site: string, attributes: string, around = ''): string => article(`${around}<pattern-scope id="sim" ${attributes}></pattern-scope>`, `<script type="module" src="${site}pattern-scope.js"></script>`);
async function openElement(page: Page, site: string, attributes: string, around = ''): Promise<void> {
  await page.goto(host.put('element.html', withElement(site, attributes, around)));
  await page.evaluate(() => customElements.whenDefined('pattern-scope').then(() => document.querySelector<PatternScopeElement>('#sim')!.ready));
}
const sim = <T>(page: Page, use: (element: PatternScopeElement) => Promise<T>): Promise<T> => page.evaluate(`(${use.toString()})(document.querySelector('#sim'))`) as Promise<T>;

test('a page of another origin drives the element by every method, and hears every event', async ({ page, baseURL }) => {
  await page.goto(host.put('empty.html', article('<div id="place"></div>', `<script type="module" src="${baseURL}pattern-scope.js"></script>`)));
  await page.evaluate(async () => {
    await customElements.whenDefined('pattern-scope');
    const seen: Record<string, unknown[]> = {};
    Object.assign(window, { seen });
    for (const name of ['ready', 'note', 'modechange', 'ended', 'error']) document.addEventListener(name, (event) => { (seen[name] ??= []).push((event as CustomEvent).detail); });
    const element = document.createElement('pattern-scope') as PatternScopeElement;
    element.id = 'sim';
    element.pattern = 'circuit-breaker';
    document.querySelector('#place')!.append(element);
    await element.ready;
  });
  expect((await sim(page, (it) => it.snapshot())).document.scenario).toBe('hanging-payments');
  expect((await sim(page, (it) => it.seek('40s'))).atMs).toBe(40_000);
  expect((await sim(page, (it) => it.seek(10_000))).atMs).toBe(10_000);
  const opened = await sim(page, (it) => it.runUntil({ note: 'opened' }));
  expect(opened.atMs).toBeGreaterThan(30_000);
  expect(await sim(page, (it) => it.step('event', 1))).toBeGreaterThan(opened.atMs);
  expect((await sim(page, (it) => it.set('breaker', 'slidingWindowSizeCalls', 30))).document.params).toEqual({ breaker: { slidingWindowSizeCalls: 30 } });
  expect((await sim(page, (it) => it.inject({ kind: 'crash', node: 'catalog', fromMs: 70_000, untilMs: 75_000 }))).document.faults).toHaveLength(2);
  expect((await sim(page, (it) => it.setVariant('without'))).document.variant).toBe('without');
  expect((await sim(page, (it) => it.open('circuit-breaker/hanging-payments/with'))).document.variant).toBe('with');
  await sim(page, (it) => it.control('breaker', 'forceOpen'));
  expect(await sim(page, (it) => it.link())).toMatch(/\?p=circuit-breaker/);
  expect(await sim(page, (it) => it.still())).toMatch(/^<svg [^]*Circuit Breaker[^]*<\/svg>$/);
  await sim(page, (it) => it.show({ theme: 'dark', panels: ['stage', 'timeline', 'log'] }));
  await sim(page, (it) => it.run('open circuit-breaker; seek 29s; speed 50; play'));
  await expect.poll(() => page.evaluate(() => Object.keys((window as unknown as { seen: object }).seen).sort()), { timeout: 20_000 }).toEqual(expect.arrayContaining(['ended', 'modechange', 'note', 'ready']));
  await sim(page, (it) => it.play());
  expect((await sim(page, (it) => it.pause())).playing).toBe(false);
  const seen = await page.evaluate(() => (window as unknown as { seen: Record<string, { name?: string; to?: string; atMs?: number }[]> }).seen);
  expect(seen.note!.some(({ name }) => name === 'opened')).toBe(true);
  expect(seen.modechange!.some(({ to }) => to === 'open')).toBe(true);
  expect(seen.ended![0]!.atMs).toBe(120_000);
  // What can't be done is an error with a reason, not silence.
  expect(await sim(page, (it) => it.seek(1e9).catch((error: Error) => error.message))).toMatch(/from 0 to 120000/);
  expect(await sim(page, (it) => it.set('breaker', 'slidingWindowSize', 30).catch((error: Error) => error.message))).toMatch(/slidingWindowSizeCalls/);
  expect(await sim(page, (it) => it.open({ version: 1, pattern: 'nothing' }).catch((error: Error) => error.message))).toMatch(/nothing/);
  expect(await sim(page, (it) => it.request('eval', ['1']).catch((error: Error & { code?: number }) => error.code))).toBe(-32_601);
});

test('attributes are the address: scenario, variant, parameters, seed, moment, panels and look', async ({ page, baseURL }) => {
  await openElement(page, baseURL!, 'pattern="circuit-breaker" scenario="hanging-payments" variant="without" seed="7" t="31s" speed="4" panels="stage,timeline,log" controls="play,variant" param-catalog-app-concurrency="12" theme="dark" accent="#ff0000"');
  const frame = page.frameLocator('#sim >> iframe');
  const { document: run, atMs } = await sim(page, (it) => it.snapshot());
  expect(run).toMatchObject({ pattern: 'circuit-breaker', variant: 'without', seed: 7, params: { 'catalog-app': { concurrency: 12 } } });
  expect(atMs).toBe(31_000);
  await expect(frame.getByTestId('variant')).toHaveValue('without');
  await expect(frame.getByTestId('speed')).toHaveCount(0);
  await expect(frame.getByRole('region', { name: 'Log' })).toBeVisible();
  expect(await frame.locator('html').getAttribute('data-theme')).toBe('dark');
  // Reflected as properties, and live.
  expect(await page.evaluate(() => { const it = document.querySelector<PatternScopeElement>('#sim')!; return [it.pattern, it.variant, it.autoplay, it.seed]; })).toEqual(['circuit-breaker', 'without', false, '7']);
  await page.evaluate(() => { document.querySelector<PatternScopeElement>('#sim')!.variant = 'with'; });
  await expect.poll(() => sim(page, (it) => it.snapshot().then((s) => s.document.variant))).toBe('with');
  // Another pattern is another frame.
  await page.evaluate(() => { const it = document.querySelector<PatternScopeElement>('#sim')!; for (const name of it.getAttributeNames()) if (name !== 'id' && name !== 'pattern') it.removeAttribute(name); it.pattern = 'saga'; });
  await expect(frame.getByRole('heading', { name: 'Saga', exact: true })).toBeVisible();
});

test('a guided tour: its captions by button, by key and from the host, through another run, in a read-only embed', async ({ page, baseURL }) => {
  await openElement(page, baseURL!, 'pattern="circuit-breaker" tour="4" readonly');
  const frame = page.frameLocator('#sim >> iframe');
  const { lesson } = story;
  const shows = async (step: number, variant: string): Promise<void> => {
    await expect(frame.getByTestId('tour-step')).toHaveText(`Step ${step} of ${lesson.length}`);
    await expect(frame.getByTestId('caption')).toContainText(lesson[step - 1]!.title);
    await expect(frame.getByTestId('caption')).toContainText(lesson[step - 1]!.text);
    expect((await sim(page, (it) => it.snapshot())).document.variant).toBe(variant);
  };
  await page.evaluate(() => { const steps: number[] = []; Object.assign(window, { steps }); document.addEventListener('step', (event) => steps.push((event as CustomEvent<{ step: number }>).detail.step)); });
  await shows(4, 'with');
  // On its way, asked on again: it is there at once.
  await frame.getByTestId('tour-next').dblclick();
  await shows(5, 'with');
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await shows(6, 'without');
  await expect(frame.getByTestId('tour-next')).toHaveText('Again');
  await expect(frame.getByTestId('tour-full')).toHaveAttribute('href', /v=without&t=60s/);
  await page.keyboard.press('p');
  await shows(5, 'with');
  await frame.getByTestId('tour-back').click();
  await shows(4, 'with');
  // From the host, with the driver's numbers; and played from there, up to the next step exactly.
  expect((await sim(page, (it) => it.goTo(0))).atMs).toBe(0);
  await sim(page, (it) => it.setSpeed(60));
  await frame.getByTestId('tour-next').click();
  await shows(2, 'with');
  expect(await sim(page, (it) => it.snapshot().then(({ atMs, playing }) => [atMs, playing]))).toEqual([30_000, false]);
  expect(await page.evaluate(() => (window as unknown as { steps: number[] }).steps)).toEqual([4, 5, 4, 3, 0, 1]);
  await sim(page, (it) => it.run('tour 6'));
  await shows(6, 'without');
  await frame.getByTestId('tour-next').click();
  await shows(1, 'with');
  expect((await sim(page, (it) => it.tour())).map(({ title }) => title)).toEqual(lesson.map(({ title }) => title));
  expect(await sim(page, (it) => it.goTo(6).catch((error: Error) => error.message))).toMatch(/steps 0 to 5/);
});

test('a plain iframe speaks JSON-RPC: handshake, versions, unknown methods, malformed, oversized and too many messages', async ({ page, baseURL }) => {
  await page.goto(host.put('empty.html', article('')));
  await openRaw(page, `${baseURL}embed/circuit-breaker/`);
  expect(await rpc(page, 1, 'snapshot')).toMatchObject({ id: 1, error: { code: -32_002 } });
  expect(await rpc(page, 2, 'hello', { version: 99 })).toMatchObject({ error: { code: -32_001, message: expect.stringMatching(/version 1/) } });
  expect(await rpc(page, 3, 'hello', { version: 1 })).toMatchObject({ result: { version: 1, methods: expect.arrayContaining(['seek', 'snapshot']) } });
  expect(await rpc(page, 4, 'constructor')).toMatchObject({ error: { code: -32_601 } });
  expect(await rpc(page, 5, 'seek', { when: 3 })).toMatchObject({ error: { code: -32_602, message: expect.stringMatching(/It takes t/) } });
  expect(await rpc(page, 6, 'seek', { t: 'soon' })).toMatchObject({ error: { code: -32_000 } });
  expect(await rpc(page, 7, 'seek', { t: '40s' })).toMatchObject({ result: { atMs: 40_000 } });
  expect(await post(page, { jsonrpc: '2.0', id: 8 })).toMatchObject({ error: { code: -32_600 } });
  expect(await post(page, { jsonrpc: '2.0', id: 9, method: 'open', params: ['x'.repeat(70_000)] })).toMatchObject({ error: { code: -32_003 } });
  expect(await post(page, { jsonrpc: '2.0', id: 10, method: 'open', params: [{ constructor: 1 }] })).toMatchObject({ error: { code: -32_600 } });
  for (const noise of ['text', 7, null, [], { id: 11, method: 'play' }, { jsonrpc: '1.0', id: 11, method: 'play' }]) expect(await post(page, noise, 150)).toBeNull();
  const flood = await page.evaluate(async () => {
    const frame = document.querySelector<HTMLIFrameElement>('#raw')!;
    const { heard } = window as unknown as { heard: { id?: number; error?: { code: number } }[] };
    const from = heard.length;
    for (let id = 1000; id < 3000; id++) frame.contentWindow!.postMessage({ jsonrpc: '2.0', id, method: 'nothing' }, '*');
    await new Promise((next) => { setTimeout(next, 1500); });
    const codes = heard.slice(from).map(({ error }) => error?.code);
    return { refused: codes.filter((code) => code === -32_004).length, answered: codes.filter((code) => code === -32_601).length };
  });
  expect(flood.answered).toBeLessThanOrEqual(200);
  expect(flood.refused).toBeGreaterThan(0);
  await expect.poll(async () => (await rpc(page, 20, 'snapshot'))?.result, { timeout: 10_000 }).toMatchObject({ atMs: 40_000 });
});

test('only the window around it, from the origin that it was given, is listened to', async ({ page, baseURL }) => {
  await page.goto(host.put('empty.html', article('')));
  // The address names another host than the one that opens it.
  await openRaw(page, `${baseURL}embed/circuit-breaker/?parent=https://somebody.example&eager=1`, { answers: false });
  await expect(page.frameLocator('#raw').getByTestId('stage')).toBeVisible();
  expect(await post(page, { jsonrpc: '2.0', id: 1, method: 'hello', params: { version: 1 } }, 1500)).toBeNull();
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
  // A neighbour in the same page is not its parent.
  await page.goto(host.put('empty.html', article('')));
  await openRaw(page, `${baseURL}embed/circuit-breaker/`);
  expect(await rpc(page, 1, 'hello', [1])).toMatchObject({ result: {} });
  const before = await rpc(page, 2, 'snapshot');
  host.put('neighbour.html', `<script>addEventListener('load', () => { parent.frames[0].postMessage({ jsonrpc: '2.0', id: 7, method: 'seek', params: [50000] }, '*'); parent.postMessage('sent', '*'); });</script>`);
  await page.evaluate((src) => new Promise<void>((done) => { addEventListener('message', (event) => { if (event.data === 'sent') done(); }); const frame = document.createElement('iframe'); frame.src = src; document.body.append(frame); }), `${host.url}neighbour.html`);
  await page.waitForTimeout(300);
  expect((await rpc(page, 3, 'snapshot'))!.result).toMatchObject({ atMs: (before!.result as { atMs: number }).atMs });
});

test('a frame that pretends to be ours is not believed by the element', async ({ page, baseURL }) => {
  await openElement(page, baseURL!, 'pattern="circuit-breaker"');
  const lies = await page.evaluate(async () => {
    const told: unknown[] = [];
    document.addEventListener('note', (event) => told.push(event));
    const lie = { jsonrpc: '2.0', method: 'note', params: { name: 'lie' } };
    window.postMessage(lie, '*');
    const frame = document.createElement('iframe');
    frame.srcdoc = `<script>parent.postMessage(${JSON.stringify(lie)}, '*')</script>`;
    document.body.append(frame);
    await new Promise((next) => { setTimeout(next, 400); });
    return told.length;
  });
  expect(lies).toBe(0);
});

test('in a sandbox that allows scripts alone it runs, in a worker, with the same fingerprint', async ({ page, baseURL }) => {
  await page.goto(host.put('empty.html', article('')));
  const worker = page.waitForEvent('worker');
  await openRaw(page, `${baseURL}embed/circuit-breaker/`, { sandbox: 'allow-scripts' });
  expect(await rpc(page, 1, 'hello', [1])).toMatchObject({ result: { version: 1 } });
  const end = await rpc(page, 2, 'seek', [120_000]);
  expect(end).toMatchObject({ result: { fingerprint: golden()['circuit-breaker/hanging-payments/with'] } });
  expect((await worker).url()).toMatch(/^blob:/);
});
