/** Random runs of a pattern: its scenarios under parameters, faults and interventions of every kind, far denser than in life. */
import fc from 'fast-check';
import type { EngineStory } from '../../src/kernel/story.ts';
import { BrokenInvariant } from '../../src/kernel/state.ts';
import { createNames, createTrace, takeChunk } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import type { RunDocument } from '../../src/runs/document.ts';
import { validateDocument } from '../../src/runs/validate.ts';
import { roleStories } from '../../src/roles/stories.ts';
import { comesBack } from '../support/goingBack.ts';
import { arbitraryFault, arbitraryIntervention, type Touchable } from '../support/arbitraryFaults.ts';
import { arbitraryParams } from '../support/arbitraryParams.ts';
import { type Params } from '../../src/kernel/harnessParams.ts';
import type { Case, Pattern } from './cases.ts';
import { TimerWatch } from './timers.ts';

/** `CONFORMANCE_RUNS=10000 npx vitest run test/conformance/random` for a night's work. */
const asked = process.env['CONFORMANCE_RUNS'];
/** Without it a few runs, always the same; all patterns share what time there is. */
export const runsFor = (patterns: number): number => (asked === undefined ? Math.max(10, Math.floor(150 / patterns)) : Number(asked));
const SEED = asked === undefined ? 20_260_101 : undefined;
const DURATION_MS = 8000;
/** Users stop here and faults have ended; from then on whatever is still open must come to its end. */
const CALM_MS = 5000;
/** So that it is over before the end, even by a clock that runs slow. */
const PATIENCE_MS = 2000;

/** In half a second; the liveliest scenarios have some thousands. */
const MANY_EVENTS = 100_000;

export interface RandomRun {
  readonly one: Case;
  readonly document: RunDocument;
  /** Where a checkpoint is taken and gone back to. */
  readonly checkpointMs: number;
}

/** Roles draw from small ranges: a run is to be lively, not long. Data stays as the scenario has it. */
function roleParams(ref: string, story: EngineStory, as: Params): fc.Arbitrary<Params> {
  const count = (max: number) => fc.integer({ min: 1, max });
  const tame: Record<string, fc.Arbitrary<unknown>> = {
    ratePerSecond: fc.integer({ min: 1, max: 60 }), users: count(20), burstCount: count(30), burstAtMs: fc.nat(2000), burstEveryMs: fc.constantFrom(0, 500, 2000), startMs: fc.constant(0), stopMs: fc.constant(CALM_MS),
    onMs: count(2000), offMs: fc.nat(2000), offFactor: fc.constantFrom(0, 0.5, 3), thinkTime: count(500).map((meanMs) => ({ kind: 'exponential', meanMs })), deadlineMs: fc.integer({ min: 20, max: PATIENCE_MS }), entityCount: count(50),
    arrivals: fc.constantFrom('poisson', 'poisson', 'periodic', 'onOff', 'burst', 'closedLoop'), concurrency: count(40), queueCapacity: fc.nat(60), serviceTime: count(200).map((meanMs) => ({ kind: 'exponential', meanMs })), failRatio: fc.constantFrom(0, 0, 0.2),
  };
  const names = Object.keys(story.params);
  const kept = Object.fromEntries(names.filter((name) => story.params[name]!.kind === 'data' || (ref !== 'client' && tame[name] === undefined && typeof as[name] === 'number')).map((name) => [name, as[name]]));
  const drawn = Object.fromEntries(names.filter((name) => tame[name] !== undefined).map((name) => [name, tame[name]!]));
  return fc.tuple(arbitraryParams(story, { fixed: { ...kept, ...Object.fromEntries(Object.keys(drawn).map((name) => [name, as[name]])) } }), fc.record(drawn)).map(([rest, small]) => ({ ...rest, ...small }));
}
/** Legal parameters of a layer; data stays as it is, and roles are kept lively rather than long. */
export function layerParams(ref: string, story: EngineStory, as: Params): fc.Arbitrary<Params> {
  if (Object.hasOwn(roleStories, ref)) return roleParams(ref, story, as);
  const data = Object.entries(story.params).filter(([, param]) => param.kind === 'data').map(([name]) => [name, as[name]] as const);
  return arbitraryParams(story, { fixed: Object.fromEntries(data) });
}

const sometimes = <T>(list: fc.Arbitrary<T[]>, weight: number): fc.Arbitrary<T[]> => fc.oneof({ weight: 1, arbitrary: fc.constant<T[]>([]) }, { weight, arbitrary: list });

/** Any run of any scenario and variant. One in four keeps the parameters of the variant, one in four leaves the network alone. */
export function arbitraryRun({ cases }: Pattern): fc.Arbitrary<RandomRun> {
  return fc.constantFrom(...cases).chain((one) => {
    const resolved = one.resolved.nodes.flatMap((node) => node.layers);
    const layers = resolved.map(({ id, engine, params }) => ({ id, ref: engine, story: one.layers.get(id)!.story, params }));
    const drawn = layers.map(({ ref, story, params }) => layerParams(ref, story, params));
    const ops = new Set(layers.flatMap(({ params }) => (typeof params['op'] === 'string' ? [params['op']] : [])));
    const place = {
      nodes: one.scenario.nodes.map(({ id }) => id), links: one.scenario.links, ops: [...ops], durationMs: CALM_MS,
      notes: layers.flatMap(({ ref, story }) => (Object.hasOwn(roleStories, ref) ? [] : Object.keys(story.notes))),
    };
    const touchable = layers.map(({ id, story }, i): Touchable => ({ id, controls: Object.keys(story.controls ?? {}), params: drawn[i]! }));
    return fc.record({
      seed: fc.nat(), own: fc.tuple(fc.boolean(), fc.boolean()).map(([a, b]) => a && b), params: fc.tuple(...drawn),
      faults: sometimes(fc.array(arbitraryFault(place), { minLength: 1, maxLength: 6 }), 3),
      interventions: sometimes(fc.array(arbitraryIntervention(touchable, CALM_MS), { maxLength: 5 }), 1),
      checkpointMs: fc.nat(DURATION_MS),
    }).map(({ seed, own, params, faults, interventions, checkpointMs }): RandomRun => ({
      one, checkpointMs,
      document: {
        ...one.document, seed, durationMs: DURATION_MS, interventions: interventions.toSorted((a, b) => a.atMs - b.atMs),
        params: Object.fromEntries(layers.map(({ id, ref, params: as }, i) => [id, own ? (ref === 'client' ? { ...as, stopMs: CALM_MS, deadlineMs: Math.min(PATIENCE_MS, (as['deadlineMs'] as number) || PATIENCE_MS) } : as) : params[i]!])),
        faults: faults.map((fault) => ({ ...fault, untilMs: Math.max(fault.fromMs + 1, Math.min(fault.untilMs ?? CALM_MS, CALM_MS)) })),
      },
    }));
  });
}

/** What is wrong with a random run; nothing, if all laws hold. Its document can be opened in the page. */
export function judge(pattern: Pattern, { one, document, checkpointMs }: RandomRun): string[] {
  const { problems } = validateDocument(document, pattern.stories);
  if (problems.length > 0) return problems.map(({ message }) => `the generator made an illegal document: ${message}`);
  const plan = one.plan(document);
  const trace = createTrace();
  const world = new World(plan, { check: 'event', trace, names: createNames() });
  const timers = new TimerWatch(world);
  try {
    for (let ms = 500; ms <= DURATION_MS; ms += 500) {
      world.runUntil(ms, MANY_EVENTS);
      if (world.nowMs < ms) return [`more than ${MANY_EVENTS} events in the half second before ${ms} ms, now ${world.nowMs}: something goes round in circles`];
      const { hops, marks } = takeChunk(trace, 0, 0);
      timers.take(hops, marks);
    }
    world.check();
  } catch (error) {
    if (error instanceof BrokenInvariant) return [error.message];
    throw error;
  }
  return [...timers.leaks, ...leftOpen(world), ...comesBack(plan, checkpointMs, world)];
}

/** The users have stopped, their patience is over, all faults have ended: nobody waits any more. */
function leftOpen(world: World): string[] {
  const conditions = world.conditions();
  return world.plan.nodes.flatMap(({ id, layers }) => {
    const { pending, down, paused } = conditions[id]!;
    const asks = layers.every(({ engine }) => engine.workload === true) && layers.every(({ params }) => (params['deadlineMs'] as number) > 0);
    return asks && !down && !paused && pending > 0 ? [`${pending} requests of ${id} have not ended, though nobody has patience for so long`] : [];
  });
}

export function randomLaw(pattern: Pattern, runs: number, seed = SEED): void {
  fc.assert(fc.property(arbitraryRun(pattern), (run) => {
    const wrong = judge(pattern, run);
    if (wrong.length > 0) throw new Error(`${run.one.name}\n${wrong.join('\n')}\nThe document: ${JSON.stringify(run.document)}`);
  }), { numRuns: runs, ...(seed !== undefined && { seed }), reporter: (details) => {
    if (!details.failed) return;
    const { seed: drawn, counterexamplePath, errorInstance, numRuns } = details;
    throw new Error(`run ${numRuns}, again with { seed: ${drawn}, path: "${counterexamplePath}" }\n${errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)}`);
  } });
}
