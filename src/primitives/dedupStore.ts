/**
 * What has been done already, by key, for a window of time and up to a number of keys. Put in the same transaction as the effect it makes the
 * effect happen once for each key, as long as the key is kept. Asking never prolongs an entry: the window runs from when it was done. Plain data.
 *
 * @see MassTransit InboxState and DuplicateDetectionWindow; NServiceBus outbox; Amazon SQS FIFO deduplication interval
 */
import type { Ms } from '../kernel/contract.ts';

export interface DedupStore<V = true> {
  /** In order of time. */
  readonly entries: Map<string, { readonly atMs: Ms; readonly value: V }>;
  /** Found, and dropped because of age or number, since the beginning. */
  hits: number;
  purged: number;
}
export const createDedupStore = <V = true>(): DedupStore<V> => ({ entries: new Map(), hits: 0, purged: 0 });

/** What was kept for the key; undefined when it is new, or was purged. An entry that is too old counts until it is purged, as a row in a table does. */
export function recall<V>(store: DedupStore<V>, key: string): V | undefined {
  const entry = store.entries.get(key);
  if (entry === undefined) return undefined;
  store.hits++;
  return entry.value;
}
export const isKnown = <V>(store: DedupStore<V>, key: string): boolean => store.entries.has(key);

/** Insert if absent, as one decision: false when the key is there already. */
export function remember<V>(store: DedupStore<V>, key: string, value: V, nowMs: Ms): boolean {
  if (store.entries.has(key)) return false;
  store.entries.set(key, { atMs: nowMs, value });
  return true;
}

/**
 * Drops what is older than `windowMs` (Infinity: nothing) and, oldest first, what is more than `limit`.
 * @returns how many went
 */
export function purge<V>(store: DedupStore<V>, nowMs: Ms, windowMs: Ms, limit = Infinity): number {
  let gone = 0;
  for (const [key, { atMs }] of store.entries) {
    if (nowMs - atMs < windowMs && store.entries.size <= limit) break;
    store.entries.delete(key);
    gone++;
  }
  store.purged += gone;
  return gone;
}
