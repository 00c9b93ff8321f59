/** Is a number clearly better or worse than the other (by more than 2 %)? */
export function verdict(value: number, other: number | null | undefined, better: 'higher' | 'lower'): 'better' | 'worse' | 'same' {
  if (other === null || other === undefined) return 'same';
  const scale = Math.max(Math.abs(value), Math.abs(other));
  if (scale === 0 || Math.abs(value - other) / scale < 0.02) return 'same';
  return value > other === (better === 'higher') ? 'better' : 'worse';
}

/** How much b is above or below a, as a share of a: "+115 %"; nothing where that says nothing. */
export function change(a: number | null | undefined, b: number | null | undefined): string {
  if (a === null || a === undefined || b === null || b === undefined || a === 0) return '';
  const percent = Math.round((100 * (b - a)) / Math.abs(a));
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}
