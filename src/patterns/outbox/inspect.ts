/** What plates, charts and instruments show of a relay. Looks, and changes nothing. */
import type { Inspection, Json, Ms } from '../../kernel/contract.ts';
import { quantile } from '../../kernel/histogram.ts';
import type { OutboxParams } from './params.ts';
import type { RelayState } from './state.ts';

const WORDS = { waiting: 'waiting for the next look', fetching: 'asking the outbox', publishing: 'publishing', reporting: 'reporting', standby: 'standing by (another leads)', stopped: 'stopped' } as const;
const shown = (ms: Ms): number => Math.round(ms * 10) / 10;

export function inspect(state: RelayState, { batchSize, pollIntervalMs, relay }: OutboxParams): Inspection {
  const { mode, job, counts, lag } = state;
  const lagOf = (q: number): number | null => (lag.count === 0 ? null : shown(quantile(lag, q)));
  return {
    mode: WORDS[mode as keyof typeof WORDS],
    tone: mode === 'stopped' ? 'warn' : mode === 'standby' ? 'calm' : job !== null ? 'active' : 'calm',
    meters: { ...counts, batch: job?.rows.length ?? 0, lagP50Ms: lagOf(0.5), lagP99Ms: lagOf(0.99), lagMeanMs: lag.count === 0 ? null : shown(lag.sum / lag.count) },
    machines: [{
      instance: '', state: mode,
      guards: [{ label: 'batch', value: job === null ? 0 : job.published.length + job.failed.length, limit: job?.rows.length ?? batchSize, unit: 'count' }],
    }],
    views: {
      batch: job === null ? [] : job.rows.slice(0, 60).map(({ position, event, aggregate, attempts, handed }, i): Json => ({
        position, event, aggregate, state: job.published.includes(position) ? 'published' : job.failed.some((each) => each.position === position) ? 'failed' : job.waiting.includes(i) ? 'waiting' : 'under way', attempts, handed,
      })),
      recent: state.recent.map(({ atMs, event, lagMs, times }): Json => ({ publishedMs: shown(atMs), event, lagMs: shown(lagMs), handedOut: times })),
      lag: { expectedMs: relay === 'polling' ? pollIntervalMs / 2 : null, meanMs: lag.count === 0 ? null : shown(lag.sum / lag.count), p50Ms: lagOf(0.5), p99Ms: lagOf(0.99), published: counts.published },
    },
  };
}
