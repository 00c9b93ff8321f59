/** The demo suite: the tour of every pattern, walked in the built page, step by step. No sleep, no retry: a run is the same every time. */
import { expect, test } from './fixtures.ts';
import { Sim } from '../src/playwright/sim.ts';
import { catalogue } from '../src/patterns/catalogue.ts';

/** All of them by `npm run demo-suite`; some with every run of the tests, which hold every tour to its word in Node as well. */
const walked = process.env['DEMO'] === 'all' ? catalogue : catalogue.filter((_, i) => i % 4 === 0);

for (const { id } of walked) {
  test(`the tour of ${id} can be walked to its end and back`, async ({ page }) => {
    const sim = new Sim(page);
    await sim.goto(`?p=${id}&motion=none`);
    await sim.computed();
    const steps = await sim.tour();
    expect(steps.length).toBeGreaterThanOrEqual(5);
    let run = '';
    for (const [i, step] of steps.entries()) {
      const { atMs, document } = await sim.goTo(i);
      expect(`${document.scenario}/${document.variant}`).toBe(`${step.scenario}/${step.variant}`);
      expect(atMs).toBeCloseTo((await sim.tour())[i]!.atMs!, 5);
      // Of steps that come in the same instant the last is shown.
      const shown = (await sim.tour()).findLast((other) => other.atMs !== null && other.atMs <= atMs + 1e-6)!;
      await expect(sim.parts.caption).toContainText(shown.title);
      if (run !== `${step.scenario}/${step.variant}`) {
        run = `${step.scenario}/${step.variant}`;
        await sim.computed();
        expect(await sim.fingerprint()).toMatch(/^[0-9a-f]+$/);
      }
    }
    await sim.goTo(0);
    await expect(sim.parts.caption).toContainText(steps[0]!.title);
  });
}
