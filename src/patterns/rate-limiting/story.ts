/** Everything about rate limits that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'Capacity is shared, and demand is not polite. Without a limit for each client the one that asks most gets most, and a single mistake in a loop somewhere is an outage for all.',
  engines: engineStories,
  scenarios,
  opensWith: 'noisy-neighbour',
  lesson: [
    {
      when: 'start', title: 'One API for three clients', focus: 'api',
      text: 'The API can do 60 requests a second. One client asks for five a second; at 5 s two others begin: one sends 200 within a second, the other 100 every second.',
      invite: 'Press play and watch the buckets at the gateway.',
    },
    {
      when: { note: 'admitted', layer: 'limiter' }, title: 'A token for each request', focus: 'gateway',
      text: 'A request of {key} takes one token from the bucket of {key}. The bucket holds a hundred and gains ten a second; five a second hardly show.',
    },
    {
      when: { note: 'limitingStarted', layer: 'limiter' }, title: 'A bucket is empty', focus: 'gateway',
      text: '{key} has used up its hundred tokens and gets one more every 100 ms. Whatever else it sends is turned away at the door and costs the API nothing.',
    },
    {
      when: { note: 'denied', layer: 'limiter' }, title: 'Too many requests', focus: 'gateway',
      text: 'The answer to {key} says when it is worth asking again: in {retryAfterMs} ms. The bucket of the steady client is nearly full all the time.',
    },
    {
      when: 'end', title: 'Ten a second, whatever is asked', focus: 'gateway',
      text: 'In any t seconds no client had more than 100 + 10 · t. The abuser asked for a hundred a second and got ten; the steady client was never turned away.',
      invite: 'Switch to “One bucket for all”: now the steady client pays for the abuser. And to “Smaller bursts”: 100 at once were still too many for this API.',
    },
  ],
  instruments: [
    { kind: 'tank', title: 'What each has left', layer: 'limiter', view: 'tanks', help: 'A vessel for each key: tokens, or what is left of its window. A drop is a request: taken, or turned away.' },
    { kind: 'window-dots', title: 'Admitted, under a window', layer: 'limiter', view: 'dots', help: 'Each dot is a request of the key that asks most; the bracket is one window long and shows how many it holds. A fixed window stands still, others move along.' },
    { kind: 'table', title: 'Keys', layer: 'limiter', view: 'keys', help: 'Who was let through, who was turned away, what is left.' },
    { kind: 'table', title: 'Results', layer: 'limiter', view: 'results', help: 'All keys together. Fairness is Jain’s index of what they got: 1 if all alike.' },
    { kind: 'table', title: 'Headers', layer: 'limiter', view: 'headers', help: 'What an answer to the key that asks most would say now.' },
    { kind: 'tank', title: 'Gateway A', layer: 'limiter-a', view: 'tanks', help: 'What gateway A believes to be left.' },
    { kind: 'tank', title: 'Gateway B', layer: 'limiter-b', view: 'tanks', help: 'What gateway B believes to be left.' },
    { kind: 'table', title: 'Counts at the store', layer: 'store-app', view: 'counts', help: 'What the store knows; the truth for all gateways, if they ask it in one step.' },
    { kind: 'tank', title: 'The partner’s bucket', layer: 'quota', view: 'tanks', help: 'What the other side allows.' },
  ],
  charts: [
    {
      title: 'Goodput', unit: 'perSecond',
      series: [['steady', 'steady'], ['bursty', 'bursty'], ['abuser', 'abuser'], ['office', 'office'], ['scraper', 'scraper'], ['web', 'web'], ['mobile', 'mobile'], ['callers', 'callers'], ['worker', 'worker'], ['callers-a', 'A'], ['callers-b', 'B'], ['callers-c', 'C']]
        .map(([node, label]) => ({ name: `${node!}.goodputPerSecond`, label: label! })),
    },
    { title: 'Arrive at the API', unit: 'perSecond', series: [{ name: 'api.arrivalsPerSecond', label: 'API' }] },
    { title: 'Refused', unit: 'perSecond', series: ['steady', 'bursty', 'abuser', 'office', 'scraper', 'caller', 'callers', 'worker'].map((node) => ({ name: `${node}.errorsPerSecond`, label: node })) },
    { title: 'Latency, p99', unit: 'ms', series: ['steady', 'office', 'worker', 'callers-a'].map((node) => ({ name: `${node}.p99Ms`, label: node })) },
    { title: 'Queue of the API', unit: 'count', series: [{ name: 'api-app.queue', label: 'API' }] },
    { title: 'In the limiter', unit: 'count', series: [{ name: 'limiter.waiting', label: 'waiting' }, { name: 'limiter.keys', label: 'keys' }, { name: 'limiter-a.asking', label: 'asking the store (A)' }] },
  ],
  fidelity: {
    simulated: [
      'Every algorithm on its own plain state, to the nanosecond; what passed is counted by an outside ledger over all gateways.',
      'A shared count as it is: questions and answers over links, a store that works on one at a time, reads that are old when they are written back.',
      'Waiting: places kept in advance, or a queue in the order of arrival; headers; keys that are forgotten; a clock that is put back.',
    ],
    leftOut: [
      'The time that deciding takes: a refusal costs the gateway nothing here.',
      'RateLimit headers on answers that succeed: the instrument shows what they would say.',
      'A clock that is put forward cannot be told from a pause: a bucket then gains what that pause would have brought, up to its capacity.',
      'Concurrency over several gateways, and Stripe’s shedder by worker use.',
    ],
  },
  sources: [
    { title: 'resilience4j, .NET System.Threading.RateLimiting, Envoy, redis-cell, nginx, Sentinel', detail: 'source and documentation, for the presets' },
    { title: 'Stripe, Scaling your API with rate limiters', detail: 'the four layers' },
    { title: 'Cloudflare, How we built rate limiting capable of scaling to millions of domains', detail: 'the sliding counter' },
    { title: 'ATM Forum, Traffic Management Specification 4.0', detail: 'GCRA and the leaky bucket' },
    { title: 'draft-ietf-httpapi-ratelimit-headers; RFC 9110, Retry-After', detail: 'what a refusal says' },
    { title: 'Guava SmoothRateLimiter', detail: 'the warm-up line' },
  ],
  pitfalls: [
    { title: 'One bucket for all', text: 'Whoever asks most takes most. Give each client a limit of its own.', scenario: 'noisy-neighbour', variant: 'one-bucket', fixed: 'with' },
    { title: 'Twice the limit at the boundary', text: 'A fixed window and the next one each have the whole limit. Use a log, a counter or a bucket.', scenario: 'duel', variant: 'fixed-window', fixed: 'counter' },
    { title: 'Read, decide, write', text: 'Between the reading and the writing others read the same, and counts are lost. Decide in one step at the store.', scenario: 'lost-counts', variant: 'get-then-set', fixed: 'with' },
    { title: 'R gateways, R limits', text: 'Each for itself lets R times as much through. Count together.', scenario: 'replicas', variant: 'local', fixed: 'with' },
    { title: 'A part each', text: 'Where traffic is uneven, one gateway refuses while others have room.', scenario: 'replicas', variant: 'quota', fixed: 'with' },
    { title: 'Open without the store', text: 'The flood comes just when the limiter is gone. Keep a limit of one’s own for that time.', scenario: 'store-outage', variant: 'open', fixed: 'with' },
    { title: 'Closed without the store', text: 'The outage of a counter becomes the outage of everything.', scenario: 'store-outage', variant: 'closed', fixed: 'with' },
    { title: 'Clients that come back at once', text: 'A refusal that is answered with a retry is load. Say when, and heed it.', scenario: 'no-back-off', variant: 'deaf', fixed: 'with' },
    { title: 'The clock goes back', text: 'Time of day is no measure of time that has passed. Use a clock that never goes back.', scenario: 'clock-back', variant: 'bucket', fixed: 'with' },
    { title: 'One address, many people', text: 'Behind one address there may be an office. Limit by account where there is one.', scenario: 'one-address', variant: 'address', fixed: 'with' },
    { title: 'A limiter outside the retry', text: 'It counts calls, and the other side counts attempts. Put it inside.', scenario: 'wrong-order', variant: 'outside', fixed: 'with' },
    { title: 'The same number, another shape', text: 'Ten at the beginning of each second are not one every 100 ms. Shape as the other side measures.', scenario: 'pacing', variant: 'cycles', fixed: 'with' },
    { title: 'Full rate from cold', text: 'What a warm service can do a cold one cannot. Let the limit rise.', scenario: 'cold-start', variant: 'constant', fixed: 'with' },
  ],
  settings,
});
