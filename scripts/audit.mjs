// `npm run audit`: what a standard audit (Lighthouse) says of a build: performance, accessibility and best practices of gallery, pattern
// page and embed, as a throttled phone loads them. Lighthouse is fetched by npx when it is first asked for; it is no dependency.
//   -- --dist <folder>    the build (dist)      -- --json <file>    the scores and faults as JSON
//   -- --only gallery,pattern,embed             -- --desktop        a desktop on a good line instead
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import { ensureChromium, launchFlags } from './chromium.mjs';
import { serve } from './serve.mjs';

const LIGHTHOUSE = '12.6.1';
const PAGES = { gallery: '', pattern: '?p=circuit-breaker', embed: 'embed/circuit-breaker/' };
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const TIMES = ['largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { dist: { type: 'string', default: join(root, 'dist') }, json: { type: 'string' }, only: { type: 'string', default: Object.keys(PAGES).join(',') }, desktop: { type: 'boolean' } } });
if (!existsSync(join(values.dist, 'index.html'))) throw new Error(`There is no build in ${values.dist}. Make one by \`npm run build\`.`);
const wanted = values.only.split(',');
for (const name of wanted) if (PAGES[name] === undefined) throw new Error(`--only names "${name}"; there are ${Object.keys(PAGES).join(', ')}.`);

/** Static hosts compress what they send; so must this, or the audit measures another site. */
async function compressing(target) {
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url, target));
    const type = answer.headers.get('content-type') ?? '';
    const body = Buffer.from(await answer.arrayBuffer());
    const small = /text|javascript|json|svg/.test(type);
    response.writeHead(answer.status, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'max-age=600', ...(small && { 'Content-Encoding': 'gzip' }) });
    response.end(small ? gzipSync(body) : body);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close(); } };
}

const chromium = ensureChromium();
const site = await serve({ directory: values.dist, prefix: '/some/deep/path/' });
const front = await compressing(site.url);
const folder = mkdtempSync(join(tmpdir(), 'audit-'));

function lighthouse(url, output) {
  const args = ['--yes', `lighthouse@${LIGHTHOUSE}`, url, '--output=json', `--output-path=${output}`, '--quiet', `--only-categories=${CATEGORIES.join(',')}`,
    `--chrome-flags=${['--headless=new', ...launchFlags].join(' ')}`, ...(values.desktop ? ['--preset=desktop'] : [])];
  return new Promise((done, failed) => {
    spawn('npx', args, { env: { ...process.env, CHROME_PATH: chromium }, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' })
      .once('error', failed).once('exit', (code) => (code === 0 ? done() : failed(new Error(`Lighthouse ended with code ${code}.`))));
  });
}

const results = {};
try {
  for (const name of wanted) {
    const file = join(folder, `${name}.json`);
    await lighthouse(new URL(`/some/deep/path/${PAGES[name]}`, front.origin).href, file);
    const { categories, audits } = JSON.parse(readFileSync(file, 'utf8'));
    const scores = Object.fromEntries(CATEGORIES.map((id) => [id, Math.round(100 * categories[id].score)]));
    const where = ({ details }) => (details?.items ?? []).flatMap(({ node }) => (node?.snippet === undefined ? [] : [node.snippet.slice(0, 160)])).slice(0, 3);
    const faults = CATEGORIES.flatMap((id) => categories[id].auditRefs.map((ref) => ({ ...audits[ref.id], weight: ref.weight })).filter(({ weight, score }) => weight > 0 && score !== null && score < 0.9)
      .map((audit) => [`${id}: ${audit.title} ${audit.displayValue ?? ''}`.trim(), ...where(audit)].join(' | ')));
    results[name] = { scores, times: Object.fromEntries(TIMES.map((id) => [id, audits[id].displayValue])), faults };
    console.log(`${name.padEnd(8)} ${CATEGORIES.map((id) => `${id} ${scores[id]}`).join(', ')}; ${TIMES.map((id) => `${id} ${audits[id].displayValue}`).join(', ')}`);
    for (const fault of faults) console.log(`           ${fault}`);
  }
} finally {
  front.close();
  site.close();
  rmSync(folder, { recursive: true, force: true });
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
}
