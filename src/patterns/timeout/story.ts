/** Everything about timeouts that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

const limits = ['a', 'b', 'c'] as const;
export const story = defineStory({
  problem: 'Whoever waits without a limit shares the fate of whatever it waits for. But a limit frees only the one who waits: unless the others are told, the work goes on for nobody.',
  engines: engineStories,
  scenarios,
  opensWith: 'hanging-service',
  lesson: [
    {
      when: 'start', title: 'Four hundred milliseconds', focus: 'callers',
      text: '80 orders a second go from A to B to C to the database. Each user waits 400 ms and says so; each hop keeps 20 ms back and sends the rest on.',
      invite: 'Press play and watch the ring of B shrink.',
    },
    {
      when: { note: 'attempted', layer: 'b-limit' }, title: 'What is left', focus: 'b',
      text: 'B asks C with {leftMs} ms left: the way here, A’s and B’s work and two reserves are gone from the 400.',
    },
    {
      when: { fault: 0, edge: 'start' }, title: 'C hangs', focus: 'c',
      text: 'Three calls in ten are never answered now: 24 a second.',
    },
    {
      when: { note: 'exceeded', layer: 'b-limit' }, title: 'B gives up first', focus: 'b',
      text: 'After {limitMs} ms B has an answer for A, if a bad one: those nearest to the trouble give up first, and everybody above still has time to say something.',
    },
    {
      when: { note: 'troubleStarted', layer: 'b-limit' }, title: 'Trouble that stays where it is', focus: 'b',
      text: '{percent} % of B’s calls run out of time, and ten of its hundred threads are in use. 24 a second times a third of a second is eight waiting: that is all the room a deadline needs.',
      invite: 'Switch to “No limit”: how long do a hundred threads last?',
    },
    {
      when: { fault: 0, edge: 'end' }, title: 'C answers again', focus: 'c',
      text: 'Nothing has to be repaired or restarted: no thread was lost.',
    },
    {
      when: 'end', title: 'Seven in ten, or nine', focus: 'b',
      text: 'The deadline saved those who did not need C’s missing answers. There was even time for a second try.',
      invite: 'Switch to “And a second try at B”; or open “Hedged reads”, where the second try does not wait for the first.',
    },
  ],
  instruments: [
    ...limits.map((id) => ({ kind: 'deadline-ring', title: `Time left at ${id.toUpperCase()}`, layer: `${id}-limit`, view: 'ring', help: 'The call that the chart follows: what its caller had left, what this node keeps for itself and what it sends on.' })),
    { kind: 'waterfall', title: 'Attempts of B', layer: 'b-limit', view: 'waterfall', help: 'The newest calls with their attempts: first ones, retries, hedges; how long each ran and how it ended.' },
    { kind: 'table', title: 'Results of B', layer: 'b-limit', view: 'results', help: 'How calls ended; what ran for nobody; quantiles of the time to the answer; what was left of the caller’s time.' },
    { kind: 'queue', title: 'Queue of B', layer: 'b-app', view: 'queue', help: 'Who waits for a thread, and whose caller has gone already.' },
    { kind: 'waterfall', title: 'Attempts', layer: 'hedge', view: 'waterfall', help: 'The newest calls with their attempts. Hedges run beside the first; the one that won is marked.' },
    { kind: 'tank', title: 'Hedge budget', layer: 'hedge', view: 'budget', help: 'How many more of the last thousand calls may be hedged.' },
    { kind: 'table', title: 'Results', layer: 'hedge', view: 'results', help: 'How calls ended, hedges sent and won, quantiles of the time to the answer.' },
    { kind: 'waterfall', title: 'Attempts', layer: 'limit', view: 'waterfall', help: 'The newest calls with their attempts, and how each ended.' },
    { kind: 'deadline-ring', title: 'Time left', layer: 'limit', view: 'ring', help: 'The call that the chart follows: what there was, what is sent on, what is left.' },
    { kind: 'table', title: 'Limit', layer: 'limit', view: 'limit', help: 'The limit now, and how many calls it was learned from.' },
    { kind: 'tank', title: 'Throttle', layer: 'limit', view: 'throttle', help: 'gRPC’s tokens: failures take them, successes give them; below the half nothing is sent twice.' },
    { kind: 'table', title: 'Results', layer: 'limit', view: 'results', help: 'How calls ended; false timeouts are those whose answer still came within twice the limit.' },
    { kind: 'waterfall', title: 'Attempts of Orders', layer: 'orders-limit', view: 'waterfall', help: 'The newest calls with their attempts: who still tries for whom.' },
    { kind: 'queue', title: 'Queue of the archive', layer: 'archive-app', view: 'queue', help: 'Who waits, and whose reader has gone already.' },
    { kind: 'queue', title: 'Queue of the shop', layer: 'shop-app', view: 'queue', help: 'Who waits, and whose caller has gone already.' },
    { kind: 'deadline-ring', title: 'Time left on arrival', layer: 'stock-check', view: 'ring', help: 'The newest call as the callee’s deadline check sees it.' },
  ],
  charts: [
    { title: 'Goodput', unit: 'perSecond', series: [{ name: 'callers.goodputPerSecond', label: 'callers' }] },
    { title: 'Threads in use', unit: 'count', series: [...limits, 'reports', 'orders'].map((id) => ({ name: `${id}-app.busy`, label: id })) },
    { title: 'Queue', unit: 'count', series: ['shop', 'archive', 'pricing', 'a', 'b'].map((id) => ({ name: `${id}-app.queue`, label: id })) },
    { title: 'Requests that arrive', unit: 'perSecond', series: ['database', 'shop', 'pricing', 'replica-1', 'replica-2', 'replica-3', 'node-2'].map((id) => ({ name: `${id}.arrivalsPerSecond`, label: id })) },
    { title: 'Served for nobody', unit: 'perSecond', series: ['archive', 'shop', 'pricing', 'database'].map((id) => ({ name: `${id}.wastedPerSecond`, label: id })) },
    { title: 'Latency', unit: 'ms', series: [{ name: 'callers.p50Ms', label: 'p50' }, { name: 'callers.p95Ms', label: 'p95' }, { name: 'callers.p99Ms', label: 'p99' }] },
    { title: 'Orphans', unit: 'count', series: [...limits.map((id) => `${id}-limit`), 'reports-limit', 'web-limit', 'orders-limit', 'limit', 'hedge'].map((id) => ({ name: `${id}.orphans`, label: id })) },
    { title: 'Limit', unit: 'ms', series: [{ name: 'limit.limitMs', label: 'limit' }] },
  ],
  fidelity: {
    simulated: [
      'Every attempt on its own: connecting, way, queue, work, the cancel and how long it takes, late answers, and work done for nobody.',
      'Deadlines as time left, by each node’s own clock; the time on the way is not counted, as in gRPC.',
      'Hedging after gRPC’s proposal A6: delay, non-fatal errors, pushback, throttle; Envoy’s hedge on a per-try timeout; a hedge budget over any thousand calls.',
    ],
    leftOut: [
      'gRPC does not count a deadline that passes at the client against its throttle; here a time that is up takes a token as an error does, or a hung server would never stop the hedges.',
      'A connection is one exchange with the other side; TLS, pools with a size, and timeouts of idle connections and streams are not modelled.',
      'A page that asks many services at once: services here ask one after the other. The formula for it is tested on draws.',
      'A false timeout is known only where nothing is cancelled: what was cancelled never says how long it would have taken.',
    ],
  },
  sources: [
    { title: 'J. Dean, L. A. Barroso, The Tail at Scale, CACM 2013', detail: 'hedged requests, fan-out, the 95th percentile' },
    { title: 'gRPC: Deadlines; proposal A6, client retries and hedging', detail: 'time left on the wire, hedging, throttle, pushback' },
    { title: 'Google SRE book, Addressing Cascading Failures', detail: 'deadline propagation, serving the dead, thread exhaustion' },
    { title: 'Envoy: route timeouts, hedge_policy; Spring Cloud Gateway: HTTP timeouts; resilience4j: TimeLimiter; Python: asyncio.wait_for', detail: 'the presets' },
    { title: 'M. Brooker, Amazon Builders’ Library: Timeouts, retries, and backoff with jitter', detail: 'choosing a limit by its rate of false timeouts' },
  ],
  pitfalls: [
    { title: 'A limit longer than the pool can bear', text: 'Threads in use are rate × limit. A limit of five seconds for 24 hung calls a second needs 120.', scenario: 'hanging-service', variant: 'generous', fixed: 'with' },
    { title: 'A child’s limit above its parent’s', text: 'The caller has gone, its callee works on: orphans. Send the deadline on.', scenario: 'orphan-work', variant: 'longer', fixed: 'with' },
    { title: 'A limit within the latency', text: 'At the 90th percentile one good call in ten is made again; when all are slow, all are, three times. Choose the 99.9th, and give retries a budget.', scenario: 'limit-too-low', variant: 'low', fixed: 'with' },
    { title: 'Hedging when all are slow', text: 'Hedges double the load exactly when there is no room. Give them a budget.', scenario: 'hedging-when-full', variant: 'eager', fixed: 'with' },
    { title: 'Serving the dead', text: 'A queue of requests that nobody waits for takes the time of those that are. Check the deadline before work, and withdraw what has passed it.', scenario: 'dead-requests', variant: 'untold', fixed: 'with' },
    { title: 'Checked at the door alone', text: 'A request dies in the queue, not at the door.', scenario: 'dead-requests', variant: 'at-the-door', fixed: 'with' },
    { title: 'Every layer starts its clock anew', text: 'Tries multiply and outlive those they are made for. Share one deadline.', scenario: 'fresh-timeouts', variant: 'fresh', fixed: 'with' },
    { title: 'Hedging a write', text: 'Both copies are carried out. Hedge only what may happen twice, or make it so by a key.', scenario: 'written-twice', variant: 'twice', fixed: 'with' },
    { title: 'A deadline by the wrong clock', text: 'A time of day means something else on every clock. Send the time that is left.', scenario: 'skewed-clock', variant: 'absolute', fixed: 'with' },
    { title: 'A limit that waits for what it cancels', text: 'Cooperative cancelling takes as long as the cancelled work likes.', scenario: 'not-kept', variant: 'cooperative', fixed: 'with' },
    { title: 'A limit around blocking code', text: 'Nothing is interrupted, and the late answer counts as success.', scenario: 'not-kept', variant: 'blocking', fixed: 'with' },
    { title: 'One limit for connecting and answering', text: 'An answer may take a second; noticing that nobody is there takes a round trip.', scenario: 'nobody-there', variant: 'one-limit', fixed: 'with' },
  ],
  settings,
});
