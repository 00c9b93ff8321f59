/** The heavy part of the suites, bundled and loaded by Node itself: under vitest's own loader every import is a property access, which makes hot code half as fast. */
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../../scripts/bundle.mjs';

export const { catalogue, World, runPlan, loadCatalogue, observe, randomLaw, runsFor, openKitchen, stackLaw, tourProblems, patternOf, runsOf } = (await import(pathToFileURL(await bundleForNode('test/conformance/heavy.ts')).href)) as typeof import('./heavy.ts');
