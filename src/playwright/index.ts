/**
 * Drives Patternscope from Playwright by meaning: `import { expect, test } from 'patternscope/playwright'`. It works on whatever `baseURL`
 * names (a development server, a build, a hosted site) and, by `simIn`, on an embed in any page.
 */
export { expect } from './matchers.ts';
export { test, type SimFixtures } from './fixture.ts';
export { Sim, simIn, type Place } from './sim.ts';
export { SimPage } from './pages.ts';
export type { Change, Driver, Goal, Snapshot, TourStep } from '../entry/driverTypes.ts';
