import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { launchFlags, playwrightCache } from '../scripts/chromium.mjs';

// `npm run e2e` sets BASE_URL and CHROMIUM_PATH. Playwright evaluates this file again in every worker process,
// so nothing that must be chosen once (a port) is chosen here.
const { BASE_URL, CHROMIUM_PATH } = process.env;
if (!BASE_URL) throw new Error('BASE_URL is not set: run the browser tests by `npm run e2e`');

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results',
  reporter: 'list',
  workers: 1, // with software rendering two at once are slower than one after the other
  retries: 0, // a simulation is deterministic: what fails at times is broken
  timeout: 60_000,
  forbidOnly: Boolean(process.env.CI),
  use: {
    baseURL: BASE_URL, // ends in a path: go to './', never to '/'
    browserName: 'chromium',
    viewport: { width: 1280, height: 720 },
    video: hasVideoEncoder() ? 'retain-on-failure' : 'off',
    // With partial raster the edges of what was drawn anew differ by a shade from time to time; pictures are compared to the bit.
    launchOptions: { args: [...launchFlags, '--disable-partial-raster'], ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}) },
  },
});

/** Playwright records video only with its own ffmpeg, and fails every test when asked to without it. */
function hasVideoEncoder(): boolean {
  const playwrightCore = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  const { browsers } = JSON.parse(readFileSync(join(playwrightCore, 'browsers.json'), 'utf8')) as {
    browsers: { name: string; revision: string }[];
  };
  const revision = browsers.find(({ name }) => name === 'ffmpeg')?.revision;
  const folder = join(playwrightCache(), `ffmpeg-${revision}`);
  return ['ffmpeg-linux', 'ffmpeg-mac', 'ffmpeg-win64.exe'].some((name) => existsSync(join(folder, name)));
}
