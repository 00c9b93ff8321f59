/** What a canary is for: a bad release found by few; what is found before anybody has it; and what a person decides. */
import type { Scenario } from '../../../kernel/story.ts';
import { allAtOnce, EXPOSED, EXPOSURE, links, gateway, places, rollout, seconds, shop, shoppers, usersNode } from '../topologies.ts';

const flagger = { startAtMs: 5000, bakeMs: 15_000, scaleDownDelayMs: 5000 } as const;
export const badRelease: Scenario = {
  title: 'A bad release',
  summary: 'The new release fails 5 % of its requests, ten times as many as the old one. A tenth of the users have it when the third check says stop.',
  seed: 1, durationMs: seconds(55), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(55), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 200 }, rollout(flagger, 'flagger'), { newFailRatio: 0.05 }),
  headlines: [EXPOSURE, EXPOSED, { label: 'Errors for all users', metric: 'users.transientError', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.exposure', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'ledger.usersExposed', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'The same alarm in the same time, but all users have the bad release meanwhile.' },
    with: { title: 'Canary, against a limit', kind: 'with', summary: 'Three checks in a row see far more than 1 % errors among a tenth of the traffic: back to the old release after 30 s.' },
    fisher: {
      title: 'Canary, compared', kind: 'with', presets: { rollout: 'safe' }, params: { rollout: { ...flagger, plan: 'steps', steps: [10, 50], judge: 'fisher', baseline: 'pairedSameSize', minSamples: 300, window: 'step', correction: 'bonferroni', onMissing: 'hold', threshold: 1 } },
      summary: 'Fisher’s test of two slices of the same size, once there are 300 answers of each: one failed check is enough.',
    },
    good: { title: 'A good release', kind: 'with', params: { rollout: { plan: 'steps', steps: [10, 50] }, 'stable-app': { newFailRatio: 0.005 }, 'canary-app': { newFailRatio: 0.005 } }, summary: 'The same rollout of a release that is no worse: two steps, everybody, the bake time, the old release switched off.' },
  },
};

const slow = { startAtMs: 3000, intervalMs: 5000, latency: true, maxP99Ms: 250, bakeMs: 10_000, threshold: 2 } as const;
export const mirrored: Scenario = {
  title: 'Found before anybody has it',
  summary: 'The new release takes three times as long. Mirrored traffic shows that, and no user waits for it.',
  seed: 2, durationMs: seconds(30), openAtMs: seconds(2), speed: 1,
  measure: { fromMs: seconds(3), untilMs: seconds(30), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 60 }, rollout(slow, 'flagger'), { newSlowFactor: 3 }),
  headlines: [EXPOSED, { label: 'Latency of all users, p99', metric: 'users.p99Ms', unit: 'ms', better: 'lower' }, { label: 'Work done for nobody', metric: 'gateway>canary.requests', unit: 'count', better: 'lower' }],
  claims: [
    { metric: 'ledger.usersExposed', better: 'with', worse: 'share', wants: 'lower', factor: 10 },
    { metric: 'users.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'Everybody waits three times as long until the alarm.' },
    share: { title: 'A tenth of the users', kind: 'with', summary: 'A tenth of the users wait three times as long until the second failed check.' },
    with: { title: 'Mirror first', kind: 'with', params: { rollout: { mirrorFirst: true } }, summary: 'Every request goes to both; the new release’s answers are timed and thrown away. It costs the work of all requests once more.' },
  },
};

const slowSales = { newSoldRatio: 0.1 } as const;
export const byHand: Scenario = {
  title: 'A person decides',
  summary: 'Nothing that is measured is wrong, but half as much is sold. Who has to approve can look, and goes back at 45 s.',
  seed: 3, durationMs: seconds(70), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(70), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 60 }, rollout({ startAtMs: 5000, minSamples: 30, steps: [5, 20] }), slowSales),
  interventions: [
    { atMs: seconds(12), kind: 'control', layer: 'rollout', control: 'pause' }, { atMs: seconds(14), kind: 'control', layer: 'rollout', control: 'approve' },
    { atMs: seconds(45), kind: 'control', layer: 'rollout', control: 'rollBack' }, { atMs: seconds(50), kind: 'control', layer: 'rollout', control: 'approve' },
  ],
  headlines: [EXPOSED, { label: 'Promoted', metric: 'rollout.note.promoted', unit: 'count', better: 'lower' }],
  claims: [{ metric: 'ledger.usersExposed', better: 'with', worse: 'without', wants: 'lower', factor: 2 }],
  opensWith: 'with',
  variants: {
    without: { title: 'Promoted by itself', kind: 'without', summary: 'All checks pass, and everybody has it by the time that somebody looks at the sales.' },
    with: { title: 'Approved by a person', kind: 'with', params: { rollout: { autoPromote: false } }, summary: 'The plan stops after its last step and waits. A fifth of the users have it when the person goes back.' },
  },
};

const testers = { id: 'testers', title: 'Testers', role: 'client', stack: [{ ...shoppers({ ratePerSecond: 20, entityCount: 20, payload: { canary: true, value: 7 } }), id: 'testers-users' }] } as const;
export const byHeader: Scenario = {
  title: 'Testers first',
  summary: 'Only requests with a header get the new release. Twenty testers find what a tenth of the users would have had to.',
  seed: 4, durationMs: seconds(40), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from the deployment on' },
  nodes: [usersNode({ ratePerSecond: 80 }), testers, gateway(rollout({ ...flagger, assignment: 'header' }, 'flagger')), ...places({ newFailRatio: 0.1 })],
  links: [...links, { from: 'testers', to: 'gateway', latency: { kind: 'constant', ms: 10 } }],
  faults: [],
  headlines: [EXPOSURE, { label: 'Errors for users', metric: 'users.transientError', unit: 'count', better: 'lower' }, EXPOSED],
  claims: [{ metric: 'users.transientError', better: 'with', worse: 'without', wants: 'lower', factor: 5 }],
  opensWith: 'with',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: { ...allAtOnce, assignment: 'userHash' } }, summary: 'All users have the bad release until the alarm.' },
    with: { title: 'By a header', kind: 'with', summary: 'The weight does not matter until the promotion: who sends the header has the new release, nobody else.' },
    share: { title: 'A tenth of all', kind: 'with', params: { rollout: { assignment: 'userHash' } }, summary: 'A tenth of users and testers alike.' },
  },
};
