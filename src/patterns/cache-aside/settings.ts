/** The tuned parameters as settings of real libraries. `{name}` is a parameter; `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Caffeine', language: 'java',
    template: `LoadingCache<Key, Value> cache = Caffeine.newBuilder()
    .maximumSize(500)                                    // or maximumWeight with a weigher
    .expireAfterWrite(Duration.ofMillis({ttlMs}))
    // .refreshAfterWrite(Duration.ofMillis({ttlMs} * {refreshFraction}))   needs the loader below
    .recordStats()
    .build(key -> database.load(key));
`,
    caveat: 'One load of a key at a time, in this process. A time to live of its own for each entry (jitter) needs expireAfter(Expiry). Other processes have caches of their own: nobody tells them of a write.',
  },
  {
    library: 'memcached', language: 'text',
    template: `mg order:7 v c t N{leaseMs:s} R30       # N: on a miss one client gets W and loads; R: shortly before the end one client gets W
ms order:7 5 T{ttlMs:s} C42             # C: the CAS value that came with the miss; refused if the key was written since
md order:7 I T{graceMs:s}               # I: mark as stale instead of deleting; readers see X, one of them W
`,
    caveat: 'Whole seconds. Z says that another client has won already: take the stale value, or wait and ask again.',
  },
  {
    library: 'Redis', language: 'text',
    template: `SET order:7 "..." PX {ttlMs}
SET lock:order:7 <random> NX PX {leaseMs}   # the winner loads; the others ask again every {leasePollMs} ms
DEL order:7                                 # on a write, after the commit
CLIENT TRACKING ON                          # a near cache that is told of writes
`,
    caveat: 'A lock knows nothing of writes: a slow loader may fill in an old value. Store the version in the value and compare in a Lua script before SET.',
  },
  {
    library: 'opossum', language: 'typescript',
    template: `new CircuitBreaker(load, {
  timeout: {loaderTimeoutMs},
  coalesce: true,
  coalesceTTL: {nearMs},
  coalesceResetOn: ['error', 'timeout'],
});
`,
    caveat: 'Calls of the same key share one promise until the TTL is over, counted from its beginning; without coalesceResetOn a failure is shared too.',
  },
  {
    library: 'Go singleflight', language: 'go',
    template: `v, err, shared := group.Do(key, func() (any, error) {
    ctx, cancel := context.WithTimeout(context.Background(), {loaderTimeoutMs}*time.Millisecond)
    defer cancel()
    return load(ctx, key) // then SET with a TTL of {ttlMs} ms
})
`,
    caveat: 'One process. The context of the first caller must not be used for the load: when that caller goes, all others would fail.',
  },
  {
    library: 'HTTP', language: 'text',
    template: `Cache-Control: max-age={ttlMs:s}, stale-while-revalidate={graceMs:s}
`,
    caveat: 'RFC 5861. Caches on the way decide by themselves; a write cannot call their copies back.',
  },
];
