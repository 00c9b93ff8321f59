/** The same rules for what a story itself says: every scenario and variant must be a legal document, and speak only of what exists. */
import type { Scenario, Variant } from '../kernel/story.ts';
import { isReserved, own } from './document-plain.ts';
import { problemAt, Report, type Problem } from './document-problem.ts';
import type { Stories } from './document-stories.ts';
import { defaultDocument, linkName } from './document.ts';
import { checkName } from './validate-shape.ts';
import { layersOf, validateDocument } from './validate.ts';

function checkVariant(variant: Variant, path: string, layers: ReturnType<typeof layersOf>, report: Report): void {
  const running = [...layers].filter(([, { runs }]) => runs).map(([id]) => id);
  for (const id of Object.keys(variant.params ?? {})) checkName(id, 'a layer of the variant', running, `${path}.params.${id}`, report);
  for (const [id, preset] of Object.entries(variant.presets ?? {})) {
    if (checkName(id, 'a layer of the variant', running, `${path}.presets.${id}`, report)) checkName(preset, `a preset of ${id}`, Object.keys(layers.get(id)?.story?.presets ?? {}), `${path}.presets.${id}`, report);
  }
}

function checkScenario(scenario: Scenario, path: string, report: Report): void {
  const nodes = scenario.nodes.map(({ id }) => id);
  const links = new Set<string>();
  scenario.links.forEach(({ from, to }, i) => {
    checkName(from, 'a node', nodes, `${path}.links[${i}].from`, report);
    checkName(to, 'a node', nodes, `${path}.links[${i}].to`, report);
    const name = linkName(from, to);
    if (links.has(name)) report.add(problemAt(`${path}.links[${i}]`, name, 'the only link of its direction'));
    links.add(name);
  });
  nodes.forEach((id, i) => {
    if (nodes.indexOf(id) !== i || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(id) || isReserved(id)) report.add(problemAt(`${path}.nodes[${i}].id`, id, 'a unique name of letters, digits, - and _'));
  });
  const { fromMs, untilMs } = scenario.measure;
  if (!(fromMs >= 0 && fromMs < untilMs && untilMs <= scenario.durationMs)) report.add(problemAt(`${path}.measure`, `${fromMs} to ${untilMs}`, `a window inside the run (0 to ${scenario.durationMs})`));
  if (!((scenario.openAtMs ?? 0) >= 0 && (scenario.openAtMs ?? 0) <= scenario.durationMs)) report.add(problemAt(`${path}.openAtMs`, scenario.openAtMs, `from 0 to ${scenario.durationMs}`));
  checkName(scenario.opensWith, 'a variant', Object.keys(scenario.variants), `${path}.opensWith`, report);
}

/** Everything that is wrong with a story's scenarios and variants; empty when each of them is a legal document with everything spelt out. */
export function storyProblems(stories: Stories): readonly Problem[] {
  const report = new Report(200);
  const { story } = stories;
  checkName(story.opensWith, 'a scenario', Object.keys(story.scenarios), 'opensWith', report);
  for (const [id, scenario] of Object.entries(story.scenarios)) {
    checkScenario(scenario, id, report);
    for (const [variantId, variant] of Object.entries(scenario.variants)) {
      const path = `${id}/${variantId}`;
      checkVariant(variant, path, layersOf({ scenario: id, variant: variantId }, scenario, stories), report);
      const spelt = {
        ...defaultDocument(stories, id, variantId),
        stacks: Object.fromEntries(scenario.nodes.map((node) => [node.id, own(variant.stacks, node.id) ?? node.stack])),
        links: Object.fromEntries(scenario.links.map(({ from, to, latency }) => [linkName(from, to), latency])),
        faults: variant.faults ?? scenario.faults,
        durationMs: scenario.durationMs,
      };
      for (const problem of validateDocument(spelt, stories).problems) report.add({ ...problem, path: `${path}: ${problem.path}`, message: `${path}: ${problem.message}` });
    }
  }
  return report.problems;
}
