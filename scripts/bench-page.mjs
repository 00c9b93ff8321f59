// `npm run bench-page`: what the page costs in a browser. Asserts nothing; targets are printed beside the figures.
//   -- --dist <folder>      the build to measure (dist)
//   -- --only frames,seek   some of: frames, instruments, paused, input, long, seek, map
//   -- --view charts,inside --crowd 1000 --throttle 1    some views, requests in flight, throttling
//   -- --times 3 --seconds 3    measurements of each, and how long one takes
//   -- --json <file>        where the figures go as JSON
// Main-thread ms are thread time; frames a second suffer from whatever else the machine does, and from having no GPU.
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFrames, measureInstruments, measureLong } from './pageBench/frames.mjs';
import { openBrowser } from './pageBench/page.mjs';
import { measureInput, measureMap, measurePaused, measureSeek } from './pageBench/rest.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    dist: { type: 'string', default: join(root, 'dist') }, only: { type: 'string' }, json: { type: 'string' },
    view: { type: 'string', default: '' }, crowd: { type: 'string', default: '100,1000,10000' }, throttle: { type: 'string', default: '1,4' },
    times: { type: 'string', default: '3' }, seconds: { type: 'string', default: '3' },
  },
});
if (!existsSync(join(values.dist, 'index.html'))) throw new Error(`There is no build in ${values.dist}. Make one by \`npm run build\`.`);
const list = (text) => text.split(',').filter(Boolean);
const f = (number, digits = 1) => number.toFixed(digits);
const frameLine = (it) => `${f(it.p50, 2)} ms, p95 ${f(it.p95, 2)} (${it.p95s.join(' ')}), most ${f(it.most)}; ${f(it.perSecond)} frames/s, worker ${f(it.worker, 2)} ms; layouts ${f(it.layouts, 2)} a frame, forced ${f(it.forced, 2)}, at most ${it.mostLayouts}; script ${f(it.parts.script, 2)} style ${f(it.parts.style, 2)} layout ${f(it.parts.layout, 2)} paint ${f(it.parts.paint, 2)} gc ${f(it.parts.collector, 2)}; ${it.inFlight} in flight`;
const SECTIONS = {
  frames: { title: 'Frame, main thread (T11: p95 ≤ 4 ms at 1,000, ≤ 8 ms throttled; 60 frames/s at 2,000, ≥ 55 at 10,000)', measure: measureFrames, line: (it) => `${it.view.padEnd(9)} ${String(it.crowd).padStart(6)} ${it.throttle}×  ${frameLine(it)}` },
  instruments: { title: 'Frame with the instruments of a pattern', measure: measureInstruments, line: (it) => `${it.view.padEnd(22)} ${it.throttle}×  ${frameLine(it)}` },
  paused: { title: 'A page that stands still (T11: < 0.5 % of a core)', measure: measurePaused, line: (it) => `${it.view.padEnd(9)} ${f(it.percent, 3)} % (${it.all.join(' ')})` },
  input: { title: 'Key or click to next frame (< 100 ms)', measure: measureInput, line: (it) => `while ${it.while}, ${it.throttle}×: worst ${it.worst} ms, p98 ${it.p98}, p50 ${it.p50} of ${it.made}; ${it.of.map(([ms, name]) => `${name} ${ms}`).join(', ')} ${it.busy}` },
  long: { title: 'Frame in the first and in the sixtieth minute', measure: measureLong, line: (it) => `${it.view.padEnd(9)} minute ${String(it.minute).padStart(2)}  ${frameLine(it)}` },
  seek: { title: 'Seek until painted (T9: < 100 ms in 10^5 events, < 1 s in 5·10^6)', measure: measureSeek, line: (it) => `${it.run} (${it.events}): worst ${f(it.worst)} ms, median ${f(it.p50)}` },
  map: { title: 'Map of 400 runs (T12: ≤ 10 s, both cores busy, progress shown)', measure: measureMap, line: (it) => `${it.pattern} (${it.runMs / 1000} s): ${f(it.seconds)} s (${it.all.join(' ')}), workers on ${it.coresBusy === null ? '?' : f(it.coresBusy, 2)} cores, progress shown ${it.shown} times; ${it.text}` },
};
const wanted = values.only === undefined ? Object.keys(SECTIONS) : list(values.only);
for (const name of wanted) if (SECTIONS[name] === undefined) throw new Error(`--only names "${name}"; there are ${Object.keys(SECTIONS).join(', ')}.`);

const lab = await openBrowser(values.dist);
const result = { date: new Date().toISOString(), machine: `${cpus().length} × ${cpus()[0].model}`, browser: lab.version, sections: {} };
console.log(`${result.date}, ${result.machine}, Chromium ${result.browser}`);
try {
  for (const name of wanted) {
    const { title, measure, line } = SECTIONS[name];
    const rows = [];
    result.sections[name] = rows;
    console.log(`\n${title}`);
    const report = (row) => { rows.push(row); console.log(line(row)); };
    await measure(lab, { times: Number(values.times), seconds: Number(values.seconds), views: list(values.view), crowds: list(values.crowd).map(Number), throttles: list(values.throttle).map(Number), report });
  }
} finally {
  await lab.close();
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
}
