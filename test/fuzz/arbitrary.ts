/** Random legal values, documents and moments, drawn from stories: the generator behind the property tests. */
import fc from 'fast-check';
import type { Json } from '../../src/kernel/contract.ts';
import type { Distribution } from '../../src/kernel/distributions.ts';
import type { Fault } from '../../src/kernel/faults.ts';
import type { EngineStory, LayerSpec, Param } from '../../src/kernel/story.ts';
import { LIMITS } from '../../src/runs/document-limits.ts';
import { isReserved } from '../../src/runs/document-plain.ts';
import type { Stories } from '../../src/runs/document-stories.ts';
import { linkName, type MinimalDocument, type RunDocument } from '../../src/runs/document.ts';
import { SPEED, THEMES, type Moment } from '../../src/runs/link.ts';
import { breakpointShape, faultShape, type Shape } from '../../src/runs/schema-shapes.ts';
import { layersOf, validateDocument } from '../../src/runs/validate.ts';

const ms = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0.001, max: 1e6, noNaN: true }));
const ordered = fc.tuple(ms, ms).map(([a, b]) => (a <= b ? [a, b] : [b, a]) as [number, number]);

/** Any legal distribution. */
export const anyDistribution: fc.Arbitrary<Distribution> = fc.oneof(
  ms.map((value): Distribution => ({ kind: 'constant', ms: value })),
  ordered.map(([minMs, maxMs]): Distribution => ({ kind: 'uniform', minMs, maxMs })),
  fc.double({ min: 0.001, max: 1e6, noNaN: true }).map((meanMs): Distribution => ({ kind: 'exponential', meanMs })),
  fc.record({ k: fc.integer({ min: 1, max: 20 }), meanMs: fc.integer({ min: 1, max: 1000 }) }).map((rest): Distribution => ({ kind: 'erlang', ...rest })),
  fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 101, max: 9999 })).map(([medianMs, p99Ms]): Distribution => ({ kind: 'lognormal', medianMs, p99Ms })),
  fc.record({ slowRatio: fc.double({ min: 0, max: 1, noNaN: true }), fastMs: fc.integer({ min: 1, max: 9 }), slowMs: fc.integer({ min: 10, max: 999 }) }).map((rest): Distribution => ({ kind: 'bimodal', ...rest })),
  fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 40 }).map((values): Distribution => ({ kind: 'empirical', values })),
);

/** Texts of any code units, half surrogate pairs too. */
const anyText = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength: 100 }).map((codes) => String.fromCharCode(...codes));

/** JSON without keys that objects have already. */
export const anyJson = fc.jsonValue({ maxDepth: 2, depthSize: 'small' }).filter((value) => !/"(__proto__|constructor|prototype|toString|valueOf|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|__[a-zA-Z]+__)":/.test(JSON.stringify(value))) as fc.Arbitrary<Json>;

const number = (rule: { readonly min: number; readonly max: number; readonly integer?: boolean; readonly aboveMin?: boolean }): fc.Arbitrary<number> => {
  const { min, max, integer, aboveMin = false } = rule;
  if (integer === true) return fc.integer({ min: aboveMin ? min + 1 : min, max });
  const exact = fc.double({ min, max, minExcluded: aboveMin, noNaN: true });
  const round = fc.integer({ min: Math.max(-1e9, Math.ceil(min)), max: Math.min(1e9, Math.floor(max)) }).filter((value) => !(aboveMin && value === min));
  return Math.floor(max) > Math.ceil(min) ? fc.oneof(exact, round) : exact;
};

/** Any legal value of a parameter. */
export function anyValue(param: Param): fc.Arbitrary<unknown> {
  switch (param.kind) {
    case 'number': return number(param);
    case 'choice': return fc.constantFrom(...param.options);
    case 'flag': return fc.boolean();
    case 'duration': return anyDistribution;
    case 'numbers': return fc.array(number(param), { maxLength: Math.min(20, param.maxLength) });
    case 'data':
      if (typeof param.initial === 'string') return fc.oneof(fc.string({ maxLength: 20 }), anyText);
      return Array.isArray(param.initial) ? fc.array(anyJson, { maxLength: 4 }) : param.initial === null ? anyJson : fc.constant(param.initial);
  }
}

/** A record with some of the entries; only those are drawn, which is what makes documents quick to draw. */
function some<T>(entries: Readonly<Record<string, fc.Arbitrary<T>>>, most = 3): fc.Arbitrary<Record<string, T>> {
  const keys = Object.keys(entries);
  return fc.subarray(keys, { maxLength: Math.min(most, keys.length) }).chain((chosen) => fc.tuple(...chosen.map((key) => entries[key]!)).map((values) => Object.fromEntries(chosen.map((key, i) => [key, values[i] as T]))));
}

/** Some legal parameters of an engine, each by itself; relations between them may be broken. */
export const anyParams = (engine: EngineStory, most = 4): fc.Arbitrary<Record<string, unknown>> =>
  some(Object.fromEntries(Object.entries(engine.params).map(([name, param]) => [name, anyValue(param)])), most);

const letters = (alphabet: string, most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: most }).map((found) => found.join(''));

/** Any value of a shape, names drawn from `names`. */
function anyShape(shape: Shape, names: (kind: string) => readonly string[]): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'number': return number(shape);
    case 'choice': return fc.constantFrom(...shape.options);
    case 'flag': return fc.boolean();
    case 'name': return fc.constantFrom(...names(shape.of));
    case 'text': return letters('abcXYZ019._-é☃', Math.min(20, shape.max)).filter((text) => !isReserved(text));
    case 'list': return fc.array(anyShape(shape.of, names), { minLength: shape.min ?? 0, maxLength: Math.min(3, shape.max) });
    case 'union':
      return fc.oneof(...Object.entries(shape.options).map(([kind, fields]) => {
        const optional = Object.keys(fields).filter((key) => fields[key]!.optional === true);
        const record = Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, anyShape(each, names)]));
        return fc.record(record, { requiredKeys: Object.keys(fields).filter((key) => !optional.includes(key)) }).map((rest) => ({ kind, ...rest }));
      }));
    default: return fc.constant(undefined);
  }
}

/** Documents that are legal by shape; a few break a relation or a span, so that `anyDocument` draws again. */
function rawDocument(stories: Stories, scenarioId: string, variantId: string): fc.Arbitrary<MinimalDocument> {
  const scenario = stories.story.scenarios[scenarioId]!;
  const layers = layersOf({ scenario: scenarioId, variant: variantId }, scenario, stories);
  const ids = [...layers.keys()];
  const notes = [...layers.values()].flatMap(({ story }) => Object.keys(story?.notes ?? {}));
  const names = (kind: string): readonly string[] => (kind === 'node' ? scenario.nodes.map(({ id }) => id) : kind === 'layer' ? ids : notes);
  const story = (id: string) => layers.get(id)!.story!;
  const times = { atMs: number({ min: 0, max: scenario.durationMs }) };
  const params = some(Object.fromEntries(ids.map((id) => [id, anyParams(story(id))])), 2);
  const changed = fc.constantFrom(...ids).chain((layer) => fc.record({ ...times, kind: fc.constant('params' as const), layer: fc.constant(layer), params: anyParams(story(layer)) }));
  const pressed = fc.constantFrom(...ids.filter((id) => Object.keys(story(id).controls ?? {}).length > 0))
    .chain((layer) => fc.record({ ...times, kind: fc.constant('control' as const), layer: fc.constant(layer), control: fc.constantFrom(...Object.keys(story(layer).controls!)) }));
  const guests = stories.refs.filter((ref) => stories.of(ref) !== undefined && stories.of(ref)!.place !== 'app');
  const stacks = fc.constantFrom(...scenario.nodes).chain((node) =>
    fc.array(fc.tuple(fc.constantFrom(...guests), letters('abcdefghXYZ', 8)), { maxLength: 3 }).map((added) => ({
      [node.id]: [...node.stack, ...added.map(([engine, id], i): LayerSpec => ({ id: `${id}${i}`, engine }))],
    })));
  const links = some(Object.fromEntries(scenario.links.map(({ from, to }) => [linkName(from, to), anyDistribution])));
  const stops = anyShape(breakpointShape, names).map((stop) => stop as { kind: string; layer?: string; note?: string })
    .map((stop) => (stop.kind === 'note' ? { kind: stop.kind, note: stop.note } : stop));
  const faults = fc.array(anyShape(faultShape, names) as fc.Arbitrary<Fault>, { maxLength: 3 })
    .map((lane) => lane.map((fault): Fault => (fault.untilMs !== undefined && fault.untilMs <= fault.fromMs ? { ...fault, untilMs: fault.fromMs + 1 } : fault)));
  return some<unknown>({
    params, seed: fc.integer({ min: 0, max: LIMITS.seed }), stacks, links,
    faults,
    interventions: fc.array(fc.oneof(changed, pressed), { maxLength: 4 }),
    breakpoints: fc.array(stops, { maxLength: 3 }),
    durationMs: number({ min: LIMITS.minDurationMs, max: LIMITS.durationMs }),
  }, 5).map((found): MinimalDocument => ({ version: 1, pattern: stories.pattern, scenario: scenarioId, variant: variantId, ...found }));
}

/** Any legal document of the stories' pattern, in full. */
export function anyDocument(stories: Stories): fc.Arbitrary<RunDocument> {
  const kinds = Object.entries(stories.story.scenarios).flatMap(([id, scenario]) => Object.keys(scenario.variants).map((variant) => rawDocument(stories, id, variant)));
  return fc.oneof(...kinds).map((raw) => mend(raw, stories)).filter((document) => document !== undefined) as fc.Arbitrary<RunDocument>;
}

/** Leaves out what breaks a relation or a span, part by part, so that few draws are lost. */
function mend(raw: MinimalDocument, stories: Stories): RunDocument | undefined {
  let rest: MinimalDocument = raw;
  for (const part of ['none', 'faults', 'interventions', 'params', 'stacks'] as const) {
    if (part !== 'none') {
      const { [part]: _left, ...others } = rest;
      rest = others;
    }
    const { document } = validateDocument(rest, stories);
    if (document !== undefined) return document;
  }
  return undefined;
}

/** Any legal moment, sometimes with a second branch. */
export function anyMoment(stories: Stories): fc.Arbitrary<Moment> {
  const name = letters('abcdeXYZ0189_.:>-', 12);
  const document = anyDocument(stories);
  const view = some<unknown>({ speed: number(SPEED), selection: name, panels: fc.array(name, { maxLength: 4 }), theme: fc.constantFrom(...THEMES) }, 4);
  const other = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: document }, { weight: 1, arbitrary: fc.nat(9) });
  return fc.tuple(document, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.boolean(), view, other).map(([main, share, whole, playing, seen, second]): Moment => {
    const scenario = stories.story.scenarios[main.scenario]!;
    const exact = share * (main.durationMs ?? scenario.durationMs);
    const variants = Object.keys(scenario.variants);
    const compare = typeof second === 'number' ? validateDocument({ ...main, variant: variants[second % variants.length]! }, stories).document : second;
    return { document: main, atMs: whole ? Math.floor(exact) : exact, playing, ...seen, ...(compare !== undefined && { compare }) };
  });
}
