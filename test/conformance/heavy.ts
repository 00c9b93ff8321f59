/**
 * What the suites do most of their work with, as one entry: `native.ts` bundles it. Tests take types from the modules themselves.
 */
export { catalogue } from '../../src/patterns/catalogue.ts';
export { World } from '../../src/kernel/world.ts';
export { runPlan } from '../../src/runs/runner.ts';
export { loadCatalogue } from './cases.ts';
export { observe } from './observe.ts';
export { randomLaw, runsFor } from './random.ts';
export { openKitchen, stackLaw } from './stacks.ts';
export { tourProblems } from './tours.ts';
export { patternOf, runsOf } from '../figures/runs.ts';
