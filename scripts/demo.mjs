// `npm run demo -- circuit-breaker`: records the guided tour of a pattern as a film, from simulated time: the same frames however slow the
// machine is. Broken off, it goes on where it was.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureChromium, launchFlags } from './chromium.mjs';
import { serve } from './serve.mjs';

const root = join(import.meta.dirname, '..');
const usage = `npm run demo -- <pattern> [options]
  --out <folder>     where the files go (default: recordings/<pattern>)
  --fps <n>          frames a second, 1 to 60 (default: 30)
  --size <w>x<h>     pixels (default: 1280x720)
  --theme <name>     light or dark (default: light)
  --speed <n>        2 takes half as long, 0.5 twice (default: 1)
  --scenario <s>     with --from and --until: a part of this run instead of the tour
  --variant <v>      its variant
  --from <seconds>   where the part begins
  --until <seconds>  where it ends
  --gif-width <px>   width of the GIF (default: 720)
  --gif-fps <n>      its frames a second (default: 6)
  --no-gif           no GIF
  --no-mp4           no MP4, although there is ffmpeg
  --url <address>    a running site instead of the build in dist/
  --again            forget what an earlier, broken-off recording has left`;

const options = {
  out: { type: 'string' }, fps: { type: 'string' }, size: { type: 'string' }, theme: { type: 'string' }, speed: { type: 'string' }, scenario: { type: 'string' }, variant: { type: 'string' },
  from: { type: 'string' }, until: { type: 'string' }, 'gif-width': { type: 'string', default: '720' }, 'gif-fps': { type: 'string', default: '6' }, 'no-gif': { type: 'boolean' }, 'no-mp4': { type: 'boolean' }, url: { type: 'string' }, again: { type: 'boolean' }, help: { type: 'boolean', short: 'h' },
};

/** What the command line asks of the film; throws on what is no number. */
export function askedBy(values) {
  const number = (name) => {
    const value = Number(values[name]);
    if (!Number.isFinite(value)) throw new Error(`--${name} is "${values[name]}", but must be a number.`);
    return value;
  };
  const asked = {};
  for (const name of ['fps', 'speed']) if (values[name] !== undefined) asked[name] = number(name);
  if (values.theme !== undefined) asked.theme = values.theme;
  if (values.size !== undefined) {
    const found = /^(\d{2,4})x(\d{2,4})$/.exec(values.size);
    if (!found) throw new Error(`--size is "${values.size}", but must be such as 1280x720.`);
    asked.width = Number(found[1]);
    asked.height = Number(found[2]);
  }
  if ((values.from === undefined) !== (values.until === undefined)) throw new Error('--from and --until go together.');
  return { asked, range: values.from === undefined ? undefined : { fromMs: 1000 * number('from'), untilMs: 1000 * number('until') } };
}

/**
 * Records into `out`; `say` hears of the progress. Returns what was written. `page` can be driven and shows the pattern.
 * @param {import('@playwright/test').Page} page
 * @param {{ asked: object, range?: object, out: string, gif?: { width: number, fps: number }, mp4?: boolean, again?: boolean, say?: (line: string) => void }} how
 */
export async function record(page, { asked, range, out, gif, mp4 = true, again = false, say = () => undefined }) {
  const film = await page.evaluateHandle(({ asked: how, range: part }) => window.patternscope.film(how, part), { asked, range });
  const about = await film.evaluate(({ name, frames, filmMs, segments, key, options: chosen, codec }) => ({ name, frames, filmMs, segments, key, options: chosen, codec }));
  mkdirSync(out, { recursive: true });
  const parts = join(out, `.parts-${about.key}`);
  if (again) rmSync(parts, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  say(`${about.name}: ${about.frames} frames, ${(about.filmMs / 1000).toFixed(1)} s, ${about.options.width} × ${about.options.height}, ${about.codec}`);
  const segments = [];
  const begunAt = performance.now();
  let made = 0, kept = 0;
  for (let index = 0; index < about.segments; index++) {
    const file = join(parts, `${index}.json`);
    if (existsSync(file)) {
      segments.push(JSON.parse(readFileSync(file, 'utf8')));
      kept++;
      continue;
    }
    const segment = await film.evaluate((it, i) => it.segment(i), index);
    // Written whole or not at all: what is there can be trusted after a crash.
    writeFileSync(`${file}.new`, JSON.stringify(segment));
    renameSync(`${file}.new`, file);
    segments.push(segment);
    made++;
    const left = ((performance.now() - begunAt) / made) * (about.segments - index - 1);
    say(`${Math.round((100 * (index + 1)) / about.segments)} %, about ${Math.ceil(left / 1000)} s left${kept > 0 ? ` (${kept} of ${about.segments} parts were there already)` : ''}`);
  }
  const path = (ending) => join(out, `${about.name}${ending}`);
  const written = [];
  const put = (ending, content) => { writeFileSync(path(ending), content); written.push(path(ending)); };
  put('.webm', Buffer.from(await film.evaluate((it, all) => it.webmBase64(all), segments), 'base64'));
  put('.vtt', await film.evaluate((it) => it.captions()));
  const poster = await film.evaluate((it) => it.poster());
  put('-poster.svg', poster.svg);
  put('-poster.png', Buffer.from(poster.png, 'base64'));
  put('.frames.json', `${JSON.stringify({ key: about.key, options: about.options, frames: segments.flatMap(({ hashes }) => hashes) }, null, 1)}\n`);
  if (gif) {
    say('GIF …');
    put('.gif', Buffer.from(await film.evaluate((it, how) => it.gifBase64(how), gif), 'base64'));
  }
  await film.evaluate((it) => it.close());
  await film.dispose();
  rmSync(parts, { recursive: true, force: true });
  // The recording itself is there already; a wish that fails after it is told, and counts as a failure.
  let failure;
  if (mp4 && hasFfmpeg()) {
    say('MP4 …');
    failure = makeMp4(path('.webm'), path('.mp4'));
    if (failure === undefined) written.push(path('.mp4'));
  } else if (mp4) say('No MP4: there is no ffmpeg.');
  return { written, segments, about, failure };
}
export const hasFfmpeg = () => spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
/** The same frames at the same times, none twice and none left out; undefined, or what went wrong (no half of a file stays). */
function makeMp4(from, to) {
  const { status, stderr, error } = spawnSync('ffmpeg', ['-y', '-loglevel', 'error', '-i', from, '-fps_mode', 'passthrough', '-vf', 'scale=out_range=tv', '-color_range', 'tv', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '20', '-movflags', '+faststart', to], { encoding: 'utf8' });
  if (status === 0) return undefined;
  rmSync(to, { force: true });
  return `ffmpeg could not make the MP4: ${(stderr ?? '').trim() || error?.message || `exit code ${status}`}\nEverything else was written; --no-mp4 leaves it out.`;
}

async function main() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [pattern, ...rest] = positionals;
  if (values.help || pattern === undefined || rest.length > 0) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const { asked, range } = askedBy(values);
  const directory = join(root, 'dist');
  if (values.url === undefined && !existsSync(join(directory, 'index.html'))) throw new Error('There is no build in dist/. Make one by `npm run build`, or name a running site by --url.');
  const executablePath = ensureChromium();
  const { chromium } = await import('@playwright/test');
  const site = values.url === undefined ? await serve({ directory }) : { url: values.url, close: () => undefined };
  const browser = await chromium.launch({ executablePath, args: launchFlags });
  try {
    const page = await browser.newPage();
    const name = [pattern, ...(values.scenario === undefined ? [] : [values.scenario, ...(values.variant === undefined ? [] : [values.variant])])].join('/');
    await page.goto(site.url);
    await page.evaluate(async (what) => {
      await window.patternscope.ready;
      await window.patternscope.open(what);
    }, name);
    const say = (line) => console.log(line);
    const out = resolve(values.out ?? join('recordings', pattern));
    const gif = values['no-gif'] ? undefined : { width: Number(values['gif-width']), fps: Number(values['gif-fps']) };
    const { written, failure } = await record(page, { asked, range, out, gif, mp4: !values['no-mp4'], again: values.again, say });
    for (const file of written) console.log(relative(process.cwd(), file));
    if (failure !== undefined) throw new Error(failure);
  } finally {
    await browser.close();
    site.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error) => {
    console.error(error.message.replace(/^page\.evaluate\w*: (Error: )?/, '').split('\n    at ')[0]);
    process.exitCode = 1;
  });
}
