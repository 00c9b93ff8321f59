/** What the address of an embed asks of the frame itself: what is shown, which buttons there are, how it looks and how it plays. */
import { parseNumber, parseTime } from '../runs/link-numbers.ts';
import { listed, nearestName } from '../runs/suggest.ts';
import { CONTROLS, DEFAULT_CONTROLS, DEFAULT_PANELS, PANELS, THEMES, type Control, type Look, type Panel, type Theme } from './contract.ts';

export interface Options {
  readonly panels: readonly Panel[];
  readonly controls: readonly Control[];
  readonly readOnly: boolean;
  readonly theme: Theme;
  readonly accent: string | null;
  /** `auto`: as high as its content, which the host is told. `fill`: as high as the frame. */
  readonly height: 'auto' | 'fill';
  /** Play stops here, or starts again from the opening moment. */
  readonly untilMs: number | null;
  readonly loop: boolean;
  readonly autoplay: boolean;
  /** Shows the guided tour, beginning at this step, from 1; null: no tour. Whether there is such a step, the pattern's story says. */
  readonly tour: number | null;
  /** The only origin the frame talks to. */
  readonly parent: string | null;
  /** Starts at once instead of when it is near the window. */
  readonly eager: boolean;
  /** What could not be followed, as sentences. */
  readonly problems: readonly string[];
}

/** What changes the run; a read-only embed has none of it. */
const EDITING: readonly Control[] = ['variant', 'break', 'undo'];
export const isAccent = (text: string): boolean => /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(text);
const isOn = (text: string | null): boolean => text !== null && !['0', 'false', 'off', 'no'].includes(text.toLowerCase());

/** Names out of a fixed list; `all` and `none` are understood. */
export function namesOf<T extends string>(text: string | null, known: readonly T[], standard: readonly T[], what: string, problems: string[]): readonly T[] {
  if (text === null) return standard;
  const names = text.split(/[\s,]+/).filter((name) => name !== '').slice(0, 40);
  if (names[0] === 'all') return known;
  if (names[0] === 'none') return [];
  const found = [...new Set(names)].filter((name): name is T => (known as readonly string[]).includes(name));
  const strange = names.find((name) => !(known as readonly string[]).includes(name));
  if (strange !== undefined) {
    const near = nearestName(strange, known);
    problems.push(`There is no ${what} "${strange.slice(0, 40)}". ${near === undefined ? `There are ${listed(known)}.` : `Did you mean "${near}"?`}`);
  }
  return found.length === 0 && strange !== undefined ? standard : found;
}

/** The first step of the tour. Empty or a plain yes is the whole tour; what is no step is said, with the nearest. */
function readTour(text: string | null, problems: string[]): number | null {
  if (text === null || !isOn(text)) return null;
  if (['', 'true', 'on', 'yes'].includes(text.toLowerCase())) return 1;
  const given = parseNumber(text), step = Math.min(Number.MAX_SAFE_INTEGER, Math.max(1, Math.round(given ?? 1)));
  if (step !== given) problems.push(`tour is "${text.slice(0, 20)}", but must be the number of a step, from 1. The nearest is ${step}.`);
  return step;
}

export function readOptions(query: URLSearchParams): Options {
  const problems: string[] = [];
  const readOnly = isOn(query.get('readonly'));
  const controls = namesOf(query.get('controls'), CONTROLS, DEFAULT_CONTROLS, 'control', problems);
  const panels = namesOf(query.get('panels'), PANELS, DEFAULT_PANELS, 'panel', problems);
  const theme = query.get('theme') ?? 'auto', accent = query.get('accent'), until = query.get('until'), parent = query.get('parent');
  if (!(THEMES as readonly string[]).includes(theme)) problems.push(`theme is "${theme.slice(0, 20)}", but must be ${listed(THEMES)}.`);
  if (accent !== null && !isAccent(accent)) problems.push(`accent is "${accent.slice(0, 20)}", but must be a colour such as #3149b8.`);
  const untilMs = until === null ? undefined : parseTime(until);
  if (until !== null && (untilMs === undefined || !(untilMs > 0))) problems.push(`until is "${until.slice(0, 20)}", but must be a time such as 60s.`);
  return {
    panels: panels.length === 0 ? DEFAULT_PANELS : panels, readOnly,
    controls: readOnly ? controls.filter((name) => !EDITING.includes(name)) : controls,
    theme: (THEMES as readonly string[]).includes(theme) ? (theme as Theme) : 'auto',
    accent: accent !== null && isAccent(accent) ? accent : null,
    height: query.get('height') === 'auto' ? 'auto' : 'fill',
    untilMs: untilMs !== undefined && untilMs > 0 && Number.isFinite(untilMs) ? untilMs : null,
    tour: readTour(query.get('tour'), problems),
    loop: isOn(query.get('loop')), autoplay: isOn(query.get('autoplay')), eager: isOn(query.get('eager')),
    parent: parent !== null && (parent === 'null' || /^https?:\/\/[^/?#\s]+$/.test(parent)) ? parent : null,
    problems,
  };
}

/** The step that the tour begins at, now that it is known how many there are; and what was wrong with the one asked for. */
export function fitTour(asked: number | null, steps: number): { readonly step: number | null; readonly problem?: string } {
  if (asked === null || (asked <= steps && steps > 0)) return { step: asked };
  return steps === 0 ? { step: null, problem: 'tour: this pattern has no guided tour.' } : { step: steps, problem: `tour is "${asked}", but must be from 1 to ${steps}. The nearest is ${steps}.` };
}

/** Options with a look of the host over them; anything that is not understood leaves what was there. */
export function withLook(options: Options, look: Look): Options {
  const problems: string[] = [];
  const list = (value: unknown): string | null => (Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : null);
  const readOnly = typeof look.readOnly === 'boolean' ? look.readOnly : options.readOnly;
  const controls = namesOf(list(look.controls), CONTROLS, options.controls, 'control', problems);
  const panels = namesOf(list(look.panels), PANELS, options.panels, 'panel', problems);
  if (problems[0] !== undefined) throw new Error(problems[0]);
  if (look.theme !== undefined && !THEMES.includes(look.theme)) throw new Error(`theme must be ${listed(THEMES)}.`);
  if (look.accent !== undefined && look.accent !== null && !isAccent(look.accent)) throw new Error('accent must be a colour such as #3149b8, or null.');
  return {
    ...options, readOnly, panels: panels.length === 0 ? options.panels : panels,
    controls: readOnly ? controls.filter((name) => !EDITING.includes(name)) : controls,
    theme: look.theme ?? options.theme, accent: look.accent === undefined ? options.accent : look.accent,
  };
}
