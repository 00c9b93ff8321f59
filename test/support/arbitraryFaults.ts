/** Random faults and interventions that fit a topology: far denser than in life. */
import fc from 'fast-check';
import type { Intervention, LayerId, Ms, NodeId } from '../../src/kernel/contract.ts';
import type { Fault } from '../../src/kernel/faults.ts';

export interface Place {
  readonly nodes: readonly NodeId[];
  readonly links: readonly { readonly from: NodeId; readonly to: NodeId }[];
  /** Operations and topics, for faults that hit one alone. */
  readonly ops?: readonly string[];
  /** Notes at which a node may be made to crash. */
  readonly notes?: readonly string[];
  readonly durationMs: Ms;
}

const some = <T>(list: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...list);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });
/** Round times meet other things at one instant, odd ones fall between. */
export const arbitraryTime = (durationMs: Ms): fc.Arbitrary<Ms> =>
  fc.oneof(fc.integer({ min: 0, max: Math.floor(durationMs / 100) }).map((n) => n * 100), fc.nat(durationMs), fc.double({ min: 0, max: durationMs, noNaN: true }));

/** Leaves out what is undefined, as people who write faults do. */
const bare = <T extends object>(fault: T): T => Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined)) as T;

export function arbitraryFault({ nodes, links, ops = [], notes = [], durationMs }: Place): fc.Arbitrary<Fault> {
  const span = fc.tuple(arbitraryTime(durationMs * 0.8), maybe(fc.integer({ min: 1, max: Math.ceil(durationMs / 3) }))).map(([fromMs, lastsMs]) => ({ fromMs, untilMs: lastsMs === undefined ? undefined : fromMs + lastsMs }));
  const op = ops.length === 0 ? fc.constant(undefined) : maybe(some(ops));
  const ratio = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
  const factor = fc.oneof(fc.constant(0.1), fc.double({ min: 1, max: 30, noNaN: true }));
  const lagMs = fc.integer({ min: 1, max: 500 });
  const node = some(nodes);
  const where = links.length === 0 ? fc.constant({}) : fc.oneof(fc.constant({}), some(links).map(({ from, to }) => ({ from, to })), some(links).map(({ to }) => ({ to })));
  type Parts = { readonly [key: string]: fc.Arbitrary<unknown> };
  const kind = (name: Fault['kind'], parts: Parts, at: fc.Arbitrary<object> = fc.constant({})): fc.Arbitrary<Fault> =>
    fc.tuple(span, at, fc.record(parts)).map(([time, place, rest]) => bare({ kind: name, ...time, ...place, ...rest }) as Fault);
  const group = fc.subarray([...nodes], { minLength: 1 });
  return fc.oneof(
    kind('crash', { node, refuse: maybe(fc.boolean()) }), kind('pause', { node }), kind('hang', { node, op }),
    kind('errors', { node, ratio, op, outcome: maybe(some(['transientError', 'permanentError', 'overload'])) }), kind('slow', { node, factor }),
    kind('latency', { factor }, where), kind('dropRequests', { ratio, op }, where), kind('dropReplies', { ratio, op }, where), kind('dropMessages', { ratio }, where),
    kind('duplicate', { ratio, lagMs }, where), kind('reorder', { ratio, lagMs }, where), kind('partition', { groupA: group, groupB: group, oneWay: maybe(fc.boolean()) }),
    kind('clock', { node, offsetMs: fc.integer({ min: -2000, max: 2000 }), driftPpm: maybe(fc.integer({ min: -200_000, max: 200_000 })) }),
    ...(notes.length === 0 ? [] : [kind('crashAt', { node, note: some(notes), occurrence: fc.integer({ min: 1, max: 5 }), downMs: maybe(fc.integer({ min: 1, max: Math.ceil(durationMs / 5) })) })]),
  );
}

/** A layer that people can do things to. */
export interface Touchable {
  readonly id: LayerId;
  readonly controls: readonly string[];
  readonly params: fc.Arbitrary<Readonly<Record<string, unknown>>>;
}
export function arbitraryIntervention(layers: readonly Touchable[], durationMs: Ms): fc.Arbitrary<Intervention> {
  return some(layers).chain(({ id, controls, params }) => {
    const changed = fc.tuple(arbitraryTime(durationMs), params).map(([atMs, values]): Intervention => ({ atMs, kind: 'params', layer: id, params: values }));
    if (controls.length === 0) return changed;
    return fc.oneof(changed, fc.tuple(arbitraryTime(durationMs), some(controls)).map(([atMs, control]): Intervention => ({ atMs, kind: 'control', layer: id, control })));
  });
}
