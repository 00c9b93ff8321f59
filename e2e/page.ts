/** What the tests say to a page: its driver, its parts by role or test id, and waiting on the simulation. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';

/** Opens an address under the site and waits until it can be driven. */
export async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`./${query}`);
  await page.evaluate(() => window.patternscope.ready);
}
/** Opens a run and waits until all of it has been computed. */
export async function openRun(page: Page, query: string): Promise<void> {
  await open(page, query);
  await page.evaluate(() => window.patternscope.seek(0).then(() => window.patternscope.pause()));
}
export const fingerprintOf = (page: Page, name: string): Promise<string> => page.evaluate(async (what) => {
  await window.patternscope.open(what);
  return window.patternscope.fingerprint();
}, name);

/** Golden fingerprints, computed in Node by the unit tests. */
export const golden = (): Readonly<Record<string, string>> => JSON.parse(readFileSync(new URL('../test/conformance/fingerprints.json', import.meta.url), 'utf8')) as Record<string, string>;
