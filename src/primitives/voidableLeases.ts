/**
 * Leases on keys with tokens that can become void: whoever holds the token of a key may fill it; a write in the meantime voids the token, and
 * a fill with a void token is refused. Tokens never repeat. Plain data.
 * Source: R. Nishtala et al., Scaling Memcache at Facebook, NSDI 2013, section 3.2.1: one token for each key every 10 s.
 */
import type { Ms } from '../kernel/contract.ts';

export interface Leases {
  /** The token last granted; 0 before the first. Survives a crash, so that no old token is taken for a new one. */
  lastToken: number;
  /** One for each key at most. */
  readonly live: Map<string, Lease>;
}
export interface Lease {
  readonly token: number;
  /** After this another may be granted; exclusive. Until that happens the old token is still good. */
  readonly untilMs: Ms;
}
export const createLeases = (lastToken = 0): Leases => ({ lastToken, live: new Map() });

/** A new token (from 1), or 0 while another one is out. */
export function grantLease(leases: Leases, key: string, nowMs: Ms, forMs: Ms): number {
  const lease = leases.live.get(key);
  if (lease !== undefined && nowMs < lease.untilMs) return 0;
  const token = ++leases.lastToken;
  leases.live.set(key, { token, untilMs: nowMs + forMs });
  return token;
}
/** Uses a token up; false when it is void: the key was written, or the token replaced. */
export function redeemLease(leases: Leases, key: string, token: number): boolean {
  if (leases.live.get(key)?.token !== token) return false;
  leases.live.delete(key);
  return true;
}
/** A write has come: whoever holds the token of this key may not fill any more. True when there was one. */
export const voidLease = (leases: Leases, key: string): boolean => leases.live.delete(key);
