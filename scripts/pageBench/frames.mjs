// What a frame costs: main-thread ms, frames a second, layouts; by view, by requests in flight, with and without throttling.
import { crowd, inFlight, openDocument, playFrom } from './page.mjs';
import { framesOf, median, traced } from './trace.mjs';
import { INSTRUMENTS, VIEWS } from './views.mjs';

const PLAY_FROM_MS = 5000;

/** The median of several traces of a page that plays. */
export async function playing(lab, opened, { atMs, seconds, times, throttle, speed = 1 }) {
  const { page } = opened;
  const runs = [];
  await opened.throttle(throttle);
  try {
    for (let i = 0; i < times; i++) {
      await playFrom(page, atMs, speed);
      await page.waitForTimeout(300);
      const frames = framesOf(await traced(lab.session, () => page.waitForTimeout(seconds * 1000)));
      if (frames !== null) runs.push(frames);
    }
  } finally {
    await opened.throttle(1);
  }
  return { ...summary(runs), inFlight: await inFlight(page) };
}

function summary(runs) {
  const of = (pick) => median(runs.map(pick));
  const list = (pick) => runs.map(pick).map((value) => Number(value.toFixed(2)));
  return {
    p50: of(({ main }) => main.p50), p95: of(({ main }) => main.p95), mean: of(({ main }) => main.mean), most: Math.max(...runs.map(({ main }) => main.most)),
    p95s: list(({ main }) => main.p95), perSecond: of(({ perSecond }) => perSecond), worker: of(({ worker }) => worker),
    layouts: of(({ layouts }) => layouts), mostLayouts: Math.max(...runs.map(({ mostLayouts }) => mostLayouts)), forced: of(({ forced }) => forced), longest: Math.max(...runs.map(({ longest }) => longest)),
    parts: Object.fromEntries(Object.keys(runs[0]?.parts ?? {}).map((part) => [part, of(({ parts }) => parts[part])])),
  };
}

export async function measureFrames(lab, { seconds, times, report, views, crowds, throttles }) {
  for (const wanted of crowds) {
    for (const [name, { go }] of Object.entries(VIEWS)) {
      if (views.length > 0 && !views.includes(name)) continue;
      const opened = await lab.page('?p=circuit-breaker');
      await openDocument(opened.page, crowd(wanted));
      await go(opened.page);
      for (const throttle of throttles) report({ view: name, crowd: wanted, throttle, ...(await playing(lab, opened, { atMs: PLAY_FROM_MS, seconds, times, throttle })) });
      await opened.close();
    }
  }
}

export async function measureInstruments(lab, { seconds, times, report, views, throttles }) {
  for (const pattern of INSTRUMENTS) {
    if (views.length > 0 && !views.includes(pattern)) continue;
    const opened = await lab.page(`?p=${pattern}`);
    const { page } = opened;
    await page.evaluate(() => window.patternscope.computed());
    await VIEWS.inside.go(page);
    const speed = await page.evaluate(() => window.patternscope.snapshot().then((it) => it.speed));
    for (const throttle of throttles) report({ view: `inside ${pattern}`, crowd: 0, throttle, ...(await playing(lab, opened, { atMs: PLAY_FROM_MS, seconds, times, throttle, speed })) });
    await opened.close();
  }
}

/** Does a run that has gone on for an hour slow the page? */
export async function measureLong(lab, { seconds, times, report }) {
  const opened = await lab.page('?p=circuit-breaker');
  const { page } = opened;
  await openDocument(page, { version: 1, pattern: 'circuit-breaker', durationMs: 3_600_000 });
  for (const name of ['stage', 'inside', 'charts', 'log', 'sequence']) {
    await VIEWS[name].go(page);
    for (const [minute, atMs] of [[1, 30_000], [60, 3_565_000]]) report({ view: name, minute, ...(await playing(lab, opened, { atMs, seconds, times, throttle: 1 })) });
  }
  await opened.close();
}
