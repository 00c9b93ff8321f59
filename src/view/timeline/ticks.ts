const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400];

/** Steps of whole tenths and seconds, at least so many px apart. */
export function ticks(durationMs: number, width: number, apart: number): { readonly major: readonly number[]; readonly minor: readonly number[] } {
  const least = (durationMs / 1000 / Math.max(1, width)) * apart;
  const step = (STEPS_S.find((it) => it >= least) ?? STEPS_S.at(-1)!) * 1000;
  const minorStep = (STEPS_S.findLast((it) => it * 1000 < step && (it * 1000 * width) / durationMs >= 5) ?? step / 1000) * 1000;
  const every = (ms: number) => Array.from({ length: Math.floor(durationMs / ms + 1e-9) + 1 }, (_, i) => i * ms);
  return { major: every(step), minor: every(minorStep) };
}
