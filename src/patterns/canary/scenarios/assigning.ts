/** Who gets the new release: users who flip, users who are always first, users who are not like the others; and what shows only later. */
import type { Scenario } from '../../../kernel/story.ts';
import { allAtOnce, byLimit, EXPOSED, EXPOSURE, PROMOTED, rollout, seconds, shop } from '../topologies.ts';

const FLIPS = { label: 'Falls back to the old release', metric: 'ledger.flips', unit: 'count', better: 'lower' } as const;
export const flipping: Scenario = {
  title: 'Users who flip',
  summary: 'Chance at each request sends the same user to the new release, back to the old one, and again. A hash of the user’s id never does.',
  seed: 1, durationMs: seconds(45), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(45), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 60, entityCount: 200 }, rollout({ startAtMs: 5000, steps: [10, 30, 50], minSamples: 30 })),
  faults: [{ kind: 'crash', node: 'gateway', fromMs: seconds(22), untilMs: seconds(23) }],
  headlines: [FLIPS, EXPOSED],
  claims: [
    { metric: 'ledger.flips', better: 'with', worse: 'random', wants: 'lower', factor: 50 },
    { metric: 'ledger.flips', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
  ],
  opensWith: 'random',
  variants: {
    without: {
      title: 'The sketch', kind: 'without', presets: { rollout: 'original' }, params: { rollout: { startAtMs: 5000 } },
      summary: 'A tenth by the language’s own hash, which each process salts anew: when the gateway restarts at 23 s, another tenth has it.',
    },
    random: { title: 'Chance at each request', kind: 'pitfall', params: { rollout: { assignment: 'random' } }, summary: 'The share is right, and every user is on both sides in turn.' },
    with: { title: 'A salted hash of the id', kind: 'fixed', summary: 'The same bucket always, on every gateway, after every restart: a rising weight only adds users.' },
    cookie: { title: 'A cookie', kind: 'fixed', params: { rollout: { assignment: 'cookie' } }, summary: 'A bucket drawn once and kept by the browser: as steady, and it needs no user id.' },
    short: { title: 'A cookie for 5 s', kind: 'pitfall', params: { rollout: { assignment: 'cookie', cookieMaxAgeMs: 5000 } }, summary: 'When the cookie ends, the bucket is drawn again: some fall back.' },
  },
};

export const guineaPigs: Scenario = {
  title: 'The same guinea pigs',
  summary: 'Two bad releases, one after the other. Without a salt for each release the same tenth of the users has both.',
  seed: 2, durationMs: seconds(45), openAtMs: seconds(2), speed: 1,
  measure: { fromMs: seconds(3), untilMs: seconds(45), label: 'two bad releases' },
  ...shop({ ratePerSecond: 100 }, rollout({ ...byLimit, startAtMs: 3000, intervalMs: 5000, nextAfterMs: 3000 }), { newFailRatio: 0.2 }),
  headlines: [{ label: 'Users hit by both', metric: 'ledger.usersHitTwice', unit: 'count', better: 'lower' }, { label: 'Users hit', metric: 'ledger.usersHit', unit: 'count', better: 'lower' }],
  claims: [{ metric: 'ledger.usersHitTwice', better: 'with', worse: 'same', wants: 'lower', factor: 2 }],
  opensWith: 'same',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'Everybody has both.' },
    same: { title: 'One salt for all releases', kind: 'pitfall', params: { rollout: { saltPerRelease: false } }, summary: 'Whoever is below the tenth is so in every rollout.' },
    with: { title: 'A salt for each release', kind: 'fixed', summary: 'Another tenth each time: a hundredth of the users has both.' },
  },
};

export const oneRegion: Scenario = {
  title: 'One region is not the world',
  summary: 'The new release fails in one region of four, and the share is taken from another one.',
  seed: 3, durationMs: seconds(70), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(70), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 80 }, rollout({ startAtMs: 5000, minSamples: 50, threshold: 2, steps: [10, 20] }), { newFailRatio: 0.5, newBadRegion: 2 }),
  headlines: [EXPOSURE, EXPOSED, PROMOTED],
  claims: [{ metric: 'ledger.exposure', better: 'with', worse: 'region', wants: 'lower', factor: 2 }],
  opensWith: 'region',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: allAtOnce }, summary: 'All regions have it until the alarm.' },
    region: { title: 'Out of one region', kind: 'pitfall', params: { rollout: { cohort: 'oneRegion' } }, summary: 'The region of the canary is well. Then the others get it.' },
    with: { title: 'Out of all users', kind: 'fixed', summary: 'A hash over all users has a quarter of its share in the region that fails.' },
  },
};

export const slowLeak: Scenario = {
  title: 'What shows only later',
  summary: 'The new release leaks: after 1200 requests it begins to fail. Under a small share it never gets that far.',
  seed: 4, durationMs: seconds(75), openAtMs: seconds(4), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(75), label: 'from the deployment on' },
  ...shop({ ratePerSecond: 80 }, rollout({ startAtMs: 5000, minSamples: 50, threshold: 1 }), { newLeakAfter: 1200, newLeakRatio: 0.3 }),
  headlines: [EXPOSURE, { label: 'Good answers', metric: 'users.goodRatio', unit: 'ratio', better: 'higher' }],
  claims: [{ metric: 'ledger.exposure', better: 'with', worse: 'no-bake', wants: 'lower', factor: 2 }],
  opensWith: 'no-bake',
  variants: {
    without: { title: 'Everybody at once', kind: 'without', params: { rollout: { ...allAtOnce, bakeMs: 0, scaleDownDelayMs: 0 } }, summary: 'It passes its first check, and fails soon after.' },
    'no-bake': { title: 'Done with the last step', kind: 'pitfall', presets: { rollout: 'no-bake' }, summary: 'Promoted, the old release is off, nobody looks any more; then it fails for everybody.' },
    with: { title: 'A bake time of a minute', kind: 'fixed', summary: 'The checks go on under all of the traffic, and the old release stands ready.' },
  },
};
