/** Lines as points: smooth ways through stops, parallels, places along them. */
export interface Point {
  readonly x: number;
  readonly y: number;
}
const STEPS = 14;

/** A smooth line through stops (main, cross): straight where the cross coordinate stays, an S where it changes. */
export function curve(stops: readonly (readonly [number, number])[]): [number, number][] {
  const out: [number, number][] = [];
  stops.forEach(([u, v], i) => {
    const before = stops[i - 1];
    if (before !== undefined && Math.abs(before[1] - v) > 0.5) {
      const [u0, v0] = before;
      for (let k = 1; k < STEPS; k++) {
        const t = k / STEPS;
        // A cubic with level ends.
        const s = 1 - t;
        out.push([s * s * s * u0 + 3 * s * s * t * ((u0 + u) / 2) + 3 * s * t * t * ((u0 + u) / 2) + t * t * t * u, s * s * (1 + 2 * t) * v0 + t * t * (3 - 2 * t) * v]);
      }
    }
    const last = out.at(-1);
    if (last === undefined || last[0] !== u || last[1] !== v) out.push([u, v]);
  });
  return out;
}

export const pathText = (points: readonly Point[]): string => points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');

export const lengthOf = (points: readonly Point[]): number => points.slice(1).reduce((sum, p, i) => sum + Math.hypot(p.x - points[i]!.x, p.y - points[i]!.y), 0);

/** The point at a share of the length, and the direction there in degrees. */
export function along(points: readonly Point[], share: number): Point & { readonly angle: number } {
  const lengths = points.slice(1).map((p, i) => Math.hypot(p.x - points[i]!.x, p.y - points[i]!.y));
  let left = lengths.reduce((sum, length) => sum + length, 0) * share;
  for (let i = 0; i < lengths.length; i++) {
    const a = points[i]!, b = points[i + 1]!;
    if (left <= lengths[i]! || i === lengths.length - 1) {
      const t = lengths[i] === 0 ? 0 : left / lengths[i]!;
      return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, angle: (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI };
    }
    left -= lengths[i]!;
  }
  return { ...(points[0] ?? { x: 0, y: 0 }), angle: 0 };
}
