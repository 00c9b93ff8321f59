import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const chromium = join(import.meta.dirname, '../scripts/chromium.mjs');
/** What a machine says that has nothing but what `env` names. */
const said = (code: string, env: NodeJS.ProcessEnv) => spawnSync(process.execPath, ['--input-type=module', '--eval', code], { env, encoding: 'utf8', timeout: 30_000 });

test('a CHROMIUM_PATH that names no browser is an error that says so, not another browser', () => {
  const missing = spawnSync(process.execPath, [chromium], { env: { ...process.env, CHROMIUM_PATH: '/no/such/chrome' }, encoding: 'utf8' });
  expect(missing.status).toBe(1);
  expect(missing.stderr.trim()).toBe('CHROMIUM_PATH is "/no/such/chrome", but there is no such file. Name one that is, or unset it: one is looked for then.');
  const other = spawnSync(process.execPath, [chromium], { env: { ...process.env, CHROMIUM_PATH: process.execPath }, encoding: 'utf8' });
  expect(other.stderr).toContain('that is no Chromium 120 or newer');
});

test.skipIf(process.platform !== 'linux')('without any Chromium, and without a way to get one, the error names the remedies', () => {
  const empty = mkdtempSync(join(tmpdir(), 'no-chromium-'));
  try {
    // Not root, so that no system package is tried; a download that meets a closed port, so that no network is asked.
    const { status, stderr } = said(`process.getuid = () => 1000; const { ensureChromium } = await import(${JSON.stringify(chromium)}); try { ensureChromium(); } catch (error) { console.error(error.message); process.exitCode = 1; }`, {
      PATH: empty, HOME: empty, PLAYWRIGHT_BROWSERS_PATH: empty, PLAYWRIGHT_DOWNLOAD_HOST: 'http://127.0.0.1:9',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('No Chromium 120 or newer was found, and none could be installed. Any one of these helps:');
    for (const remedy of ['apt-get install chromium-headless-shell', 'npx playwright install chromium', 'CHROMIUM_PATH=/path/to/chrome']) expect(stderr).toContain(remedy);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
});
