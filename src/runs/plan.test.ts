import { describe, expect, it } from 'vitest';
import type { Engine, Law } from '../kernel/contract.ts';
import type { Card } from '../kernel/story.ts';
import { defaultDocument, type RunDocument } from './document.ts';
import { buildPlan, engineRefs, loadEngines, resolve } from './plan.ts';
import { breakerStories as stories, fixtureRoles, fixtureStories } from '../../test/fuzz/fixture.ts';

const usual = defaultDocument(stories);
const layer = (document: RunDocument, id: string) => resolve(document, stories).nodes.flatMap(({ layers }) => layers).find((each) => each.id === id)!;

describe('parameters of a layer', () => {
  it('come from the schema, then the preset, then the layer, then the variant, then the document', () => {
    expect(layer(usual, 'breaker').params).toMatchObject({ failureRatio: 0.5, slidingWindowSize: 20, openMs: 2000, probeEvery: { kind: 'constant', ms: 7 } });
    expect(layer({ ...usual, params: { breaker: { openMs: 1, slidingWindowSize: 8 } } }, 'breaker').params).toMatchObject({ openMs: 1, slidingWindowSize: 8, minimumCalls: 5 });
    expect(layer({ ...usual, variant: 'pitfall' }, 'breaker').params).toMatchObject({ failureRatio: 0.1, slidingWindowSize: 100, openMs: 5000 });
  });
  it('are all there, in the order of the schema, beside those that a reset would give', () => {
    const breaker = layer({ ...usual, params: { breaker: { openMs: 1 } } }, 'breaker');
    expect(Object.keys(breaker.params)).toEqual(Object.keys(stories.of('circuit-breaker')!.params));
    expect(breaker.base.openMs).toBe(2000);
  });
  it('of the variant do not reach another engine that was put in under the same id', () => {
    const stacks = { gateway: [{ id: 'shop', engine: 'service' }, { id: 'breaker', engine: 'circuit-breaker/probe' }] };
    expect(layer({ ...usual, stacks }, 'breaker').params).toEqual({ everyMs: 100, probeEvery: { kind: 'constant', ms: 1 } });
  });
  it('of the variant reach its own layer wherever the stack editor moved it', () => {
    const stacks = { gateway: [{ id: 'breaker', engine: 'circuit-breaker' }, { id: 'shop', engine: 'service' }] };
    expect(layer({ ...usual, stacks }, 'breaker').params).toMatchObject({ probeEvery: { kind: 'constant', ms: 7 }, openMs: 5000 });
  });
});

describe('the effective scenario', () => {
  it('has the stacks of the variant, and over them those of the document', () => {
    const ids = (document: RunDocument) => resolve(document, stories).nodes.map((node) => node.layers.map(({ id }) => id));
    expect(ids({ ...usual, variant: 'without' })).toEqual([['browse'], ['shop'], ['payments']]);
    expect(ids(usual)).toEqual([['browse'], ['shop', 'breaker'], ['payments']]);
    expect(ids({ ...usual, stacks: { payments: [{ id: 'r', engine: 'retry' }, { id: 'payments', engine: 'service' }] } })).toEqual([['browse'], ['shop', 'breaker'], ['r', 'payments']]);
  });
  it('has the faults of the document, else of the variant, else of the scenario', () => {
    expect(resolve(usual, stories).faults[0]!.kind).toBe('hang');
    expect(resolve({ ...usual, variant: 'pitfall' }, stories).faults[0]!.kind).toBe('errors');
    expect(resolve({ ...usual, variant: 'pitfall', faults: [] }, stories).faults).toEqual([]);
  });
  it('has the latencies of the document where it gives some', () => {
    expect(resolve({ ...usual, links: { 'gateway>payments': { kind: 'constant', ms: 1 } } }, stories).links.map(({ latency }) => latency)).toEqual([{ kind: 'constant', ms: 5 }, { kind: 'constant', ms: 1 }]);
  });
  it('cuts the measuring window to a shorter run', () => {
    expect(resolve({ ...usual, durationMs: 20_000 }, stories)).toMatchObject({ durationMs: 20_000, measure: { fromMs: 10_000, untilMs: 20_000 } });
  });
  it('is plain data', () => {
    const resolved = resolve(usual, stories);
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(structuredClone(resolved));
  });
});

describe('the plan', () => {
  const engine = (name: string) => ({ name, init: () => ({}), inspect: () => ({}), invariants: [] }) as unknown as Engine & { name: string };
  const law = (name: string) => ({ name, why: '', init: () => ({}), onEffect() {}, holds: () => true }) satisfies Law;
  const card = (id: string) => ({
    id, story: () => Promise.resolve(fixtureStories[id]!),
    engines: () => Promise.resolve({ engines: Object.fromEntries(Object.keys(fixtureStories[id]!.engines).map((name) => [name, engine(`${id}/${name}`)])), laws: [law(`${id} law`)] }),
  }) as unknown as Card;
  const catalogue = [card('circuit-breaker'), card('retry')];
  const roles = Object.fromEntries(Object.entries(fixtureRoles).map(([id, story]) => [id, { engine: engine(id), story }]));

  it('names each engine that runs once', () => {
    expect(engineRefs(resolve({ ...usual, variant: 'fixed' }, stories))).toEqual(['client', 'service', 'circuit-breaker', 'circuit-breaker/probe']);
  });
  it('holds the engine that each reference means: a role, a pattern, one of several of a pattern', async () => {
    const resolved = resolve({ ...usual, variant: 'fixed' }, stories);
    const { engineOf, laws } = await loadEngines(resolved, catalogue, roles);
    const plan = buildPlan(resolved, engineOf, laws);
    expect(plan.nodes.map((node) => node.layers.map((each) => (each.engine as Engine & { name: string }).name))).toEqual([['client'], ['service', 'circuit-breaker/circuit-breaker', 'circuit-breaker/probe'], ['service']]);
    expect(plan).toMatchObject({ seed: 42, durationMs: 60_000, measure: { fromMs: 10_000, untilMs: 30_000 } });
    expect(buildPlan(resolve(usual, stories), engineOf, laws).nodes[1]!.layers[1]!.to).toEqual(['payments']);
  });
  it('keeps the laws of its own pattern, also where none of its engines runs, and none of guests', async () => {
    for (const variant of ['without', 'pitfall']) {
      const { laws } = await loadEngines(resolve({ ...usual, variant }, stories), catalogue, roles);
      expect(laws.map(({ name }) => name)).toEqual(['circuit-breaker law']);
    }
  });
  it('is refused where a reference leads nowhere', async () => {
    const resolved = resolve({ ...usual, variant: 'pitfall' }, stories);
    await expect(loadEngines(resolved, [catalogue[0]!], roles)).rejects.toThrow('There is no pattern or role retry.');
    expect(() => buildPlan(resolved, () => undefined, [])).toThrow('Layer browse of users needs the engine client, which is not loaded.');
  });
});
