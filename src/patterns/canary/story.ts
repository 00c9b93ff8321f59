/** Everything about canary deployment that is data: what there is to see, to read and to take home. */
import { defineStory } from '../../kernel/story.ts';
import { scenarios } from './scenarios.ts';
import { settings } from './settings.ts';
import { engineStories } from './stories.ts';

export const story = defineStory({
  problem: 'No test finds everything that users find. A release that goes to everybody at once shows its faults to everybody at once; one that goes to a few shows them to a few, if somebody looks, and knows what a few can tell.',
  engines: engineStories,
  scenarios,
  opensWith: 'bad-release',
  lesson: [
    {
      when: 'start', title: 'One release for everybody', focus: 'gateway',
      text: '200 requests a second of 400 users. The old release fails one in 200. At 5 s a new one is deployed beside it, and it fails one in twenty.',
      invite: 'Press play and watch the wall of users.',
    },
    {
      when: { note: 'stepEntered', layer: 'rollout' }, title: 'A tenth of the users', focus: 'gateway',
      text: 'Step {step}: {weight} % of the buckets. Each user has one of 10 000, by a hash of the id: the same side at every request.',
      aside: 'The dots of the wall stand in the order of their buckets: the new release takes them from the left.',
    },
    {
      when: { note: 'checkFailed', layer: 'rollout' }, title: 'The first check', focus: 'canary',
      text: 'Check {failed} of {threshold} failed: {what}. The weight stays; two more and it goes back.',
      shows: [{ metric: 'gateway>canary.requestsPerSecond', above: 8, below: 35 }],
    },
    {
      when: { note: 'rolledBack', layer: 'rollout' }, title: 'Back', focus: 'stable',
      text: 'After {afterSeconds} s everybody has the old release again. {users} users had the new one; {exposure} bad answers is what it cost.',
      shows: [{ metric: 'rollout.weight', above: 5, below: 15 }],
    },
    { when: 'end', title: 'The rest never knew', focus: 'users', text: 'Nobody else saw the bad release at all: all of its bad answers went to a tenth of the users.', shows: [{ metric: 'ledger.exposure', above: 10, below: 70 }, { metric: 'ledger.usersExposed', below: 80 }] },
    {
      when: { note: 'rolledBack', layer: 'rollout' }, act: { variant: 'without' }, title: 'The same alarm, everybody at once', focus: 'canary',
      text: 'The same three checks in the same time, but at {weight} %: {exposure} bad answers, {users} users.',
      shows: [{ metric: 'ledger.exposure', above: 200 }],
    },
    {
      when: { note: 'promoted', layer: 'rollout' }, act: { scenario: 'too-few-samples', variant: 'small' }, title: 'What two requests can tell', focus: 'gateway',
      text: 'Two requests a second. In the checks of release {release} nothing went wrong, because hardly anything happened: promoted, 5 % errors and all.',
      shows: [{ metric: 'rollout.note.promoted', above: 4 }], invite: 'Switch to “200 samples, two arms”.',
    },
  ],
  instruments: [
    { kind: 'dot-wall', title: 'Users by bucket', layer: 'rollout', view: 'dots', help: 'Each dot is a user, in the order of the buckets; filled ones have the new release, a cross is a bad answer at the last request. The line is the weight.' },
    { kind: 'confidence-bars', title: 'Old against new', layer: 'rollout', view: 'bands', help: 'The share measured, and between which bounds it lies with a confidence of 1 − α. Bars that stand apart are no chance.' },
    { kind: 'table', title: 'Checks', layer: 'rollout', view: 'checks', help: 'The newest first: what was judged, by how many answers of either side, and the verdict.' },
    { kind: 'table', title: 'Plan', layer: 'rollout', view: 'plan', help: 'Each step, the answers it needs to see the error rate that must not be missed, and how long they take to come.' },
    { kind: 'table', title: 'Both sides', layer: 'rollout', view: 'arms', help: 'What was seen of each side in this rollout.' },
    { kind: 'table', title: 'Counters of the sketch', layer: 'rollout', view: 'metrics', help: 'Requests and errors of each side over all time.' },
  ],
  charts: [
    { title: 'Weight', unit: 'percent', series: [{ name: 'rollout.weight', label: 'new release' }] },
    { title: 'Requests', unit: 'perSecond', series: [{ name: 'gateway>stable.requestsPerSecond', label: 'place A' }, { name: 'gateway>canary.requestsPerSecond', label: 'place B' }] },
    { title: 'Errors', unit: 'perSecond', series: [{ name: 'users.errorsPerSecond', label: 'users' }] },
    { title: 'Latency, p99', unit: 'ms', series: [{ name: 'users.p99Ms', label: 'users' }] },
  ],
  fidelity: {
    simulated: [
      'Every request of every user, split by published hashes into 10 000 buckets; both releases as services with queues of their own.',
      'The judges as their definitions have them: Fisher’s exact test, Mann–Whitney with ties, Wald’s sequential test, Wilson’s bounds.',
      'The whole rollout: mirrored traffic, steps, checks, waiting for samples, pauses, promotion, bake time, the old release kept and switched off.',
    ],
    leftOut: [
      'The slice for comparison runs on the instances of the old release; Kayenta would deploy fresh ones, so that caches and uptime are alike too.',
      'A promoted release counts as mended when the next one comes: else all later comparisons would be with a bad one.',
      'Metrics come from the gateway at once; scraping, queries and their delay are not simulated. Mirrored requests change nothing anywhere.',
      'Cookies are kept with the gateway instead of in browsers. Replicas of the controller, and experiments with more than two sides.',
      'Verdicts over many seeds are not run here: open “Stability” for them.',
    ],
  },
  sources: [
    { title: 'Argo Rollouts, Flagger, Kayenta, Kong, Envoy, AWS CodeDeploy', detail: 'documentation, for parameters, presets and what “no data” means' },
    { title: 'A. Appleby, MurmurHash3; Fowler–Noll–Vo, FNV-1a', detail: 'the hashes, with published vectors as tests' },
    { title: 'R. A. Fisher 1922; Mann and Whitney 1947; A. Wald 1945; E. B. Wilson 1927; J. L. Fleiss', detail: 'tests, bounds and sample sizes' },
  ],
  pitfalls: [
    { title: 'Too few samples', text: 'Two good answers of two are 100 %. Ask for a minimum of samples and extend the step until they are there.', scenario: 'too-few-samples', variant: 'small', fixed: 'with' },
    { title: 'The wrong metric', text: 'Errors and latency do not say whether the release does its job. Measure that too.', scenario: 'wrong-metric', variant: 'errors', fixed: 'with' },
    { title: 'All traffic together', text: 'A small share hides in the total. Measure each side alone.', scenario: 'total-rate', variant: 'total', fixed: 'with' },
    { title: 'No comparison', text: 'A limit blames the release for what both suffer from. Compare with as many users of the old one at the same time.', scenario: 'no-comparison', variant: 'limit', fixed: 'with' },
    { title: 'Many looks', text: 'Each look may be wrong by chance; ten looks are wrong in 40 %. Share α out, or use a test made for looking often.', scenario: 'peeking', variant: 'none', fixed: 'with' },
    { title: 'Users who flip', text: 'Chance at each request moves users to and fro. Hash their id with a salt.', scenario: 'flipping', variant: 'random', fixed: 'with' },
    { title: 'A cookie too short', text: 'When it ends, the user draws again. Let it live as long as the rollout.', scenario: 'flipping', variant: 'short', fixed: 'cookie' },
    { title: 'The same guinea pigs', text: 'One salt for all releases gives every fault to the same users. Take another one for each release.', scenario: 'guinea-pigs', variant: 'same', fixed: 'with' },
    { title: 'One region', text: 'A cohort that is not like the others says nothing of them. Hash over all users.', scenario: 'one-region', variant: 'region', fixed: 'with' },
    { title: 'No bake time', text: 'What leaks shows later, and under all of the traffic. Keep checking, and keep the old release.', scenario: 'slow-leak', variant: 'no-bake', fixed: 'with' },
    { title: 'Silence passes', text: 'No traffic is no evidence. Hold the step, or send requests of one’s own.', scenario: 'silence', variant: 'passes', fixed: 'with' },
  ],
  settings,
});
