// `npm run fingerprints`: computes every scenario and variant in each browser that is on this machine and compares with the fingerprints
// that Node has (test/conformance/fingerprints.json). Needs a build (`npm run build`). No driver is needed: the browser opens a page that
// drives the site in a frame and posts what it saw. It says which browsers it ran and which are not here.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findChromium, launchFlags } from './chromium.mjs';
import { serve } from './serve.mjs';

const root = join(import.meta.dirname, '..');
const BROWSER_WITHIN_MS = Number(process.env.BROWSER_WITHIN_S ?? 600) * 1000;
const golden = JSON.parse(readFileSync(join(root, 'test/conformance/fingerprints.json'), 'utf8'));

const onPath = (name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find(usable);
function usable(file) {
  try { accessSync(file, constants.X_OK); return true; } catch { return false; }
}
const miniBrowser = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec']
  .flatMap((folder) => ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0'].map((version) => join(folder, version, 'MiniBrowser'))).find(usable);
const display = process.env.DISPLAY ? [] : [onPath('xvfb-run'), '-a'];

/** How to start each browser on an address with an empty profile; undefined where it is not here. */
const browsers = {
  chromium: () => { const file = findChromium(); return file && ((url, profile) => [file, ['--headless', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...launchFlags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, url]]); },
  firefox: () => { const file = onPath('firefox-esr') ?? onPath('firefox'); return file && ((url, profile) => [file, ['--headless', '--no-remote', '--profile', profile, url]]); },
  webkit: () => miniBrowser && (process.env.DISPLAY || display[0]) && ((url) => (display.length > 0 ? [display[0], ['-a', miniBrowser, url]] : [miniBrowser, [url]])),
};

const page = `<!doctype html><meta charset="utf-8"><title>fingerprints</title><iframe id="site" style="width:1200px;height:800px"></iframe><script type="module">
const names = ${JSON.stringify(Object.keys(golden))};
const say = (what) => fetch('/seen', { method: 'POST', body: JSON.stringify(what) });
try {
  const frame = document.getElementById('site');
  const loaded = new Promise((done) => { frame.addEventListener('load', done); });
  frame.src = '/site/index.html';
  await loaded;
  while (frame.contentWindow.patternscope === undefined) await new Promise((next) => { setTimeout(next, 20); });
  const driver = frame.contentWindow.patternscope;
  await driver.ready;
  const seen = {};
  for (const name of names) {
    await driver.open(name);
    seen[name] = driver.fingerprint();
    // After random seeks the run must still be the same.
    const { durationMs } = await driver.snapshot();
    const { fingerprint: before } = await driver.seek(durationMs * 0.7);
    await driver.seek(durationMs * 0.2);
    const { fingerprint: after } = await driver.seek(durationMs * 0.7);
    if (before !== after) seen[name] += ' (differs after a seek)';
  }
  await say({ agent: navigator.userAgent, seen });
} catch (error) { await say({ agent: navigator.userAgent, error: String(error && error.stack || error) }); }
</script>`;

const site = await serve({ directory: join(root, 'dist'), prefix: '/site/' });
let heard = () => {};
// One origin for page and site, so that the page may drive the frame.
const server = createServer((request, response) => {
  if (request.method === 'POST') {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => { response.end(); heard(JSON.parse(body)); });
  } else if (request.url === '/') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page);
  } else {
    fetch(new URL(request.url, site.url)).then(async (answer) => {
      response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'text/plain' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    }, () => { response.writeHead(502).end(); });
  }
});
await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
const url = `http://127.0.0.1:${server.address().port}/`;

let passed = 0, failed = 0;
const only = process.argv.slice(2);
for (const [name, find] of Object.entries(browsers)) {
  if (only.length > 0 && !only.includes(name)) continue;
  const start = find();
  if (!start) { console.log(`– ${name}: not on this machine`); continue; }
  const profile = mkdtempSync(join(tmpdir(), 'patternscope-'));
  const [file, args] = start(url, profile);
  const report = new Promise((done) => { heard = done; });
  const child = spawn(file, args, { stdio: process.env.DEBUG ? 'inherit' : 'ignore', detached: true, env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } });
  const late = new Promise((done) => { setTimeout(done, BROWSER_WITHIN_MS, { error: 'it did not answer in time' }).unref(); });
  const dead = new Promise((done) => { child.once('error', (error) => done({ error: error.message })); });
  const { agent, seen, error } = await Promise.race([report, late, dead]);
  try { process.kill(-child.pid, 'SIGKILL'); } catch { /* gone already */ }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  const wrong = seen === undefined ? [] : Object.keys(golden).filter((run) => seen[run] !== golden[run]);
  // WebKit's little browser needs a display and more; where it does not come up, that says nothing about the runs.
  if (error !== undefined && name === 'webkit') { console.log(`– ${name}: is on this machine, but could not be driven (${error})`); continue; }
  if (error !== undefined || wrong.length > 0) {
    failed++;
    console.log(`✗ ${name}: ${error ?? wrong.map((run) => `${run} is ${seen[run]}, in Node ${golden[run]}`).join('\n  ')}`);
  } else {
    passed++;
    console.log(`✓ ${name}: ${Object.keys(golden).length} of ${Object.keys(golden).length} runs as in Node (${agent})`);
  }
}
site.close();
server.closeAllConnections();
server.close();
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
