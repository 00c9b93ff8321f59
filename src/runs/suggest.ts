/** Finds what was probably meant by a misspelt name. */

/** Longer texts are compared by their beginning only, so that a hostile name costs nothing. */
const COMPARED = 64;

/**
 * Damerau–Levenshtein distance (optimal string alignment): how many letters to insert, delete, replace or swap with their neighbour.
 * Texts beyond 64 characters are compared by their first 64.
 */
export function distance(a: string, b: string): number {
  const left = a.slice(0, COMPARED);
  const right = b.slice(0, COMPARED);
  const width = right.length + 1;
  let older: number[] = [];
  let above = Array.from({ length: width }, (_, j) => j);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j < width; j++) {
      const same = left[i - 1] === right[j - 1];
      let best = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) best = Math.min(best, older[j - 2]! + 1);
      row.push(best);
    }
    older = above;
    above = row;
  }
  return above[right.length]!;
}

const plain = (name: string): string => name.slice(0, COMPARED).toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * The most similar of the known names, or undefined when none is similar enough to be meant. Case, hyphens and underscores count little;
 * of equally similar names the first wins.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return name;
  const wanted = plain(name);
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of known) {
    const bare = plain(candidate);
    const longer = Math.max(wanted.length, bare.length);
    const contained = wanted.length >= 3 && bare.length >= 3 && (bare.includes(wanted) || wanted.includes(bare));
    const apart = contained ? Math.min(distance(wanted, bare), 2.5) : distance(wanted, bare);
    const limit = longer <= 3 ? 1 : Math.max(2.5, longer * 0.4);
    if (apart <= limit && apart < bestDistance) {
      best = candidate;
      bestDistance = apart;
    }
  }
  return best;
}

/** Names as a short list for a sentence: the first eight, then how many more there are. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
