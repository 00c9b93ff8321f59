import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { driverDocs } from '../scripts/driver-docs.mjs';

test('docs/driver.md says what the types of the driver say; `npm run driver-docs` makes it anew', () => {
  const docs = readFileSync(new URL('../docs/driver.md', import.meta.url), 'utf8');
  expect(docs).toBe(driverDocs());
  const types = readFileSync(new URL('../src/entry/driverTypes.ts', import.meta.url), 'utf8');
  const verbs = [...types.slice(types.indexOf('export interface Driver {')).matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name!);
  expect(verbs.length).toBeGreaterThan(30);
  for (const verb of verbs) expect(docs).toContain(`| \`${verb}`);
});
