/** The simulation of an embed: the page's own session, stage and panels, what the address asks of it, and the verbs of the host. */
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createStore } from 'zustand/vanilla';
import { accentTokens } from '../embed/accent.ts';
import { momentQuery, siteOf, type KnownParam } from '../embed/address.ts';
import { runCommands } from '../embed/commands.ts';
import type { StepDetail } from '../embed/contract.ts';
import type { Frame } from '../embed/frame.ts';
import { fitTour, withLook, type Options } from '../embed/options.ts';
import type { Verbs } from '../embed/verbs.ts';
import { parseTime } from '../runs/link-numbers.ts';
import { decodeMoment, type Decoded } from '../runs/link-read.ts';
import { shelf } from '../runs/shelf.ts';
import { createSession } from '../session/session.ts';
import { EmbedPage } from '../view/embed/EmbedPage.tsx';
import { takeStill } from '../view/embed/takeStill.ts';
import { loadSource } from './source.ts';
import { createDriver, type Driver } from './driver.ts';
import { embedPlayback } from './embedPlayback.ts';
import { emitEvents } from './embedEvents.ts';
import { spawn } from './spawn.ts';

export interface Visibility {
  isSeen(): boolean;
  onChange(callback: (isSeen: boolean) => void): void;
}
interface Start {
  readonly root: HTMLElement;
  readonly options: Options;
  readonly pattern: string | null;
  readonly frame: Frame;
  readonly visibility: Visibility;
}

export async function startEmbed({ root, options: asked, pattern, frame, visibility }: Start): Promise<Verbs> {
  const options = createStore<Options>()(() => asked);
  const sources = import.meta.glob<string>('../patterns/*/engine.ts', { query: '?raw', import: 'default' });
  const session = createSession({
    spawn,
    frames: (callback) => { const id = requestAnimationFrame(callback); return () => cancelAnimationFrame(id); },
    wall: () => performance.now(),
    sourceOf: (id) => sources[`../patterns/${id}/engine.ts`],
  });
  const guiding = asked.tour === null ? undefined : import('../view/embed/EmbedTour.tsx');
  const ready = (async () => {
    const known = pattern !== null && (shelf.patterns.includes(pattern) || new URLSearchParams(location.search).has('src'));
    // What is wrong with it is the session's to say.
    if (pattern !== null && !known) await session.actions.openPattern(pattern);
    const decoded = known ? await readAddress(pattern) : null;
    const problems = [...asked.problems, ...(decoded?.problems ?? [])];
    if (decoded?.moment !== undefined) await session.openMoment({ ...decoded.moment, playing: false, panels: [], theme: asked.theme });
    else session.actions.setTheme(asked.theme);
    const { story } = session.store.getState();
    const { step = null, problem } = story === null ? {} : fitTour(asked.tour, story.lesson.length);
    if (problem !== undefined) problems.push(problem);
    if (problems.length > 0) session.notify({ tone: 'warn', text: 'The address could not be followed in full.', detail: problems.slice(0, 10).join('\n') });
    return { problems, step };
  })();
  const driver = createDriver(session, ready.then(() => undefined), { isSeen: visibility.isSeen, hasStage: asked.panels.includes('stage') });
  window.patternscope = driver;
  const { problems, step } = await ready;
  const guide = step === null ? undefined : await guiding;
  const player = guide?.createTourPlayer({ session, first: step! - 1, visibility, loop: () => options.getState().loop });

  const applyLook = ({ accent, theme }: Options): void => {
    const { style } = document.documentElement;
    const tokens = accent === null ? null : accentTokens(accent);
    for (const [name, value] of [['--accent', tokens?.accent], ['--accent-ink', tokens?.ink], ['--accent-wash', tokens?.wash]] as const) {
      if (value === undefined) style.removeProperty(name);
      else style.setProperty(name, value);
    }
    if (session.store.getState().theme !== theme) session.actions.setTheme(theme);
  };
  applyLook(asked);
  const openFull = async (): Promise<string> => new URL((await session.actions.momentLink()).link, siteOf(location.href)).href;
  const tour = guide === undefined || player === undefined ? undefined : { Tour: guide.EmbedTour, player, onStep: (detail: StepDetail) => frame.emit('step', detail) };
  flushSync(() => createRoot(root).render(<EmbedPage session={session} options={options} fullAddress={openFull} site={siteOf(location.href).href} tour={tour} />));
  document.documentElement.dataset.running = '';

  // A tour has its own beginning, stops and end.
  const bounds = (): Options => (player === undefined ? options.getState() : { ...options.getState(), untilMs: null, loop: false });
  const playback = embedPlayback({ session, options: bounds, visibility, resume: player?.resume, ended: (atMs) => frame.emit('ended', { atMs }) });
  emitEvents({ session, driver, frame });
  const moves = asked.autoplay && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (step !== null && player !== undefined) {
    // Before anybody hears of it, so that nobody is taken back to the beginning.
    const shown = await player.begin(step - 1, moves);
    if (shown !== step - 1) {
      problems.push(`Step ${step} of the tour does not happen in this run; it begins at step ${shown + 1}.`);
      session.notify({ tone: 'warn', text: problems.at(-1)! });
    }
  } else if (moves) playback.begin();
  const opened = session.store.getState();
  if (opened.run !== null) void session.settled().then(() => frame.emit('ready', described(driver, session.store.getState().run?.document)));
  for (const message of problems) frame.emit('error', { message });

  const timeOf = (t: unknown): number => {
    const ms = typeof t === 'number' ? t : typeof t === 'string' ? parseTime(t) : undefined;
    if (ms === undefined) throw new Error('t must be milliseconds, or a text such as "30s".');
    return ms;
  };
  const { open, play, runUntil, set, snapshot, setVariant, setSpeed, control, link, tour: steps } = driver;
  const verbs: Omit<Verbs, 'run'> = {
    play, snapshot, setVariant, control, link, set, tour: steps,
    async open(what) {
      if (typeof what !== 'string' && (typeof what !== 'object' || what === null)) throw new Error('open takes a name such as "retry/storm/with", or a run document.');
      return open(what);
    },
    pause: () => { player?.stop(); playback.forget(); return driver.pause(); },
    seek: async (t) => driver.seek(timeOf(t)),
    async step(by = 'event', direction = 1) {
      const unit = typeof by === 'string' ? by : by?.unit;
      if (!['event', 'note', 'transition', 'hop'].includes(unit) || (direction !== 1 && direction !== -1)) throw new Error('step takes event, note or transition, and 1 or -1.');
      return driver.step(by, direction);
    },
    async runUntil(goal) {
      if (typeof goal !== 'object' || goal === null) throw new Error('runUntil takes a goal such as { note: "opened" }.');
      playback.forget();
      return runUntil('t' in goal ? { t: timeOf(goal.t) } : goal);
    },
    async goTo(to) {
      if (!Number.isInteger(to)) throw new Error('goTo takes the number of a step of the tour, from 0.');
      playback.forget();
      return player === undefined ? driver.goTo(to) : player.along(to, () => driver.goTo(to));
    },
    inject: async (fault) => driver.inject(fault),
    setSpeed,
    still: () => takeStill(session, dark(options.getState().theme)),
    show(look) {
      options.setState(withLook(options.getState(), typeof look === 'object' && look !== null ? look : {}), true);
      applyLook(options.getState());
    },
  };
  return { ...verbs, run: (commands) => runCommands(String(commands), verbs, () => session.store.getState().run?.durationMs ?? Infinity) };
}

const dark = (theme: Options['theme']): boolean => (theme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark');
const described = (driver: Driver, document: { readonly pattern: string; readonly scenario: string; readonly variant: string; readonly seed: number } | undefined): object => ({
  driver: driver.version, ...(document !== undefined && { pattern: document.pattern, scenario: document.scenario, variant: document.variant, seed: document.seed }),
});

/** The moment that the address asks for: attribute names become those of a moment link. */
async function readAddress(pattern: string): Promise<{ readonly moment: Decoded['moment']; readonly problems: readonly string[] }> {
  const query = new URLSearchParams(location.search);
  const stories = shelf.patterns.includes(pattern) ? await shelf.load(pattern) : undefined;
  // Every parameter of every layer of the pattern's scenarios: which of them the chosen variant has is the link's to check.
  const known: KnownParam[] = Object.values(stories?.story.scenarios ?? {}).flatMap(({ nodes, variants }) => [...nodes.map(({ stack }) => stack), ...Object.values(variants).flatMap((variant) => Object.values(variant.stacks ?? {}))])
    .flat().flatMap(({ id, engine }) => Object.keys(stories?.of(engine)?.params ?? {}).map((param) => ({ layer: id, param })));
  const { search, strange } = momentQuery(query, pattern, known);
  let decoded = await decodeMoment(search, location.hash, shelf, { base: location.href });
  const problems = strange.map((key) => `There is no parameter "${key}".`);
  if (decoded.src !== undefined) {
    const loaded = await loadSource(decoded.src);
    if ('problem' in loaded) problems.push(`The document at ${decoded.src} can't be opened. ${loaded.problem}`);
    else decoded = await decodeMoment(search, location.hash, shelf, { base: location.href, loaded: loaded.json });
  }
  return { moment: decoded.moment, problems: [...problems, ...decoded.problems.map(({ message }) => message)] };
}
