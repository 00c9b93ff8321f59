/**
 * The frame of an embed, as long as nobody has seen it: it answers its host, shows the still that the page came with, and waits. The
 * simulation itself is loaded when the frame comes near the window, or when the host asks for something.
 */
import '../view/common/tokens.css';
import '../view/common/base.css';
import '../view/embed/embed.css';
import { patternOf } from '../embed/address.ts';
import { createFrame } from '../embed/frame.ts';
import { HeightReports } from '../embed/height.ts';
import { readOptions } from '../embed/options.ts';
import type { Verbs } from '../embed/verbs.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id "root"');
const options = readOptions(new URLSearchParams(location.search));
const page = document.documentElement;
page.dataset.height = options.height;
if (options.theme !== 'auto') page.dataset.theme = options.theme;

/** The part of a frame that must be in the window for it to count as seen. */
const SEEN_PX = 80, SEEN_SHARE = 0.1;
let seen = false;
const watchers = new Set<(seen: boolean) => void>();
const visibility = {
  isSeen: () => seen && !document.hidden,
  onChange(callback: (isSeen: boolean) => void) { watchers.add(callback); },
};

let starting: Promise<Verbs> | null = null;
const start = (): Promise<Verbs> => {
  starting ??= import('./embedApp.tsx').then(({ startEmbed }) => startEmbed({ root, options, pattern: patternOf(location.href), frame, visibility }));
  return starting;
};
const frame = createFrame({
  parent: window.parent === window ? null : window.parent,
  pinned: options.parent,
  listen(heard) {
    const listener = (event: MessageEvent) => heard(event);
    addEventListener('message', listener);
    return () => removeEventListener('message', listener);
  },
  verbs: start,
  wallMs: () => performance.now(),
  warn: (text) => console.warn(text),
});

const tell = (): void => {
  const now = visibility.isSeen();
  for (const watcher of watchers) watcher(now);
};
new IntersectionObserver((entries) => {
  const { isIntersecting, intersectionRatio, intersectionRect } = entries.at(-1)!;
  // Its edge is in sight: load. Playing waits until there is something to see.
  if (isIntersecting) void start();
  seen = isIntersecting && (intersectionRatio >= SEEN_SHARE || intersectionRect.height >= SEEN_PX);
  tell();
}, { threshold: [0, 0.02, 0.05, SEEN_SHARE, 0.5, 1] }).observe(page);
document.addEventListener('visibilitychange', tell);
if (options.eager) void start();

if (options.height === 'auto') {
  const reports = new HeightReports();
  const measure = (): void => {
    const height = reports.next(document.body.getBoundingClientRect().height, performance.now());
    if (height === null) return;
    frame.resize(height);
    // The platform's own way, where it exists: https://developer.mozilla.org/docs/Web/API/Window/requestResize
    try { (window as { requestResize?: () => unknown }).requestResize?.(); } catch { /* the host did not ask for it */ }
  };
  new ResizeObserver(measure).observe(document.body);
  addEventListener('message', () => setTimeout(measure, 0));
}
// Escape gives the keyboard back to the page around, unless something inside took it.
window.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], :popover-open') !== null) return;
  if (document.activeElement instanceof HTMLElement || document.activeElement instanceof SVGElement) document.activeElement.blur();
  frame.released();
});
