/**
 * A lease with a fencing token: one holder until a moment, and a number that grows whenever the holder changes. Whoever was paused for longer
 * than the lease comes back with an old token, and what the lease guards turns it away. Plain data; it lives where the guarded thing lives.
 *
 * @see M. Kleppmann, How to do distributed locking (2016); C. Gray, D. Cheriton, Leases (1989)
 */
import type { Ms } from '../kernel/contract.ts';

export interface FencedLease {
  /** '' before the first holder. */
  holder: string;
  /** From 1; 0 before the first holder. Never goes down, not even by a crash: keep it durably. */
  token: number;
  /** Exclusive. */
  untilMs: Ms;
}
export const createFencedLease = (): FencedLease => ({ holder: '', token: 0, untilMs: 0 });

/**
 * Takes or prolongs the lease for `forMs` (> 0) from now.
 * @returns the token of `who`, or 0 while somebody else holds it
 */
export function takeLease(lease: FencedLease, who: string, nowMs: Ms, forMs: Ms): number {
  if (lease.holder !== who) {
    if (lease.holder !== '' && nowMs < lease.untilMs) return 0;
    lease.holder = who;
    lease.token++;
  }
  lease.untilMs = nowMs + forMs;
  return lease.token;
}

/** Whether work done under this token may still count: nobody else has got the lease since, however late it is. */
export const isNewest = (lease: FencedLease, token: number): boolean => token === lease.token;
