/** Playwright's test with a simulation in its page: `test('…', async ({ sim }) => { await sim.open('retry'); … })`. */
import { test as base, type PlaywrightTestArgs, type PlaywrightTestOptions, type PlaywrightWorkerArgs, type PlaywrightWorkerOptions, type TestType } from '@playwright/test';
import { Sim } from './sim.ts';

export interface SimFixtures {
  /** The simulation of the test's page. Set `baseURL`, or `goto` an address of your own. */
  sim: Sim;
}

export const test: TestType<PlaywrightTestArgs & PlaywrightTestOptions & SimFixtures, PlaywrightWorkerArgs & PlaywrightWorkerOptions> = base.extend<SimFixtures>({
  sim: async ({ page }, provide) => { await provide(new Sim(page)); },
});
