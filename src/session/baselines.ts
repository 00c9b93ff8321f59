/** The runs that headline numbers are held against: the other variants on the same traffic, faults and seed. */
import type { Fault } from '../kernel/faults.ts';
import type { Stories } from '../runs/document-stories.ts';
import type { RunDocument } from '../runs/document.ts';
import { resolve } from '../runs/plan.ts';

export function baselinesOf(document: RunDocument, stories: Stories): [string, RunDocument][] {
  const { variants } = stories.story.scenarios[document.scenario]!;
  const untouched = Object.keys(document.params).length === 0 && document.faults === undefined;
  // Parameters of applications (workload, services) belong to the situation; those of policies are what is compared.
  const apps = new Set(resolve(document, stories).nodes.flatMap((node) => node.layers).filter((layer) => stories.of(layer.engine)?.place === 'app').map(({ id }) => id));
  const params = Object.fromEntries(Object.entries(document.params).filter(([layer]) => apps.has(layer)));
  const { stacks: _stacks, faults: _faults, ...rest } = document;
  return Object.keys(variants).filter((id) => id !== document.variant || !untouched).map((variant) => {
    const faults = faultsFor(document, variant, stories);
    return [variant, { ...rest, variant, params, interventions: [], breakpoints: [], ...(faults !== undefined && { faults }) }];
  });
}

/**
 * A variant may have faults of its own (a plain crash where the others die at a step that it does not have), so what was added and taken away
 * is told apart from what was there.
 */
function faultsFor({ faults, stacks: _stacks, ...document }: RunDocument, variant: string, stories: Stories): readonly Fault[] | undefined {
  if (faults === undefined) return undefined;
  const usual = (id: string): readonly Fault[] => resolve({ ...document, variant: id, params: {} }, stories).faults;
  const before = usual(document.variant);
  const has = (list: readonly Fault[], fault: Fault): boolean => list.some((each) => JSON.stringify(each) === JSON.stringify(fault));
  return [...usual(variant).filter((fault) => has(faults, fault) || !has(before, fault)), ...faults.filter((fault) => !has(before, fault) && !has(usual(variant), fault))];
}
