import type { ScaleLinear } from 'd3-scale';

/** What a timeline needs of a linear scale; D3's own brings colours, formats and interpolations with it, 10 kB of the first load. */
export function timeScale(durationMs: number, width: number): ScaleLinear<number, number> {
  const most = Math.max(1, width), all = Math.max(1, durationMs);
  const scale = (ms: number): number => (ms / all) * most;
  return Object.assign(scale, { invert: (x: number) => (x / most) * all, domain: () => [0, all], range: () => [0, most] }) as unknown as ScaleLinear<number, number>;
}
