/** What plates, charts and instruments show of the command service. Looks, and changes nothing. */
import type { Inspection, Json, MachineView, Ms } from '../../kernel/contract.ts';
import { quantile } from '../../kernel/histogram.ts';
import type { SourcingParams } from './params.ts';
import type { SourcingState } from './state.ts';

const shown = (ms: Ms): number => Math.round(ms * 10) / 10;
const ratio = (part: number, whole: number): number | null => (whole > 0 ? Math.round((1000 * part) / whole) / 1000 : null);

export function inspect(state: SourcingState, params: SourcingParams): Inspection {
  const { counts, loads, tickets, recent } = state;
  const loadMs = (q: number): number | null => (loads.count === 0 ? null : shown(quantile(loads, q)));
  const eventsPerLoad = ratio(counts.folded, counts.loads);
  return {
    mode: { optimistic: 'optimistic (expected version)', none: 'no check at all', pessimistic: 'pessimistic (a lock)' }[params.concurrency],
    tone: params.concurrency === 'none' || params.ignoreUnknown ? 'warn' : tickets.size > 0 ? 'active' : 'calm',
    meters: {
      underWay: tickets.size, loadP50Ms: loadMs(0.5), loadP99Ms: loadMs(0.99), eventsPerLoad, conflictRatio: ratio(counts.conflicts, counts.appends), firstTryConflictRatio: ratio(counts.firstTryConflicts, counts.firstTries),
      snapshotHitRatio: ratio(counts.snapshotHits, counts.loads), ...counts,
    },
    machines: [machineView(state)],
    views: {
      recent: recent.toReversed().map((row): Json => ({ ...row })),
      figures: { eventsPerLoad, expectedWithSnapshots: params.snapshotEvery > 0 ? params.snapshotEvery / 2 : null, loadP50Ms: loadMs(0.5), loadP99Ms: loadMs(0.99), conflictRatio: ratio(counts.conflicts, counts.appends), firstTryConflictRatio: ratio(counts.firstTryConflicts, counts.firstTries), snapshotHitRatio: ratio(counts.snapshotHits, counts.loads) },
    },
  };
}

/** The command that the chart follows; after its end, how it ended. */
function machineView({ followed, shownMode, tickets }: SourcingState): MachineView {
  const ticket = tickets.get(followed);
  if (ticket === undefined) return { instance: '', state: shownMode };
  const { retries, maxRetries, mode, tail, version, waitFromMs, waitUntilMs } = ticket;
  return {
    instance: '', state: mode,
    guards: [
      { label: 'retries', value: retries, limit: maxRetries, unit: 'count' },
      ...(mode === 'deciding' || mode === 'appending' ? [{ label: 'expected version', value: version, text: `version ${version}, ${tail} events folded` }] : []),
    ],
    ...(mode === 'backingOff' && { countdown: { label: 'next try', fromMs: waitFromMs, untilMs: waitUntilMs } }),
  };
}
