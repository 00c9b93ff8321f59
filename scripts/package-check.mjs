// `npm run package-check`: packs the package, installs it into empty projects without a network, and runs the example there with plain
// Playwright, as a user would: against the build at a deep path and against the development server.
//   --url <address>   against this site instead, wherever it is hosted
//   --dist <folder>   another build than dist/
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium, launchFlags } from './chromium.mjs';
import { serve } from './serve.mjs';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { url: { type: 'string' }, dist: { type: 'string', default: join(root, 'dist') } } });
if (values.url === undefined && !existsSync(join(values.dist, 'index.html'))) throw new Error('There is no build. Make one by `npm run build`.');
const executablePath = ensureChromium();

const npm = (cwd, ...args) => {
  const [command, first] = process.env.npm_execpath ? [process.execPath, [process.env.npm_execpath]] : ['npm', []];
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], { cwd, encoding: 'utf8', shell: command === 'npm' && process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args[0]} did not succeed:\n${stdout}${stderr}`);
  return stdout;
};
/** Beside our own server in this process, so that it goes on answering. */
const node = (cwd, env, ...args) => new Promise((done) => {
  spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' }).once('exit', (code) => done(code ?? 1));
});

const config = `import { defineConfig } from '@playwright/test';
export default defineConfig({ reporter: 'line', workers: 1, use: { baseURL: process.env.BASE_URL, launchOptions: ${JSON.stringify({ executablePath, args: launchFlags })} } });
`;
// Strict, without skipLibCheck: our own declarations are judged, too.
const compiler = { strict: true, noEmit: true, target: 'es2022', module: 'nodenext', types: ['node'], lib: ['es2023', 'dom', 'dom.iterable'] };

/** An empty project of one module kind into which the package and Playwright are installed. */
function project(folder, packed, type) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'somebody', private: true, ...(type && { type }) }));
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', packed);
  for (const name of ['@playwright/test', '@types/node', 'undici-types']) {
    mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  cpSync(join(root, 'e2e/example.spec.ts'), join(folder, 'example.spec.ts'));
  writeFileSync(join(folder, 'playwright.config.ts'), config);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: compiler, files: ['example.spec.ts'] }));
  return folder;
}

const results = [];
async function check(what, run) {
  const begunAt = performance.now();
  const ok = await run();
  results.push(ok);
  console.log(`${ok ? '✓' : '✗'} ${what} (${((performance.now() - begunAt) / 1000).toFixed(1)} s)`);
}

const folder = mkdtempSync(join(tmpdir(), 'patternscope-package-'));
try {
  const [{ filename, files, size }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', folder));
  const needless = files.map(({ path }) => path).filter((path) => !/^(package\.json|README\.md|LICENSE|docs\/driver\.md|package\/playwright\/\w+\.js|package\/[\w/-]+\.d\.ts)$/.test(path));
  await check(`packed: ${files.length} files, ${Math.round(size / 1000)} kB, nothing that a user does not need${needless.length > 0 ? `, but ${needless.join(', ')}` : ''}`, () => needless.length === 0);
  const modules = project(join(folder, 'modules'), join(folder, filename), 'module');
  const common = project(join(folder, 'common'), join(folder, filename));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await check('its types hold in a strict project', async () => (await node(modules, {}, tsc)) === 0 && (await node(common, {}, tsc)) === 0);
  const example = (cwd, BASE_URL, ...only) => async () => (await node(cwd, { BASE_URL }, join(cwd, 'node_modules/@playwright/test/cli.js'), 'test', ...only)) === 0;
  if (values.url !== undefined) await check(`the example runs against ${values.url}`, example(modules, values.url));
  else {
    const site = await serve({ directory: values.dist, prefix: '/some/deep/path/' });
    await check('the example runs against the build', example(modules, site.url));
    await check('so it does in a project of CommonJS modules', example(common, site.url));
    site.close();
    const { createServer } = await import('vite');
    // A cache of its own: what the server finds out on its first visit must not disturb the script.
    const server = await createServer({ root, cacheDir: join(folder, 'vite'), logLevel: 'warn', server: { port: 0, host: '127.0.0.1' } });
    await server.listen();
    await check('its first half runs against the development server', example(modules, server.resolvedUrls.local[0], '-g', 'the breaker opens'));
    await server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
