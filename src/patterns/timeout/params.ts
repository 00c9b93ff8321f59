/** All that is data about the timeout engine: parameters, relations, presets and notes. */
import { RANK, type EngineStory, type ParamFault, type ParamsOf } from '../../kernel/story.ts';
import { timeoutPresets } from './presets.ts';

const LIMITS = 'Time limits';
const DEADLINE = 'Deadline';
const LEARN = 'Learned limit';
const GIVE_UP = 'Giving up';
const HEDGE = 'Hedging';
const BUDGET = 'Budgets';

export const HEDGES = ['off', 'delay', 'quantile', 'onPerTryTimeout'] as const;

const params = {
  mode: {
    kind: 'choice', options: ['fixed', 'propagated', 'adaptive'], initial: 'propagated', group: LIMITS, label: 'Limit',
    optionLabels: { fixed: 'fixed, for this hop alone', propagated: 'fixed, within the caller’s deadline, sent on', adaptive: 'learned, within the caller’s deadline, sent on' },
    help: 'Fixed: a stopwatch of its own that starts anew at every hop and tells nobody. Propagated: never longer than what the caller still waits, and the callee is told. Adaptive: the same with a learned limit.',
  },
  totalMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 5000, scale: 'log', group: LIMITS, label: 'Time for the whole call',
    help: 'All attempts together. Choose it from the latency: at the 99.9th percentile one good call in a thousand is given up.',
  },
  perTry: { kind: 'flag', initial: true, group: LIMITS, label: 'Limit each attempt', help: 'Only where another attempt may follow: retries, or hedges when an attempt’s time is up. Else the limit of the whole call is the only one.' },
  perTryMs: {
    kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 1000, scale: 'log', group: LIMITS, label: 'Time for each attempt',
    help: 'An attempt that takes longer is given up, or with hedges “when its time is up” joined by another.',
  },
  connect: {
    kind: 'choice', options: ['never', 'whenBroken', 'always'], initial: 'never', group: LIMITS, label: 'Connects',
    optionLabels: { never: 'not modelled: connections are open', whenBroken: 'once, and again when an attempt had no answer', always: 'for every attempt' },
    help: 'A connection costs one way there and back before the call; the callee’s deadline check accepts it without work.',
  },
  connectMs: {
    kind: 'number', unit: 'ms', min: 1, max: 60_000, initial: 250, scale: 'log', group: LIMITS, label: 'Time to connect',
    help: 'A host that is gone does not even accept: that shows after a few round trips, long before any call could be slow. A call that was never sent may always be tried again.',
  },
  hopReserveMs: {
    kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 20, scale: 'linear', group: DEADLINE, label: 'Kept back at each hop',
    help: 'The callee is given so much less than the caller has left: time for the answer to come back and for this node to say something.',
  },
  minUsefulMs: {
    kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 10, group: DEADLINE, label: 'Least useful time',
    help: 'With less than this left a call is refused at once: it could not be answered in time anyway.',
  },
  adaptiveQuantile: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 0.999, step: 0.001, group: LEARN, label: 'Quantile',
    help: 'Adaptive only: the limit is this quantile of the last calls; before there are enough to know it, the ceiling. A call given up counts as twice its limit, so that a limit too low doubles.',
  },
  adaptiveWindow: {
    kind: 'number', unit: 'count', min: 10, max: 10_000, initial: 1000, integer: true, scale: 'log', group: LEARN, label: 'Over the last calls',
    help: 'How many of the last calls (for hedges: first attempts) the quantiles are taken from.',
  },
  adaptiveFloorMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 50, scale: 'log', group: LEARN, label: 'Never below', help: 'Adaptive only.' },
  adaptiveCapMs: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 5000, scale: 'log', group: LEARN, label: 'Never above', help: 'Adaptive only.' },
  cancelDownstream: {
    kind: 'flag', initial: true, group: GIVE_UP, label: 'Cancel what is given up',
    help: 'Tells the callee that nobody waits. Without it the work goes on for nobody: an orphan.',
  },
  cancelMs: {
    kind: 'duration', initial: { kind: 'lognormal', medianMs: 5, p99Ms: 10 }, group: GIVE_UP, label: 'Cancelling takes',
    help: 'From giving up until the news is on its way: a task notices only where it looks, a driver needs a second connection.',
  },
  enforce: {
    kind: 'choice', options: ['exact', 'afterCleanUp'], initial: 'exact', group: GIVE_UP, label: 'The caller is answered',
    optionLabels: { exact: 'at the limit', afterCleanUp: 'when the cancelled work has ended' },
    help: 'When it has ended: as asyncio.wait_for and other cooperative libraries; a slow clean-up makes the limit longer, work that cannot be cancelled makes it none, and an answer that still comes counts as success.',
  },
  onTimeout: {
    kind: 'choice', options: ['fail', 'fallback', 'retry'], initial: 'fail', group: GIVE_UP, label: 'When time is up',
    optionLabels: { fail: 'fail', fallback: 'answer with something older', retry: 'try again while there is time' },
    help: 'Fallback: the caller gets a stale answer. Retry: an attempt whose time is up is made again at once, within the whole time.',
  },
  maxRetries: { kind: 'number', unit: 'count', min: 0, max: 4, initial: 2, integer: true, group: GIVE_UP, label: 'Retries', help: 'Retry only: so many further attempts after the first.' },
  hedge: {
    kind: 'choice', options: HEDGES, initial: 'off', group: HEDGE, label: 'Hedge',
    optionLabels: { off: 'never', delay: 'after a fixed delay', quantile: 'after a quantile of the latency', onPerTryTimeout: 'when an attempt’s time is up (Envoy)' },
    help: 'A further copy of a call that is slow; the first good answer wins and the others are cancelled.',
  },
  hedgeDelayMs: {
    kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 100, scale: 'log', group: HEDGE, label: 'Hedge after',
    help: 'How long nothing may have come before the next copy is sent. With a quantile: until there are enough calls to know it.',
  },
  hedgeQuantile: {
    kind: 'number', unit: 'ratio', min: 0, max: 1, aboveMin: true, initial: 0.95, step: 0.01, group: HEDGE, label: 'Hedge after quantile',
    help: 'Quantile only: the slowest 1 − q of the calls are asked for twice, so that is the extra load.',
  },
  maxHedges: { kind: 'number', unit: 'count', min: 0, max: 4, initial: 1, integer: true, group: HEDGE, label: 'Hedges', help: 'Copies besides the first; gRPC treats more than five attempts as five.' },
  nonFatal: {
    kind: 'choice', options: ['none', 'mayPass', 'all'], initial: 'mayPass', group: HEDGE, label: 'Errors that are not final',
    optionLabels: { none: 'none', mayPass: 'errors that may pass', all: 'all' },
    help: 'After such an error the next copy goes out at once; any other error ends the call and cancels all copies. May pass: transient, overload, throttled, timeout.',
  },
  idempotency: {
    kind: 'choice', options: ['assumed', 'byKey', 'none'], initial: 'assumed', group: HEDGE, label: 'May happen twice',
    optionLabels: { assumed: 'every call', byKey: 'calls with an idempotency key', none: 'no call' },
    help: 'Which calls may be sent a second time while the first may still be carried out.',
  },
  replicas: {
    kind: 'data', initial: [], shape: '[node, …]', group: HEDGE, label: 'Replicas',
    help: 'Nodes that can all answer. The first attempt goes to one of them by chance, each further one to the next. Empty: all attempts go where the call goes.',
  },
  hedgeBudgetPct: {
    kind: 'number', unit: 'percent', min: 0, max: 100, initial: 5, group: BUDGET, label: 'Hedges per hundred calls',
    help: 'Never more hedges than this share of any thousand calls in a row; 100 is no limit. Leave some room above 1 − q.',
  },
  throttle: { kind: 'flag', initial: false, group: BUDGET, label: 'Throttle (gRPC)', help: 'Hedges and retries stop while too many attempts fail: below half of the tokens none is sent.' },
  maxTokens: { kind: 'number', unit: 'count', min: 0, max: 1000, aboveMin: true, initial: 10, group: BUDGET, label: 'maxTokens', help: 'Begins full. A failed attempt takes one token.' },
  tokenRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1000, aboveMin: true, initial: 0.1, step: 0.01, group: BUDGET, label: 'tokenRatio', help: 'What each success puts back.' },
} as const satisfies EngineStory['params'];

export type TimeoutParams = ParamsOf<typeof params>;

const relations: EngineStory['relations'] = [
  { left: 'perTryMs', must: 'atMost', right: 'totalMs', when: { perTry: true, onTimeout: 'retry' }, level: 'refuse', message: 'An attempt cannot have more time than the whole call.' },
  { left: 'perTryMs', must: 'atMost', right: 'totalMs', when: { perTry: true, hedge: 'onPerTryTimeout' }, level: 'refuse', message: 'An attempt cannot have more time than the whole call.' },
  { left: 'connectMs', must: 'atMost', right: 'totalMs', level: 'refuse', message: 'Connecting is part of the call.' },
  { left: 'connectMs', must: 'atMost', right: 'perTryMs', when: { perTry: true, onTimeout: 'retry' }, level: 'refuse', message: 'Connecting is part of the attempt.' },
  { left: 'hopReserveMs', must: 'below', right: 'totalMs', level: 'refuse', message: 'What is kept back must be less than the whole.' },
  { left: 'minUsefulMs', must: 'atMost', right: 'totalMs', level: 'refuse', message: 'Every call would be refused.' },
  { left: 'hedgeDelayMs', must: 'below', right: 'totalMs', when: { hedge: 'delay' }, level: 'refuse', message: 'The call is over before its hedge is due.' },
  { left: 'hedgeDelayMs', must: 'below', right: 'totalMs', when: { hedge: 'quantile' }, level: 'refuse', message: 'The call is over before its hedge is due.' },
  { left: 'adaptiveQuantile', must: 'below', right: 1, level: 'refuse', message: 'No number of calls tells what none exceeds.' },
  { left: 'hedgeQuantile', must: 'below', right: 1, level: 'refuse', message: 'No number of calls tells what none exceeds.' },
  { left: 'adaptiveFloorMs', must: 'atMost', right: 'adaptiveCapMs', level: 'refuse', message: 'The floor lies above the ceiling.' },
  { left: 'hedgeBudgetPct', must: 'atMost', right: 20, when: { hedge: 'delay', throttle: false }, level: 'warn', message: 'Hedging a fifth of the calls without a throttle: when all are slow, it makes them slower.' },
  { left: 'hedgeBudgetPct', must: 'atMost', right: 20, when: { hedge: 'quantile', throttle: false }, level: 'warn', message: 'Hedging a fifth of the calls without a throttle: when all are slow, it makes them slower.' },
];

/** What ranges and relations can't say: hedges of calls that must not happen twice, and the list of replicas. */
function check(given: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const { hedge, maxHedges, idempotency, replicas } = given as unknown as TimeoutParams;
  const faults: ParamFault[] = [];
  if (hedge !== 'off' && maxHedges > 0 && idempotency === 'none') {
    faults.push({ path: 'maxHedges', value: maxHedges, rule: '0 where no call may happen twice', nearest: 0, level: 'refuse', message: 'A hedge carries a call out twice.' });
  }
  if (!Array.isArray(replicas) || !replicas.every((node) => typeof node === 'string' && node !== '')) {
    faults.push({ path: 'replicas', value: replicas, rule: 'a list of nodes', nearest: [], level: 'refuse' });
  } else if (new Set(replicas).size !== replicas.length) {
    faults.push({ path: 'replicas', value: replicas, rule: 'a list without repetition', nearest: [...new Set(replicas)], level: 'refuse' });
  }
  return faults;
}

export const timeoutStory = {
  title: 'Timeout',
  params, relations, check,
  presets: timeoutPresets,
  notes: {
    attempted: { text: '{layer} sent attempt {attempt} to {to}, with {leftMs} ms left', quiet: true },
    won: { text: '{layer} has an answer after {afterMs} ms', quiet: true, tone: 'good' },
    failed: { text: '{layer} passed a failure on: {why}', quiet: true, tone: 'bad' },
    exceeded: { text: '{layer} gave a call up: its {limitMs} ms were over', quiet: true, tone: 'bad' },
    tryTimedOut: { text: '{layer}: attempt {attempt} had no answer in {afterMs} ms', quiet: true, tone: 'warn' },
    connectTimedOut: { text: '{layer} could not connect to {to} in {afterMs} ms', quiet: true, tone: 'warn' },
    retried: { text: '{layer} tries again, {leftMs} ms are left', quiet: true, tone: 'warn' },
    rejected: { text: '{layer} refused a call: {leftMs} ms left are of no use', quiet: true, tone: 'warn' },
    fellBack: { text: '{layer} answered with something older', quiet: true, tone: 'warn' },
    hedged: { text: '{layer} sent a hedge after {afterMs} ms', quiet: true, tone: 'warn' },
    hedgeWon: { text: '{layer} took the answer of a hedge', quiet: true, tone: 'good' },
    hedgeSuppressed: { text: '{layer} sent no further copy: {why}', quiet: true, tone: 'warn' },
    orphaned: { text: '{layer} left an attempt running for nobody', quiet: true, tone: 'warn' },
    cancelDelivered: { text: '{layer}: the news that nobody waits is out, {afterMs} ms later', quiet: true },
    falseTimeout: { text: '{layer}: the answer came after {tookMs} ms, within twice the limit', quiet: true, tone: 'warn' },
    answeredLate: { text: '{layer} answered {lateMs} ms after its limit', quiet: true, tone: 'bad' },
    cancelled: { text: '{layer} stopped: its caller gave up', quiet: true },
    limitMoved: { text: '{layer}: the limit is now {limitMs} ms', tone: 'calm' },
    troubleStarted: { text: '{layer}: {percent} % of the calls of the last second ran out of time', tone: 'bad' },
    troubleEnded: { text: '{layer}: calls end in time again', tone: 'good' },
  },
  machine: 'timeout',
  place: 'layer',
  rank: RANK.totalTimeout,
  misplaced: [
    {
      inside: 'retry', shows: { of: 'self', note: 'exceeded' },
      why: 'Inside a retry the time for the whole call begins anew with each attempt: nobody limits the sum. Stand outside, or limit attempts with “Timeout of each attempt”.',
    },
    {
      inside: 'bulkhead', shows: { of: 'self', note: 'exceeded' },
      why: 'Time spent waiting for a permit of the bulkhead is not counted: the caller waits longer than the limit says.',
    },
  ],
} as const satisfies EngineStory;

/** The same engine as the limit of one attempt, inside retry and breaker, which then hear of each time that was up. */
export const perTryStory = {
  ...timeoutStory,
  title: 'Timeout of each attempt',
  rank: RANK.perTryTimeout,
  misplaced: [{ inside: 'timeout/per-try', shows: { of: 'self', note: 'exceeded' }, why: 'Of two limits for the same attempt only the shorter one ever acts.' }],
} as const satisfies EngineStory;

export type TimeoutNote = keyof typeof timeoutStory.notes;
