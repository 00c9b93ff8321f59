/** Rules for who makes room, by name; what they mean is told in `evictingStore.ts`. */
export const EVICTIONS = ['none', 'lru', 'fifo', 'lfu', 'wTinyLfu'] as const;
export type Eviction = (typeof EVICTIONS)[number];
