/** A figure of a summary: null where it can't be known, 0 for a note that never came. */
export function figure(summary: Readonly<Record<string, number>>, metric: string): number | null {
  const value = summary[metric];
  if (value !== undefined) return Number.isNaN(value) ? null : value;
  const [layer = '', kind] = metric.split('.');
  if (kind !== 'note' && kind !== 'noteTotal') return null;
  // A layer that is not there noted nothing either; one that is there left other traces.
  return Object.keys(summary).some((name) => name.startsWith(`${layer}.`)) ? 0 : null;
}

/** Is a number clearly better or worse than the other (by more than 2 %)? */
export function verdict(value: number, other: number | null | undefined, better: 'higher' | 'lower'): 'better' | 'worse' | 'same' {
  if (other === null || other === undefined) return 'same';
  const scale = Math.max(Math.abs(value), Math.abs(other));
  if (scale === 0 || Math.abs(value - other) / scale < 0.02) return 'same';
  return value > other === (better === 'higher') ? 'better' : 'worse';
}
