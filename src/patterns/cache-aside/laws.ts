/**
 * The ledger: what readers got against what the database held. A read that began after a write was answered must see that write, or a newer one.
 * It knows nothing of caches: commits come from the database, answers from the nodes that gave them.
 */
import type { Json, Law, Ms } from '../../kernel/contract.ts';

interface Commit { readonly version: number; readonly answeredMs: Ms }
interface Books {
  /** Key → newest version that the database has committed. */
  readonly newest: Map<string, number>;
  /** Key → answered writes, oldest first; only the newest of each are kept. */
  readonly answered: Map<string, Commit[]>;
  served: number;
  /** The database had a newer version already, whether or not its writer had been told. */
  wrongVersions: number;
  staleReads: number;
  staleMsSum: Ms;
  maxStaleMs: Ms;
  /** How stale, by BINS. */
  readonly bins: number[];
}
/** Upper ends, ms; the last is open. */
const BINS: readonly Ms[] = [10, 100, 1000, 10_000, Infinity];
const KEPT = 200;
type Data = { readonly [key: string]: Json };

/** Since when a read of `version` that begins at `beganMs` is stale: the first answered write of a newer version. Infinity: it is not. */
function staleSince(writes: readonly Commit[], version: number, beganMs: Ms): Ms {
  for (const write of writes) if (write.version > version) return write.answeredMs <= beganMs ? write.answeredMs : Infinity;
  return Infinity;
}

export const freshReads: Law<Books> = {
  name: 'a read sees every write answered before it began',
  why: 'A reader got an old copy although the writer of the new one had been told that it was done.',
  init: () => ({ newest: new Map(), answered: new Map(), served: 0, wrongVersions: 0, staleReads: 0, staleMsSum: 0, maxStaleMs: 0, bins: BINS.map(() => 0) }),
  onEffect(books, { atMs, name, data }) {
    const { key, version } = data as { readonly key: string; readonly version: number };
    if (name === 'applied') books.newest.set(key, version);
    else if (name === 'writeAnswered') {
      const writes = books.answered.get(key) ?? [];
      // Answers may overtake each other; an older version tells nothing that the newer does not.
      if (version > (writes.at(-1)?.version ?? 0)) writes.push({ version, answeredMs: atMs });
      if (writes.length > KEPT) writes.shift();
      books.answered.set(key, writes);
    } else if (name === 'served') serve(books, key, version, (data as Data)['beganMs'] as Ms, atMs);
  },
  holds: ({ staleReads }) => staleReads === 0,
  inspect: ({ served, wrongVersions, staleReads, maxStaleMs, bins }) => ({
    copiesServed: served, wrongVersions, staleReads, maxStaleMs: Math.round(maxStaleMs),
    stale: { 'below 10 ms': bins[0]!, 'below 100 ms': bins[1]!, 'below 1 s': bins[2]!, 'below 10 s': bins[3]!, '10 s and more': bins[4]! },
  }),
  figures: ({ served, wrongVersions, staleReads, maxStaleMs, staleMsSum }) => ({
    served, wrongVersions, staleReads, maxStaleMs, meanStaleMs: staleReads === 0 ? 0 : staleMsSum / staleReads,
  }),
};

function serve(books: Books, key: string, version: number, beganMs: Ms, atMs: Ms): void {
  books.served++;
  if ((books.newest.get(key) ?? 0) > version) books.wrongVersions++;
  const since = staleSince(books.answered.get(key) ?? [], version, beganMs);
  if (since === Infinity) return;
  const staleMs = atMs - since;
  books.staleReads++;
  books.staleMsSum += staleMs;
  books.maxStaleMs = Math.max(books.maxStaleMs, staleMs);
  books.bins[BINS.findIndex((limit) => staleMs < limit)]!++;
}

export const laws: readonly Law[] = [freshReads];
