/** Numbers, units and times as text, the same on every machine. */
import type { Unit } from '../../kernel/story.ts';

const formats = new Map<string, Intl.NumberFormat>();
function fixed(value: number, least: number, most: number): string {
  const key = `${least}/${most}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  return format.format(value).replace('-', '−');
}

/** How many decimals a value deserves: about three figures. */
const decimals = (value: number): number => {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
};

/** A number for reading: at most about three figures, 1,234 grouped; n/a when there is none. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'n/a';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return fixed(value, 0, Number.isInteger(value) ? 0 : decimals(value));
}

/** A number that changes while one looks at it: whole from 10 on, so that it doesn't flicker. */
export function steady(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return fixed(value, 0, Math.abs(value) >= 9.95 ? 0 : 1);
}

/** 41.200 s: a moment of the run, to the millisecond. */
export const momentText = (ms: number): string => `${fixed(ms / 1000, 3, 3)} s`;
/** 41.2 s: a moment in a sentence or on a ruler. */
export const secondsText = (ms: number, most = 1): string => `${fixed(ms / 1000, 0, most)} s`;

/** A length of time in the unit that suits it. */
export function durationText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return 'n/a';
  const size = Math.abs(ms);
  if (!Number.isFinite(ms)) return '∞';
  if (size >= 3_600_000) return `${number(ms / 3_600_000)} h`;
  if (size >= 600_000) return `${number(ms / 60_000)} min`;
  if (size >= 1000) return `${number(ms / 1000)} s`;
  if (size === 0 || size >= 1) return `${number(ms)} ms`;
  return `${number(ms * 1000)} µs`;
}

/** A value and its unit, apart, so that the unit can be set smaller. */
export function measured(value: number | null | undefined, unit: Unit): { readonly value: string; readonly unit: string } {
  if (value === null || value === undefined || Number.isNaN(value)) return { value: 'n/a', unit: '' };
  switch (unit) {
    case 'ms': {
      const [amount = '', name = ''] = durationText(value).split(' ');
      return { value: amount, unit: name };
    }
    case 'ratio': return { value: number(value * 100), unit: '%' };
    case 'percent': return { value: number(value), unit: '%' };
    case 'perSecond': return { value: number(value), unit: '/s' };
    case 'factor': return { value: `×${number(value)}`, unit: '' };
    case 'bytes': {
      const size = Math.abs(value);
      if (size >= 1e9) return { value: number(value / 1e9), unit: 'GB' };
      if (size >= 1e6) return { value: number(value / 1e6), unit: 'MB' };
      return size >= 1e3 ? { value: number(value / 1e3), unit: 'kB' } : { value: number(value), unit: 'B' };
    }
    case 'ppm': return { value: number(value), unit: 'ppm' };
    case 'count': case 'none': return { value: number(value), unit: '' };
  }
}

/** A value with its unit as one text: 59/s, 1.2 s, 30 %. */
export function withUnit(value: number | null | undefined, unit: Unit): string {
  const parts = measured(value, unit);
  if (parts.unit === '' || parts.unit === '/s') return parts.value + parts.unit;
  return `${parts.value} ${parts.unit}`;
}

/** What stands behind an input that takes a value of this unit as it is. */
export const unitName: Readonly<Record<Unit, string>> = {
  ms: 'ms', count: '', ratio: '0–1', percent: '%', perSecond: '/s', factor: '×', bytes: 'B', ppm: 'ppm', none: '',
};

/** halfOpen → half open: a name of the code for reading. */
export const words = (name: string): string => name.replaceAll(/[-_.]+/g, ' ').replaceAll(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`).trim();
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
