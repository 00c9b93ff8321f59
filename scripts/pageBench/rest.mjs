// A page that stands still, a hand that clicks while runs are computed, going to a moment, and a map.
import { readdirSync, readFileSync } from 'node:fs';
import { crowd, openDocument, playFrom } from './page.mjs';
import { median, quantile } from './trace.mjs';
import { VIEWS } from './views.mjs';

const IDLE_S = 10;

/** Share of a core that the main thread of a page takes where nothing moves. */
export async function measurePaused(lab, { times, report }) {
  const still = async (name, query, prepare) => {
    const opened = await lab.page(query);
    await prepare(opened.page);
    await opened.page.waitForTimeout(2500);
    const shares = [];
    for (let i = 0; i < times; i++) {
      const before = await opened.metrics();
      await opened.page.waitForTimeout(IDLE_S * 1000);
      const after = await opened.metrics();
      shares.push((100 * (after.TaskDuration - before.TaskDuration)) / IDLE_S);
    }
    report({ view: name, percent: median(shares), all: shares.map((share) => Number(share.toFixed(3))) });
    await opened.close();
  };
  await still('gallery', '', async () => undefined);
  const flagship = (go) => async (page) => { await openDocument(page, crowd(1000)); await page.evaluate(() => window.patternscope.seek(6000)); await go(page); };
  for (const name of ['stage', 'inside', 'charts', 'sequence', 'compare']) await still(name, '?p=circuit-breaker', flagship(VIEWS[name].go));
  await still('embed', 'embed/circuit-breaker/', (page) => page.waitForTimeout(3000));
}

/** From a key or click to the next frame, worst and 98th percentile, while work goes on. Event Timing rounds to 8 ms. */
export async function measureInput(lab, { report, throttles }) {
  const doing = async (name, throttle, begin) => {
    const opened = await lab.page('?p=circuit-breaker');
    const { page } = opened;
    await page.evaluate(() => window.patternscope.computed());
    // Panels load when they are first opened: that is the network's time, not the page's.
    for (const id of ['controls', 'instruments', 'charts', 'log', 'sequence', 'lesson']) await VIEWS[{ instruments: 'inside' }[id] ?? id].go(page);
    await page.evaluate(() => {
      window.delays = [];
      new PerformanceObserver((list) => { for (const { duration, interactionId, name: kind } of list.getEntries()) if (interactionId > 0) window.delays.push([duration, kind]); }).observe({ type: 'event', durationThreshold: 16 });
    });
    await begin(page);
    await opened.throttle(throttle);
    let made = 0;
    for (let round = 0; round < 3; round++) {
      for (const id of ['instruments', 'charts', 'log', 'sequence', 'controls', 'lesson']) { await page.getByTestId(`tab-${id}`).click(); made++; await page.waitForTimeout(90); }
      await page.getByTestId('scrubber').focus();
      for (const key of ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Space', 'Space', 'ArrowLeft', 'Home']) { await page.keyboard.press(key); made++; await page.waitForTimeout(90); }
    }
    await page.waitForTimeout(500);
    await opened.throttle(1);
    const busy = await page.evaluate(() => document.querySelector('[data-testid="map-state"]')?.textContent ?? '');
    const delays = await page.evaluate(() => window.delays);
    // One that took less than 16 ms is not reported.
    const all = [...delays.map(([duration]) => duration), ...Array.from({ length: Math.max(0, made - delays.length) }, () => 8)];
    report({ while: name, throttle, made, worst: Math.max(...all), p98: quantile(all, 0.98), p50: median(all), of: delays.toSorted((a, b) => b[0] - a[0]).slice(0, 3), busy });
    await opened.close();
  };
  for (const throttle of throttles) {
    await doing('a run of an hour is computed', throttle, async (page) => { await page.evaluate(() => { void window.patternscope.open({ version: 1, pattern: 'circuit-breaker', durationMs: 3_600_000 }); }); await page.waitForTimeout(400); });
    await doing('a map of 400 runs is computed', throttle, async (page) => { await startMap(page); });
    await doing('10,000 requests are in flight', throttle, async (page) => { await openDocument(page, crowd(10_000)); await playFrom(page, 4000); });
  }
}

async function startMap(page) {
  await page.getByTestId('tab-map').click();
  await page.getByTestId('map-start').click();
}

/** `seek` until it is painted (T9): worst of some moments, far from one another and from the last. */
export async function measureSeek(lab, { times, report }) {
  for (const [name, document] of [
    ['10^5 events', { version: 1, pattern: 'circuit-breaker', durationMs: 90_000 }],
    ['5·10^6 events', crowd(3000, 200_000)],
  ]) {
    const opened = await lab.page('?p=circuit-breaker');
    await openDocument(opened.page, document);
    const seen = await opened.page.evaluate(async ([duration, again]) => {
      const driver = window.patternscope;
      const took = [];
      for (let round = 0; round < again; round++) {
        for (const part of [0.97, 0.031, 0.52, 0.48, 0.773, 0.21, 0.999, 0.65, 0.05, 0.35]) {
          const begun = performance.now();
          await driver.seek(Math.round((part + round * 0.0007) * duration * 0.999));
          took.push(performance.now() - begun);
        }
      }
      return { took, events: (await driver.seek(duration)).events };
    }, [document.durationMs, times]);
    report({ run: name, events: seen.events, worst: Math.max(...seen.took), p50: median(seen.took), all: seen.took.map(Math.round) });
    await opened.close();
  }
}

/** A map of 20 × 20 runs as the page offers it (T12). */
export async function measureMap(lab, { times, report }) {
  for (const pattern of ['circuit-breaker', 'retry']) {
    const runs = [];
    for (let i = 0; i < times; i++) {
      const opened = await lab.page(`?p=${pattern}`);
      const { page } = opened;
      await page.evaluate(() => window.patternscope.computed());
      const durationMs = await page.evaluate(() => window.patternscope.snapshot().then((it) => it.durationMs));
      await page.getByTestId('tab-map').click();
      await page.getByTestId('map-start').waitFor();
      const before = threadTime();
      const begun = performance.now();
      await page.getByTestId('map-start').click();
      let shown = 0;
      for (let last = ''; ;) {
        const text = await page.getByTestId('map-state').textContent();
        if (text !== last) { shown++; last = text; }
        if (await page.locator('[data-testid="map-state"][data-phase="done"]').count() > 0) break;
        if (performance.now() - begun > 180_000) throw new Error(`The map of ${pattern} did not end: ${text}`);
        await page.waitForTimeout(60);
      }
      const seconds = (performance.now() - begun) / 1000;
      runs.push({ seconds, busy: before === null ? null : (threadTime() - before) / seconds, shown, text: await page.getByTestId('map-state').textContent(), durationMs });
      await opened.close();
    }
    const of = (pick) => median(runs.map(pick));
    report({ pattern, seconds: of(({ seconds }) => seconds), all: runs.map(({ seconds }) => Number(seconds.toFixed(1))), coresBusy: runs[0].busy === null ? null : of(({ busy }) => busy), shown: of(({ shown }) => shown), text: runs.at(-1).text, runMs: runs[0].durationMs });
  }
}

/** Seconds that workers of browsers started by this process have run on a core; null where the system does not tell. */
function threadTime() {
  try {
    const children = new Map();
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))[1];
        children.set(parent, [...(children.get(parent) ?? []), pid]);
      } catch { /* it has ended */ }
    }
    const mine = [];
    for (let next = [String(process.pid)]; next.length > 0;) { next = next.flatMap((pid) => children.get(pid) ?? []); mine.push(...next); }
    let ticks = 0;
    for (const pid of mine) {
      for (const tid of readdirSync(`/proc/${pid}/task`)) {
        try {
          const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8');
          if (!/\(DedicatedWorker/.test(stat)) continue;
          const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
          ticks += Number(fields[11]) + Number(fields[12]);
        } catch { /* it has ended */ }
      }
    }
    return ticks / 100;
  } catch {
    return null;
  }
}
