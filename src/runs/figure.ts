/** A figure of a run's summary by its name; null where it can't be known. */
export function figure(summary: Readonly<Record<string, number>>, metric: string): number | null {
  const value = summary[metric];
  if (value !== undefined) return Number.isFinite(value) ? value : null;
  // What never happened was not counted: no such note, no time in that mode. A layer that is there left other traces.
  const [owner = ''] = metric.split('.');
  const countable = /^[^.]+\.(note|noteTotal)\./.test(metric) || (metric.endsWith('Ms') && !/\.(p50|p95|p99|mean)Ms$/.test(metric));
  return countable && Object.keys(summary).some((name) => name.startsWith(`${owner}.`)) ? 0 : null;
}
