/** Random legal parameters of an engine, made from its story: what property and conformance tests feed engines with. */
import fc from 'fast-check';
import type { Distribution } from '../../src/kernel/distributions.ts';
import type { EngineStory, Param, Relation, Schema } from '../../src/kernel/story.ts';
import type { Params } from '../../src/kernel/harnessParams.ts';

/**
 * Parameters drawn from the whole schema, each in its range, together within every relation and rule that refuses (those that warn may be broken).
 * `fixed` values are taken as given. `data` parameters keep their initial value, unless `data` draws them.
 */
export function arbitraryParams(
  story: EngineStory,
  { fixed = {}, data = {} }: { readonly fixed?: Params; readonly data?: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {},
): fc.Arbitrary<Params> {
  const drawn = Object.entries(story.params).map(([name, param]) => [name, name in fixed ? fc.constant(fixed[name]) : (data[name] ?? arbitraryValue(param))] as const);
  const refusing = (story.relations ?? []).filter(({ level }) => level === 'refuse');
  return fc.record(Object.fromEntries(drawn)).map((params) => repair(params, refusing, story.params)).filter((params) => isLegal(story, params, refusing));
}
const isLegal = (story: EngineStory, params: Params, refusing: readonly Relation[]): boolean =>
  refusing.every((relation) => holds(relation, params)) && (story.check?.(params) ?? []).every(({ level }) => level !== 'refuse');

/** Small numbers come often, whatever the range: that is where engines have their corners. */
function arbitraryValue(param: Param): fc.Arbitrary<unknown> {
  switch (param.kind) {
    case 'number': {
      const { min, max, integer, aboveMin } = param;
      if (integer === true) {
        const low = aboveMin === true ? min + 1 : min;
        return fc.oneof({ weight: 3, arbitrary: fc.integer({ min: low, max: Math.min(max, low + 20) }) }, fc.integer({ min: low, max }));
      }
      const wide = fc.double({ min, max, noNaN: true, minExcluded: aboveMin === true });
      const narrow = fc.double({ min, max: Math.min(max, min + Math.max(1, (max - min) / 1000)), noNaN: true, minExcluded: aboveMin === true });
      return fc.oneof(wide, narrow, ...(aboveMin === true ? [] : [fc.constant(min)]), fc.constant(max));
    }
    case 'choice': return fc.constantFrom(...param.options);
    case 'flag': return fc.boolean();
    case 'duration': return fc.oneof(fc.constant(param.initial), arbitraryDuration);
    case 'numbers': return fc.array(fc.double({ min: param.min, max: param.max, noNaN: true }), { maxLength: Math.min(param.maxLength, 20) });
    case 'data': return fc.constant(param.initial);
  }
}

const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const arbitraryDuration: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ms: fc.nat(5000) }),
  fc.record({ kind: fc.constant('exponential' as const), meanMs: ms(2000) }),
  fc.tuple(fc.nat(1000), fc.nat(1000)).map(([minMs, widthMs]) => ({ kind: 'uniform' as const, minMs, maxMs: minMs + widthMs + 1 })),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), ms(100), fc.nat(5000)).map(([slowRatio, fastMs, moreMs]) => ({ kind: 'bimodal' as const, slowRatio, fastMs, slowMs: fastMs + moreMs })),
);

const applies = ({ when = {} }: Relation, params: Params): boolean => Object.entries(when).every(([name, value]) => params[name] === value);
const rightOf = ({ right }: Relation, params: Params): number => (typeof right === 'number' ? right : (params[right] as number));

/** Whether a relation is kept (or does not apply). */
export function holds(relation: Relation, params: Params): boolean {
  if (!applies(relation, params)) return true;
  const left = params[relation.left] as number;
  const right = rightOf(relation, params);
  switch (relation.must) {
    case 'atMost': return left <= right;
    case 'atLeast': return left >= right;
    case 'below': return left < right;
    case 'above': return left > right;
  }
}

/** Swaps or moves the two sides of what is broken; a few rounds settle chains. What cannot be mended is left to the filter. */
function repair(params: Params, relations: readonly Relation[], schema: Schema): Params {
  const mended: Record<string, unknown> = { ...params };
  for (let round = 0; round < 4; round++) {
    for (const relation of relations) {
      if (holds(relation, mended)) continue;
      const { left, right, must } = relation;
      const bound = rightOf(relation, mended);
      const param = schema[left];
      const step = must === 'below' ? -1 : must === 'above' ? 1 : 0;
      const moved = bound + step;
      if (param?.kind === 'number' && moved >= param.min && moved <= param.max && !(param.aboveMin === true && moved === param.min)) mended[left] = moved;
      else if (typeof right === 'string') mended[right] = (mended[left] as number) - step;
    }
  }
  return mended;
}
