/**
 * The search for a counterexample, as the page runs it: it finds the known defects of the sketches, tells the moment at which a law breaks,
 * and finds nothing where the pattern is whole. `SEARCH_RUNS=300` tries so many runs of every correct variant.
 */
import { describe, expect, test } from 'vitest';
import type { FromWorker, Search } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import { World } from '../kernel/world.ts';
import { loadRun } from '../runs/runner.ts';
import { CounterexampleSearch } from './search.ts';

/** 0: only a few variants, and few runs. */
const FULL = Number(process.env.SEARCH_RUNS ?? 0);
type Document = Partial<RunDocument> & Pick<RunDocument, 'pattern' | 'scenario' | 'variant'>;
const documentOf = (given: Document): RunDocument => ({ version: 1, params: {}, seed: 1, interventions: [], breakpoints: [], ...given });
const named = (name: string): Document => {
  const [pattern, scenario, variant] = name.split('/') as [string, string, string];
  return { pattern, scenario, variant };
};

/** Every note of every node that runs an application, as the page offers them. */
async function allSteps(document: RunDocument): Promise<Search['crashPoints']> {
  const { resolved, stories } = await loadRun(document);
  return resolved.nodes.flatMap(({ id, layers }) => {
    const told = layers.map(({ engine }) => stories.of(engine)).filter((story) => story !== undefined);
    return told.some(({ place }) => place === 'app') ? [...new Set(told.flatMap(({ notes }) => Object.keys(notes)))].map((note) => ({ node: id, note })) : [];
  });
}
type Searched = Extract<FromWorker, { readonly type: 'searched' }>;
async function searchFor(given: Document, how: Partial<Search> = {}): Promise<Searched> {
  const document = documentOf(given);
  const search = new CounterexampleSearch({ document, seeds: 20, crashPoints: [], occurrences: 1, downMs: 5000, rule: null, maxRuns: 2000, ...how }, 1);
  await search.ready;
  for (;;) {
    const news = search.work(1000, () => performance.now());
    if (news?.type === 'searched') return news;
  }
}
/** A scenario's variant with every engine set to the sketch, without faults of its own: the search has to find them. */
async function sketched(given: Document): Promise<RunDocument> {
  const { resolved, stories } = await loadRun(documentOf(given));
  const presets = resolved.nodes.flatMap(({ layers }) => layers).flatMap(({ id, engine }) => {
    const preset = stories.of(engine)?.presets?.original;
    return preset === undefined ? [] : [[id, preset.params] as const];
  });
  return documentOf({ ...given, params: Object.fromEntries(presets) as RunDocument['params'], faults: [], interventions: [] });
}

describe('defects of the sketches are found', () => {
  test.each([
    ['two-phase-commit/no-log/original', 'nobody is left in doubt'], ['two-phase-commit/no-log/memory', 'nobody is left in doubt'], ['two-phase-commit/orphans/abandoned', 'nobody is left in doubt'],
    ['two-phase-commit/heuristic/impatient', 'one outcome for all'], ['two-phase-commit/three-phase-partition/three-phase', 'one outcome for all'],
    ['saga/the-sketch/without', 'all or nothing'], ['saga/compensation-fails/without', 'all or nothing'], ['saga/orchestrator-crash/without', 'all or nothing'],
    ['saga/oversell/without', 'limits are kept'],
  ])('%s: %s, by seeds alone', async (name, rule) => {
    const { found } = await searchFor(named(name), { rule });
    expect(found?.rule).toBe(rule);
  });

  test.each([
    ['two-phase-commit/transfers/with', { node: 'bank-b', note: 'asked' }, 'nobody is left in doubt', 'an error while preparing, and whoever had prepared is never told'],
    ['two-phase-commit/transfers/with', { node: 'bank-b', note: 'prepared' }, 'nobody is left in doubt', 'no answer to prepare'],
    ['two-phase-commit/transfers/with', { node: 'bank-a', note: 'committed' }, 'nobody is left in doubt', 'an error while committing, and the others stay prepared'],
    ['two-phase-commit/transfers/with', { node: 'coordinator', note: 'decisionLogged' }, 'nobody is left in doubt', 'no log: the decision is lost'],
    ['saga/after-the-pivot/with', { node: 'orders-desk', note: 'pivotPassed' }, 'all or nothing', 'no log: the saga is lost'],
    ['saga/after-the-pivot/with', { node: 'payment', note: 'committed' }, 'all or nothing', 'the step that failed is not undone although it acted'],
  ])('%s as the sketch has it, a crash at %j: %s (%s)', async (name, point, rule) => {
    const document = { ...(await sketched(named(name))), durationMs: 30_000 };
    expect((await searchFor(document, { seeds: 2, rule })).found).toBeNull();
    const { found } = await searchFor(document, { seeds: 1, crashPoints: [point], downMs: 1000, occurrences: 5, rule });
    expect(found).toMatchObject({ rule, document: { faults: [{ kind: 'crashAt', ...point }] } });
  });

  test('what is found breaks at that moment, and not before', async () => {
    const { found } = await searchFor(await sketched(named('two-phase-commit/transfers/with')), { seeds: 1, crashPoints: [{ node: 'coordinator', note: 'decisionLogged' }], downMs: 1000 });
    const { plan } = await loadRun(found!.document);
    const held = (untilMs: number) => {
      const world = new World(plan, { check: 'off', fingerprint: false });
      world.runUntil(untilMs);
      return world.ledger().find(({ name }) => name === found!.rule)!.holds;
    };
    expect([held(found!.atMs - 0.001), held(found!.atMs)]).toEqual([true, false]);
  });
});

/** Of every correct variant; by value a saga takes the risk of small amounts, and says so. */
const RISKY = new Set(['dirty-read/by-value']);
async function wholeVariants(pattern: string, scenario: string): Promise<Document[]> {
  const { stories: { story } } = await loadRun(documentOf(named(`${pattern}/${scenario}/with`)));
  return Object.entries(story.scenarios).flatMap(([name, { variants }]) => Object.entries(variants)
    .filter(([variant, { kind }]) => (kind === 'with' || kind === 'fixed') && !RISKY.has(`${name}/${variant}`)).map(([variant]) => ({ pattern, scenario: name, variant })));
}
const tried: readonly (Document & { readonly durationMs?: number; readonly runs: number })[] = FULL > 0
  ? [...await wholeVariants('two-phase-commit', 'transfers'), ...await wholeVariants('saga', 'order-saga')].map((document) => ({ ...document, runs: FULL }))
  : [
    { ...named('two-phase-commit/cooperative/with'), runs: 149 }, { ...named('two-phase-commit/no-log/with'), runs: 15 }, { ...named('two-phase-commit/transfers/one-by-one'), durationMs: 20_000, runs: 34 },
    { ...named('saga/after-the-pivot/with'), runs: 189 }, { ...named('saga/order-saga/with'), durationMs: 12_000, runs: 20 }, { ...named('saga/event-cycle/with'), runs: 20 },
  ];
describe('where the pattern is whole, nothing is found', () => {
  test.each(tried)('$pattern/$scenario/$variant', async ({ runs: most, ...given }) => {
    const document = documentOf(given);
    const { found, runs } = await searchFor(document, { crashPoints: await allSteps(document), seeds: 1, occurrences: 2, maxRuns: most });
    console.info(`${given.pattern}/${given.scenario}/${given.variant}: ${runs} runs, none breaks a law`);
    expect(found).toBeNull();
  });
});
