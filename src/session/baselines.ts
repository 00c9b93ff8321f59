/** The runs that headline numbers are held against: the other variants on the same traffic, faults and seed. */
import type { Stories } from '../runs/document-stories.ts';
import type { RunDocument } from '../runs/document.ts';
import { resolve } from '../runs/plan.ts';

export function baselinesOf(document: RunDocument, stories: Stories): [string, RunDocument][] {
  const { variants } = stories.story.scenarios[document.scenario]!;
  const untouched = Object.keys(document.params).length === 0 && document.faults === undefined;
  // Parameters of applications (workload, services) belong to the situation; those of policies are what is compared.
  const apps = new Set(resolve(document, stories).nodes.flatMap((node) => node.layers).filter((layer) => stories.of(layer.engine)?.place === 'app').map(({ id }) => id));
  const params = Object.fromEntries(Object.entries(document.params).filter(([layer]) => apps.has(layer)));
  const { stacks: _stacks, ...rest } = document;
  return Object.keys(variants).filter((id) => id !== document.variant || !untouched).map((variant) => [variant, { ...rest, variant, params, interventions: [], breakpoints: [] }]);
}
