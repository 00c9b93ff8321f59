/** A value in a cell of a table, with the unit that its name carries. */
import type { Json } from '../../kernel/contract.ts';
import { durationText, momentText, number, words } from '../common/format.ts';
import { spoken } from '../common/sentence.ts';

/** Times of the run are moments; lengths of time are durations. */
const MOMENT = /^(at|since|from|until|stored|next|last|due|expires|opened|closed|created|sent)Ms$|(At|Since|Until)Ms$/;

export function cellText(name: string, value: Json | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') {
    if (MOMENT.test(name)) return momentText(value);
    if (/Ms$|^ms$/.test(name)) return durationText(value);
    if (name.endsWith('Percent')) return `${number(value)} %`;
    if (/Ratio$|^utilisation$/.test(name)) return `${number(value * 100)} %`;
    if (name.endsWith('PerSecond')) return `${number(value)}/s`;
    return number(value);
  }
  return spoken(value);
}
/** A name without the unit that the cell shows. */
export const columnName = (name: string): string => words(name.replace(/(?<=.)(Ms|Percent|PerSecond)$/, ''));
