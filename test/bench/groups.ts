/** All groups of benchmarks. Each runs in a process of its own, so that no other has shaped the code the compiler makes. */
import { Lab, type Report, type Scale } from './lab.ts';
import { cancelled, layers, nodes, pending, requests, timers } from './kernelGroups.ts';
import { broker, checkpoints, flagship, saga, seek, seekLong, stack } from './productGroups.ts';
import { breakerMap, retryMap, stormMap, stream } from './workerGroups.ts';
import type { Spawn } from '../../src/session/port.ts';

export interface Group {
  readonly about: string;
  readonly run: (lab: Lab, spawn: Spawn) => Promise<void>;
  /** Dear to set up: runs in one process, with all its runs in there. */
  readonly once?: true;
}
export const groups: Readonly<Record<string, Group>> = {
  timers: { about: 'M/M/1 by timers alone (T1)', run: timers },
  requests: { about: 'whole requests, trace off and on (T2, T3)', run: requests },
  deadlines: { about: 'M/M/16 with deadlines that are mostly cancelled (T4)', run: cancelled },
  pending: { about: 'hold model with 10², 10⁴ and 10⁶ pending (T5)', run: pending, once: true },
  nodes: { about: '10 and 1,000 nodes (T5)', run: nodes },
  flagship: { about: 'breaker flagship: all recording, fingerprint, trace (T6)', run: flagship },
  saga: { about: 'order saga at 200/s (T7)', run: saga },
  layers: { about: 'five pass-through layers (T8)', run: layers },
  stack: { about: 'timeout, retry, breaker, limit, bulkhead (T8)', run: stack },
  broker: { about: 'broker with inbox', run: broker },
  seek: { about: 'seek in a run of 10⁵ events (T9)', run: seek },
  'seek-long': { about: 'seek in a run of 5·10⁶ events (T9)', run: seekLong, once: true },
  checkpoints: { about: 'what checkpoints cost (T10)', run: checkpoints },
  stream: { about: 'chunks from worker to page', run: stream },
  'breaker-map': { about: 'map of 400 breaker runs (T12)', run: breakerMap, once: true },
  'retry-map': { about: 'map of 400 retry runs (T12)', run: retryMap, once: true },
  'storm-map': { about: 'map of 400 retry runs without a budget (T12)', run: stormMap, once: true },
};

export async function runGroup(name: string, scale: Scale, spawn: Spawn): Promise<Report> {
  const lab = new Lab(name, scale);
  await groups[name]!.run(lab, spawn);
  return { measurements: lab.measurements, figures: lab.figures };
}
