/** All that is data about the rollout engine: parameters, relations, presets, controls and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { checkRollout } from './check.ts';
import { canaryPresets } from './presets.ts';

const PLAN = 'Plan', WHO = 'Who gets it', WHAT = 'What is measured', HOW = 'How it is judged', END = 'Promotion and the end';

const params = {
  plan: {
    kind: 'choice', options: ['steps', 'linear'], initial: 'steps', group: PLAN, label: 'Weights', optionLabels: { steps: 'a list of steps', linear: 'equal steps up to a maximum' },
    help: 'How the share of the new release rises. After the last step it gets everything.',
  },
  steps: { kind: 'numbers', unit: 'percent', min: 0.01, max: 100, initial: [10, 50], maxLength: 50, group: PLAN, label: 'Steps', help: 'List only: the weights one after the other, rising. (Flagger stepWeights, Argo setWeight.)' },
  stepWeight: { kind: 'number', unit: 'percent', min: 1, max: 100, initial: 10, group: PLAN, label: 'Step', help: 'Equal steps only: by how much the weight rises.' },
  maxWeight: { kind: 'number', unit: 'percent', min: 1, max: 100, initial: 50, group: PLAN, label: 'Up to', help: 'Equal steps only: the last weight before everything.' },
  intervalMs: { kind: 'number', unit: 'ms', min: 100, max: 3_600_000, initial: 10_000, scale: 'log', group: PLAN, label: 'Check every', help: 'One check in each interval; a step takes at least one.' },
  startAtMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 0, group: PLAN, label: 'First release at', help: 'When a release is deployed by itself; 0: by hand.' },
  nextAfterMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 0, group: PLAN, label: 'Next release after', help: 'So long after a rollout has ended the next release comes; 0: none.' },
  mirrorFirst: { kind: 'flag', initial: false, group: PLAN, label: 'Mirror first', help: 'Before the first step every request is also sent to the new release, and its answers are measured and thrown away.' },

  assignment: {
    kind: 'choice', options: ['userHash', 'cookie', 'random', 'header'], initial: 'userHash', group: WHO, label: 'Users are chosen by',
    optionLabels: { userHash: 'a hash of their id', cookie: 'a cookie', random: 'chance, at each request', header: 'a header they send' },
    help: 'A hash and a cookie are sticky: a user stays on a side, and a rising weight only adds users. Chance at each request moves users to and fro.',
  },
  hash: {
    kind: 'choice', options: ['murmur3', 'fnv1a', 'perProcess'], initial: 'murmur3', group: WHO, label: 'Hash', optionLabels: { murmur3: 'MurmurHash3', fnv1a: 'FNV-1a', perProcess: 'the language’s own, salted in each process' },
    help: 'User hash only. A hash that each process salts anew gives each user another bucket after every restart.',
  },
  salt: { kind: 'data', initial: 'shop', shape: 'text', group: WHO, label: 'Salt', help: 'Goes into the hash, so that two experiments do not choose the same users.' },
  saltPerRelease: { kind: 'flag', initial: true, group: WHO, label: 'Another order for each release', help: 'Off: the same users are the first to get every release.' },
  cookieMaxAgeMs: { kind: 'number', unit: 'ms', min: 1000, max: 2_592_000_000, initial: 86_400_000, scale: 'log', group: WHO, label: 'Cookie lives for', help: 'Cookie only: after so long a user draws a new bucket.' },
  cohort: {
    kind: 'choice', options: ['all', 'oneRegion'], initial: 'all', group: WHO, label: 'Out of', optionLabels: { all: 'all users', oneRegion: 'one region of four' },
    help: 'One region: the share is taken from its users alone. What is wrong in the other regions nobody sees.',
  },

  analysis: { kind: 'flag', initial: true, group: WHAT, label: 'Analysis', help: 'Off: the first weight stays for ever, as in a sketch that only splits.' },
  successRate: { kind: 'flag', initial: true, group: WHAT, label: 'Success rate', help: 'Share of requests that end well.' },
  minSuccessRatio: { kind: 'number', unit: 'ratio', min: 0.5, max: 0.9999, initial: 0.99, step: 0.001, group: WHAT, label: 'At least', help: 'Absolute and sequential judges only: the share of good answers that is good enough.' },
  latency: { kind: 'flag', initial: false, group: WHAT, label: 'Latency', help: 'The 99th percentile, or the ranks of all durations.' },
  maxP99Ms: { kind: 'number', unit: 'ms', min: 1, max: 600_000, initial: 500, scale: 'log', group: WHAT, label: 'p99 at most', help: 'Absolute judge: the limit. Fisher and sequential judges: slower answers count as bad ones.' },
  custom: { kind: 'flag', initial: false, group: WHAT, label: 'Business metric', help: 'Share of answers that led to a purchase. An answer can be swift and well-formed and still sell nothing.' },
  minCustomRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.2, step: 0.01, group: WHAT, label: 'Purchases, at least', help: 'Absolute and sequential judges only.' },
  judgeOf: {
    kind: 'choice', options: ['canary', 'total'], initial: 'canary', group: WHAT, label: 'Measured on', optionLabels: { canary: 'the new release alone', total: 'all traffic together' },
    help: 'All traffic together hides what a small share does.',
  },
  baseline: {
    kind: 'choice', options: ['stableAll', 'pairedSameSize'], initial: 'pairedSameSize', group: WHAT, label: 'Compared with', optionLabels: { stableAll: 'all others', pairedSameSize: 'as many others' },
    help: 'As many others: users of a slice of the same size at the other end of the buckets. Needs a weight of 50 % at most.',
  },
  window: { kind: 'choice', options: ['step', 'interval'], initial: 'step', group: WHAT, label: 'A check looks at', optionLabels: { step: 'the whole step', interval: 'the time since the last check' }, help: 'The whole step gathers evidence; the interval forgets it.' },

  judge: {
    kind: 'choice', options: ['absolute', 'ratioToBaseline', 'fisher', 'mannWhitney', 'sprt'], initial: 'fisher', group: HOW, label: 'Judge',
    optionLabels: { absolute: 'against a limit', ratioToBaseline: 'ratio to the others', fisher: 'Fisher’s exact test', mannWhitney: 'rank test (Mann–Whitney)', sprt: 'sequential test (Wald)' },
    help: 'Against a limit knows no baseline. The tests say how likely it is that the difference is chance.',
  },
  allowedIncrease: { kind: 'number', unit: 'factor', min: 1, max: 10, initial: 1.5, step: 0.1, group: HOW, label: 'Allowed increase', help: 'Ratio only: so many times as many bad answers, or as long a p99.' },
  alpha: { kind: 'number', unit: 'ratio', min: 0.001, max: 0.2, initial: 0.05, step: 0.005, group: HOW, label: 'α', help: 'How likely a check may fail by chance. Bands are drawn with a confidence of 1 − α.' },
  correction: {
    kind: 'choice', options: ['none', 'bonferroni', 'sprt'], initial: 'bonferroni', group: HOW, label: 'Many checks', optionLabels: { none: 'each with the whole α', bonferroni: 'α shared out (Bonferroni)', sprt: 'sequential test instead' },
    help: 'Ten looks with 5 % each give a false alarm in 40 % of rollouts.',
  },
  badErrorRatio: { kind: 'number', unit: 'ratio', min: 0.001, max: 0.9, initial: 0.05, step: 0.005, group: HOW, label: 'To be found', help: 'A share of bad answers that must not be missed; the sequential test and the needed samples go by it.' },
  power: { kind: 'number', unit: 'ratio', min: 0.5, max: 0.999, initial: 0.8, step: 0.01, group: HOW, label: 'Power', help: 'How likely that share is found.' },
  minSamples: { kind: 'number', unit: 'count', min: 0, max: 1_000_000, initial: 300, integer: true, scale: 'log', group: HOW, label: 'Samples, at least', help: 'In each arm. With fewer the step goes on without a verdict; 0 judges whatever there is.' },
  maxStepMs: { kind: 'number', unit: 'ms', min: 100, max: 86_400_000, initial: 120_000, scale: 'log', group: HOW, label: 'Longest step', help: 'A step without a verdict for so long waits for a person, or holds.' },
  expectedPerSecond: { kind: 'number', unit: 'perSecond', min: 0, max: 100_000, initial: 0, scale: 'log', group: HOW, label: 'Expected traffic', help: 'Only to check the plan: says how long a step would need for its samples. 0: unknown.' },
  threshold: { kind: 'number', unit: 'count', min: 1, max: 100, initial: 3, integer: true, group: HOW, label: 'Failed checks', help: 'So many in one rollout, and it goes back.' },
  onMissing: { kind: 'choice', options: ['fail', 'hold', 'pass'], initial: 'hold', group: HOW, label: 'No data', optionLabels: { fail: 'counts as failed', hold: 'the step goes on', pass: 'counts as passed' }, help: 'A check without a single request to judge by.' },
  inconclusive: { kind: 'choice', options: ['pause', 'hold'], initial: 'pause', group: HOW, label: 'No verdict in time', optionLabels: { pause: 'wait for a person', hold: 'go on waiting' }, help: 'When the longest step is over.' },

  autoPromote: { kind: 'flag', initial: true, group: END, label: 'Promote by itself', help: 'Off: a person approves before everything goes to the new release.' },
  autoRollback: { kind: 'flag', initial: true, group: END, label: 'Roll back by itself', help: 'Off: failed checks pause the rollout and a person decides.' },
  bakeMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 60_000, scale: 'log', group: END, label: 'Bake time', help: 'After the promotion the checks go on for so long, and can still roll back.' },
  scaleDownDelayMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 30_000, scale: 'log', group: END, label: 'Old release is kept for', help: 'After the bake time; until then a person can still go back.' },
  progressDeadlineMs: { kind: 'number', unit: 'ms', min: 0, max: 86_400_000, initial: 600_000, scale: 'log', group: END, label: 'Progress deadline', help: 'No step passed for so long: roll back. Pauses do not count. 0: never.' },
} as const satisfies EngineStory['params'];

export type CanaryParams = ParamsOf<typeof params>;

export const canaryStory = {
  title: 'Canary rollout',
  place: 'app',
  params,
  relations: [
    { left: 'stepWeight', must: 'atMost', right: 'maxWeight', when: { plan: 'linear' }, level: 'refuse', message: 'The first step is above the last.' },
    { left: 'maxWeight', must: 'atMost', right: 50, when: { plan: 'linear', baseline: 'pairedSameSize' }, level: 'refuse', message: 'Above 50 % there are not as many others left to compare with.' },
    { left: 'intervalMs', must: 'atMost', right: 'maxStepMs', level: 'refuse', message: 'A step ends before its first check.' },
    { left: 'alpha', must: 'atMost', right: 0.1, level: 'warn', message: 'More than one check in ten fails by chance.' },
  ],
  check: checkRollout,
  presets: canaryPresets,
  controls: { start: 'Deploy the next release', pause: 'Pause', approve: 'Approve: go on', promote: 'Promote now', rollBack: 'Roll back', abort: 'Abort' },
  notes: {
    deployed: { text: 'release {release} is deployed beside the old one' },
    mirroring: { text: 'every request is also sent to release {release}, its answers are thrown away' },
    stepEntered: { text: 'step {step}: release {release} gets {weight} % of the traffic' },
    weightSet: { text: 'weight {weight} %', quiet: true },
    checkPassed: { text: 'check passed: {what}', quiet: true, tone: 'good' },
    checkFailed: { text: 'check {failed} of {threshold} failed: {what}', tone: 'bad' },
    checkInconclusive: { text: 'no verdict: {samples} of {needed} samples; the step would need {needSeconds} s', quiet: true, tone: 'warn' },
    waiting: { text: 'too few samples ({samples} of {needed}): the step goes on', tone: 'warn' },
    noData: { text: 'no data in this check: {treatedAs}', tone: 'warn' },
    paused: { text: 'paused at {weight} %: {why}', tone: 'warn' },
    approved: { text: 'approved: goes on', tone: 'good' },
    promoted: { text: 'promoted after {afterSeconds} s: everybody gets release {release}', tone: 'good' },
    rolledBack: { text: 'rolled back after {afterSeconds} s at {weight} % ({why}): {exposure} bad answers, {users} users had the new release', tone: 'bad' },
    finalising: { text: 'the bake time is over; the old release is kept for now', tone: 'good' },
    retired: { text: 'the old release is switched off: release {release} is the only one', tone: 'good' },
    noUser: { text: 'a request without a user id goes to the old release', quiet: true, tone: 'warn' },
    refused: { text: '“{control}” is not possible while {mode}', tone: 'warn' },
  },
  machine: 'rollout',
} as const satisfies EngineStory;
export type CanaryNote = keyof typeof canaryStory.notes;
