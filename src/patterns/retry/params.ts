/** All that is data about the retry engine: parameters, relations, presets, controls and notes. */
import { RANK, type EngineStory, type ParamsOf } from '../../kernel/story.ts';
import { GROWTHS, JITTERS } from '../../primitives/backoff.ts';
import { retryPresets } from './presets.ts';

const TRIES = 'Attempts';
const WAIT = 'Back-off';
const WHAT = 'What is retried';
const LIMITS = 'Time limits';
const BUDGET = 'Budget';
const THROTTLE = 'Client throttle';
const HEDGE = 'Hedging';
const PUSH = 'Corrective push';

export const BUDGETS = ['none', 'requestRatio', 'successBucket', 'activePercent', 'grpc', 'aws'] as const;

const params = {
  maxAttempts: {
    kind: 'number', unit: 'count', min: 1, max: 10, initial: 3, integer: true, group: TRIES, label: 'Attempts',
    help: 'How often a call is sent at most, the first time and hedges included; 1 is no retry. resilience4j and gRPC count so; Polly, Envoy, Istio and cockatiel count retries.',
  },
  backoff: {
    kind: 'choice', options: GROWTHS, initial: 'exponential', group: WAIT, label: 'Wait grows',
    optionLabels: { none: 'no wait at all', constant: 'not', linear: 'linearly', exponential: 'exponentially' },
    help: 'How the wait before the next attempt grows with the number of attempts. Some jitter laws bring their own growth.',
  },
  baseDelayMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 100, scale: 'log', group: WAIT, label: 'First wait',
    help: 'The wait before the first retry, before jitter. Too short and a herd comes back before anything has healed.',
  },
  factor: {
    kind: 'number', unit: 'factor', min: 1, max: 10, initial: 2, step: 0.1, group: WAIT, label: 'Growth factor',
    help: 'By how much each further wait is longer; exponential growth and decorrelated V2 only.',
  },
  maxDelayMs: {
    kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 2000, scale: 'log', group: WAIT, label: 'Longest wait',
    help: 'The wait stops growing here.',
  },
  jitter: {
    kind: 'choice', options: JITTERS, initial: 'full', group: WAIT, label: 'Jitter',
    optionLabels: {
      none: 'none', additive10: 'up to 10 % more', full: 'full: from 0 to the wait', equal: 'equal: from half to the wait', plusMinus: '± a ratio',
      awsDecorrelated: 'decorrelated (AWS)', decorrelatedV2: 'decorrelated V2 (Polly, cockatiel)', envoy: 'Envoy',
    },
    help: 'Chance in the wait, so that callers who failed together do not come back together. It spreads a herd; it does not cure an overload.',
  },
  jitterRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.5, step: 0.05, group: WAIT, label: 'Jitter ratio',
    help: '± only: the wait is drawn between (1 − f) and (1 + f) times itself. resilience4j 0.5, Polly 0.25, gRPC 0.2.',
  },
  capOrder: {
    kind: 'choice', options: ['beforeJitter', 'afterJitter'], initial: 'beforeJitter', group: WAIT, label: 'Longest wait applies',
    optionLabels: { beforeJitter: 'before the jitter', afterJitter: 'after it' },
    help: 'After it (resilience4j, Polly) every wait that the jitter made too long becomes the same longest wait: a small herd of its own.',
  },
  retryTransient: { kind: 'flag', initial: true, group: WHAT, label: 'Transient errors', help: 'A connection refused, an error that may be gone next time.' },
  retryTimeout: { kind: 'flag', initial: true, group: WHAT, label: 'Time-outs', help: 'Nobody knows whether the call was carried out: repeat only what may happen twice.' },
  retryOverload: { kind: 'flag', initial: true, group: WHAT, label: 'Overload', help: 'The dependency says that it cannot keep up (503). A retry is more of the same.' },
  retryThrottled: { kind: 'flag', initial: true, group: WHAT, label: 'Throttling', help: 'Too many requests (429): the answer says when to come back.' },
  retryPermanent: { kind: 'flag', initial: false, group: WHAT, label: 'Permanent errors', help: 'The request itself is wrong; it will be wrong again. Libraries retry every exception unless told otherwise.' },
  retryRejected: {
    kind: 'choice', options: ['never', 'whenShort', 'always'], initial: 'never', group: WHAT, label: 'Refusals by a pattern',
    optionLabels: { never: 'never', whenShort: 'if they soon end', always: 'always' },
    help: 'An open breaker, a full bulkhead, a shedding limiter: trying again at once is refused again. Libraries that retry every exception do it all the same.',
  },
  retryRejectedWithinMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 1000, scale: 'log', group: WHAT, label: 'Soon is within',
    help: 'If they soon end: a refusal is retried when it says that it ends within this time.',
  },
  honourRetryAfter: { kind: 'flag', initial: true, group: WHAT, label: 'Heed Retry-After', help: 'Wait at least as long as the answer asks. Off: the own back-off alone.' },
  retryAfterCapMs: {
    kind: 'number', unit: 'ms', min: 0, max: 3_600_000, initial: 30_000, scale: 'log', group: WHAT, label: 'Longest Retry-After',
    help: 'Whoever asks for a longer wait gets no retry: coming back sooner than asked would be ignoring it.',
  },
  retryAfterSpread: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.5, step: 0.05, group: WHAT, label: 'Spread of Retry-After',
    help: 'Up to this share longer than asked, by chance: all who were told the same second would come back in it. Envoy 0.5, gRPC 0.',
  },
  idempotency: {
    kind: 'choice', options: ['assumed', 'byKey', 'none'], initial: 'assumed', group: WHAT, label: 'May happen twice',
    optionLabels: { assumed: 'every call', byKey: 'calls with an idempotency key', none: 'no call' },
    help: 'Which calls do no harm when carried out twice.',
  },
  nonIdempotent: {
    kind: 'choice', options: ['whenRefused', 'anyway', 'never'], initial: 'whenRefused', group: WHAT, label: 'Other calls are retried',
    optionLabels: { whenRefused: 'if surely not carried out', anyway: 'all the same', never: 'never' },
    help: 'After an overload, a throttling or a refusal the call was surely not carried out; after a time-out or an error nobody knows.',
  },
  perTryTimeout: { kind: 'flag', initial: true, group: LIMITS, label: 'Limit each attempt', help: 'Without it a single silent attempt uses up all the time there is.' },
  perTryTimeoutMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 500, scale: 'log', group: LIMITS, label: 'Time for each attempt',
    help: 'An attempt that takes longer is given up, counted as a time-out, and told so along the way.',
  },
  overallDeadline: { kind: 'flag', initial: true, group: LIMITS, label: 'Limit the whole call', help: 'No attempt and no wait goes on past this.' },
  overallDeadlineMs: {
    kind: 'number', unit: 'ms', min: 1, max: 3_600_000, initial: 2000, scale: 'log', group: LIMITS, label: 'Time for the whole call',
    help: 'All attempts and waits together. It travels with the request as its deadline, unless the caller’s own is earlier.',
  },
  budget: {
    kind: 'choice', options: BUDGETS, initial: 'requestRatio', group: BUDGET, label: 'Budget',
    optionLabels: {
      none: 'none', requestRatio: 'share of requests (Linkerd, Finagle)', successBucket: 'earned by successes', activePercent: 'share of active calls (Envoy)',
      grpc: 'gRPC tokens', aws: 'AWS SDK quota',
    },
    help: 'What retries may cost. The one setting that keeps a retry from turning an overload into a lasting one.',
  },
  budgetRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.1, step: 0.01, group: BUDGET, label: 'Retries per request',
    help: 'Share of requests (or successes) that earn a retry: load is at most (1 + ratio) times the traffic.',
  },
  budgetMinPerSecond: {
    kind: 'number', unit: 'perSecond', min: 0, max: 1000, initial: 10, group: BUDGET, label: 'Retries a second, at least',
    help: 'Share of requests only: so many a second come free, so that thin traffic can retry at all.',
  },
  budgetTtlMs: {
    kind: 'number', unit: 'ms', min: 100, max: 60_000, initial: 10_000, scale: 'log', group: BUDGET, label: 'Credit is kept for',
    help: 'Share of requests only: how long a request’s credit may wait for its retry.',
  },
  bucketMax: {
    kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 10, scale: 'log', group: BUDGET, label: 'Bucket size',
    help: 'Earned by successes only: a retry costs 1, and so many can be saved. It begins full.',
  },
  activePercent: {
    kind: 'number', unit: 'percent', min: 0, max: 100, initial: 20, group: BUDGET, label: 'Retries among active calls',
    help: 'Share of active calls only: how many of the calls under way may be retries.',
  },
  activeMin: {
    kind: 'number', unit: 'count', min: 0, max: 1000, initial: 3, integer: true, group: BUDGET, label: 'Retries at once, at least',
    help: 'Share of active calls only: so many may be under way however little traffic there is.',
  },
  grpcMaxTokens: {
    kind: 'number', unit: 'count', min: 1, max: 1000, initial: 10, group: BUDGET, label: 'maxTokens',
    help: 'gRPC only: begins full; each failure takes one; retries happen only above the half.',
  },
  grpcTokenRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 0.1, step: 0.01, group: BUDGET, label: 'tokenRatio',
    help: 'gRPC only: what each success puts back.',
  },
  awsCapacity: { kind: 'number', unit: 'count', min: 0, max: 10_000, initial: 500, scale: 'log', group: BUDGET, label: 'Quota', help: 'AWS only: begins full.' },
  awsRetryCost: { kind: 'number', unit: 'count', min: 0, max: 1000, initial: 5, group: BUDGET, label: 'A retry costs', help: 'AWS only; given back when the retry succeeds.' },
  awsTimeoutCost: { kind: 'number', unit: 'count', min: 0, max: 1000, initial: 10, group: BUDGET, label: 'After a time-out', help: 'AWS only: what a retry costs then.' },
  awsRefund: { kind: 'number', unit: 'count', min: 0, max: 1000, initial: 1, group: BUDGET, label: 'A clean success gives', help: 'AWS only: for a call that needed no retry.' },
  adaptiveThrottle: {
    kind: 'flag', initial: false, group: THROTTLE, label: 'Throttle at the caller',
    help: 'Attempts are dropped here, unsent, the more often the fewer of the last ones were accepted: it sheds first attempts too, which no budget does.',
  },
  throttleK: {
    kind: 'number', unit: 'factor', min: 1, max: 10, initial: 2, step: 0.1, group: THROTTLE, label: 'K',
    help: 'Attempts up to K times the accepted ones pass. 2 is Google’s; 1.1 is strict.',
  },
  throttleWindowMs: {
    kind: 'number', unit: 'ms', min: 1000, max: 600_000, initial: 120_000, integer: true, scale: 'log', group: THROTTLE, label: 'Over the last',
    help: 'How far back attempts and accepted ones are counted.',
  },
  throttleMaxRatio: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 1, step: 0.05, group: THROTTLE, label: 'Drops at most',
    help: 'So many attempts are dropped at most. Below 1 enough get through to notice that the dependency is well again; Envoy 0.8.',
  },
  maxHedges: {
    kind: 'number', unit: 'count', min: 0, max: 3, initial: 0, integer: true, group: HEDGE, label: 'Hedges',
    help: 'So many further attempts may run beside one that is slow; the first good answer wins. Only for calls that may happen twice. 0 is off.',
  },
  hedgeDelayMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 200, scale: 'log', group: HEDGE, label: 'Hedge after',
    help: 'How long an attempt may be out before another one joins it; best about the 95th percentile.',
  },
  shedRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.8, step: 0.05, group: PUSH, label: 'Push sheds', help: 'The button: this share of new calls is refused at once.' },
  shedMs: { kind: 'number', unit: 'ms', min: 100, max: 600_000, initial: 10_000, scale: 'log', group: PUSH, label: 'for', help: 'The button: for so long.' },
} as const satisfies EngineStory['params'];

export type RetryParams = ParamsOf<typeof params>;

export const retryStory = {
  title: 'Retry',
  params,
  relations: [
    { left: 'baseDelayMs', must: 'atMost', right: 'maxDelayMs', level: 'refuse', message: 'The first wait cannot be longer than the longest.' },
    {
      left: 'perTryTimeoutMs', must: 'atMost', right: 'overallDeadlineMs', when: { perTryTimeout: true, overallDeadline: true }, level: 'refuse',
      message: 'An attempt cannot have more time than the whole call.',
    },
    { left: 'maxHedges', must: 'below', right: 'maxAttempts', level: 'refuse', message: 'Hedges count as attempts, and the first is none of them.' },
    { left: 'maxHedges', must: 'atMost', right: 0, when: { idempotency: 'none' }, level: 'refuse', message: 'A hedge carries a call out twice; here no call may happen twice.' },
    { left: 'maxAttempts', must: 'atMost', right: 3, when: { budget: 'none', adaptiveThrottle: false }, level: 'warn', message: 'More than three attempts without a budget: an overload of any kind may outlast its cause.' },
    { left: 'budgetRatio', must: 'atMost', right: 0.5, when: { budget: 'requestRatio' }, level: 'warn', message: 'A budget of more than half the traffic hardly limits anything.' },
    { left: 'hedgeDelayMs', must: 'below', right: 'perTryTimeoutMs', when: { perTryTimeout: true }, level: 'warn', message: 'An attempt is given up before its hedge is due: hedges never happen.' },
  ],
  presets: retryPresets,
  controls: { push: 'Corrective push', endPush: 'End the push' },
  notes: {
    attempted: { text: '{layer} sent attempt {attempt}', quiet: true },
    scheduled: { text: '{layer} waits {delayMs} ms before attempt {attempt}: {why}', quiet: true, tone: 'warn' },
    succeeded: { text: '{layer} succeeded at once', quiet: true, tone: 'good' },
    recovered: { text: '{layer} succeeded after {retries} more', quiet: true, tone: 'good' },
    exhausted: { text: '{layer} gave up after {attempts} attempts: {why}', quiet: true, tone: 'bad' },
    notRetryable: { text: '{layer} passed a failure on: {why}', quiet: true, tone: 'bad' },
    budgetDenied: { text: '{layer} had no budget for another attempt: {why}', quiet: true, tone: 'bad' },
    outOfTime: { text: '{layer} had no time for another attempt: {leftMs} ms were left', quiet: true, tone: 'bad' },
    timedOut: { text: '{layer} gave attempt {attempt} up after {afterMs} ms', quiet: true, tone: 'bad' },
    dropped: { text: '{layer} dropped an attempt unsent: {accepted} of {requests} were accepted lately', quiet: true, tone: 'warn' },
    hedged: { text: '{layer} sent a hedge after {afterMs} ms', quiet: true, tone: 'warn' },
    hedgeWon: { text: '{layer} took the answer of a hedge', quiet: true, tone: 'good' },
    shed: { text: '{layer} refused a call: a push is under way', quiet: true, tone: 'bad' },
    cancelled: { text: '{layer} stopped: its caller gave up', quiet: true },
    budgetEmptied: { text: '{layer} ran out of budget: failures are passed on', tone: 'warn' },
    budgetRefilled: { text: '{layer} has budget again; {denied} denied in the meantime', tone: 'good' },
    stormStarted: { text: '{layer}: {sharePercent} % of all attempts are retries', tone: 'bad' },
    stormEnded: { text: '{layer}: retries are down to {sharePercent} % of attempts', tone: 'good' },
    pushed: { text: '{layer} refuses {percent} % of new calls for {forMs} ms', tone: 'warn' },
    pushEnded: { text: '{layer} takes all calls again', tone: 'good' },
  },
  machine: 'retry',
  place: 'layer',
  rank: RANK.retry,
  misplaced: [
    {
      inside: 'circuit-breaker', shows: { of: 'self', note: 'exhausted' },
      why: 'The breaker hears of a call once, after all its attempts have failed: it counts one failure where there were several, and opens late.',
    },
    {
      inside: 'rate-limiting', shows: { of: 'self', note: 'scheduled' },
      why: 'The limiter admits a call once, and its further attempts pass it by: more than the limit goes out.',
    },
    {
      inside: 'token-bucket', shows: { of: 'self', note: 'scheduled' },
      why: 'A call pays one token for all its attempts: more goes out than the bucket allows.',
    },
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'scheduled' },
      why: 'A call keeps its permit while it waits between attempts: few calls fill the bulkhead, and it idles.',
    },
    {
      inside: 'retry', shows: { of: 'outer', note: 'scheduled' },
      why: 'Each attempt of the outer retry is itself tried several times: attempts multiply.',
    },
  ],
} as const satisfies EngineStory;

export type RetryNote = keyof typeof retryStory.notes;
