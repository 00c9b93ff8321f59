/** A small world run to its end, and what tests ask of it. */
import type { Json, Plan } from './contract.ts';
import { createNames, createTrace, HOP } from './trace.ts';
import { World } from './world.ts';

export interface NoteSeen { readonly atMs: number; readonly node: string; readonly name: string; readonly data: Json }
export interface HopSeen { readonly atMs: number; readonly from: string; readonly to: string; readonly op: string; readonly kind: keyof typeof HOP }
export interface Ran {
  readonly world: World;
  readonly summary: Readonly<Record<string, number>>;
  readonly lawsBroken: readonly string[];
  /** All notes in order, or those of one name. */
  notes(name?: string): readonly NoteSeen[];
  hops(): readonly HopSeen[];
  meters(layer: string): Readonly<Record<string, number | null>>;
}
export interface Running {
  readonly check?: 'event' | 'sample' | 'off';
  /** False: nothing is kept, notes and hops are empty. */
  readonly trace?: boolean;
}

export function runOut(plan: Plan, { check = 'event', trace: tracing = true }: Running = {}): Ran {
  const names = createNames();
  const trace = tracing ? createTrace() : null;
  const world = new World(plan, { check, fingerprint: false, trace, names });
  world.runUntil(plan.durationMs);
  const inspections = world.inspect();
  const kinds = Object.fromEntries(Object.entries(HOP).map(([name, code]) => [code, name as keyof typeof HOP]));
  return {
    world, summary: world.summary(),
    lawsBroken: world.ledger().filter(({ holds }) => !holds).map(({ name }) => name),
    notes: (name) => (trace === null ? [] : Array.from({ length: trace.notes.length }, (_, i) => ({
      atMs: trace.notes.atNs[i]! / 1e6, node: world.layerIds[trace.notes.layer[i]!]!, name: names.list[trace.notes.name[i]!]!, data: trace.notes.data[i] ?? null,
    })).filter((note) => name === undefined || note.name === name)),
    hops: () => (trace === null ? [] : Array.from({ length: trace.hops.length }, (_, i) => {
      const { from, to } = plan.links[trace.hops.link[i]!]!;
      return { atMs: trace.hops.sentNs[i]! / 1e6, from, to, op: names.list[trace.hops.op[i]!]!, kind: kinds[trace.hops.kind[i]!]! };
    })),
    meters: (layer) => inspections[layer]!.meters ?? {},
  };
}
/** What the engine of the callers (node `client`) says of its answers. */
export const answersOf = <A>({ world }: Ran): readonly A[] => (world.inspect().client!.views!.answers ?? []) as unknown as readonly A[];
