import { posix } from 'node:path';
import {
  allowed, bannedFileNames, bannedInSource, bannedWhenSimulated, layers, maxLines, patternFiles, simulated, topLevel,
} from './rules.ts';
import type { Layer } from './rules.ts';
import { lineAt, readSource } from './source.ts';
import type { Import, SourceFile } from './source.ts';

/** One line per violation: `file:line: what is wrong; what to do instead`. */
export type Violations = string[];

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

export function checkImports(file: SourceFile): Violations {
  const own = /^src\/(.+)$/.exec(file.path)?.[1];
  if (own === undefined || isTest(file.path) || file.path.endsWith('.d.ts')) return [];
  const name = layerName(own);
  const layer = layers[name];
  if (!layer) return [`${file.path}:1: no layer of this name; move it into one of ${Object.keys(layers).join(', ')}`];
  return readSource(file).imports.flatMap((used) => {
    const problem = used.target.startsWith('.') ? ofFile(own, name, layer, used) : ofPackage(own, name, layer, used);
    return problem ? [`${file.path}:${used.line}: ${problem}`] : [];
  });
}

/** `kernel`, `patterns/*` for any pattern, `patterns/catalogue.ts`. */
function layerName(path: string): string {
  const [first = '', second = ''] = path.split('/');
  if (first !== 'patterns' || second === 'catalogue.ts') return second === 'catalogue.ts' ? `${first}/${second}` : first;
  return path.split('/').length > 2 ? 'patterns/*' : path;
}

function ofFile(own: string, name: string, layer: Layer, { target, typeOnly }: Import): string | undefined {
  if (!/\.\w+$/.test(target)) return `${target} has no extension; write ${target}.ts`;
  const path = posix.join(posix.dirname(own), target);
  const home = name === 'patterns/*' ? own.split('/').slice(0, 2).join('/') : name;
  if (isWithin(path, home)) return undefined;
  if (layer.may.some((place) => (typeof place === 'string' ? isWithin(path, place) : place.test(path)))) return undefined;
  const asType = layer.mayTypes?.some((place) => isWithin(path, place)) ?? false;
  if (asType && typeOnly) return undefined;
  if (asType) return `${name} may take only types from ${path}; write import type { … }`;
  const may = [...layer.may, ...(layer.mayTypes ?? []).map((place) => `types of ${place}`)].join(', ') || 'nothing';
  return `${name} must not import ${path}; it may import ${may}`;
}

function ofPackage(own: string, name: string, layer: Layer, { target }: Import): string | undefined {
  if (layer.packages === 'any') return undefined;
  const rule = Object.entries(layer.packages ?? {}).find(([known]) =>
    /[-:]$/.test(known) ? target.startsWith(known) : isWithin(target, known),
  );
  if (!rule) return `${name} must not import the package ${target}; it may import ${packageNames(layer)}`;
  const [known, where] = rule;
  return where === true || posix.basename(own) === where
    ? undefined
    : `${known} may be imported only in ${where}; move what needs it there`;
}

function packageNames({ packages }: Layer): string {
  return Object.keys(packages ?? {}).join(', ') || 'none';
}

function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

export function checkWords(file: SourceFile): Violations {
  if (!file.path.startsWith('src/')) return [];
  const isSimulated = simulated.some((layer) => isWithin(file.path, `src/${layer}`)) && !isTest(file.path);
  const { code } = readSource(file);
  const found = [...bannedInSource, ...(isSimulated ? bannedWhenSimulated : [])].flatMap(({ word, instead, where }) =>
    [...(where === 'code' ? code : file.text).matchAll(word)].map((match) => {
      return `${file.path}:${lineAt(code, match.index)}: "${match[0]}" is banned; ${instead}`;
    }),
  );
  const fileName = bannedFileNames[posix.basename(file.path)];
  return fileName ? [`${file.path}:1: banned file name; ${fileName}`, ...found] : found;
}

/** Every folder under src/patterns is complete and in the catalogue. */
export function checkPatterns(files: readonly SourceFile[]): Violations {
  const path = 'src/patterns/catalogue.ts';
  const catalogue = files.find((file) => file.path === path);
  const listed = new Set(catalogue ? readSource(catalogue).imports.map(({ target }) => target) : []);
  const paths = new Set(files.map((file) => file.path));
  const folders = new Set([...paths].flatMap((each) => /^src\/patterns\/([^/]+)\//.exec(each)?.[1] ?? []));
  return [...folders].flatMap((folder) => [
    ...(listed.has(`./${folder}/index.ts`) ? [] : [`${path}:1: ${folder} is not listed; import ./${folder}/index.ts there`]),
    ...patternFiles
      .map((name) => `src/patterns/${folder}/${name}`)
      .filter((needed) => !paths.has(needed))
      .map((needed) => `${needed}:1: missing; every pattern has ${patternFiles.join(', ')}`),
  ]);
}

export function checkLength({ path, text }: SourceFile, exceptions = allowed): Violations {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const exception = exceptions[path];
  if (exception && lines <= maxLines) return [`${path}:${lines}: is short again; take it off the list in test/tidy/rules.ts`];
  const max = exception?.max ?? maxLines;
  return lines <= max ? [] : [`${path}:${max + 1}: ${lines} lines, at most ${max}; split it by what it is about`];
}

export function checkTopLevel(names: readonly string[], ignored: readonly string[]): Violations {
  return names
    .filter((name) => !topLevel.includes(name) && !ignored.includes(name))
    .map((name) => `${name}:1: not expected at the top level; move it into src, test, e2e, scripts or public`);
}
