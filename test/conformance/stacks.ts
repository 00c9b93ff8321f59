/**
 * Stacks as nobody would build them: up to six layers of any patterns, in any order, with random parameters, under random traffic, faults and
 * interventions. Each run is a document of the stack editor; it can be opened in the page.
 */
import fc from 'fast-check';
import type { Engine, LayerId, Plan } from '../../src/kernel/contract.ts';
import type { Card, EngineStory, LayerSpec } from '../../src/kernel/story.ts';
import { BrokenInvariant } from '../../src/kernel/state.ts';
import { World } from '../../src/kernel/world.ts';
import { engineParts, shelfOf, type Stories } from '../../src/runs/document-stories.ts';
import { defaultDocument, type RunDocument } from '../../src/runs/document.ts';
import { buildPlan, resolve } from '../../src/runs/plan.ts';
import { validateDocument } from '../../src/runs/validate.ts';
import { roles } from '../../src/roles/index.ts';
import { roleStories } from '../../src/roles/stories.ts';
import { comesBack } from '../support/goingBack.ts';
import { arbitraryFault, arbitraryIntervention, type Touchable } from '../support/arbitraryFaults.ts';
import type { Params } from '../../src/kernel/harnessParams.ts';
import { layerParams } from './random.ts';

const MOST_LAYERS = 6;
const DURATION_MS = 6000, CALM_MS = 4000;
/** Retries of retries of retries have no end worth waiting for: what holds so long holds. */
const MOST_EVENTS = 150_000;

export interface Kitchen {
  readonly stories: Stories;
  /** Every layer of every pattern, by reference. */
  readonly layers: readonly string[];
  plan(document: RunDocument): Plan;
}
/** The callers and the shop of the retry storm, whose stacks may hold anything. */
const HOME = { pattern: 'retry', scenario: 'retry-storm', variant: 'naive' } as const;

export async function openKitchen(catalogue: readonly Card[]): Promise<Kitchen> {
  const stories = (await shelfOf(catalogue, roleStories).load(HOME.pattern, catalogue.map(({ id }) => id)))!;
  const engines = new Map(await Promise.all(catalogue.map(async (card) => [card.id, (await card.engines()).engines] as const)));
  const engineOf = (ref: string): Engine | undefined => {
    const { pattern, name } = engineParts(ref);
    return (roles as Readonly<Record<string, { readonly engine: Engine }>>)[ref]?.engine ?? engines.get(pattern)?.[name];
  };
  const layers = stories.refs.filter((ref) => !Object.hasOwn(roleStories, ref) && (stories.of(ref)?.place ?? 'layer') === 'layer' && engineOf(ref) !== undefined);
  // Laws are about the effects of one pattern's own scenarios; the invariants of all engines and of the kernel hold anywhere.
  return { stories, layers, plan: (document) => buildPlan(resolve(document, stories), engineOf, []) };
}

export interface StackRun {
  readonly document: RunDocument;
  readonly checkpointMs: number;
}
export function arbitraryStack({ stories, layers }: Kitchen): fc.Arbitrary<StackRun> {
  const base = defaultDocument(stories, HOME.scenario, HOME.variant);
  const told = new Map(resolve(base, stories).nodes.flatMap((node) => node.layers.map((layer) => [layer.id, layer.params] as const)));
  const apps: readonly LayerSpec[] = [{ id: 'order-users', engine: 'client' }, { id: 'shop-app', engine: 'service' }];
  const some = (prefix: string, most: number) => fc.array(fc.constantFrom(...layers), { maxLength: most }).map((refs) => refs.map((engine, i): LayerSpec => ({ id: `${prefix}${i + 1}`, engine })));
  return fc.tuple(some('out', MOST_LAYERS), some('in', 2)).chain(([out, into]) => {
    const all = [...apps, ...out, ...into];
    const storyOf = (spec: LayerSpec): EngineStory => stories.of(spec.engine)!;
    const drawn = all.map((spec) => layerParams(spec.engine, storyOf(spec), told.get(spec.id) ?? Object.fromEntries(Object.entries(storyOf(spec).params).map(([name, param]) => [name, param.initial]))));
    const touchable = all.map((spec, i): Touchable => ({ id: spec.id, controls: Object.keys(storyOf(spec).controls ?? {}), params: drawn[i]! }));
    const place = { nodes: ['callers', 'shop'], links: [{ from: 'callers', to: 'shop' }], ops: ['order'], durationMs: CALM_MS, notes: [...out, ...into].flatMap((spec) => Object.keys(storyOf(spec).notes)) };
    return fc.record({
      seed: fc.nat(), params: fc.tuple(...drawn), rate: fc.integer({ min: 1, max: 25 }), keys: fc.boolean(), checkpointMs: fc.nat(DURATION_MS),
      faults: fc.array(arbitraryFault(place), { maxLength: 4 }), interventions: fc.array(arbitraryIntervention(touchable, CALM_MS), { maxLength: 3 }),
    }).map(({ seed, params, rate, keys, checkpointMs, faults, interventions }): StackRun => ({
      checkpointMs,
      document: {
        ...base, seed, durationMs: DURATION_MS, stacks: { callers: [apps[0]!, ...out], shop: [...into, apps[1]!] },
        params: Object.fromEntries(all.map(({ id }, i): [LayerId, Params] => [id, id === 'order-users' ? { ...params[i], ratePerSecond: rate, idempotencyKeys: keys, stopMs: CALM_MS, op: 'order' } : params[i]!])),
        faults: faults.map((fault) => ({ ...fault, untilMs: Math.max(fault.fromMs + 1, Math.min(fault.untilMs ?? CALM_MS, CALM_MS)) })),
        interventions: interventions.toSorted((a, b) => a.atMs - b.atMs),
      },
    }));
  });
}

/** What is wrong with a run; nothing, if all invariants hold and a checkpoint changes nothing. */
export function judgeStack(kitchen: Kitchen, { document, checkpointMs }: StackRun): string[] {
  const { problems } = validateDocument(document, kitchen.stories);
  if (problems.length > 0) return problems.map(({ message }) => `the generator made an illegal document: ${message}`);
  const plan = kitchen.plan(document);
  const world = new World(plan, { check: 'event' });
  try {
    while (!world.finished && world.nowMs < DURATION_MS && world.events < MOST_EVENTS) world.runUntil(DURATION_MS, 10_000);
    world.check();
  } catch (error) {
    return [error instanceof BrokenInvariant ? error.message : `an engine threw: ${error instanceof Error ? error.stack : String(error)}`];
  }
  if (world.nowMs < DURATION_MS) return [];
  return comesBack(plan, checkpointMs, world);
}

export function stackLaw(kitchen: Kitchen, runs: number, seed: number | undefined): void {
  fc.assert(fc.property(arbitraryStack(kitchen), (run) => {
    const wrong = judgeStack(kitchen, run);
    if (wrong.length > 0) throw new Error(`${wrong.join('\n')}\nThe document: ${JSON.stringify(run.document)}`);
  }), { numRuns: runs, ...(seed !== undefined && { seed }) });
}
