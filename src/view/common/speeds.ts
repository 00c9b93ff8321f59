export const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** The next speed of the list in a direction. */
export function stepSpeed(speed: number, direction: 1 | -1): number {
  const next = direction === 1 ? SPEEDS.find((it) => it > speed + 1e-9) : SPEEDS.findLast((it) => it < speed - 1e-9);
  return next ?? speed;
}
