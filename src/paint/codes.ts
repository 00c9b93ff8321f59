/**
 * The trace's codes as the painter reads them. The painter takes only types from the kernel, so the values stand here once more;
 * the types make sure that they are the same, and a test compares the outcomes.
 */
import type { OutcomeKind } from '../kernel/contract.ts';
import type {
  DUPLICATE as KernelDuplicate, HOP as KernelHop, LATE as KernelLate, LOST as KernelLost, MARK as KernelMark,
} from '../kernel/trace.ts';

export const HOP: typeof KernelHop = { request: 0, reply: 1, message: 2, cancel: 3 };
export const MARK: typeof KernelMark = { started: 1, ended: 2, refused: 3, gaveUp: 4, late: 5, began: 6 };
export const LOST: typeof KernelLost = 1;
export const DUPLICATE: typeof KernelDuplicate = 2;
export const LATE: typeof KernelLate = 4;

/** By outcome code. */
export const OUTCOMES: readonly OutcomeKind[] = [
  'ok', 'transientError', 'permanentError', 'timeout', 'overload', 'throttled', 'rejected', 'cancelled', 'stale',
];
export const OUTCOME = { ok: 0, transientError: 1, permanentError: 2, timeout: 3, overload: 4, throttled: 5, rejected: 6, cancelled: 7, stale: 8 } as const;

export const MS = 1e6;
