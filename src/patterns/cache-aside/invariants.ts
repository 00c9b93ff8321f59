/** What must hold of the layer after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import { EVICTING_RULES } from '../../primitives/evictingStore.ts';
import type { CacheAsideParams } from './params.ts';
import type { CacheAsideState } from './state.ts';

export const invariants: readonly Invariant<CacheAsideParams, CacheAsideState>[] = [
  ...EVICTING_RULES.map(({ name, why, holds }) => ({ name: `near cache: ${name}`, why, holds: ({ near }: CacheAsideState) => holds(near) })),
  {
    name: 'hits + misses + coalesced = reads', why: 'A read was counted twice or not at all.',
    holds({ total: t, reads }) {
      let asking = 0;
      for (const { how } of reads.values()) if (how === 'asking') asking++;
      return t.reads === t.hits + t.misses + t.coalesced + t.bypassed + t.shed + t.givenUp + asking;
    },
  },
  {
    name: 'one shared load of a key at a time', why: 'Two readers of this node load the same key, though one load was to serve both.',
    holds({ errands, flights }) {
      let shared = 0;
      for (const errand of errands.values()) {
        if (errand.kind !== 'load' || !errand.load.shared) continue;
        shared++;
        if (flights.get(errand.load.key) !== errand.load) return false;
      }
      return shared === flights.size;
    },
  },
  {
    name: 'loads under way are counted', why: 'The number of loads, of all or of one key, is wrong.',
    holds({ errands, crowds, loading }) {
      let loads = 0, crowd = 0;
      for (const { kind } of errands.values()) if (kind === 'load') loads++;
      for (const { now } of crowds.values()) crowd += now;
      return loads === loading && crowd === loading;
    },
  },
  {
    name: 'every read goes on', why: 'A read neither asks, loads nor waits: it would never be answered.',
    holds({ reads, errands }) {
      for (const { fetch, load, waits } of reads.values()) if (!errands.has(fetch) && load === null && !waits) return false;
      return true;
    },
  },
  {
    name: 'readers wait where they think', why: 'A read waits for a load that does not know of it.',
    holds({ reads }) {
      for (const read of reads.values()) if (read.load !== null && !read.load.readers.includes(read)) return false;
      return true;
    },
  },
  {
    name: 'waiting reads are counted', why: 'The number of readers that wait for others is wrong.',
    holds({ reads, waiting }) {
      let waits = 0;
      for (const read of reads.values()) if (read.waits) waits++;
      return waits === waiting;
    },
  },
];
