// Reads a Chromium trace: what the main thread of the page and its workers did, frame by frame. Times are thread time (what the thread
// itself ran on a core), so that other work on the machine hardly shows in them.

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline.frame', '__metadata'];
/** Trace events that are work for layout, style and pictures, by what we call them. */
const PARTS = {
  FunctionCall: 'script', FireAnimationFrame: 'script', EventDispatch: 'script', RunMicrotasks: 'script', HandlePostMessage: 'script',
  UpdateLayoutTree: 'style', RecalculateStyles: 'style', Layout: 'layout', PrePaint: 'paint', Paint: 'paint', Layerize: 'paint', Commit: 'paint', MinorGC: 'collector', MajorGC: 'collector', 'V8.GCScavenger': 'collector',
};
const SCRIPT = new Set(['FunctionCall', 'FireAnimationFrame', 'EventDispatch', 'RunMicrotasks', 'HandlePostMessage']);

/** Traces the browser while `during` goes on; returns the events. `session` is a CDP session of the browser. */
export async function traced(session, during) {
  const events = [];
  const collect = ({ value }) => { for (const event of value) events.push(event); };
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { recordMode: 'recordUntilFull', includedCategories: CATEGORIES } });
  try {
    await during();
  } finally {
    const complete = new Promise((done) => { session.once('Tracing.tracingComplete', done); });
    await session.send('Tracing.end');
    await complete;
    session.off('Tracing.dataCollected', collect);
  }
  return events;
}

/** Main-thread cost by frame, and what the workers of the page drew meanwhile. Null when the page had no two frames. */
export function framesOf(events) {
  const page = busiest(events.filter(({ name, ph }) => name === 'FireAnimationFrame' && ph === 'X'));
  if (page === null) return null;
  const { pid, tid, list: animations } = page;
  const starts = animations.map(({ ts }) => ts).sort((a, b) => a - b).filter((ts, i, all) => i === 0 || ts - all[i - 1] > 1000);
  if (starts.length < 3) return null;
  const own = events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  const frames = starts.slice(1).map(() => ({ task: 0, script: 0, style: 0, layout: 0, paint: 0, collector: 0, layouts: 0, forced: 0 }));
  const frameOf = (ts) => frames[upper(starts, ts) - 1];
  for (const event of own) {
    if (event.name !== 'ThreadControllerImpl::RunTask') continue;
    const frame = frameOf(event.ts);
    if (frame !== undefined) frame.task += ms(event);
  }
  // What lies in something else of its kind is counted with that.
  own.sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const open = [];
  for (const event of own) {
    const part = PARTS[event.name];
    if (part === undefined) continue;
    while (open.length > 0 && open.at(-1).ts + open.at(-1).dur <= event.ts) open.pop();
    const frame = frameOf(event.ts);
    if (frame !== undefined) {
      const above = open.at(-1);
      const inside = above === undefined ? undefined : PARTS[above.name];
      if (part !== inside) {
        frame[part] += ms(event);
        if (inside !== undefined) frame[inside] -= ms(event);
      }
      if (event.name === 'Layout') {
        frame.layouts++;
        if (open.some(({ name }) => SCRIPT.has(name))) frame.forced++;
      }
    }
    open.push(event);
  }
  const seconds = (starts.at(-1) - starts[0]) / 1e6;
  return {
    frames: frames.length, perSecond: frames.length / seconds, seconds,
    main: spreadOf(frames.map(({ task }) => task)),
    parts: Object.fromEntries(['script', 'style', 'layout', 'paint', 'collector'].map((part) => [part, mean(frames.map((frame) => frame[part]))])),
    layouts: mean(frames.map(({ layouts }) => layouts)), mostLayouts: Math.max(...frames.map(({ layouts }) => layouts)), forced: mean(frames.map(({ forced }) => forced)),
    longest: Math.max(...own.filter(({ name, ts }) => name === 'ThreadControllerImpl::RunTask' && ts >= starts[0]).map(({ dur }) => dur / 1000)),
    worker: workersOf(events, pid, starts),
  };
}

/** Thread time of the page's workers, per frame of the page. */
function workersOf(events, pid, starts) {
  const tids = new Set(events.filter((event) => event.pid === pid && event.name === 'thread_name' && /DedicatedWorker/.test(event.args.name)).map(({ tid }) => tid));
  const tasks = events.filter((event) => event.pid === pid && tids.has(event.tid) && event.ph === 'X' && event.name === 'ThreadControllerImpl::RunTask' && event.ts >= starts[0] && event.ts < starts.at(-1));
  return tasks.reduce((sum, event) => sum + ms(event), 0) / (starts.length - 1);
}

/** The thread with the most of these events. */
function busiest(events) {
  const threads = new Map();
  for (const event of events) {
    const key = `${event.pid}/${event.tid}`;
    if (!threads.has(key)) threads.set(key, { pid: event.pid, tid: event.tid, list: [] });
    threads.get(key).list.push(event);
  }
  return [...threads.values()].sort((a, b) => b.list.length - a.list.length)[0] ?? null;
}

const ms = ({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000;
function upper(ascending, value) {
  let low = 0, high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
export const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / Math.max(1, numbers.length);
export function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? NaN;
}
export const median = (numbers) => quantile(numbers, 0.5);
const spreadOf = (numbers) => ({ p50: quantile(numbers, 0.5), p95: quantile(numbers, 0.95), mean: mean(numbers), most: Math.max(...numbers) });
