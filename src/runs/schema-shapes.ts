/**
 * The shape of a run document as data. Validation walks it, the published JSON Schema is printed from it, and canonical order follows it,
 * so that the three cannot drift apart.
 */
import type { FaultKind } from '../kernel/faults.ts';
import { LIMITS } from './document-limits.ts';

/** Names whose list depends on the story: validation looks them up and suggests the nearest. */
export type NameKind = 'pattern' | 'scenario' | 'variant' | 'node' | 'layer' | 'engine' | 'link' | 'note';

/** One kind of value. `about` becomes the description in the published schema. */
export type Shape = { readonly about?: string; readonly optional?: boolean } & (
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly integer?: boolean; /** min itself is not allowed. */ readonly aboveMin?: boolean }
  | { readonly kind: 'text'; readonly min?: number; readonly max: number; /** Must look like a name that one may give to a thing. */ readonly fresh?: boolean }
  | { readonly kind: 'name'; readonly of: NameKind }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'distribution' }
  /** Parameters of one layer: what they may be is the business of the engine's own schema. */
  | { readonly kind: 'params' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min?: number; readonly max: number }
  | { readonly kind: 'record'; readonly keys: NameKind; readonly of: Shape }
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'union'; readonly options: Readonly<Record<string, Fields>> }
);
/** Fields of an object, in canonical order. A union adds its tag, `kind`, in front. */
export type Fields = Readonly<Record<string, Shape>>;

const text = (max: number, about?: string): Shape => ({ kind: 'text', min: 1, max, ...(about !== undefined && { about }) });
const name = (of: NameKind): Shape => ({ kind: 'name', of });
const optional = (shape: Shape): Shape => ({ ...shape, optional: true });
const number = (min: number, max: number, about: string, more: { integer?: boolean; aboveMin?: boolean } = {}): Shape => ({ kind: 'number', min, max, about, ...more });
const atMs = number(0, LIMITS.durationMs, 'Simulated milliseconds since the run began.');

const span: Fields = {
  fromMs: number(0, LIMITS.durationMs, 'Start, in simulated milliseconds.'),
  untilMs: optional(number(0, LIMITS.durationMs, 'End (exclusive), in simulated milliseconds. Default: until the run ends.', { aboveMin: true })),
};
const where: Fields = { from: optional(name('node')), to: optional(name('node')), op: optional(text(100, 'Only calls or messages of this name.')) };
const node = name('node');
const op = optional(text(100, 'Only calls of this name.'));
const ratio = number(0, 1, 'Share, from 0 to 1.');
const factor = number(0, 1e6, 'Times as long.', { aboveMin: true });
const group: Shape = { kind: 'list', of: node, min: 1, max: 100 };

/** Fields of every kind of fault. */
export const faultFields: Readonly<Record<FaultKind, Fields>> = {
  crash: { ...span, node, refuse: optional({ kind: 'flag', about: 'Callers get a connection error at once (default) instead of silence.' }) },
  crashAt: {
    ...span, node, note: name('note'), layer: optional(name('layer')), occurrence: number(1, 1e6, 'The how-manieth time the note comes, from 1.', { integer: true }),
    downMs: optional(number(0, LIMITS.durationMs, 'How long the node stays down. Default: for ever.', { aboveMin: true })),
    refuse: optional({ kind: 'flag', about: 'Callers get a connection error at once (default) instead of silence.' }),
  },
  pause: { ...span, node },
  hang: { ...span, node, op },
  errors: { ...span, node, ratio, op, outcome: optional({ kind: 'choice', options: ['transientError', 'permanentError', 'overload'] }) },
  slow: { ...span, node, factor },
  latency: { ...span, ...where, factor },
  dropRequests: { ...span, ...where, ratio },
  dropReplies: { ...span, ...where, ratio },
  dropMessages: { ...span, ...where, ratio },
  duplicate: { ...span, ...where, ratio, lagMs: number(0, LIMITS.durationMs, 'The copy arrives this much later.') },
  reorder: { ...span, ...where, ratio, lagMs: number(0, LIMITS.durationMs, 'Held back by up to this much.', { aboveMin: true }) },
  partition: { ...span, groupA: group, groupB: group, oneWay: optional({ kind: 'flag', about: 'Only the way from A to B is cut.' }) },
  clock: {
    ...span, node, offsetMs: number(-LIMITS.durationMs, LIMITS.durationMs, 'The clock shows this much more than the true time.'),
    driftPpm: optional(number(-500_000, 1_000_000, 'It runs this much fast, in parts per million.')),
  },
};

export const faultShape: Shape = { kind: 'union', options: faultFields };
export const interventionShape: Shape = {
  kind: 'union',
  options: {
    params: { atMs, layer: name('layer'), params: { kind: 'params' } },
    control: { atMs, layer: name('layer'), control: text(100, 'A button of the layer\'s engine.') },
  },
};
export const breakpointShape: Shape = {
  kind: 'union',
  options: {
    note: { note: name('note'), layer: optional(name('layer')) },
    mode: { layer: name('layer'), instance: optional({ kind: 'text', max: 200, about: 'Which of the layer\'s machines. Default: any.' }), mode: text(100, 'The state that is entered.') },
    metric: { metric: text(200, 'Name of a sample series.'), is: { kind: 'choice', options: ['above', 'below'] }, value: number(-1e300, 1e300, 'The threshold.') },
    invariant: {},
    firstRetry: {},
    time: { atMs },
  },
};
export const layerShape: Shape = {
  kind: 'object',
  fields: {
    id: { kind: 'text', min: 1, max: 60, fresh: true, about: 'Unique in the topology.' },
    engine: name('engine'),
    params: optional({ kind: 'params' }),
    preset: optional(text(100, 'Named settings of the engine.')),
    to: optional({ kind: 'list', of: node, min: 1, max: 100, about: 'Only calls to these nodes pass through the layer. Default: all.' }),
  },
};

/** Fields of the document in canonical order. Only `version` and `pattern` must be there. */
export const documentFields = {
  $schema: { kind: 'text', max: 300, optional: true, about: 'Address of this schema, for editors. Not kept.' },
  version: { kind: 'constant', value: 1, about: 'Version of this format.' },
  pattern: { ...name('pattern'), about: 'Id of the pattern, e.g. circuit-breaker.' },
  scenario: { ...optional(name('scenario')), about: 'Default: the one the pattern opens with.' },
  variant: { ...optional(name('variant')), about: 'Default: the one the scenario opens with.' },
  params: { kind: 'record', keys: 'layer', of: { kind: 'params' }, optional: true, about: 'Parameters by layer: only what differs from the scenario and its variant.' },
  seed: optional(number(0, LIMITS.seed, 'Default: the seed of the scenario.', { integer: true })),
  stacks: { kind: 'record', keys: 'node', of: { kind: 'list', of: layerShape, max: LIMITS.layersPerNode }, optional: true, about: 'Whole stacks by node, outermost layer first, in place of those of the scenario and its variant.' },
  links: { kind: 'record', keys: 'link', of: { kind: 'distribution' }, optional: true, about: 'Latency by link, named from>to.' },
  faults: { kind: 'list', of: faultShape, max: LIMITS.faults, optional: true, about: 'The whole fault lane. Default: that of the variant or scenario. The order counts.' },
  interventions: { kind: 'list', of: interventionShape, max: LIMITS.interventions, optional: true, about: 'The whole lane of interventions. Default: that of the scenario.' },
  breakpoints: { kind: 'list', of: breakpointShape, max: LIMITS.breakpoints, optional: true, about: 'Where play stops. They do not change the run.' },
  durationMs: optional(number(LIMITS.minDurationMs, LIMITS.durationMs, 'Length of the run in simulated milliseconds. Default: that of the scenario.')),
} as const satisfies Fields;
