/** Parameters of the address that say how the page stands still for pictures: `paused`, `motion=none`, `chrome=none`. They stay in the address. */
export interface Boot {
  /** Nothing plays by itself, whatever the link says. */
  readonly paused: boolean;
  /** Requests jump hop by hop and nothing fades, as for whoever asks the system for less motion. */
  readonly still: boolean;
  /** The stage alone. */
  readonly bare: boolean;
}
const NAMES = ['paused', 'motion', 'chrome'] as const;
const on = (text: string | null): boolean => text !== null && text !== '0' && text !== 'false';

export function readBoot(search: string): Boot {
  const query = new URLSearchParams(search);
  return { paused: on(query.get('paused')), still: query.get('motion') === 'none', bare: query.get('chrome') === 'none' };
}
/** Puts it on the document, before anything is drawn. */
export function applyBoot({ still, bare }: Boot, root: HTMLElement): void {
  if (still) root.dataset.motion = 'none';
  if (bare) root.dataset.chrome = 'none';
}
/** A link that keeps these parameters of the address that it takes the place of. */
export function keepBoot(link: string, search: string): string {
  const query = new URLSearchParams(search);
  const kept = NAMES.filter((name) => query.has(name)).map((name) => (query.get(name) === '' ? name : `${name}=${encodeURIComponent(query.get(name)!)}`));
  if (kept.length === 0) return link;
  const [before, hash] = link.split('#', 2);
  return `${before}${before!.includes('?') ? '&' : '?'}${kept.join('&')}${hash === undefined ? '' : `#${hash}`}`;
}
