/** Numbers and times as text, exactly. */
import type { Ms } from '../kernel/contract.ts';

/** A decimal number and nothing else: no blanks, no hex, no NaN. Undefined when it is none; 1e309 reads as Infinity, for the rule to refuse. */
export const parseNumber = (text: string): number | undefined => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(text) && text.length <= 40 ? Number(text) + 0 : undefined);

/** Moves the decimal point of a number's text, which is exact where multiplying is not. */
const shifted = (text: string, places: number): number => {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`) + 0;
};

/** A time as text: `41.2s`, or `0.001ms` where seconds would be longer or not exact. */
export function formatTime(ms: Ms): string {
  const seconds = String(shifted(String(ms), -3));
  return ms !== 0 && (seconds.includes('e') || seconds.length > String(ms).length + 1 || shifted(seconds, 3) !== ms) ? `${ms}ms` : `${seconds}s`;
}

const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, '': 1000 };

/** A time in milliseconds from `41.2s`, `850ms`, `2min`, `1h`, or a bare number of seconds; undefined when it is none of these. */
export function parseTime(text: string): Ms | undefined {
  const found = /^([^a-z]+(?:e[+-]?\d+)?)(ms|s|min|h|)$/i.exec(text.trim());
  const number = found === null ? undefined : parseNumber(found[1]!);
  if (found === null || number === undefined) return undefined;
  const unit = found[2]!.toLowerCase();
  if (unit === 'ms') return number;
  return unit === 's' || unit === '' ? shifted(found[1]!, 3) : number * TIME_UNITS[unit]!;
}
