import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkImports, checkLength, checkPatterns, checkTopLevel, checkWords } from './tidy/check.ts';
import type { Violations } from './tidy/check.ts';
import { allowed, patternFiles } from './tidy/rules.ts';
import { readSource } from './tidy/source.ts';
import type { SourceFile } from './tidy/source.ts';

const root = join(import.meta.dirname, '..');

function filesUnder(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((path) => /\.(?:tsx?|mjs)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function expectNone(violations: Violations): void {
  if (violations.length > 0) expect.fail(`\n${violations.join('\n')}\n`);
}

const source = filesUnder('src');
const all = [...source, ...['test', 'e2e', 'scripts'].flatMap(filesUnder)];

describe('the source', () => {
  test('imports only what its layer may', () => expectNone(source.flatMap(checkImports)));
  test('holds no banned word', () => expectNone(source.flatMap(checkWords)));
  test('has every pattern complete and in the catalogue', () => expectNone(checkPatterns(source)));
  test('has no long file without a reason', () => {
    expectNone(all.flatMap((file) => checkLength(file)));
    const gone = Object.keys(allowed).filter((path) => !all.some((file) => file.path === path));
    expectNone(gone.map((path) => `${path}:1: does not exist; take it off the list in test/tidy/rules.ts`));
  });
  test('has nothing unexpected at the top level', () => {
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
    expectNone(checkTopLevel(readdirSync(root), ignored));
  });
});

describe('a planted violation is found', () => {
  const imports = (path: string, text: string): Violations => checkImports({ path, text });

  test.each([
    ['src/kernel/a.ts', `import { x } from '../roles/x.ts';`, 'src/kernel/a.ts:1: kernel must not import roles/x.ts; it may import nothing'],
    ['src/kernel/a.ts', `\n\nexport * from 'xstate';`, 'src/kernel/a.ts:3: kernel must not import the package xstate'],
    ['src/kernel/a.ts', `import { x } from './x';`, 'has no extension; write ./x.ts'],
    ['src/primitives/a.ts', `import { setup } from 'xstate';`, 'only in tabulate.ts'],
    ['src/patterns/saga/engine.ts', `import { setup } from 'xstate';`, 'only in machine.ts'],
    ['src/patterns/saga/engine.ts', `const other = import('../outbox/engine.ts');`, 'must not import patterns/outbox/engine.ts'],
    ['src/patterns/saga/engine.ts', `type X = import('../../runs/run.ts').X;`, 'must not import runs/run.ts'],
    ['src/patterns/catalogue.ts', `import { x } from './saga/engine.ts';`, 'must not import patterns/saga/engine.ts'],
    ['src/protocol/a.ts', `import { type Run } from '../runs/run.ts';`, 'may take only types from runs/run.ts; write import type'],
    ['src/session/a.ts', `import { x } from '../worker/host.ts?worker&url';`, 'must not import worker/host.ts'],
    ['src/view/a.tsx', `export { x } from '../kernel/x.ts';`, 'write import type'],
    ['src/view/a.tsx', `import type { C } from '../patterns/catalogue.ts';`, 'must not import patterns/catalogue.ts'],
    ['src/odd/a.ts', `export const a = 1;`, 'no layer of this name'],
    ['src/patterns/loose.ts', `export const a = 1;`, 'no layer of this name'],
  ])('%s: %s', (path, text, expected) => {
    expect(imports(path, text)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    ['src/primitives/tabulate.ts', `import { transition } from 'xstate'; import type { A } from '../kernel/contract.ts';`],
    ['src/patterns/saga/machine.ts', `import { setup } from 'xstate'; import { a } from './deep/a.ts';`],
    ['src/patterns/catalogue.ts', `import { card } from './saga/index.ts';`],
    ['src/protocol/a.ts', `import type { Run } from '../runs/run.ts'; export type { B } from '../kernel/b.ts';`],
    ['src/headless/cli.ts', `import { readFile } from 'node:fs/promises'; import { run } from '../runs/run.ts';`],
    ['src/view/stage/stage.tsx', `import { zoom } from 'd3-zoom'; import css from './stage.module.css'; import { a } from '../common/a.ts';`],
    ['src/entry/site.tsx', `import { host } from '../worker/host.ts'; import { x } from 'anything';`],
    ['src/kernel/a.test.ts', `import { anything } from '../runs/run.ts';`],
  ])('but not where it is allowed: %s', (path, text) => {
    expect(imports(path, text)).toEqual([]);
  });

  test.each([
    ['Math.random()', 'use ctx.uniform'],
    ['Math.exp(1)', 'src/kernel/distributions.ts'],
    ['Math.hypot(1, 2)', 'Math.sqrt(x * x + y * y)'],
    ['Math["log"](2)', 'write Math.name'],
    ['2 ** 3', 'write x * x'],
    ['Date.now()', 'ctx.nowMs'],
    ['new Date()', 'ctx.nowMs'],
    ['performance.now()', 'ctx.nowMs'],
    ['setTimeout(go, 1)', 'ctx.after'],
    ['new Intl.Collator()', 'the view formats'],
    ['(1).toLocaleString()', 'the view formats'],
    ['a.localeCompare(b)', 'compare by < and >'],
    ['`${Math.random()}`', 'use ctx.uniform'],
  ])('in simulated code: %s', (code, instead) => {
    const text = `// line one\nexport const x = ${code};\n`;
    expect(checkWords({ path: 'src/roles/a.ts', text })).toEqual([expect.stringMatching(/^src\/roles\/a\.ts:2: /)]);
    expect(checkWords({ path: 'src/roles/a.ts', text })[0]).toContain(instead);
    expect(checkWords({ path: 'src/roles/a.test.ts', text })).toEqual([]);
    expect(checkWords({ path: 'src/view/a.ts', text })).toEqual([]);
  });

  test.each([
    ['src/view/a.ts', '// TODO: later', 'do it'],
    ['src/view/a.ts', 'export default 1;', 'by its name'],
    ['src/view/a.ts', 'const a = 1; export { a as default };', 'by its name'],
    ['src/view/a.ts', 'el.innerHTML = x;', 'textContent'],
    ['src/view/a.tsx', 'export const a = <p dangerouslySetInnerHTML={x} />;', 'textContent'],
    ['src/view/utils.ts', 'export const a = 1;', 'after what it holds'],
    ['src/view/deep/helpers.ts', 'export const a = 1;', 'after what it holds'],
  ])('anywhere in src: %s: %s', (path, text, instead) => {
    expect(checkWords({ path, text })).toEqual([expect.stringMatching(new RegExp(`^${path}:1: .*${instead}`))]);
  });

  test('prose, strings, regular expressions and harmless names do not count', () => {
    const text = [
      '/** Math.random and ** are banned; so is Date. */',
      'export const a = "Date.now() ** 2", b = `setTimeout ${"Intl"}`, c = /performance\\.now/;',
      'export const d = { performance: 1 }, e = d.performance, f = Math.sqrt(Math.floor(2) * Math.PI) * 3;',
      'export const updated = 1, DateLike = 2; // innerHTML',
    ].join('\n');
    expect(checkWords({ path: 'src/kernel/a.ts', text })).toEqual([]);
    expect(checkWords({ path: 'src/view/a.tsx', text: 'export const a = <p title="innerHTML">export default Date</p>;' })).toEqual([]);
  });

  test('reading blanks prose and keeps every line and column in place', () => {
    const text = 'const a = "😀 x"; /* ö\n */ const b = `p${a}q`, c = /x/;';
    const { code } = readSource({ path: 'a.ts', text });
    expect(code.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual(['const a = ; ', ' const b = a , c = ;']);
    expect(code).toHaveLength(text.length);
    expect(code.indexOf('const b')).toBe(text.indexOf('const b'));
  });

  test('an incomplete pattern and one that is not in the catalogue', () => {
    const complete = patternFiles.map((name) => ({ path: `src/patterns/saga/${name}`, text: '' }));
    const catalogue = { path: 'src/patterns/catalogue.ts', text: `import { saga } from './saga/index.ts';` };
    expect(checkPatterns([])).toEqual([]);
    expect(checkPatterns([catalogue, ...complete])).toEqual([]);
    expect(checkPatterns(complete)).toEqual(['src/patterns/catalogue.ts:1: saga is not listed; import ./saga/index.ts there']);
    expect(checkPatterns([catalogue, ...complete.slice(1)])).toEqual([expect.stringMatching(/^src\/patterns\/saga\/index\.ts:1: missing/)]);
  });

  test('a long file, a longer exception and one that is short again', () => {
    const file = (lines: number): SourceFile => ({ path: 'src/view/a.ts', text: 'x\n'.repeat(lines) });
    const exception = { 'src/view/a.ts': { max: 400, reason: 'a table' } };
    expect(checkLength(file(300))).toEqual([]);
    expect(checkLength(file(301))).toEqual(['src/view/a.ts:301: 301 lines, at most 300; split it by what it is about']);
    expect(checkLength(file(400), exception)).toEqual([]);
    expect(checkLength(file(401), exception)).toEqual([expect.stringContaining('at most 400')]);
    expect(checkLength(file(300), exception)).toEqual([expect.stringContaining('short again')]);
  });

  test('a stray name at the top level', () => {
    expect(checkTopLevel(['src', 'notes', 'dist'], ['dist'])).toEqual([expect.stringMatching(/^notes:1: /)]);
  });
});
