/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Ms } from '../../kernel/contract.ts';
import { clThrottle, limitField, policyField, retryAfterField } from './headers.ts';
import { levelsOf, termsOf } from './levels.ts';
import type { LimitParams } from './params.ts';
import type { LimitState } from './state.ts';
import { shelfMachines, shelfViews, tenth } from './views.ts';

const percent = (part: number, whole: number): number | null => (whole > 0 ? Math.round((100 * part) / whole) : null);
const WITHOUT = { open: 'store away (admitting all)', closed: 'store away (refusing all)', localFallback: 'store away (own shares)' } as const;

/** (Σx)² / (n · Σx²): 1 when all have the same, 1/n when one has everything. */
export function jain(values: readonly number[]): number | null {
  let sum = 0, squares = 0;
  for (const value of values) { sum += value; squares += value * value; }
  return squares === 0 ? null : (sum * sum) / (values.length * squares);
}

export function inspect(state: LimitState, params: LimitParams, nowMs: Ms): Inspection {
  const { admitted, rejected, last, shelf, clients, downSinceMs } = state;
  const fairness = jain(Array.from(clients.values(), ({ cost }) => cost));
  return {
    mode: modeText(state, params),
    tone: downSinceMs !== null ? 'alert' : state.held.size > 0 ? 'warn' : rejected > 0 ? 'active' : 'calm',
    meters: {
      admitted, rejected, refusedPercent: percent(rejected, admitted + rejected), costAdmitted: tenth(state.costAdmitted), keys: shelf.slots.size, evicted: shelf.evicted, sharedBucket: shelf.overflowed,
      jain: fairness === null ? null : Math.round(fairness * 1000) / 1000, shaped: state.shaped, waiting: state.held.size, overCapacity: state.overCapacity, retriesSeen: state.retriesSeen,
      storeCalls: state.storeCalls, failedOpen: state.failedOpen, failedClosed: state.failedClosed, leased: state.leased, leasesLost: tenth(state.leasesLost), syncs: state.syncs,
    },
    machines: shelfMachines(shelf, nowMs),
    views: {
      ...shelfViews(shelf, state.focus, nowMs),
      clients: Array.from(clients, ([client, { admitted: passed, rejected: refused, cost }]) => ({ client, admitted: passed, refused, tokens: tenth(cost) })),
      refusedBy: Array.from(state.refusedBy, ([level, count]) => ({ level, refused: count })),
      headers: last === null ? [] : headersOf(last, params),
    },
  };
}

function headersOf(last: NonNullable<LimitState['last']>, params: LimitParams): { readonly field: string; readonly value: string }[] {
  const levels = levelsOf(params);
  const at = Math.max(0, levels.findIndex(({ name }) => name === last.level));
  return [
    { field: 'RateLimit-Policy', value: policyField(last.level, termsOf(levels[at]!, params, 'whole', false), last.key) },
    { field: 'RateLimit', value: limitField(last.level, last, last.key) },
    ...(last.allowed ? [] : [{ field: 'Retry-After', value: retryAfterField(last) }]),
    { field: 'CL.THROTTLE answers', value: clThrottle(last).join(' ') },
  ];
}

function modeText({ downSinceMs, shelf, leases }: LimitState, { topology, failMode, split, nodeCount }: LimitParams): string {
  if (downSinceMs !== null && topology !== 'perNode') return WITHOUT[failMode];
  switch (topology) {
    case 'central': return 'asks the store';
    case 'quotaLease': return `${leases.size} ${leases.size === 1 ? 'lease' : 'leases'}`;
    case 'syncEvery': return 'own buckets, reported';
    case 'perNode': return split ? `own buckets, 1/${nodeCount} each` : `${shelf.slots.size} own ${shelf.slots.size === 1 ? 'bucket' : 'buckets'}`;
  }
}
