/**
 * The moment link. Small documents stay readable:
 * `?p=circuit-breaker&s=hanging-payments&v=with&seed=7&t=41.2s&breaker.slidingWindowSize=20&play=1`; whatever has no short text (faults,
 * interventions, stacks, breakpoints, a second branch) goes compressed into the hash, `#s=1.<base64url of deflated JSON>.<check>`. The check
 * may be left out by other writers; it is there because a changed letter may well unfold to another document.
 */
import type { Ms } from '../kernel/contract.ts';
import { hashText } from '../kernel/random.ts';
import { DOCUMENT_VERSION } from './document-limits.ts';
import { own, sameText } from './document-plain.ts';
import type { Stories } from './document-stories.ts';
import { minimise } from './document-minimal.ts';
import { type MinimalDocument, type RunDocument } from './document.ts';
import { squeeze } from './link-squeeze.ts';
import { formatTime } from './link-numbers.ts';
import { formatValue } from './link-values.ts';
import { scenarioOf, type Frame } from './plan.ts';
import { layersOf, validateDocument, type KnownLayer } from './validate.ts';

export const THEMES = ['light', 'dark', 'auto'] as const;
export type Theme = (typeof THEMES)[number];

/** What a link reopens: a run, a time in it, and what of the page was in view. */
export interface Moment {
  readonly document: RunDocument;
  readonly atMs: Ms;
  readonly playing: boolean;
  /** Playback speed, 0.1 to 100. Default: the scenario's. */
  readonly speed?: number;
  /** What is selected: a node, layer, link or call, by its name. */
  readonly selection?: string;
  /** Open panels by name. Default: the page's own choice; an empty list opens none. */
  readonly panels?: readonly string[];
  /** Default auto. */
  readonly theme?: Theme;
  /** The second branch of a comparison, of the same pattern. */
  readonly compare?: RunDocument;
}

/** A longer link does not survive everywhere: offer a file. */
export const MAX_LINK = 8 * 1024;
/** Format of the hash; the number before the dot. */
export const HASH_FORMAT = 1;
export const SPEED = { min: 0.1, max: 100 } as const;
/** Names of panels and selections are letters, digits and a few signs. */
export const NAME_PATTERN = /^[A-Za-z0-9_.:>/#@-]{1,200}$/;
/** The names of the query, in the order in which they are written. `src` names a document to load; `for` is the run's length, `vs` the other variant, `more` says that a hash follows. */
export const QUERY_KEYS = ['p', 'ver', 's', 'v', 'seed', 'for', 'src', 't', 'play', 'speed', 'theme', 'panels', 'sel', 'vs', 'more'] as const;

/** What the hash holds. */
export interface HashContent {
  readonly version: number;
  /** The parts of the document that are not in the query. */
  readonly document?: Partial<MinimalDocument>;
  /** The second branch. */
  readonly compare?: MinimalDocument;
}

/** Longest text of one parameter in the query, and of all together: beyond that it is not readable anyway. */
const READABLE = 80;
const READABLE_ALL = 2000;

/** Percent-encodes for a query, but leaves what may stand there and reads better as it is. */
const encode = (text: string): string => encodeURIComponent(text).replace(/%(3A|2C|2F|40|3E)/g, (code) => (code === '%3E' ? code : decodeURIComponent(code)));

/** Well-formed text only: encodeURIComponent throws on half a surrogate pair. */
const encodable = (text: string): boolean => !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

function splitParams(params: RunDocument['params'], layers: ReadonlyMap<string, KnownLayer>): { query: string[]; rest: Record<string, Record<string, unknown>> } {
  const query: string[] = [];
  const rest: Record<string, Record<string, unknown>> = {};
  for (const [id, values] of Object.entries(params)) {
    for (const [name, value] of Object.entries(values)) {
      const param = own(layers.get(id)?.story?.params, name);
      const text = param === undefined || id.includes('.') ? undefined : formatValue(param, value);
      if (text !== undefined && text.length <= READABLE && encodable(text)) query.push(`${encode(id)}.${encode(name)}=${encode(text)}`);
      else (rest[id] ??= {})[name] = value;
    }
  }
  return { query, rest };
}

/** The second branch as the name of a variant, where that is all by which it differs from the document as the link will give it back. */
function versus({ document, compare }: Moment, stories: Stories): string | undefined {
  if (compare === undefined || compare.scenario !== document.scenario || compare.variant === document.variant) return undefined;
  const read = validateDocument(minimise(document, stories), stories).document;
  return read !== undefined && sameText(minimise({ ...read, variant: compare.variant }, stories), minimise(compare, stories)) ? compare.variant : undefined;
}

/**
 * The link of a moment, from the question mark on: `?…` or `?…#s=…`. The moment's documents must be valid. `tooLong` (over 8 kB) says
 * that a file should be offered instead; the link still works where the browser takes it.
 */
export async function encodeMoment(moment: Moment, stories: Stories): Promise<{ readonly link: string; readonly tooLong: boolean }> {
  const { version, pattern, scenario, variant, seed, durationMs, params = {}, ...heavy } = minimise(moment.document, stories);
  const frame: Frame = moment.document;
  const told = scenarioOf(frame, stories);
  let { query, rest } = splitParams(params, layersOf(frame, told, stories));
  if (query.join('&').length > READABLE_ALL) [query, rest] = [[], params as typeof rest];

  const vs = versus(moment, stories);
  const parts: string[] = [`p=${encode(pattern)}`];
  const add = (key: (typeof QUERY_KEYS)[number], text: string | undefined) => {
    if (text !== undefined) parts.push(`${key}=${encode(text)}`);
  };
  if (version !== 1) add('ver', String(version));
  add('s', scenario);
  add('v', variant);
  add('seed', seed?.toString());
  add('for', durationMs === undefined ? undefined : formatTime(durationMs));
  if (moment.atMs !== (told.openAtMs ?? 0)) add('t', formatTime(moment.atMs));
  parts.push(...query);
  if (moment.playing) add('play', '1');
  if (moment.speed !== undefined && moment.speed !== (told.speed ?? 1)) add('speed', String(moment.speed));
  if (moment.theme !== undefined && moment.theme !== 'auto') add('theme', moment.theme);
  if (moment.panels !== undefined) add('panels', moment.panels.join(','));
  add('sel', moment.selection);
  add('vs', vs);

  const document: Partial<MinimalDocument> = { ...(Object.keys(rest).length > 0 && { params: rest }), ...heavy };
  const content: HashContent = {
    version: DOCUMENT_VERSION,
    ...(Object.keys(document).length > 0 && { document }),
    ...(moment.compare !== undefined && vs === undefined && { compare: minimise(moment.compare, stories) }),
  };
  let hash = '';
  if (Object.keys(content).length > 1) {
    add('more', '1'); // so that a link which lost its hash on the way is noticed
    const text = JSON.stringify(content);
    hash = `#s=${HASH_FORMAT}.${await squeeze(text)}.${hashText(text).toString(36)}`;
  }
  const link = `?${parts.join('&')}${hash}`;
  return { link, tooLong: link.length > MAX_LINK };
}
