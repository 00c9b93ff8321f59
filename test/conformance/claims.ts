/** What scenarios claim in numbers, over many seeds. */
import { World } from '../../src/kernel/world.ts';
import type { Claim } from '../../src/kernel/story.ts';
import { figure } from '../../src/runs/figure.ts';
import type { Case, Pattern } from './cases.ts';
import type { Wrong } from './laws.ts';

/** At least so many seeds; nine in ten of them must agree by themselves. */
export const SEEDS = 20;
const AGREE = 0.9;

/** Figures of the measuring window for each of the seeds 1, 2, 3 …; runs only as far as that window goes. */
export function measure(one: Case, seeds = SEEDS, untilMs = one.resolved.measure.untilMs): Readonly<Record<string, number>>[] {
  return Array.from({ length: seeds }, (_, i) => {
    const world = new World({ ...one.plan(), seed: i + 1 }, { check: 'off', fingerprint: false });
    world.runUntil(untilMs);
    world.check();
    return world.summary();
  });
}
export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
export const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0) / (values.length - 1));
};

/** By how much `better` beats `worse`; Infinity where there is nothing left to beat. */
function ratio({ wants }: Claim, better: number, worse: number): number {
  const [more, less] = wants === 'higher' ? [better, worse] : [worse, better];
  return less === 0 ? (more > 0 ? Infinity : 0) : more / less;
}

export function claimsLaw({ cases }: Pattern, seeds = SEEDS, runsOf: (one: Case) => readonly Readonly<Record<string, number>>[] = (one) => measure(one, seeds)): Wrong {
  const wrong: Wrong = [];
  for (const scenarioId of new Set(cases.map((one) => one.scenarioId))) {
    const measured = new Map<string, readonly Readonly<Record<string, number>>[]>();
    const of = (variantId: string, metric: string): number[] => {
      const one = cases.find((each) => each.scenarioId === scenarioId && each.variantId === variantId)!;
      let runs = measured.get(variantId);
      if (runs === undefined) { runs = runsOf(one); measured.set(variantId, runs); }
      return runs.map((summary) => figure(summary, metric) ?? NaN);
    };
    for (const claim of cases.find((one) => one.scenarioId === scenarioId)!.scenario.claims) {
      const { metric, better, worse, wants, factor } = claim;
      const [good, bad] = [of(better, metric), of(worse, metric)];
      const whole = ratio(claim, mean(good), mean(bad));
      const agree = good.filter((value, i) => ratio(claim, value, bad[i]!) >= factor).length;
      if (whole >= factor && agree >= AGREE * seeds) continue;
      const range = (values: readonly number[]) => `${mean(values).toPrecision(4)} (sd ${deviation(values).toPrecision(2)})`;
      wrong.push(`${scenarioId} claims that ${metric} is ${wants} by a factor of ${factor} in ${better} than in ${worse}: it is ${range(good)} against ${range(bad)}, a factor of ${whole.toPrecision(3)}, and ${agree} of ${seeds} seeds agree`);
    }
  }
  return wrong;
}
