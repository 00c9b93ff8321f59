/** From anything at all to a valid run document, or to a list of what is wrong with it. Never throws; nothing is silently clamped. */
import type { LayerId } from '../kernel/contract.ts';
import type { EngineStory, LayerSpec, Scenario, Variant } from '../kernel/story.ts';
import { DOCUMENT_VERSION, LIMITS } from './document-limits.ts';
import { copyPlain, parseJson, unwritable } from './document-copy.ts';
import { isRecord, own } from './document-plain.ts';
import { problemAt, Report, type Problem } from './document-problem.ts';
import { refsOfDocument, type Shelf, type Stories } from './document-stories.ts';
import { linkName, sortedByTime, type RunDocument } from './document.ts';
import { migrate } from './migrations.ts';
import { resolve, type Frame, type ResolvedLayer } from './plan.ts';
import { documentFields, type NameKind } from './schema-shapes.ts';
import { checkBreakpoints, checkFaults, checkInterventions, KERNEL_NOTES } from './validate-lanes.ts';
import { checkRelations, checkValues } from './validate-params.ts';
import { checkFields, checkName, checkShape, type Lookup } from './validate-shape.ts';
import { checkStacks } from './validate-stacks.ts';

/** The outcome: a document, or at least one problem. `warnings` let the run go on. */
export type Validation =
  | { readonly document: RunDocument; readonly problems: readonly []; readonly warnings: readonly Problem[] }
  | { readonly document?: undefined; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** A layer that a document may speak of: its engine, and whether it is in the stacks of the document's own variant. */
export interface KnownLayer {
  readonly layer: ResolvedLayer;
  readonly story: EngineStory | undefined;
  readonly runs: boolean;
}

/**
 * Layers by id: those that run and, after them, those of the scenario's other variants and those that the document's own stacks left out.
 * A document keeps what it says of the latter, so that switching a variant or editing a stack back and forth loses nothing; where they do
 * not run, it has no effect.
 */
export function layersOf(frame: Frame, scenario: Scenario, stories: Stories): Map<LayerId, KnownLayer> {
  const known = new Map<LayerId, KnownLayer>();
  const { stacks: _edited, ...told } = frame;
  const others = Object.keys(scenario.variants).filter((variant) => variant !== frame.variant).map((variant) => ({ scenario: frame.scenario, variant }));
  const frames: Frame[] = [frame, ...(frame.stacks === undefined ? [] : [told]), ...others];
  for (const each of frames) {
    const bare: RunDocument = { ...each, version: DOCUMENT_VERSION, pattern: stories.pattern, params: {}, seed: scenario.seed, interventions: [], breakpoints: [] };
    for (const node of resolve(bare, stories).nodes) {
      for (const layer of node.layers) {
        if (!known.has(layer.id)) known.set(layer.id, { layer, story: stories.of(layer.engine), runs: each === frame });
      }
    }
  }
  return known;
}

interface Told {
  readonly frame: Frame;
  readonly scenario: Scenario;
  readonly variant: Variant;
}

/** Scenario, variant and stacks: what must be right before anything else has a meaning. */
export function frameOf(plain: Readonly<Record<string, unknown>>, stories: Stories, report: Report): Told | undefined {
  const { story, pattern } = stories;
  if (!checkName(plain.pattern, 'the pattern', [pattern], 'pattern', report)) return undefined;
  const scenarioId = plain.scenario ?? story.opensWith;
  if (!checkName(scenarioId, `a scenario of ${pattern}`, Object.keys(story.scenarios), 'scenario', report)) return undefined;
  const scenario = own(story.scenarios, scenarioId)!;
  const variantId = plain.variant ?? scenario.opensWith;
  if (!checkName(variantId, `a variant of ${scenarioId}`, Object.keys(scenario.variants), 'variant', report)) return undefined;
  const variant = own(scenario.variants, variantId)!;
  if (plain.stacks === undefined) return { frame: { scenario: scenarioId, variant: variantId }, scenario, variant };
  const before = report.problems.length;
  const nodes = scenario.nodes.map(({ id }) => id);
  checkShape(documentFields.stacks, plain.stacks, 'stacks', { report, names: (kind) => (kind === 'node' ? nodes : kind === 'engine' ? stories.refs : undefined) });
  if (report.problems.length > before) return undefined;
  const stacks = plain.stacks as Record<string, readonly LayerSpec[]>;
  checkStacks(stacks, scenario, variant, stories, report);
  return report.problems.length > before ? undefined : { frame: { scenario: scenarioId, variant: variantId, stacks }, scenario, variant };
}

function lookup(told: Told, layers: ReadonlyMap<LayerId, KnownLayer>, stories: Stories, report: Report): Lookup {
  const notes = new Set<string>(KERNEL_NOTES);
  for (const { story } of layers.values()) for (const note of Object.keys(story?.notes ?? {})) notes.add(note);
  const names: Partial<Record<NameKind, readonly string[]>> = {
    pattern: [stories.pattern],
    scenario: Object.keys(stories.story.scenarios),
    variant: Object.keys(told.scenario.variants),
    node: told.scenario.nodes.map(({ id }) => id),
    layer: [...layers.keys()],
    engine: stories.refs,
    link: told.scenario.links.map(({ from, to }) => linkName(from, to)),
    note: [...notes],
  };
  return { report, names: (kind) => names[kind] };
}

/** Parameters by layer: values first; then, where all are good, the relations within each layer as it will run. */
function checkParams(params: unknown, layers: ReadonlyMap<LayerId, KnownLayer>, look: Lookup): void {
  const { report } = look;
  if (params !== undefined) checkShape(documentFields.params, params, 'params', look);
  if (!report.clean) return;
  const given = (params ?? {}) as Record<string, Record<string, unknown>>;
  for (const [id, { layer, story, runs }] of layers) {
    const changed = own(given, id);
    if (story === undefined || (!runs && changed === undefined)) continue;
    const before = report.problems.length;
    checkValues(story, { ...(runs ? layer.base : undefined), ...changed }, `params.${id}`, report);
    // What the scenario itself sets is meant so: only what the document changed is worth a word.
    if (report.problems.length === before) checkRelations(story, { ...layer.base, ...changed }, `params.${id}`, report, changed !== undefined);
    if (changed !== undefined && !runs) report.warn(problemAt(`params.${id}`, undefined, 'a layer of this variant', { message: `params.${id} has no effect: the variant has no layer ${id}.` }));
  }
}

function finish(plain: Readonly<Record<string, unknown>>, { frame, scenario }: Told, pattern: string): RunDocument {
  const given = plain as Partial<RunDocument>;
  const params: Record<LayerId, Readonly<Record<string, unknown>>> = {};
  for (const [id, values] of Object.entries(given.params ?? {})) if (Object.keys(values).length > 0) params[id] = values;
  return {
    version: DOCUMENT_VERSION,
    pattern,
    scenario: frame.scenario,
    variant: frame.variant,
    params,
    seed: given.seed ?? scenario.seed,
    ...(given.stacks !== undefined && { stacks: given.stacks }),
    ...(given.links !== undefined && { links: given.links }),
    ...(given.faults !== undefined && { faults: given.faults }),
    interventions: sortedByTime(given.interventions ?? scenario.interventions ?? []),
    breakpoints: given.breakpoints ?? [],
    ...(given.durationMs !== undefined && { durationMs: given.durationMs }),
  };
}

/** The problems of a report as an outcome. */
export const refused = ({ problems, warnings }: Pick<Report, 'problems' | 'warnings'>): Validation => ({ problems, warnings });

/**
 * Checks a document of any origin and version against the stories and fills in the defaults. Never throws. The result is a copy: nothing
 * of the input is kept.
 */
export function validateDocument(json: unknown, stories: Stories): Validation {
  const report = new Report();
  const copied = copyPlain(json, { size: LIMITS.size, depth: LIMITS.depth });
  if (copied.problem !== undefined) return { problems: [copied.problem], warnings: [] };
  const moved = migrate(copied.plain, stories);
  if (moved.problem !== undefined) return { problems: [moved.problem], warnings: [] };
  const plain = moved.migrated;
  const told = frameOf(plain, stories, report);
  if (told === undefined) return refused(report);
  const { scenario, variant, frame } = told;
  const layers = layersOf(frame, scenario, stories);
  const look = lookup(told, layers, stories, report);
  const { params, stacks: _checked, ...rest } = plain;
  const { params: _params, stacks: _stacks, ...fields } = documentFields;
  checkFields(fields, rest, '', look);
  checkParams(params, layers, look);
  if (!report.clean) return refused(report);
  const document = finish(plain, told, stories.pattern);
  const durationMs = document.durationMs ?? scenario.durationMs;
  checkFaults(document.faults ?? variant.faults ?? scenario.faults, durationMs, report);
  checkInterventions(document.interventions, layers, document.params, durationMs, report);
  checkBreakpoints(document.breakpoints, layers, durationMs, report);
  if (scenario.measure.fromMs >= durationMs) {
    report.warn(problemAt('durationMs', durationMs, `above ${scenario.measure.fromMs}`, { message: `The run ends at ${durationMs} ms, before the headline numbers are measured (from ${scenario.measure.fromMs} ms).` }));
  }
  const bad = unwritable(document);
  if (bad !== undefined) report.add(problemAt(bad, NaN, 'a finite number'));
  return report.clean ? { document, problems: [], warnings: report.warnings } : refused(report);
}

/** A document of any origin whose pattern is not known yet: loads the stories it needs from the shelf, then validates. Never rejects. */
export async function openDocument(json: unknown, shelf: Shelf): Promise<Validation & { readonly stories?: Stories }> {
  const copied = copyPlain(json, { size: LIMITS.size, depth: LIMITS.depth });
  if (copied.problem !== undefined) return { problems: [copied.problem], warnings: [] };
  const { plain } = copied;
  if (!isRecord(plain)) return { problems: [problemAt('', plain, 'an object')], warnings: [] };
  const report = new Report();
  if (!checkName(plain.pattern, 'a pattern', shelf.patterns, 'pattern', report)) return refused(report);
  try {
    const stories = await shelf.load(plain.pattern, refsOfDocument(plain));
    if (stories !== undefined) return { ...validateDocument(plain, stories), stories };
  } catch {
    // told below
  }
  return { problems: [problemAt('pattern', plain.pattern, 'a pattern that can be loaded', { message: `The pattern ${plain.pattern} could not be loaded.` })], warnings: [] };
}

/** The same from a file's text. */
export async function openText(text: string, shelf: Shelf): Promise<Validation & { readonly stories?: Stories }> {
  const parsed = parseJson(text, LIMITS.size);
  return parsed.problem === undefined ? openDocument(parsed.json, shelf) : { problems: [parsed.problem], warnings: [] };
}
