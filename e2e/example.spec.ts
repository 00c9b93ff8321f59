/**
 * A script as a user would write it: it imports only the public helper. In your own repository set `baseURL` to wherever Patternscope is
 * served; nothing here knows a selector, a pixel or a time-out.
 */
import { expect, test } from 'patternscope/playwright';

const HANG_MS = 30_000, HEALED_MS = 60_000;

test('the breaker opens within 3 s of the fault, probes, and closes once payments is well again', async ({ sim }) => {
  await sim.open('circuit-breaker/hanging-payments/with');
  await sim.seek(HANG_MS);
  await expect(sim).toBeInMode('breaker', 'closed');

  const { atMs: openedMs } = await sim.runUntil({ mode: 'open', layer: 'breaker' });
  expect(openedMs - HANG_MS).toBeLessThan(3000);
  await expect(sim).toBeInMode('breaker', 'open');

  await sim.runUntil({ mode: 'halfOpen', layer: 'breaker' });
  await expect(sim).toBeInMode('breaker', 'halfOpen');

  const { atMs: closedMs } = await sim.runUntil({ mode: 'closed', layer: 'breaker', after: HEALED_MS });
  await expect(sim).toBeInMode('breaker', 'closed');
  expect(closedMs - HEALED_MS).toBeLessThan(15_000);

  await expect(sim).toHaveNote('opened', { layer: 'breaker', after: HANG_MS, before: HANG_MS + 3000 });
  await expect(sim).toKeepInvariant();
});

test('browsing gets far more of its answers with the breaker than without', async ({ sim }) => {
  await sim.open('circuit-breaker/hanging-payments/with');
  const withBreaker = await sim.metrics();
  const without = await sim.compare({ variant: 'without' });
  expect(withBreaker['browse.goodputPerSecond']).toBeGreaterThan(1.7 * without!['browse.goodputPerSecond']!);
  await expect(sim).toHaveMetric('browse.goodputPerSecond', { above: 45 });
});
