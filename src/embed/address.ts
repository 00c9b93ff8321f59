/**
 * Addresses of embeds: `…/embed/circuit-breaker/?scenario=…&variant=…&param-breaker-slidingWindowSizeCalls=20&t=30s&panels=stage,timeline`.
 * The names are those of the element's attributes; those of a moment link (`s`, `v`, `breaker.slidingWindowSizeCalls`, `#s=…`) work as well.
 */
import { QUERY_KEYS } from '../runs/link.ts';

/** Short names of a moment link by their long ones. */
const SHORT: Readonly<Record<string, string>> = { pattern: 'p', scenario: 's', variant: 'v' };
const LONG: Readonly<Record<string, string>> = { s: 'scenario', v: 'variant' };
/** Names that the frame reads itself. `panels` and `theme` mean other things to the page. */
const OF_THE_FRAME: readonly string[] = ['panels', 'theme', 'controls', 'readonly', 'tour', 'accent', 'height', 'until', 'loop', 'autoplay', 'parent', 'eager', 'lang', 'poster', 'play'];

/** The address of the site from that of an embed: what stands before `/embed/`. */
export function siteOf(href: string): URL {
  const url = new URL(href);
  const at = url.pathname.lastIndexOf('/embed');
  return new URL(at < 0 ? './' : `${url.pathname.slice(0, at)}/`, url.origin === 'null' ? href : url.origin);
}
/** The pattern that an address names: by its folder, or as a parameter. */
export function patternOf(href: string): string | null {
  const url = new URL(href);
  const folder = /\/embed\/([^/]+)\/(?:index\.html)?$/.exec(url.pathname)?.[1];
  return folder ?? url.searchParams.get('pattern') ?? url.searchParams.get('p');
}

/** Letters and digits alone: attributes know no capitals, and JSX no dots. */
const bare = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
export interface KnownParam {
  readonly layer: string;
  readonly param: string;
}
/** The parameter that `param-…` means, whatever its spelling; undefined where none is so called. */
export const paramNamed = (key: string, known: readonly KnownParam[]): KnownParam | undefined => {
  const wanted = bare(key.slice('param-'.length));
  return known.find(({ layer, param }) => bare(layer + param) === wanted);
};

/** The part of an embed's query that decides the run, as the query of a moment link; `strange` are `param-…` that mean nothing. */
export function momentQuery(query: URLSearchParams, pattern: string, known: readonly KnownParam[]): { readonly search: string; readonly strange: readonly string[] } {
  const out = new URLSearchParams({ p: pattern });
  const strange: string[] = [];
  for (const [key, value] of query) {
    if (key === 'pattern' || key === 'p' || OF_THE_FRAME.includes(key)) continue;
    if (key.startsWith('param-')) {
      const found = paramNamed(key, known);
      if (found === undefined) strange.push(key.slice(0, 80));
      else out.append(`${found.layer}.${found.param}`, value);
    } else out.append(SHORT[key] ?? key, value);
  }
  return { search: `?${out.toString()}`, strange };
}

/** What decides the run, by attribute names, from a moment link; `state` is what has no short text. */
export function attributesOf(link: string): { readonly pattern: string; readonly attributes: readonly (readonly [string, string])[]; readonly state: string | null } {
  const url = new URL(link, 'https://example.org/');
  const attributes: [string, string][] = [];
  for (const [key, value] of url.searchParams) {
    if (key === 'p' || OF_THE_FRAME.includes(key) || key === 'sel') continue;
    const dot = key.indexOf('.');
    attributes.push([dot > 0 && !(QUERY_KEYS as readonly string[]).includes(key) ? `param-${key.slice(0, dot)}-${key.slice(dot + 1)}` : LONG[key] ?? key, value]);
  }
  const state = /^#s=(.+)$/.exec(url.hash)?.[1] ?? null;
  return { pattern: url.searchParams.get('p') ?? '', attributes: attributes.filter(([name]) => name !== 'more'), state };
}

/** The address of an embed. `attributes` in the order in which they shall stand. */
export function embedAddress(site: string, pattern: string, attributes: readonly (readonly [string, string])[], state: string | null = null): string {
  const query = [...attributes, ...(state === null ? [] : [['more', '1'] as const])]
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%3A', ':')}`).join('&');
  return `${site}embed/${encodeURIComponent(pattern)}/${query === '' ? '' : `?${query}`}${state === null ? '' : `#s=${state}`}`;
}
