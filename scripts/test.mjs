// `npm test`: everything, in order, going on after a failure so that one run tells all.
//   npm test -- --only unit,e2e          some of the steps
//   npm test -- --only unit queue        words after the options narrow unit and e2e to matching files
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from './chromium.mjs';
import { serve } from './serve.mjs';

const root = join(import.meta.dirname, '..');
const env = { ...process.env };

// Tools are started by Node directly: npx and npm leave their child running when they are killed.
const tool = (path, ...args) =>
  new Promise((done) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root, env, stdio: 'inherit' });
    child.once('error', () => done(127)).once('exit', (code) => done(code ?? 1));
  });

const tsc = (project, ...args) => tool('typescript/bin/tsc', '--project', project, ...args);

const steps = {
  async types() {
    const all = await tsc('tsconfig.json');
    const simulated = await tsc('src/tsconfig.simulated.json');
    const packed = await tsc('src/tsconfig.playwright.json', '--noEmit');
    return all || simulated || packed;
  },
  lint: () => tool('oxlint/bin/oxlint', '--deny-warnings'),
  unit: () => tool('vitest/vitest.mjs', 'run', ...words),
  build: () => tool('vite/bin/vite.js', 'build'),
  async chromium() {
    env.CHROMIUM_PATH = ensureChromium();
    console.log(env.CHROMIUM_PATH);
    return 0;
  },
  async e2e() {
    if (results.some(({ name, code }) => code !== 0 && (name === 'build' || name === 'chromium'))) {
      console.log('Not run: it needs the build and a Chromium.');
      return 1;
    }
    env.CHROMIUM_PATH ??= ensureChromium();
    // A deep path proves that nothing in the build assumes the root of a host. The port is chosen here, once,
    // because Playwright evaluates its configuration again in every worker process.
    const site = await serve({ directory: join(root, 'dist'), prefix: '/some/deep/path/' });
    env.BASE_URL = site.url;
    const code = await tool('@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts', ...words);
    site.close();
    return code;
  },
};

const { values, positionals: words } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
const chosen = values.only?.split(',') ?? Object.keys(steps);
const unknown = chosen.filter((name) => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(`No such step: ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}.`);
  process.exit(1);
}

const results = [];
for (const name of Object.keys(steps).filter((step) => chosen.includes(step))) {
  console.log(`\n── ${name} ──`);
  const startedAt = performance.now();
  const code = await steps[name]().catch((error) => {
    console.error(error.message);
    return 1;
  });
  results.push({ name, code, seconds: (performance.now() - startedAt) / 1000 });
}

console.log('');
for (const { name, code, seconds } of results) {
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(10)}${seconds.toFixed(1).padStart(7)} s   exit ${code}`);
}
const failed = results.filter(({ code }) => code !== 0).length;
process.exitCode = failed > 0 ? 1 : 0;
console.log(`${results.length - failed} passed, ${failed} failed`);
