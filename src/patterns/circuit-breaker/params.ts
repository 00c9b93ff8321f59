/** All that is data about the breaker's engine: parameters, relations, presets, controls and notes. */
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';
import { breakerPresets } from './presets.ts';

const WINDOW = 'Window';
const TRIP = 'When to open';
const OPEN = 'While open';
const PROBE = 'Half-open';
const SCOPE = 'Scope';

const params = {
  slidingWindowType: {
    kind: 'choice', options: ['COUNT', 'TIME'], initial: 'COUNT', group: WINDOW, label: 'Window',
    optionLabels: { COUNT: 'the last N calls', TIME: 'the last N seconds' },
    help: 'What the rates are taken over. A time window forgets by itself when traffic is thin.',
  },
  slidingWindowSizeCalls: {
    kind: 'number', unit: 'count', min: 1, max: 1000, initial: 20, integer: true, scale: 'log', group: WINDOW, label: 'Window size (calls)',
    help: 'COUNT only: how many results the window holds. Small windows react fast and trip by chance.',
  },
  slidingWindowSizeMs: {
    kind: 'number', unit: 'ms', min: 100, max: 300_000, initial: 10_000, integer: true, scale: 'log', group: WINDOW, label: 'Window length',
    help: 'TIME only: how far back the window reaches; of N whole buckets it truly spans N − 1 to N.',
  },
  slidingWindowBucketMs: {
    kind: 'number', unit: 'ms', min: 100, max: 60_000, initial: 1000, integer: true, scale: 'log', group: WINDOW, label: 'Bucket length',
    help: 'TIME only: results leave the window a bucket at a time. resilience4j uses one second, Polly a tenth of the window.',
  },
  bucketRotation: {
    kind: 'choice', options: ['aligned', 'sinceFirst', 'onTraffic'], initial: 'aligned', group: WINDOW, label: 'Buckets begin',
    optionLabels: { aligned: 'at whole bucket lengths', sinceFirst: 'at the first result', onTraffic: 'only with traffic' },
    help: 'TIME only: onTraffic (cockatiel) drops one old bucket for each new one, so that old failures outlive a quiet time.',
  },
  minimumNumberOfCalls: {
    kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 10, integer: true, scale: 'log', group: WINDOW, label: 'Minimum calls',
    help: 'Below so many calls in the window there is no rate, so nothing trips. A count window clamps it to its size.',
  },
  rateBase: {
    kind: 'choice', options: ['recorded', 'fired'], initial: 'recorded', group: WINDOW, label: 'Rate is a share of',
    optionLabels: { recorded: 'results', fired: 'calls that arrived' },
    help: 'TIME only (a count window knows no arrivals): fired (opossum) divides by all arrivals, so calls in flight and refused ones thin the rate.',
  },
  failureCounting: {
    kind: 'choice', options: ['rate', 'consecutive'], initial: 'rate', group: TRIP, label: 'Counts',
    optionLabels: { rate: 'share of failures', consecutive: 'failures in a row' },
    help: 'consecutive opens after so many failures in a row: one success in between forgives all, however bad the rate.',
  },
  consecutiveFailures: {
    kind: 'number', unit: 'count', min: 1, max: 1000, initial: 5, integer: true, scale: 'log', group: TRIP, label: 'Failures in a row',
    help: 'consecutive only: the streak that opens the breaker.',
  },
  failureRateThresholdPercent: {
    kind: 'number', unit: 'percent', min: 0, aboveMin: true, max: 100, initial: 50, group: TRIP, label: 'Failure rate threshold',
    help: 'The share of failed calls that opens the breaker.',
  },
  recordSlowCalls: {
    kind: 'flag', initial: true, group: TRIP, label: 'Slow calls count',
    help: 'Off for libraries that know no slow calls.',
  },
  slowCallDurationThresholdMs: {
    kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 1000, scale: 'log', group: TRIP, label: 'Slow is longer than',
    help: 'From forwarding to reply. At or above the time-out inside it can never be observed on a success.',
  },
  slowCallRateThresholdPercent: {
    kind: 'number', unit: 'percent', min: 0, aboveMin: true, max: 100, initial: 100, group: TRIP, label: 'Slow call rate threshold',
    help: 'The share of slow calls, successful or not, that opens the breaker.',
  },
  tripOn: {
    kind: 'choice', options: ['atLeast', 'above'], initial: 'atLeast', group: TRIP, label: 'Trips at',
    optionLabels: { atLeast: 'the threshold (≥)', above: 'above it only (>)' },
    help: 'resilience4j, Polly and Hystrix trip on ≥, opossum and cockatiel on >.',
  },
  evaluateOn: {
    kind: 'choice', options: ['everyResult', 'failures', 'interval'], initial: 'everyResult', group: TRIP, label: 'Rates are checked',
    optionLabels: { everyResult: 'on every result', failures: 'on failed or slow ones', interval: 'at intervals' },
    help: 'With everyResult a success can complete the minimum and open the breaker; Hystrix looks at intervals.',
  },
  evaluateEveryMs: {
    kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 500, integer: true, scale: 'log', group: TRIP, label: 'Interval',
    help: 'interval only: time between two looks at the rates.',
  },
  recordPermanentErrors: {
    kind: 'flag', initial: false, group: TRIP, label: 'Permanent errors count',
    help: 'Whether the caller’s own bad input counts as a failure of the dependency. Libraries count every exception unless told otherwise.',
  },
  recordThrottled: {
    kind: 'flag', initial: false, group: TRIP, label: 'Throttling counts',
    help: 'Whether an answer “too many requests” counts as a failure. It is a refusal by a pattern, so normally not.',
  },
  recordGivenUp: {
    kind: 'flag', initial: false, group: TRIP, label: 'Given up calls count',
    help: 'Whether a call that its caller gives up counts as a failure. Off, a time-out outside of the breaker is never seen by it; better put the time-out inside.',
  },
  waitDurationInOpenStateMs: {
    kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 5000, scale: 'log', group: OPEN, label: 'Wait while open',
    help: 'How long calls are refused before the dependency is probed.',
  },
  openWaitEnds: {
    kind: 'choice', options: ['after', 'at'], initial: 'after', group: OPEN, label: 'The wait ends',
    optionLabels: { after: 'strictly after it', at: 'at its last instant' },
    help: 'resilience4j and Hystrix need now > opened + wait, Polly and cockatiel ≥.',
  },
  enableExponentialBackoff: {
    kind: 'flag', initial: false, group: OPEN, label: 'Wait grows',
    help: 'Each time the probes fail the next wait is longer; closing starts over.',
  },
  exponentialBackoffMultiplier: {
    kind: 'number', unit: 'factor', min: 1, max: 10, initial: 2, group: OPEN, label: 'Growth',
    help: 'By how much each further wait is longer.',
  },
  exponentialMaxWaitDurationInOpenStateMs: {
    kind: 'number', unit: 'ms', min: 1, max: 86_400_000, initial: 60_000, scale: 'log', group: OPEN, label: 'Longest wait',
    help: 'A growing wait stops here. Applied after the random part, as in resilience4j.',
  },
  randomizedWaitFactor: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0, group: OPEN, label: 'Random part of the wait',
    help: 'Each wait is drawn between (1 − f) and (1 + f) times itself, so that many clients do not probe together.',
  },
  automaticTransitionFromOpenToHalfOpen: {
    kind: 'flag', initial: false, group: OPEN, label: 'Goes half-open by itself',
    help: 'Off: the first call after the wait does it. On: a timer does, traffic or not.',
  },
  permittedNumberOfCallsInHalfOpenState: {
    kind: 'number', unit: 'count', min: 1, max: 1000, initial: 3, integer: true, scale: 'log', group: PROBE, label: 'Probes',
    help: 'How many calls may pass while half-open; permits, not a rate. Most libraries allow one.',
  },
  halfOpenDecision: {
    kind: 'choice', options: ['rate', 'sample'], initial: 'rate', group: PROBE, label: 'Probes decide by',
    optionLabels: { rate: 'the same thresholds', sample: 'tolerated failures' },
    help: 'rate: as soon as min(minimum calls, probes) results are in, by the thresholds above. sample: at the first failure too many, or when all probes are back.',
  },
  halfOpenToleratedFailuresPercent: {
    kind: 'number', unit: 'percent', min: 0, max: 99, initial: 0, group: PROBE, label: 'Tolerated failures',
    help: 'sample only: 0 re-opens at the first failed probe.',
  },
  halfOpenExcess: {
    kind: 'choice', options: ['reject', 'wait'], initial: 'reject', group: PROBE, label: 'Further callers',
    optionLabels: { reject: 'are refused', wait: 'wait for the decision' },
    help: 'While all probes are out: refuse the rest, or (cockatiel) let them wait and share the verdict.',
  },
  halfOpenMaxWaiting: {
    kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 100, integer: true, scale: 'log', group: PROBE, label: 'Waiting places',
    help: 'wait only: further callers are refused when so many wait.',
  },
  maxWaitDurationInHalfOpenStateMs: {
    kind: 'number', unit: 'ms', min: 0, max: 3_600_000, initial: 0, group: PROBE, label: 'Longest time half-open',
    help: 'Guards against a probe that never comes back. 0: no limit.',
  },
  transitionToStateAfterWaitDuration: {
    kind: 'choice', options: ['OPEN', 'CLOSED'], initial: 'OPEN', group: PROBE, label: 'Then it becomes',
    optionLabels: { OPEN: 'open', CLOSED: 'closed' },
    help: 'Where an undecided half-open breaker goes when its longest time is over.',
  },
  lateResults: {
    kind: 'choice', options: ['ignoreOldGeneration', 'countInCurrentState'], initial: 'ignoreOldGeneration', group: PROBE, label: 'Late results',
    optionLabels: { ignoreOldGeneration: 'are ignored', countInCurrentState: 'count where they arrive' },
    help: 'Results of calls let through before the last change of mode. Most libraries count them in whatever mode is current.',
  },
  windowAfterClosing: {
    kind: 'choice', options: ['cleared', 'kept'], initial: 'cleared', group: PROBE, label: 'Window after closing',
    optionLabels: { cleared: 'starts empty', kept: 'goes on' },
    help: 'kept (opossum): the failures that opened the breaker still count once it has closed, until they age out.',
  },
  keyBy: {
    kind: 'choice', options: ['layer', 'target', 'entity'], initial: 'layer', group: SCOPE, label: 'One breaker per',
    optionLabels: { layer: 'layer (all calls together)', target: 'target', entity: 'entity of the call' },
    help: 'A breaker per instance or shard keeps one sick part from shutting off the healthy ones.',
  },
  maxKeys: {
    kind: 'number', unit: 'count', min: 1, max: 256, initial: 64, integer: true, scale: 'log', group: SCOPE, label: 'Breakers at most',
    help: 'Keys beyond this share the last breaker, called (others).',
  },
} as const satisfies EngineStory['params'];

export type BreakerParams = ParamsOf<typeof params>;

export const breakerStory = {
  title: 'Circuit breaker',
  params,
  relations: [
    {
      left: 'minimumNumberOfCalls', must: 'atMost', right: 'slidingWindowSizeCalls', when: { slidingWindowType: 'COUNT' }, level: 'warn',
      message: 'The window never holds so many calls: the minimum is clamped to the window size.',
    },
    {
      left: 'slidingWindowBucketMs', must: 'atMost', right: 'slidingWindowSizeMs', when: { slidingWindowType: 'TIME' }, level: 'refuse',
      message: 'A bucket cannot be longer than its window.',
    },
    {
      left: 'failureRateThresholdPercent', must: 'below', right: 100, when: { tripOn: 'above', failureCounting: 'rate' }, level: 'warn',
      message: 'No rate is above 100 %: failures can never open this breaker.',
    },
    {
      left: 'exponentialMaxWaitDurationInOpenStateMs', must: 'atLeast', right: 'waitDurationInOpenStateMs', when: { enableExponentialBackoff: true },
      level: 'refuse', message: 'The longest wait cannot be shorter than the first.',
    },
    {
      left: 'evaluateEveryMs', must: 'atMost', right: 'slidingWindowSizeMs', when: { slidingWindowType: 'TIME', evaluateOn: 'interval' }, level: 'warn',
      message: 'Results leave the window before anybody looks at them.',
    },
  ],
  presets: breakerPresets,
  controls: {
    forceOpen: 'Force open', close: 'Close', disable: 'Disable', metricsOnly: 'Metrics only', halfOpen: 'Probe now', reset: 'Reset',
  },
  notes: {
    opened: { text: '{layer} opened{of}: {why}; refuses for {waitText}', tone: 'bad' },
    halfOpened: { text: '{layer} went half-open{of}: {why}; {permitsText}', tone: 'warn' },
    closed: { text: '{layer} closed{of}: {why}', tone: 'good' },
    disabled: { text: '{layer} was disabled{of}: calls pass and nothing is counted', tone: 'warn' },
    metricsOnlyStarted: { text: '{layer} only watches{of}: calls pass and are counted', tone: 'warn' },
    forcedOpen: { text: '{layer} was forced open{of}: refuses until somebody says otherwise', tone: 'bad' },
    halfOpenExpired: { text: '{layer} stayed half-open too long{of}: {why}', tone: 'warn' },
    wouldHaveOpened: { text: '{layer} would have opened{of}: {why}', tone: 'warn' },
    wasReset: { text: '{layer} was reset{of}: all counts are zero', tone: 'calm' },
    controlRefused: { text: '{layer} cannot do “{control}” while {mode}{of}', tone: 'warn' },
    keysSpilled: { text: '{layer} has {keys} breakers, no more: further keys share one called (others)', tone: 'warn' },
    failureRateExceeded: { text: '{layer}: {ratePercent} % of calls failed{of}', quiet: true, tone: 'warn' },
    slowCallRateExceeded: { text: '{layer}: {slowRatePercent} % of calls were slow{of}', quiet: true, tone: 'warn' },
    succeeded: { text: '{layer} counted a success', quiet: true, tone: 'good' },
    failed: { text: '{layer} counted a failure ({outcome})', quiet: true, tone: 'bad' },
    ranSlow: { text: '{layer} counted a slow call ({durationMs} ms)', quiet: true, tone: 'warn' },
    ignored: { text: '{layer} did not count a result ({outcome})', quiet: true },
    cameLate: { text: '{layer} did not count a result of an earlier mode ({outcome})', quiet: true },
    notPermitted: { text: '{layer} refused a call: {reason}', quiet: true, tone: 'bad' },
    waited: { text: '{layer} made a call wait for the probes', quiet: true, tone: 'warn' },
  },
  machine: 'circuit-breaker',
  place: 'layer',
  rank: RANK.breaker,
  misplaced: [
    {
      inside: 'rate-limiting', shows: { of: 'self', note: 'notPermitted' },
      why: 'Calls that the open breaker refuses have used up the limit before: less is left for calls that could be made.',
    },
    {
      inside: 'token-bucket', shows: { of: 'self', note: 'notPermitted' },
      why: 'Calls that the open breaker refuses have paid tokens before: less is left for calls that could be made.',
    },
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'notPermitted' },
      why: 'Calls wait for a permit only to be refused by the open breaker: failing fast is not fast any more.',
    },
  ],
} as const satisfies EngineStory;

export type BreakerNote = keyof typeof breakerStory.notes;
