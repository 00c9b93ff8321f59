/** What must be true of every pattern. Each law gives a list of what is wrong, in words that say what to do; none names a pattern. */
import { Report } from '../../src/runs/document-problem.ts';
import { figure } from '../../src/runs/figure.ts';
import { checkRelations, checkValues } from '../../src/runs/validate-params.ts';
import { storyProblems } from '../../src/runs/validate-story.ts';
import { initialParams } from '../../src/kernel/harnessParams.ts';
import type { Pattern } from './cases.ts';
import { holesOf, type Observed } from './observe.ts';

export type Wrong = string[];
const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Names: of patterns, scenarios, variants, engines; and what the gallery shows. */
export function namesLaw({ card, story, own }: Pattern): Wrong {
  const ids = [card.id, ...Object.keys(story.scenarios), ...Object.keys(story.engines), ...Object.values(story.scenarios).flatMap(({ variants }) => Object.keys(variants))];
  const wrong = ids.filter((id) => !KEBAB.test(id)).map((id) => `"${id}" is no kebab-case name (a-z, 0-9, single hyphens)`);
  if (story.engines[card.id] === undefined) wrong.push(`the story has no engine called ${card.id}: the main engine has the pattern's own name`);
  for (const name of Object.keys(story.engines)) if (own.engines[name] === undefined) wrong.push(`the story tells of the engine ${name}, but engine.ts does not export it`);
  for (const name of Object.keys(own.engines)) if (story.engines[name] === undefined) wrong.push(`engine.ts exports the engine ${name}, but the story does not tell of it`);
  for (const [field, text] of Object.entries({ title: card.title, summary: card.summary, problem: story.problem })) if (text.trim() === '') wrong.push(`${field} is empty`);
  if (card.keywords.length === 0) wrong.push('the card has no keywords');
  return wrong;
}
export function catalogueLaw(patterns: readonly Pattern[]): Wrong {
  const seen = new Map<string | number, string>();
  return patterns.flatMap(({ card }) => [card.id, card.number].flatMap((key) => {
    const other = seen.get(key);
    seen.set(key, card.title);
    return other === undefined ? [] : [`${card.title} and ${other} are both ${key}`];
  }));
}

/** Every scenario and variant is a legal document; every preset is legal; every scenario has a baseline and something to show. */
export function storyLaw({ story, stories }: Pattern): Wrong {
  const wrong = storyProblems(stories).map(({ message }) => message);
  for (const [name, engine] of Object.entries(story.engines)) {
    for (const [preset, { params }] of Object.entries({ ...engine.presets, initial: { title: 'initial', params: {} } })) {
      const report = new Report(20);
      checkValues(engine, params, `${name}, preset ${preset}`, report);
      if (report.clean) checkRelations(engine, { ...initialParams(engine.params), ...params }, `${name}, preset ${preset}`, report);
      wrong.push(...report.problems.map(({ message }) => message));
    }
  }
  for (const [id, scenario] of Object.entries(story.scenarios)) {
    const kinds = Object.values(scenario.variants).map(({ kind }) => kind);
    if (!kinds.includes('without')) wrong.push(`${id} has no variant of kind "without" to compare with`);
    if (!kinds.includes('with') && !kinds.includes('fixed')) wrong.push(`${id} has no variant of kind "with" or "fixed"`);
    if (scenario.claims.length === 0) wrong.push(`${id} claims nothing: say in numbers what it shows`);
    if (scenario.headlines.length === 0) wrong.push(`${id} has no headline numbers`);
    for (const { metric, better, worse, factor } of scenario.claims) {
      for (const variant of [better, worse]) if (scenario.variants[variant] === undefined) wrong.push(`${id} claims something of the variant ${variant}, which it does not have`);
      if (!(factor > 1)) wrong.push(`${id} claims a factor of ${factor} in ${metric}: only above 1 does it say anything`);
    }
  }
  for (const { title, scenario, variant, fixed } of story.pitfalls) {
    for (const each of [variant, fixed]) if (story.scenarios[scenario]?.variants[each] === undefined) wrong.push(`the pitfall "${title}" points to ${scenario}/${each}, which does not exist`);
  }
  return wrong;
}

/** Texts hold only holes that something fills. */
export function textLaw({ card, story }: Pattern): Wrong {
  const wrong: Wrong = [];
  const plain = (where: string, ...texts: readonly (string | undefined)[]): void => {
    for (const text of texts) for (const hole of holesOf(text ?? '')) wrong.push(`${where} has a hole {${hole}}, which nothing fills`);
  };
  plain('the card', card.title, card.summary);
  plain('the problem', story.problem);
  for (const [id, { title, summary, variants }] of Object.entries(story.scenarios)) {
    plain(id, title, summary);
    for (const [variant, told] of Object.entries(variants)) plain(`${id}/${variant}`, told.title, told.summary);
  }
  for (const { title, text } of story.pitfalls) plain(`the pitfall "${title}"`, title, text);
  for (const text of [...story.fidelity.simulated, ...story.fidelity.leftOut]) plain('the fidelity card', text);
  const params = story.engines[card.id]?.params ?? {};
  for (const { library, template } of story.settings ?? []) {
    for (const [, name] of template.matchAll(/\{(\w+)(?::\w+)?\}/g)) if (params[name!] === undefined) wrong.push(`the settings for ${library} have a hole {${name}}, which is no parameter of ${card.id}`);
  }
  return wrong;
}

/** No rule broke, nothing was left unanswered or unclear, no timer was forgotten. */
export const endLaw = ({ broken, unfilled, leaks, case: { name } }: Observed): Wrong => [
  ...(broken === null ? [] : [`${name}: ${broken}`]),
  ...Array.from(unfilled, (hole) => `${name}: the data of the note does not fill ${hole}`),
  ...leaks.map((leak) => `${name}: ${leak}`),
];

/** Notes that no scenario shows, with the test file beside the engine that does: engine name → note → file. */
export type Elsewhere = Readonly<Record<string, Readonly<Record<string, string>>>>;
export function notesLaw({ card, story }: Pattern, runs: readonly Observed[], elsewhere: Elsewhere, testText: (file: string) => string | undefined): Wrong {
  const wrong: Wrong = [];
  const list = `src/patterns/${card.id}/notes-elsewhere.json`;
  for (const [name, { notes }] of Object.entries(story.engines)) {
    const ref = name === card.id ? name : `${card.id}/${name}`;
    const heard = new Set(runs.flatMap(({ first, case: { layers } }) => first.flatMap(({ layer, note }) => (layers.get(layer)!.ref === ref ? [note] : []))));
    for (const note of heard) if (notes[note] === undefined && !KERNEL.has(note)) wrong.push(`${name} notes ${note}, which its story does not know`);
    const unseen: string[] = [];
    for (const note of Object.keys(notes)) {
      const file = elsewhere[name]?.[note];
      if (heard.has(note)) { if (file !== undefined) wrong.push(`${name} notes ${note} in a scenario: take it off ${list}`); continue; }
      const text = file === undefined ? undefined : testText(file);
      if (file === undefined) unseen.push(note);
      else if (text === undefined) wrong.push(`${list} says that ${file} shows ${note} of ${name}, but there is no such file`);
      // A test of all notes at once goes through the story's list.
      else if (!text.includes(note) && !/Object\.keys\(\w+\.notes\)/.test(text)) wrong.push(`${list} says that ${file} shows ${note} of ${name}, but it does not mention it`);
    }
    if (unseen.length > 0) wrong.push(`${name} never notes ${unseen.join(', ')} in any scenario. Show them in one, or name the test beside the engine that does in ${list}: { "${name}": { "${unseen[0]!}": "engine.test.ts" } }`);
    for (const note of Object.keys(elsewhere[name] ?? {})) if (notes[note] === undefined) wrong.push(`${list} names ${note} of ${name}, which there is not`);
  }
  for (const name of Object.keys(elsewhere)) if (story.engines[name] === undefined) wrong.push(`${list} names the engine ${name}, which there is not`);
  return wrong;
}
const KERNEL: ReadonlySet<string> = new Set(['nodeCrashed', 'nodeRestarted', 'paramsChanged', 'controlUsed', 'lawBroken']);

/** Every beat of the lesson comes up in the scenario that opens, as it opens, and its text is whole. */

/** Instruments, charts and headline numbers show something that exists, at least in one variant. */
export function panelsLaw(pattern: Pattern, runs: readonly Observed[]): Wrong {
  const { story, cases } = pattern;
  const wrong: Wrong = [];
  const layers = new Set(cases.flatMap((one) => [...one.layers.keys()]));
  const views = new Set(runs.flatMap((run) => [...run.views]));
  const series = new Set(runs.flatMap((run) => run.series));
  for (const { title, layer, view } of story.instruments) {
    if (!layers.has(layer)) wrong.push(`the instrument "${title}" shows the layer ${layer}, which no variant has`);
    else if (!views.has(`${layer}/${view}`)) wrong.push(`the instrument "${title}" shows the view ${view} of ${layer}, which inspect() never gives`);
  }
  for (const chart of story.charts) for (const { name } of chart.series) if (!series.has(name)) wrong.push(`the chart "${chart.title}" draws ${name}, which no variant measures`);
  for (const [id, { headlines, claims }] of Object.entries(story.scenarios)) {
    const summaries = runs.filter(({ case: one }) => one.scenarioId === id).map(({ summary }) => summary);
    for (const metric of new Set([...headlines, ...claims].map((each) => each.metric))) {
      if (summaries.every((summary) => figure(summary, metric) === null)) wrong.push(`${id} speaks of ${metric}, which no variant measures`);
      else if (runs.some(({ summary }) => metric in summary)) continue;
      // What never happened is not measured, but it must be possible.
      else if (!isPossible(metric, pattern)) wrong.push(`${id} speaks of ${metric}, but no engine notes that, and none has such a mode`);
    }
  }
  return wrong;
}
function isPossible(metric: string, { cases, machines }: Pattern): boolean {
  const words = metric.split('.');
  const last = words.at(-1)!;
  return cases.some(({ layers }) => {
    const engine = layers.get(words[0]!)?.story;
    if (/^note(Total)?$/.test(words[1]!)) return engine?.notes[last] !== undefined;
    return engine?.machine !== undefined && statesOf(machines[engine.machine]).some((state) => `${state}Ms` === last);
  });
}
const statesOf = (machine: unknown): string[] => Object.keys((machine as { readonly config?: { readonly states?: object } } | undefined)?.config?.states ?? {});
