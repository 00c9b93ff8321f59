/** Plans of a few words, and what their runs said. */
import type { Engine, Intervention, Law, LayerId, NodeId, Plan } from '../../src/kernel/contract.ts';
import type { Distribution } from '../../src/kernel/distributions.ts';
import type { Fault } from '../../src/kernel/faults.ts';
import type { Options } from '../../src/kernel/state.ts';
import { createNames, createTrace, type Names, type Trace } from '../../src/kernel/trace.ts';
import { legendOf, transcript, type TranscriptOptions } from '../../src/kernel/transcript.ts';
import { World } from '../../src/kernel/world.ts';
import { caller, constant, type Act } from './tinyEngines.ts';

export interface TinyLayer {
  readonly engine: Engine;
  /** Default: the node's name, or node-number in a longer stack. */
  readonly id?: LayerId;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly to?: readonly NodeId[];
}
export interface Sketch {
  /** Stacks, outermost first. A list of acts stands for a caller that does them. */
  readonly nodes: Readonly<Record<NodeId, readonly (TinyLayer | Engine)[] | readonly Act[]>>;
  /** `from>to` and its latency in ms. */
  readonly links?: Readonly<Record<string, number | Distribution>>;
  readonly faults?: readonly Fault[];
  readonly interventions?: readonly Intervention[];
  readonly laws?: readonly Law[];
  readonly seed?: number;
  readonly durationMs?: number;
  readonly measure?: Plan['measure'];
}

const isActs = (stack: readonly object[]): stack is readonly Act[] => stack.length > 0 && 'atMs' in stack[0]!;
const isEngine = (layer: TinyLayer | Engine): layer is Engine => 'init' in layer;

export function planOf({ nodes, links = {}, faults = [], interventions = [], laws = [], seed = 1, durationMs = 1000, measure }: Sketch): Plan {
  return {
    seed, durationMs, measure: measure ?? { fromMs: 0, untilMs: durationMs }, faults, interventions, laws,
    nodes: Object.entries(nodes).map(([id, stack]) => ({
      id,
      layers: isActs(stack) ? [{ id, engine: caller, params: { acts: stack } }] : stack.map((layer, i) => {
        const { params = {}, ...rest } = isEngine(layer) ? { engine: layer } : layer;
        return { id: stack.length === 1 ? id : `${id}-${i}`, params, ...rest };
      }),
    })),
    links: Object.entries(links).map(([name, latency]) => {
      const [from, to] = name.split('>') as [string, string];
      return { from, to, latency: typeof latency === 'number' ? constant(latency) : latency };
    }),
  };
}

export interface Seen {
  readonly world: World;
  readonly trace: Trace;
  readonly names: Names;
  /** Notes as "time layer note data", those named left out. */
  notes(...without: readonly string[]): string[];
  text(options?: TranscriptOptions): string;
}
/** A world with a trace, not yet run. Invariants are checked after every event. */
export function watch(plan: Plan, options: Options = {}): Seen {
  const trace = createTrace();
  const names = options.names ?? createNames();
  const world = new World(plan, { check: 'event', ...options, trace, names });
  return {
    world, trace, names,
    notes: (...without) => Array.from({ length: trace.notes.length }, (_, i) => {
      const name = names.list[trace.notes.name[i]!]!;
      if (without.includes(name)) return '';
      const data = trace.notes.data[i];
      return `${trace.notes.atNs[i]! / 1e6} ${world.layerIds[trace.notes.layer[i]!]} ${name}${data === undefined ? '' : ` ${typeof data === 'string' ? data : JSON.stringify(data)}`}`;
    }).filter((line) => line !== ''),
    text: (more) => transcript(trace, legendOf(world, names), more),
  };
}
/** The same, run to its end. */
export function runSketch(sketch: Sketch, options: Options = {}): Seen {
  const seen = watch(planOf(sketch), options);
  seen.world.runUntil(seen.world.durationMs);
  return seen;
}
/** The notes of a sketch's run. */
export const notesOf = (sketch: Sketch, ...without: readonly string[]): string[] => runSketch(sketch).notes('started', ...without);
