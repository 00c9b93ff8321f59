/** What plates, charts and instruments show of the layer. Looks, and changes nothing. */
import type { Inspection, Json, Ms } from '../../kernel/contract.ts';
import { isProbing, limitFigures } from '../../primitives/concurrencyLimits/law.ts';
import { lineUp } from '../../primitives/permits.ts';
import { OTHERS } from './compartments.ts';
import type { BulkheadParams } from './params.ts';
import { coreOf, mostOf } from './pool.ts';
import { refusedOf, WAITS, type BulkheadState, type Compartment } from './state.ts';

const SHOWN = 60;
const shown = (ms: Ms): number => Math.round(ms * 10) / 10;

export function inspect(state: BulkheadState, params: BulkheadParams, nowMs: Ms): Inspection {
  const { compartments, used, waiting } = state;
  const sum = (read: (c: Compartment) => number): number => compartments.reduce((total, c) => total + read(c), 0);
  const capacity = sum(({ permits }) => permits.capacity);
  const room = roomOf(state, params);
  const locked = compartments.some(({ deadlocked }) => deadlocked);
  const figures = state.adaptive === null ? null : limitFigures(state.adaptive);
  return {
    mode: modeText(state, room, locked),
    tone: locked ? 'alert' : compartments.some(({ full }) => full) ? 'warn' : used > 0 ? 'active' : 'calm',
    slots: { used, of: Math.max(used, room) },
    ...(capacity > 0 && { queue: { length: waiting, capacity } }),
    meters: {
      active: used, maxAllowed: room, available: Math.max(0, room - used), queueDepth: waiting, queueRemaining: Math.max(0, capacity - waiting), waitP99Ms: waitP99(state),
      permitted: sum((c) => c.permitted), finished: sum((c) => c.finished),
      rejectedFull: sum((c) => c.refusedFull), rejectedQueueFull: sum((c) => c.refusedQueueFull), waitTimeouts: sum((c) => c.waitTimeouts), displaced: sum((c) => c.displaced), withdrawn: sum((c) => c.withdrawn),
      ...(state.kind === 'threadPool' && { threads: state.limit, idleThreads: state.limit - used }),
      ...(figures !== null && { noLoadMs: figures.noLoadMs, gradient: figures.gradient }),
    },
    views: {
      // Nobody sees the rest of a partition that leaves none.
      compartments: compartments.filter((c) => c.name !== OTHERS.name || c.arrived > 0).map((c) => compartmentView(c, state, params)),
      'limit-trace': {
        limit: state.limit, inFlight: used, queued: waiting, of: state.kind === 'adaptive' ? params.algorithm : state.kind,
        points: [...state.points, { atMs: Math.max(state.atMs, nowMs), limit: state.limit, inFlight: used }].slice(-240).map(({ atMs, limit, inFlight }) => ({ atMs: shown(atMs), limit, inFlight })),
      },
      queue: queueView(state),
      stats: statsView(state, room),
    },
  };
}

/** How many may be under way at most: what a pool could grow to, not what it has. */
const roomOf = ({ kind, compartments, limit }: BulkheadState, params: BulkheadParams): number =>
  (kind === 'threadPool' ? compartments.reduce((total, c) => total + mostOf(c, params), 0) : limit);

function modeText({ kind, used, waiting, limit, adaptive, compartments }: BulkheadState, room: number, locked: boolean): string {
  if (locked) return 'deadlocked (nobody can leave)';
  if (room === 0) return 'closed (refusing)';
  if (adaptive !== null && isProbing(adaptive)) return `measuring at ${limit}`;
  const full = compartments.filter((c) => c.full);
  const state = full.length === 0 ? 'room' : compartments.length === 1 ? 'full' : `${full.map(({ name }) => name).join(', ')} full`;
  const threads = kind === 'threadPool' ? `, ${limit} threads` : '';
  return `${used} of ${room} (${state}${waiting > 0 ? `, ${waiting} wait` : ''}${threads})`;
}

function compartmentView(c: Compartment, { kind, limit }: BulkheadState, params: BulkheadParams): Json {
  const { name, permits } = c;
  const pool = kind === 'threadPool';
  const most = pool ? mostOf(c, params) : Math.min(c.max, limit);
  return {
    name, used: permits.used, reserve: pool ? coreOf(c, params) : Math.min(c.reserve, limit), max: most, queued: permits.waiting, refused: refusedOf(c),
    ...(pool && { threads: permits.limit }),
  };
}

const queueView = ({ compartments }: BulkheadState): Json =>
  compartments.flatMap(({ name, permits }) => lineUp(permits, SHOWN).map(({ call, arrivedMs, gone }) => ({ op: call.op, compartment: name, call: call.id, sinceMs: arrivedMs, gone }))).slice(0, SHOWN);

function statsView(state: BulkheadState, room: number): Json {
  const p99 = waitP99(state);
  return {
    'active tasks': state.used, 'max concurrent': room, 'queue depth': state.waiting, 'wait p99 (ms)': p99 === null ? null : shown(p99),
    'rejected: full': state.compartments.reduce((n, c) => n + c.refusedFull, 0), 'rejected: queue full': state.compartments.reduce((n, c) => n + c.refusedQueueFull, 0),
    'rejected: waited too long': state.compartments.reduce((n, c) => n + c.waitTimeouts, 0), displaced: state.compartments.reduce((n, c) => n + c.displaced, 0),
  };
}

/** Of the newest calls that were let in, by nearest rank. */
function waitP99({ waits, waitsTaken }: BulkheadState): number | null {
  const count = Math.min(WAITS, waitsTaken);
  if (count === 0) return null;
  return waits.slice(0, count).sort()[Math.ceil(0.99 * count) - 1]!;
}
