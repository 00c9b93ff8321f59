/** All that is data about the bulkhead engine: parameters, relations, presets and notes. */
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';
import { LIMIT_LAWS } from '../../primitives/concurrencyLimits/names.ts';
import { DISCIPLINES } from '../../primitives/disciplines.ts';
import { checkCompartments } from './compartmentRules.ts';
import { bulkheadPresets } from './presets.ts';

const ROOM = 'Permits';
const WAIT = 'Queue';
const POOL = 'Thread pool';
const PARTS = 'Compartments';
const ADAPT = 'Adaptive limit';
const NETFLIX = 'AIMD, Vegas, Gradient2';
const ENVOY = 'Envoy gradient';

const params = {
  kind: {
    kind: 'choice', options: ['semaphore', 'threadPool', 'adaptive'], initial: 'semaphore', group: ROOM, label: 'Kind',
    optionLabels: { semaphore: 'semaphore', threadPool: 'thread pool', adaptive: 'adaptive limit' },
    help: 'A fixed number of permits; a pool of threads that grows when its queue is full; or a limit that follows what answers tell of the load.',
  },
  maxConcurrentCalls: {
    kind: 'number', unit: 'count', min: 0, max: 1000, initial: 10, integer: true, group: ROOM, label: 'Calls at once',
    help: 'Semaphore only: how many calls may be under way. At least arrivals per second × seconds per call (Little); 0 is closed. resilience4j 25.',
  },
  heedCancel: {
    kind: 'flag', initial: true, group: ROOM, label: 'Heed cancellation',
    help: 'A call whose caller gave up leaves the queue or gives its permit back at once. Off: it keeps its place to its end, as a thread that cannot be interrupted.',
  },
  limitWait: { kind: 'flag', initial: true, group: WAIT, label: 'Limit the wait', help: 'Off: a call waits for a permit as long as it takes, as in Polly and cockatiel. It may be for ever.' },
  maxWaitDurationMs: {
    kind: 'number', unit: 'ms', min: 0, max: 60_000, initial: 0, scale: 'log', group: WAIT, label: 'Longest wait',
    help: 'How long a call may wait for a permit; 0: nobody waits. Keep it well below the patience of the callers.',
  },
  queueCapacity: {
    kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 0, integer: true, scale: 'log', group: WAIT, label: 'Waiting places',
    help: 'How many calls may wait in each compartment; one more is refused at once. A long queue only moves the waiting to here.',
  },
  discipline: {
    kind: 'choice', options: [...DISCIPLINES, 'adaptiveLifo'], initial: 'fifo', group: WAIT, label: 'Order of the queue',
    optionLabels: {
      fifo: 'first come, first served', lifo: 'last come, first served', priority: 'highest priority first', earliestDeadline: 'earliest deadline first',
      adaptiveLifo: 'first come; newest first when long',
    },
    help: 'Who gets the next permit. In an overload the oldest have the least patience left: serving the newest first keeps some happy instead of none.',
  },
  lifoAbove: { kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 5, integer: true, scale: 'log', group: WAIT, label: 'Long is more than', help: 'Newest first when long: from so many waiting calls on.' },
  whenFull: {
    kind: 'choice', options: ['refuse', 'displaceOldest'], initial: 'refuse', group: WAIT, label: 'When the queue is full',
    optionLabels: { refuse: 'refuse the new call', displaceOldest: 'send the oldest away' },
    help: 'Sending the oldest away goes with newest-first orders; .NET’s ConcurrencyLimiter does it.',
  },
  rejectionThreshold: {
    kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 0, integer: true, scale: 'log', group: WAIT, label: 'Refuse from',
    help: 'Hystrix’s queueSizeRejectionThreshold: with so many waiting a call is refused, though the queue has more places and the pool could grow. 0 is off.',
  },
  coreSize: {
    kind: 'number', unit: 'count', min: 0, max: 1000, initial: 3, integer: true, group: POOL, label: 'Core threads',
    help: 'Thread pool only: started one by one as calls come, and kept. resilience4j: processors − 1.',
  },
  maxSize: {
    kind: 'number', unit: 'count', min: 1, max: 1000, initial: 4, integer: true, group: POOL, label: 'Most threads',
    help: 'Thread pool only: more threads than the core are started only when the queue is full. With a long queue that never happens.',
  },
  keepAliveMs: {
    kind: 'number', unit: 'ms', min: 0, max: 3_600_000, initial: 20, scale: 'log', group: POOL, label: 'Idle threads end after',
    help: 'Thread pool only: for threads beyond the core. resilience4j 20 ms, Hystrix a minute.',
  },
  compartmentBy: {
    kind: 'choice', options: ['target', 'op', 'caller', 'priority'], initial: 'target', group: PARTS, label: 'Told apart by',
    optionLabels: { target: 'who is called', op: 'what is asked', caller: 'who asks', priority: 'priority, at least' },
    help: 'What decides which compartment a call belongs to.',
  },
  compartments: {
    kind: 'data', initial: [], group: PARTS, label: 'Compartments', shape: '[{ name, reserve, max, of: [targets, operations, callers or lowest priorities; "*" is the rest] }]',
    help: 'Empty: one for all. Each has its reserve for itself and may borrow up to its max from what is not reserved; reserve = max is a hard partition. In a thread pool each is a pool of its own: reserve is its core. Calls that match none share what is left.',
  },
  algorithm: {
    kind: 'choice', options: LIMIT_LAWS, initial: 'envoyGradient', group: ADAPT, label: 'Law',
    optionLabels: { aimd: 'AIMD (by losses)', vegas: 'Vegas (by the queue)', gradient2: 'Gradient2 (by the trend)', envoyGradient: 'Envoy gradient (by minRTT)' },
    help: 'What moves the limit: lost calls, an estimate of the queue, the trend of answer times, or their ratio to a time measured without load.',
  },
  initialLimit: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 20, integer: true, group: ADAPT, label: 'First limit', help: 'Where AIMD, Vegas and Gradient2 begin. Envoy begins with a measurement at the lowest limit.' },
  minLimit: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 3, integer: true, group: ADAPT, label: 'Lowest limit', help: 'Never less. Envoy measures at this one: 3. Netflix: AIMD and Gradient2 20, Vegas 1.' },
  maxLimit: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 1000, integer: true, group: ADAPT, label: 'Highest limit', help: 'Never more. Envoy and Vegas 1000, AIMD and Gradient2 200.' },
  cancelIsDrop: { kind: 'flag', initial: true, group: ADAPT, label: 'Given up counts as lost', help: 'Off: a call that the caller gave up tells the limit nothing, and a dependency that hangs goes unnoticed.' },
  windowed: { kind: 'flag', initial: false, group: NETFLIX, label: 'By windows', help: 'Several answers make one sample (WindowedLimit): steadier, and slower to learn.' },
  windowMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 1000, scale: 'log', group: NETFLIX, label: 'Window', help: 'By windows only: at least so long.' },
  windowSize: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 10, integer: true, group: NETFLIX, label: 'Answers in a window', help: 'By windows only: with fewer a window is thrown away.' },
  backoffRatio: { kind: 'number', unit: 'ratio', min: 0.5, max: 1, initial: 0.9, step: 0.01, group: NETFLIX, label: 'Left after a loss', help: 'AIMD only: the limit times this, after a time-out, an overload or a slow answer.' },
  rttTimeoutMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 5000, scale: 'log', group: NETFLIX, label: 'Slow is lost', help: 'AIMD only: a slower answer counts as lost.' },
  vegasAlpha: { kind: 'number', unit: 'factor', min: 1, max: 100, initial: 3, group: NETFLIX, label: 'α', help: 'Vegas only, times log10 of the limit: with a shorter queue the limit grows.' },
  vegasBeta: { kind: 'number', unit: 'factor', min: 1, max: 100, initial: 6, group: NETFLIX, label: 'β', help: 'Vegas only, times log10 of the limit: with a longer queue it shrinks.' },
  probeMultiplier: { kind: 'number', unit: 'factor', min: 1, max: 10_000, initial: 30, group: NETFLIX, label: 'Probe after', help: 'Vegas only: after so many times the limit (more or less) the newest time is taken for one without load.' },
  vegasSmoothing: { kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 1, step: 0.05, group: NETFLIX, label: 'Vegas smoothing', help: 'Share of the new limit in the next one.' },
  rttTolerance: { kind: 'number', unit: 'factor', min: 1, max: 10, initial: 1.5, step: 0.1, group: NETFLIX, label: 'Tolerance', help: 'Gradient2 only: so many times the long-term time is still no queue.' },
  smoothing: { kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 0.2, step: 0.05, group: NETFLIX, label: 'Smoothing', help: 'Gradient2 only: share of the new limit in the next one.' },
  queueSize: { kind: 'number', unit: 'count', min: 1, max: 100, initial: 4, integer: true, group: NETFLIX, label: 'Growth', help: 'Gradient2 only: by so much (times smoothing) the limit grows while there is no queue.' },
  longWindow: { kind: 'number', unit: 'count', min: 1, max: 100_000, initial: 600, integer: true, scale: 'log', group: NETFLIX, label: 'Long term', help: 'Gradient2 only: samples in the average that answer times are compared with.' },
  samplePercentile: { kind: 'number', unit: 'percent', min: 0, max: 100, initial: 50, group: ENVOY, label: 'Percentile', help: 'Which of the times of a window counts: sample_aggregate_percentile.' },
  updateIntervalMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 100, scale: 'log', group: ENVOY, label: 'Update every', help: 'concurrency_update_interval.' },
  minRttIntervalMs: { kind: 'number', unit: 'ms', min: 100, max: 3_600_000, initial: 60_000, scale: 'log', group: ENVOY, label: 'Measure minRTT every', help: 'min_rtt_calc_params.interval: meanwhile most calls are refused.' },
  minRttRequests: { kind: 'number', unit: 'count', min: 1, max: 1000, initial: 50, integer: true, group: ENVOY, label: 'Answers for minRTT', help: 'min_rtt_calc_params.request_count.' },
  minRttJitterPercent: { kind: 'number', unit: 'percent', min: 0, max: 100, initial: 15, group: ENVOY, label: 'Jitter', help: 'min_rtt_calc_params.jitter: measured up to so much later, so that not all proxies measure together.' },
  minRttBufferPercent: { kind: 'number', unit: 'percent', min: 0, max: 1000, initial: 25, group: ENVOY, label: 'Buffer', help: 'min_rtt_calc_params.buffer: so much above minRTT is taken for normal.' },
} as const satisfies EngineStory['params'];

export type BulkheadParams = ParamsOf<typeof params>;

export const bulkheadStory = {
  title: 'Bulkhead',
  params,
  relations: [
    { left: 'coreSize', must: 'atMost', right: 'maxSize', level: 'refuse', message: 'A pool cannot keep more threads than it may have.' },
    { left: 'minLimit', must: 'atMost', right: 'maxLimit', level: 'refuse', message: 'The lowest limit cannot be above the highest.' },
    { left: 'initialLimit', must: 'atMost', right: 'maxLimit', level: 'refuse', message: 'The first limit must lie within the bounds.' },
    { left: 'initialLimit', must: 'atLeast', right: 'minLimit', level: 'refuse', message: 'The first limit must lie within the bounds.' },
    { left: 'backoffRatio', must: 'below', right: 1, level: 'refuse', message: 'With 1 the limit never falls.' },
    { left: 'vegasAlpha', must: 'atMost', right: 'vegasBeta', level: 'refuse', message: 'A queue cannot be too short and too long at once.' },
    { left: 'maxConcurrentCalls', must: 'above', right: 0, when: { kind: 'semaphore' }, level: 'warn', message: 'With 0 every call is refused.' },
  ],
  check: checkCompartments,
  presets: bulkheadPresets,
  notes: {
    permitted: { text: '{layer} let a call in; {compartment}: {inFlight} under way', quiet: true, tone: 'good' },
    finished: { text: '{layer} has a permit back; {compartment}: {inFlight} under way', quiet: true },
    queued: { text: '{layer} has a call wait; {compartment}: number {position} in the queue', quiet: true, tone: 'warn' },
    rejected: { text: '{layer} refused a call; {compartment}: {reason}', quiet: true, tone: 'bad' },
    waitTimeout: { text: '{layer} refused a call that had waited {waitedMs} ms; {compartment}', quiet: true, tone: 'bad' },
    displaced: { text: '{layer} sent away the call that had waited longest, {waitedMs} ms; {compartment}', quiet: true, tone: 'bad' },
    withdrawn: { text: '{layer} struck off a waiting call that was given up, after {waitedMs} ms; {compartment}', quiet: true, tone: 'warn' },
    abandoned: { text: '{layer}: the caller of a call under way has gone; {compartment}', quiet: true, tone: 'warn' },
    filled: { text: '{compartment}: full with {limit} under way, further calls wait or are refused', tone: 'warn' },
    eased: { text: '{compartment}: room again, {refused} refused in the meantime', tone: 'good' },
    limitChanged: { text: '{layer}: limit {limit}, before {before}', quiet: true },
    probing: { text: '{layer} measures the time without load, at {limit} calls at once', quiet: true, tone: 'warn' },
    probed: { text: '{layer} knows the time without load: {noLoadMs} ms', quiet: true, tone: 'good' },
    resized: { text: '{layer} was resized from {before} to {limit}', tone: 'warn' },
    drained: { text: '{layer} is down to its new size: nobody was interrupted', tone: 'good' },
    threadStarted: { text: '{compartment}: a thread started, {threads} now', quiet: true },
    threadEnded: { text: '{compartment}: an idle thread ended, {threads} left', quiet: true },
    waitOutlivesCaller: { text: '{layer} lets calls wait {maxWaitMs} ms, but this caller gives up in {leftMs} ms', tone: 'warn' },
    deadlocked: { text: '{compartment}: deadlock, each of the {permits} permits is held by a call that waits for one of them', tone: 'bad' },
    unlocked: { text: '{compartment}: moving again', tone: 'good' },
  },
  place: 'layer',
  rank: RANK.bulkhead,
  misplaced: [
    {
      inside: 'timeout/per-try', shows: { of: 'self', note: 'withdrawn' },
      why: 'The wait for a permit uses up the time of the attempt: calls time out that were never sent, and look like a slow dependency.',
    },
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'queued' },
      why: 'What waits in the inner bulkhead holds a permit of the outer one: the outer fills up with calls that do nothing.',
    },
  ],
} as const satisfies EngineStory;

export type BulkheadNote = keyof typeof bulkheadStory.notes;
