// The rules of the source as data. A rule that turns out wrong is changed here, with its reason in the commit.

/** Strings are folders or files under src; a folder stands for everything in it. A layer may always import itself. */
export interface Layer {
  readonly may: readonly (string | RegExp)[];
  /** Only by `import type`. */
  readonly mayTypes?: readonly string[];
  /** Packages, by name or by prefix ending in `-` or `:`; a file name restricts the package to that file. */
  readonly packages?: Readonly<Record<string, true | string>> | 'any';
}

export const layers: Readonly<Record<string, Layer>> = {
  kernel: { may: [] },
  primitives: { may: ['kernel'], packages: { xstate: 'tabulate.ts' } },
  roles: { may: ['kernel', 'primitives'] },
  'patterns/*': { may: ['kernel', 'primitives'], packages: { xstate: 'machine.ts' } },
  'patterns/catalogue.ts': { may: ['kernel', 'primitives', /^patterns\/[^/]+\/index\.ts$/] },
  runs: { may: ['kernel', 'primitives', 'roles', 'patterns/catalogue.ts'], packages: { valibot: true } },
  protocol: { may: [], mayTypes: ['kernel', 'runs'], packages: { valibot: true } },
  paint: { may: [], mayTypes: ['protocol', 'kernel'] },
  worker: { may: ['runs', 'kernel', 'protocol', 'paint'], packages: { valibot: true } },
  headless: { may: ['runs', 'kernel', 'protocol', 'patterns/catalogue.ts'], packages: { 'node:': true, valibot: true } },
  session: {
    may: ['protocol', 'runs', 'patterns/catalogue.ts'],
    mayTypes: ['kernel'],
    packages: { zustand: true, xstate: true, valibot: true },
  },
  // What frame, element and copy dialog of an embed agree on.
  embed: { may: ['runs'], mayTypes: ['entry', 'session', 'kernel', 'protocol'] },
  view: {
    may: ['session', 'embed', 'film'],
    mayTypes: ['runs', 'kernel', 'protocol', 'paint'],
    packages: { react: true, 'react-dom': true, 'd3-': true, zustand: true, xstate: true, '@xstate/react': true, '@dnd-kit/core': 'sorting.tsx', '@dnd-kit/sortable': 'sorting.tsx' },
  },
  // Films: what each frame shows, how it is drawn and put together. It knows no session: it is handed runs to look at.
  film: { may: [], mayTypes: ['kernel'], packages: { mediabunny: 'encode.ts', gifenc: 'gif.ts' } },
  // For scripts of others, in Node.
  playwright: { may: [], mayTypes: ['entry', 'film', 'kernel', 'protocol', 'runs', 'session'], packages: { '@playwright/test': true } },
  entry: { may: [/./], packages: 'any' },
};

/** What is simulated: the same document gives the same bits in every engine. */
export const simulated = ['kernel', 'primitives', 'roles', 'patterns', 'runs'];

export interface Ban {
  readonly word: RegExp;
  readonly instead: string;
  /** `code` leaves out comments, strings and prose; `text` is the file as it is. */
  readonly where: 'code' | 'text';
}

const exactMath = 'abs|ceil|floor|round|trunc|sign|min|max|sqrt|fround|imul|clz32|E|PI|LN2|LN10|LOG2E|LOG10E|SQRT2|SQRT1_2';
const ownTime = 'time belongs to the kernel: use ctx.nowMs, ctx.after(delayMs, key), ctx.clear(key)';
const ownText = 'depends on the machine: write plain numbers and text, the view formats them';

export const bannedWhenSimulated: readonly Ban[] = [
  { where: 'code', word: /\bMath\s*\.\s*random\b/g, instead: 'use ctx.uniform(purpose, call)' },
  {
    where: 'code',
    word: new RegExp(`\\bMath\\s*\\.\\s*(?!(?:random|${exactMath})\\b)\\w+`, 'g'),
    instead:
      'differs between engines: use log and exp of src/kernel/distributions.ts, x * x for powers, Math.sqrt(x * x + y * y) for hypot',
  },
  { where: 'code', word: /\bMath\b(?!\s*\.)/g, instead: 'write Math.name, so that the name can be checked' },
  { where: 'code', word: /\*\*/g, instead: 'differs between engines: write x * x, or multiply in a loop' },
  { where: 'code', word: /(?<![.\w$])(?:Date|performance)\b(?!\s*:)/g, instead: ownTime },
  {
    where: 'code',
    word: /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame)\b/g,
    instead: ownTime,
  },
  { where: 'code', word: /\bIntl\b|\btoLocale\w+/g, instead: ownText },
  { where: 'code', word: /\blocaleCompare\b/g, instead: 'depends on the machine: compare by < and >' },
  { where: 'code', word: /\bglobalThis\b/g, instead: 'nothing global: take it as an argument or keep it in the state' },
];

export const bannedInSource: readonly Ban[] = [
  { where: 'text', word: /\bTODO\b/g, instead: 'do it, or open an issue' },
  { where: 'code', word: /\bexport\s+default\b|\bas\s+default\b/g, instead: 'export it by its name' },
  { where: 'code', word: /\b(?:innerHTML|dangerouslySetInnerHTML)\b/g, instead: 'use textContent, React children or D3 .text()' },
];

export const bannedFileNames: Readonly<Record<string, string>> = {
  'utils.ts': 'name the file after what it holds',
  'helpers.ts': 'name the file after what it holds',
};

/** Every pattern folder has these. */
export const patternFiles = ['index.ts', 'story.ts', 'engine.ts', 'engine.test.ts'];

export const maxLines = 300;
/** Longer files, each with its reason. `max` only ever goes down. */
export const allowed: Readonly<Record<string, { readonly max: number; readonly reason: string }>> = {
  'src/patterns/saga/engine.test.ts': { max: 387, reason: 'the orchestrator step by step, in the order in which a saga goes through it' },
};

export const topLevel = [
  'package.json', 'package-lock.json', 'vite.config.ts', 'tsconfig.json', 'index.html', 'embed.html',
  'src', 'public', 'docs', 'e2e', 'test', 'scripts',
  'README.md', 'CONTRIBUTING.md', 'LICENSE',
  '.ci', '.github', '.git', '.gitignore', '.gitattributes', '.editorconfig', '.npmrc', '.oxlintrc.json',
];
