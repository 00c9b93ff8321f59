/** Reads a moment link. Whatever an address holds, a moment comes out, with a clear message for each thing that did not. */
import type { Ms } from '../kernel/contract.ts';
import { hashText } from '../kernel/random.ts';
import { LIMITS } from './document-limits.ts';
import { copyPlain, parseJson } from './document-copy.ts';
import { isRecord, own } from './document-plain.ts';
import { problemAt, Report, type Problem } from './document-problem.ts';
import { refsOfDocument, type Shelf, type Stories } from './document-stories.ts';
import { defaultDocument, type RunDocument } from './document.ts';
import { HASH_FORMAT, NAME_PATTERN, QUERY_KEYS, SPEED, THEMES, type Moment, type Theme } from './link.ts';
import { unsqueeze, type SqueezeFault } from './link-squeeze.ts';
import { formatTime, parseNumber, parseTime } from './link-numbers.ts';
import { parseFlag, parseValue } from './link-values.ts';
import { distance, listed, nearestName } from './suggest.ts';
import { checkName, fitsNumber, nearestNumber, numberRule } from './validate-shape.ts';
import { frameOf, layersOf, validateDocument } from './validate.ts';

/** What a link gave. `moment` is missing only where not even a default story could be loaded. */
export interface Decoded {
  readonly moment: Moment | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Did the address name a pattern or a source? If not, the moment is that of the home pattern. */
  readonly asked: boolean;
  /** A document to load by address (http or https). Load it, parse it, and decode again with it as `loaded`. */
  readonly src?: string;
  readonly stories?: Stories;
}
export interface DecodeOptions {
  /** The pattern that opens when none is named or it cannot be. Default: the first of the shelf. */
  readonly home?: string;
  /** Address of the page, for a relative `src`. */
  readonly base?: string;
  /** The parsed content of `src`: it takes the place of the document in the link; time, panels and the like still come from the link. */
  readonly loaded?: unknown;
}

/** Characters of an address that are read at most. */
const MAX_ADDRESS = 64 * 1024;
type Query = Map<string, string>;

const FAULTS: Readonly<Record<SqueezeFault, string>> = {
  'too long': 'is too long', 'not base64url': 'is not in the right letters, so it was probably changed or cut on the way',
  damaged: 'is damaged, so it was probably changed or cut on the way', 'unfolds to too much': 'unfolds to more than 1 MB',
};

/** Names that decide the run: a slip in one of them costs the document, a slip in another only itself. */
const DECIDING: readonly string[] = ['p', 'ver', 's', 'v', 'seed', 'for', 'more'];

function readQuery(search: string, report: Report, view: Report): Query {
  const query: Query = new Map();
  const known: readonly string[] = QUERY_KEYS;
  for (const [key, value] of new URLSearchParams(search)) {
    const deciding = key.includes('.') || DECIDING.includes(key);
    if (query.has(key) && (deciding || known.includes(key))) {
      (deciding ? report : view).add(problemAt(key.slice(0, 80), value, 'given once', { message: `The link gives ${key.slice(0, 80)} twice.` }));
    }
    // A page may have names of its own in its address; only what looks like a slip of ours is worth a word.
    const meant = key.length < 3 || key.includes('.') || known.includes(key) ? undefined : known.find((name) => name.length >= 3 && distance(key.toLowerCase(), name) <= 1);
    if (meant !== undefined) (DECIDING.includes(meant) ? report : view).add(problemAt(key, value, 'a name that links have', { nearest: meant, message: `The link says ${key}; did it mean ${meant}?` }));
    query.set(key, value);
  }
  return query;
}

/** The JSON in the hash, or nothing; problems go to the report. `announced`: the query says that there is one. */
async function readHash(hash: string, announced: boolean, report: Report): Promise<Record<string, unknown> | undefined> {
  const found = /(?:^#?|&)s=([^&]*)/.exec(hash);
  if (found === null) {
    if (announced) report.add(problemAt('#s', undefined, 'there', { message: 'The link was cut on the way: the part after # is missing.' }));
    return undefined;
  }
  const text = found[1]!;
  const dot = text.indexOf('.');
  const format = dot < 0 ? undefined : parseNumber(text.slice(0, dot));
  const say = (what: string) => report.add(problemAt('#s', text, 'what a link holds', { message: `The part of the link after # ${what}. It was left out.` }));
  if (format === undefined) return void say('is not what a link holds');
  if (format !== HASH_FORMAT) return void say(format > HASH_FORMAT ? 'was made by a newer Patternscope' : 'is of an unknown format');
  const [squeezed, check] = text.slice(dot + 1).split('.', 2);
  const unfolded = await unsqueeze(squeezed!);
  if (unfolded.fault !== undefined) return void say(FAULTS[unfolded.fault]);
  if (check !== undefined && check !== hashText(unfolded.text).toString(36)) return void say(FAULTS.damaged);
  const parsed = parseJson(unfolded.text, Infinity);
  if (parsed.problem !== undefined) return void say('does not hold valid JSON');
  const copied = copyPlain(parsed.json, { size: 2 * LIMITS.size, depth: LIMITS.depth + 2 });
  if (copied.problem !== undefined) return void report.add(copied.problem);
  if (!isRecord(copied.plain)) return void say('does not hold an object');
  return copied.plain;
}

/** Query and hash as one document, still unchecked; parameters of the query are texts and come later. */
function compose(query: Query, hash: Record<string, unknown> | undefined, pattern: string, report: Report): Record<string, unknown> {
  const version = query.has('ver') ? parseNumber(query.get('ver')!) : hash?.version ?? 1;
  if (hash?.document !== undefined && !isRecord(hash.document)) report.add(problemAt('document', hash.document, 'an object'));
  const plain: Record<string, unknown> = { ...(isRecord(hash?.document) ? hash.document : undefined), version, pattern };
  if (query.has('s')) plain.scenario = query.get('s');
  if (query.has('v')) plain.variant = query.get('v');
  if (query.has('seed')) plain.seed = parseNumber(query.get('seed')!) ?? query.get('seed');
  if (query.has('for')) {
    plain.durationMs = parseTime(query.get('for')!);
    if (plain.durationMs === undefined) report.add(problemAt('for', query.get('for'), 'a time such as 60s or 1500ms'));
  }
  return plain;
}

/** Adds the parameters of the query (`layer.param=text`), which only the layers' schemas can read. */
function addParams(plain: Record<string, unknown>, query: Query, stories: Stories, report: Report): void {
  const given = [...query].filter(([key]) => key.includes('.'));
  if (given.length === 0) return;
  const told = frameOf(plain, stories, report);
  if (told === undefined) return;
  const layers = layersOf(told.frame, told.scenario, stories);
  const params: Record<string, Record<string, unknown>> = {};
  if (isRecord(plain.params)) for (const [id, values] of Object.entries(plain.params)) if (isRecord(values)) params[id] = { ...values };
  for (const [key, text] of given) {
    const dot = key.indexOf('.');
    const [id, name] = [key.slice(0, dot), key.slice(dot + 1)];
    if (!checkName(id, 'a layer of the scenario', [...layers.keys()], key.slice(0, 80), report)) continue;
    const schema = layers.get(id)?.story?.params ?? {};
    if (!checkName(name, `a parameter of ${id}`, Object.keys(schema), key.slice(0, 160), report)) continue;
    const parsed = parseValue(own(schema, name)!, text, `params.${id}.${name}`);
    if (parsed.problem !== undefined) report.add(parsed.problem);
    else (params[id] ??= {})[name] = parsed.value;
  }
  plain.params = params;
}

/** The document to fall back on: what of scenario and variant can be made out, else the story's own. */
function fallback(plain: Record<string, unknown> | undefined, stories: Stories): RunDocument {
  const told = plain === undefined ? undefined : frameOf({ pattern: stories.pattern, scenario: plain.scenario, variant: plain.variant }, stories, new Report());
  return told === undefined ? defaultDocument(stories) : defaultDocument(stories, told.frame.scenario, told.frame.variant);
}

/** A web address to load a document from, or a problem. */
function readSrc(text: string, base: string | undefined, report: Report): string | undefined {
  const rule = 'an address that begins with http:// or https://';
  try {
    const url = base === undefined ? new URL(text) : new URL(text, base);
    if ((url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '') return url.href;
  } catch {
    // told below
  }
  report.add(problemAt('src', text, rule));
  return undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Time, playback, theme, panels and selection: each that is wrong is left out by itself. */
function readView(query: Query, document: RunDocument, stories: Stories, report: Report): Moment {
  const scenario = own(stories.story.scenarios, document.scenario)!;
  const durationMs = document.durationMs ?? scenario.durationMs;
  const moment: Mutable<Moment> = { document, atMs: Math.min(scenario.openAtMs ?? 0, durationMs), playing: false };
  const t = query.get('t');
  if (t !== undefined) {
    const atMs: Ms | undefined = parseTime(t);
    if (atMs !== undefined && fitsNumber({ min: 0, max: durationMs }, atMs)) moment.atMs = atMs;
    else {
      const nearest = atMs === undefined ? undefined : formatTime(Math.min(durationMs, Math.max(0, atMs)));
      report.add(problemAt('t', t, `a time from 0s to ${formatTime(durationMs)}`, { nearest }));
    }
  }
  const play = query.get('play');
  if (play !== undefined) {
    const playing = parseFlag(play);
    if (playing === undefined) report.add(problemAt('play', play, '1 or 0'));
    else moment.playing = playing;
  }
  const speed = query.get('speed');
  if (speed !== undefined) {
    const number = parseNumber(speed.replace(/[x×]$/, ''));
    if (fitsNumber(SPEED, number)) moment.speed = number;
    else report.add(problemAt('speed', speed, numberRule(SPEED), { nearest: nearestNumber(SPEED, number) }));
  }
  const theme = query.get('theme');
  if (theme !== undefined) {
    if ((THEMES as readonly string[]).includes(theme)) moment.theme = theme as Theme;
    else report.add(problemAt('theme', theme, `one of: ${listed(THEMES)}`, { nearest: nearestName(theme, THEMES) }));
  }
  const panels = query.get('panels');
  if (panels !== undefined) {
    const names = panels === '' ? [] : panels.split(',');
    if (names.length <= 50 && names.every((name) => NAME_PATTERN.test(name))) moment.panels = names;
    else report.add(problemAt('panels', panels, 'at most 50 names of panels, with commas between them'));
  }
  const selection = query.get('sel');
  if (selection !== undefined) {
    if (NAME_PATTERN.test(selection)) moment.selection = selection;
    else report.add(problemAt('sel', selection, 'the name of a node, layer, link or call'));
  }
  return moment;
}

/** The second branch: a variant's name in the query, or a whole document in the hash. */
function readCompare(query: Query, hash: Record<string, unknown> | undefined, document: RunDocument, stories: Stories, report: Report): RunDocument | undefined {
  const vs = query.get('vs');
  if (vs === undefined && hash?.compare === undefined) return undefined;
  const told = stories.story.scenarios[document.scenario]!;
  if (vs !== undefined && !checkName(vs, `a variant of ${document.scenario}`, Object.keys(told.variants), 'vs', report)) return undefined;
  const checked = validateDocument(vs === undefined ? hash!.compare : { ...document, variant: vs }, stories);
  for (const problem of checked.problems) report.add({ ...problem, message: `In the second branch: ${problem.message}` });
  return checked.document;
}

/** Reads a link: see `decodeMoment`, which adds the promise never to reject. */
async function decode(search: string, hash: string, shelf: Shelf, options: DecodeOptions): Promise<Decoded> {
  const report = new Report();
  const view = new Report();
  const tooLong = search.length + hash.length > MAX_ADDRESS;
  if (tooLong) report.add(problemAt('', undefined, 'shorter', { message: `The link has ${search.length + hash.length} characters; at most ${MAX_ADDRESS} are read. The default run is shown.` }));
  const query = tooLong ? new Map<string, string>() : readQuery(search, report, view);
  const content = tooLong ? undefined : await readHash(hash, query.has('more'), report);
  const src = query.has('src') && options.loaded === undefined ? readSrc(query.get('src')!, options.base, view) : undefined;
  const copied = options.loaded === undefined ? undefined : copyPlain(options.loaded, { size: LIMITS.size, depth: LIMITS.depth });
  if (copied?.problem !== undefined) report.add(copied.problem);
  const loaded = isRecord(copied?.plain) ? copied.plain : undefined;
  if (copied !== undefined && copied.problem === undefined && loaded === undefined) report.add(problemAt('', copied.plain, 'an object'));

  const home = options.home ?? shelf.patterns[0] ?? '';
  const named = loaded === undefined ? query.get('p') : loaded.pattern;
  const asked = tooLong || query.has('p') || query.has('src');
  const pattern = named === undefined || !checkName(named, 'a pattern', shelf.patterns, loaded === undefined ? 'p' : 'pattern', report) ? home : named;
  const plain = loaded ?? (pattern === named || named === undefined ? compose(query, content, pattern, report) : undefined);
  const say = (id: string) => report.add(problemAt('p', id, 'a pattern that can be loaded', { message: `The pattern ${id} could not be loaded.` }));
  let stories = await shelf.load(pattern, refsOfDocument(plain)).catch(() => undefined);
  if (stories === undefined) {
    say(pattern);
    if (pattern !== home) stories = await shelf.load(home).catch(() => undefined);
  }
  if (stories === undefined) return { moment: undefined, problems: [...report.problems, ...view.problems], warnings: report.warnings, asked };

  let document: RunDocument | undefined;
  if (plain !== undefined && stories.pattern === pattern) {
    if (loaded === undefined) addParams(plain, query, stories, report);
    const checked = report.clean ? validateDocument(plain, stories) : undefined;
    for (const problem of checked?.problems ?? []) report.add(problem);
    for (const warning of checked?.warnings ?? []) report.warn(warning);
    document = checked?.document;
  }
  document ??= fallback(stories.pattern === pattern ? plain : undefined, stories);
  const moment = readView(query, document, stories, view);
  const compare = readCompare(query, content, document, stories, view);
  return {
    moment: compare === undefined ? moment : { ...moment, compare },
    problems: [...report.problems, ...view.problems], warnings: report.warnings, asked, ...(src !== undefined && { src }), stories,
  };
}

/**
 * The moment that an address asks for. `search` and `hash` are those of the page's location. A document that is wrong in any part is
 * replaced as a whole by the default of its pattern, scenario and variant, as far as these are right: a run that is half of what the link
 * said would mislead. Never rejects, and bounded in time whatever comes in.
 */
export async function decodeMoment(search: string, hash: string, shelf: Shelf, options: DecodeOptions = {}): Promise<Decoded> {
  try {
    return await decode(search, hash, shelf, options);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : '';
    return { moment: undefined, problems: [problemAt('', undefined, 'readable', { message: `The link could not be read. ${detail}` })], warnings: [], asked: true };
  }
}
