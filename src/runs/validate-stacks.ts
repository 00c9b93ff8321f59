/** A document's own stacks, what the stack editor makes, beyond their shape. */
import type { NodeId } from '../kernel/contract.ts';
import type { LayerSpec, Scenario, Variant } from '../kernel/story.ts';
import { problemAt, type Report } from './document-problem.ts';
import type { Stories } from './document-stories.ts';
import { stackOf } from './plan.ts';
import { checkValues } from './validate-params.ts';
import { checkName } from './validate-shape.ts';

const hasApp = (stack: readonly LayerSpec[], stories: Stories): boolean => stack.some(({ engine }) => stories.of(engine)?.place === 'app');

function checkLayer(layer: LayerSpec, path: string, stories: Stories, report: Report): void {
  const story = stories.of(layer.engine);
  if (story === undefined) {
    report.add(problemAt(`${path}.engine`, layer.engine, 'an engine whose story is loaded', { message: `${path}.engine: the engine ${layer.engine} could not be loaded.` }));
    return;
  }
  if (layer.preset !== undefined) checkName(layer.preset, `a preset of ${layer.engine}`, Object.keys(story.presets ?? {}), `${path}.preset`, report);
  if (layer.params !== undefined) checkValues(story, layer.params, `${path}.params`, report);
}

/**
 * Layer ids are unique over the whole topology, engines, presets and parameters exist and are legal, and a node that had an application
 * keeps one: without it nothing would answer. The stacks have their shape already.
 */
export function checkStacks(stacks: Readonly<Record<NodeId, readonly LayerSpec[]>>, scenario: Scenario, variant: Variant, stories: Stories, report: Report): void {
  const frame = { scenario: '', variant: '', stacks };
  const holders = new Map<string, NodeId>();
  for (const { id: node } of scenario.nodes) {
    const edited = Object.hasOwn(stacks, node);
    const stack = stackOf(frame, scenario, variant, node);
    stack.forEach((layer, i) => {
      const path = `stacks.${node}[${i}]`;
      const holder = holders.get(layer.id);
      if (holder === undefined) holders.set(layer.id, node);
      else report.add(problemAt(edited ? `${path}.id` : `stacks.${holder}`, layer.id, 'unique in the topology', { message: `The layer id ${JSON.stringify(layer.id)} is used twice: on ${holder} and on ${node}.` }));
      if (edited) checkLayer(layer, path, stories, report);
    });
    const usual = stackOf({ ...frame, stacks: {} }, scenario, variant, node);
    if (edited && usual.length > 0 && stack.length === 0) report.add(problemAt(`stacks.${node}`, stack, 'at least one layer'));
    else if (edited && hasApp(usual, stories) && !hasApp(stack, stories)) {
      report.add(problemAt(`stacks.${node}`, stack, 'a stack with an application', { message: `stacks.${node} has lost its application: nothing would answer or make calls there.` }));
    }
  }
}
