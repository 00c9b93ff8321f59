/** How a film is to be made. */
import type { Ms } from '../kernel/contract.ts';

export interface FilmOptions {
  /** Frames a second, 1 to 60. */
  readonly fps: number;
  /** Pixels, even, 160 to 3840; the picture is 16:9 and stands in the middle of other shapes. */
  readonly width: number;
  readonly height: number;
  readonly theme: 'light' | 'dark';
  /** 1 leaves time to read; 2 takes half as long. 0.25 to 8. */
  readonly speed: number;
}
/** What is left out is 30 frames a second, 1280 × 720, light, speed 1. */
export type FilmAsked = Partial<FilmOptions>;
/** A part of the shown run in place of the tour. */
export interface FilmRange {
  readonly fromMs: Ms;
  readonly untilMs: Ms;
}
export const FILM_DEFAULTS: FilmOptions = { fps: 30, width: 1280, height: 720, theme: 'light', speed: 1 };
const LIMITS = { fps: [1, 60], width: [160, 3840], height: [90, 2160], speed: [0.25, 8] } as const;

/** Fills in the defaults; throws on what can't be filmed, saying what would be allowed. */
export function filmOptions(asked: FilmAsked = {}): FilmOptions {
  const options = { ...FILM_DEFAULTS, ...asked };
  for (const [name, [least, most]] of Object.entries(LIMITS) as [keyof typeof LIMITS, readonly [number, number]][]) {
    const value = options[name];
    if (typeof value !== 'number' || !(value >= least && value <= most)) throw new Error(`${name} is ${String(value)}, but must be from ${least} to ${most}.`);
    if (name !== 'speed' && !Number.isInteger(value)) throw new Error(`${name} is ${value}, but must be a whole number.`);
  }
  if (options.width % 2 !== 0 || options.height % 2 !== 0) throw new Error(`The size is ${options.width}x${options.height}, but both must be even.`);
  if (options.theme !== 'light' && options.theme !== 'dark') throw new Error(`theme is ${String(options.theme)}, but must be light or dark.`);
  return options;
}

/** `1280x720` as width and height. */
export function parseSize(text: string): { readonly width: number; readonly height: number } {
  const found = /^(\d{2,4})[x×](\d{2,4})$/.exec(text);
  if (found === null) throw new Error(`The size is "${text}", but must be such as 1280x720.`);
  return { width: Number(found[1]), height: Number(found[2]) };
}
