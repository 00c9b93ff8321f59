// Makes docs/driver.md from the types of the driver: `npm run driver-docs`. A test says when it is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const read = (path) => readFileSync(join(root, path), 'utf8');

const plain = (comment) => comment.replace(/^\s*\/\*\*\s?|\s*\*\/\s*$/g, '').replace(/\n\s*\* ?/g, ' ').trim();

/** Exported interfaces and types of a source in order: name, comment, code, and the members of an interface with theirs. */
export function declarations(source) {
  const found = [];
  for (const match of source.matchAll(/(?:(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?export (interface|type) (\w+)([\s\S]*?)(?=\n(?:\/\*\*|export |import |const |class |$))/g)) {
    const [, comment = '', kind, name, rest] = match;
    found.push({ kind, name, comment: plain(comment), code: `${kind} ${name}${rest}`.trimEnd(), members: kind === 'interface' ? membersOf(rest) : [] });
  }
  return found;
}
function membersOf(body) {
  const members = [];
  for (const match of body.matchAll(/^ {2}(?:(\/\*\*.*?\*\/)\n {2})?(?:readonly )?(\w+)(\??[(:].*?);$/gms)) {
    const [, comment = '', name, signature] = match;
    members.push({ name, comment: plain(comment), signature: `${name}${signature}`.replaceAll(/\s*\n\s*/g, ' ') });
  }
  return members;
}
const cell = (text) => text.replaceAll('|', '\\|');
const table = (members) => ['| | |', '|---|---|', ...members.map(({ signature, comment }) => `| \`${cell(signature)}\` | ${cell(comment)} |`)].join('\n');

export function driverDocs() {
  const types = declarations(read('src/entry/driverTypes.ts'));
  const of = (name, list = types) => list.find((it) => it.name === name);
  const film = declarations(read('src/film/record.ts')), options = declarations(read('src/film/options.ts'));
  const version = /DRIVER_VERSION = (\d+)/.exec(read('src/entry/driver.ts'))[1];
  const matchers = [...read('src/playwright/matchers.ts').matchAll(/^ {2}\/\*\* (.*?) \*\/\n {2}async (\w+)\(sim: Sim(?:, )?(.*?)\) \{$/gm)];
  const parts = [...read('src/playwright/pages.ts').matchAll(/^ {2}(?:get )?(\w+)\((?:(\w+): \w+)?\): Locator/gm)].map(([, name, argument]) => `\`${name}${argument === undefined ? '' : `(${argument})`}\``);
  const boot = [...read('src/entry/boot.ts').matchAll(/\/\*\* (.*?) \*\/\n {2}readonly (\w+): boolean/g)].map(([, says, name]) => [{ paused: 'paused', still: 'motion=none', bare: 'chrome=none' }[name], says]);
  const more = ['Goal', 'Change', 'Snapshot', 'TourStep', 'DriverEvent'].map((name) => of(name));
  return `<!-- Made from src/entry/driverTypes.ts by \`npm run driver-docs\`; change that instead. -->
# The driver

\`window.patternscope\` drives a page or an embed by meaning: no pixels, no sleeps. Version ${version}. ${of('Driver').comment}

\`\`\`js
await patternscope.open('circuit-breaker/hanging-payments/with');
const { atMs } = await patternscope.runUntil({ mode: 'open', layer: 'breaker' });
await patternscope.fork({ layer: 'breaker', control: 'disable' });
const without = await patternscope.compare({ variant: 'without' });
\`\`\`

A run is computed as a whole, so \`runUntil\` never waits for a clock: it goes to the moment, or rejects with what was seen instead. A wrong name
rejects and suggests the nearest.

## Verbs

${table(of('Driver').members)}

## What they take and give

${more.map(({ name, comment, code }) => `### ${name}\n\n${comment}\n\n\`\`\`ts\n${code}\n\`\`\``).join('\n\n')}

## A still page

Parameters of the address, beside those of a moment link (\`?p=retry&t=3s\`):

| | |
|---|---|
${boot.map(([name, says]) => `| \`${name}\` | ${says} |`).join('\n')}
| \`t=3s\` | The moment to show. |

Whoever compares screenshots to the bit starts Chromium with \`--disable-partial-raster\`: without it the edges of what is drawn anew can differ by a shade from load to load.

## Playwright

\`npm pack\` makes a package of the helper and its types, without any dependency; install it beside Playwright 1.45 or newer, from TypeScript or
JavaScript, ES modules or CommonJS:

\`\`\`
npm install --save-dev @playwright/test ./patternscope-0.1.0.tgz
\`\`\`

Set \`use.baseURL\` in playwright.config.ts to where Patternscope is served, with a slash at its end. \`npm run package-check\` shows that all this works, or,
with \`-- --url <address>\`, that it does against a site of yours.

\`\`\`ts
import { expect, simIn, test } from 'patternscope/playwright';

test('the breaker opens', async ({ sim }) => {
  await sim.open('circuit-breaker');
  await sim.runUntil({ mode: 'open', layer: 'breaker' });
  await expect(sim).toBeInMode('breaker', 'open');
});
\`\`\`

\`sim\` has the verbs above, and \`goto(query)\` for an address under \`baseURL\`: a development server, a build, a hosted site. In an embed,
\`await simIn(page, 'pattern-scope')\` gives the same. \`sim.parts\` finds what a user sees: ${parts.join(', ')}.
A whole script: [e2e/example.spec.ts](../e2e/example.spec.ts).

| Matcher | |
|---|---|
${matchers.map(([, says, name, args]) => `| \`${name}(${cell(args.replace(/\{ (\w+) \}: \{ readonly \w+\?: (\w+) \} = \{\}/, '{ $1 }').replace(/\{.*\}: Span = \{\}/, '{ layer, after, before }').replaceAll(/\b(\w+)\??: (?:string|number \| Bounds)/g, '$1'))})\` | ${says} |`).join('\n')}

## Films

\`npm run demo -- circuit-breaker\` records the tour of a pattern; \`npm run demo -- --help\` lists sizes, themes, speeds and ranges. It writes a WebM, a
GIF, a poster as PNG and SVG, captions as WebVTT, the hash of every frame, and, where there is ffmpeg, an MP4 of the very same frames (\`--no-mp4\`: none). Broken off, it goes on where it was. Frames come
from simulated time: what is drawn is the same on any machine, and its pixels the same in any run of one browser with the same fonts. **Record** beside the
lesson does the same in the page. From a script:

${table(of('FilmOptions', options).members)}

${table(of('Film', film).members)}

## Presenting

**Present** beside the lesson: the stage and large words in full screen. Page Down, →, ↓, Space, Enter or n go on, Page Up, ←, ↑ or p back, Home to the
first moment; b blanks the screen, s shows the speaker's notes, l the list of moments (the steps of the tour and the breakpoints of the run), f fills the
screen or leaves it, Escape ends it. **Notes in a window** opens the notes for the speaker's own screen; the keys work in either window. A browser leaves the full
screen when that window opens: move it, then f. Nothing pops up meanwhile.
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(join(root, 'docs/driver.md'), driverDocs());
