// `npm run demo-suite -- --times 20`: the demo suite again and again while the second core is kept busy; prints how long each time took.
//   --idle   leave the second core alone
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './chromium.mjs';
import { serve } from './serve.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { times: { type: 'string', default: '20' }, idle: { type: 'boolean' }, dist: { type: 'string', default: join(root, 'dist') } } });
const times = Number(values.times);
if (!Number.isInteger(times) || times < 1) throw new Error(`--times is "${values.times}", but must be a whole number from 1.`);
if (!existsSync(join(values.dist, 'index.html'))) throw new Error('There is no build. Make one by `npm run build`.');

const CHROMIUM_PATH = ensureChromium();
const site = await serve({ directory: values.dist, prefix: '/some/deep/path/' });
const burner = values.idle ? undefined : spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
const once = () =>
  new Promise((done) => {
    const args = [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', '--reporter', 'line', 'demo.spec'];
    spawn(process.execPath, args, { cwd: root, env: { ...process.env, BASE_URL: site.url, CHROMIUM_PATH, DEMO: 'all' }, stdio: 'inherit' }).once('exit', (code) => done(code ?? 1));
  });
const took = [];
let failed = 0;
try {
  for (let i = 1; i <= times; i++) {
    const begunAt = performance.now();
    if ((await once()) !== 0) failed++;
    took.push((performance.now() - begunAt) / 1000);
    console.log(`${i} of ${times}: ${took.at(-1).toFixed(1)} s${failed > 0 ? `, ${failed} failed so far` : ''}`);
  }
} finally {
  burner?.kill();
  site.close();
}
const sum = took.reduce((all, seconds) => all + seconds, 0);
console.log(`${times} times, ${failed} failed; wall time ${sum.toFixed(1)} s, each ${Math.min(...took).toFixed(1)} to ${Math.max(...took).toFixed(1)} s${values.idle ? '' : ' with a core kept busy'}`);
process.exitCode = failed > 0 ? 1 : 0;
