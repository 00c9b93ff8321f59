/** Reads the plainest of moment links, those that only name a built-in run and a time in it, so that a page that opens one need not load what reads the rest. */
import type { Shelf } from './document-stories.ts';
import { defaultDocument } from './document.ts';
import { own } from './document-plain.ts';
import type { Moment } from './link.ts';
import { parseTime } from './link-numbers.ts';

/** Names that it understands, and names of the page itself (how it stands still, where it computes) that say nothing of the run. */
const UNDERSTOOD = ['p', 's', 'v', 't'], OF_THE_PAGE = ['paused', 'motion', 'chrome', 'host'];

/** The moment, as `decodeMoment` gives it; undefined wherever there is anything more to read, to check or to complain of: then that has to be asked. */
export async function readPlain(search: string, hash: string, shelf: Shelf): Promise<Moment | undefined> {
  if (hash !== '') return undefined;
  const query = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(search)) {
    if (OF_THE_PAGE.includes(key)) continue;
    if (!UNDERSTOOD.includes(key) || query.has(key)) return undefined;
    query.set(key, value);
  }
  const pattern = query.get('p');
  if (pattern === undefined || !shelf.patterns.includes(pattern)) return undefined;
  const stories = await shelf.load(pattern, [], { scenario: query.get('s') }).catch(() => undefined);
  if (stories === undefined) return undefined;
  const scenario = own(stories.story.scenarios, query.get('s') ?? stories.story.opensWith);
  const variant = query.get('v');
  if (scenario === undefined || (variant !== undefined && own(scenario.variants, variant) === undefined)) return undefined;
  const { durationMs, openAtMs = 0 } = scenario;
  const t = query.get('t');
  const atMs = t === undefined ? Math.min(openAtMs, durationMs) : parseTime(t);
  if (atMs === undefined || !(atMs >= 0 && atMs <= durationMs)) return undefined;
  return { document: defaultDocument(stories, query.get('s'), variant), atMs, playing: false };
}
