/** What a simulation is expected to be. A run is computed as a whole, so nothing here polls: it waits until the run is there, and judges. */
import { expect as base, type Expect, type ExpectMatcherState, type MatcherReturnType } from '@playwright/test';
import type { Sim } from './sim.ts';

interface Span {
  readonly layer?: string;
  /** Simulated ms. */
  readonly after?: number;
  readonly before?: number;
}
interface Bounds {
  readonly above?: number;
  readonly below?: number;
}
const answer = (pass: boolean, name: string, says: string) => ({ pass, name, message: () => says });
const list = (items: readonly string[]): string => items.join(', ') || 'none';

const matchers = {
  /** At the shown moment a layer is in a mode, by the name that its transitions have. `instance`: one machine of several. */
  async toBeInMode(sim: Sim, layer: string, mode: string, { instance }: { readonly instance?: string } = {}) {
    const { atMs, layers } = await sim.snapshot();
    if (layers[layer] === undefined) return answer(this.isNot === true, 'toBeInMode', `There is no layer "${layer}"; there are ${list(Object.keys(layers))}.`);
    await sim.computed();
    const moves = (await sim.transitions()).filter((move) => move.layer === layer);
    const only = instance ?? (moves.some((move) => move.instance === '') ? '' : undefined);
    const mine = moves.filter((move) => only === undefined || move.instance === only);
    // Before its first transition it is in the mode that it leaves then.
    const is = mine.findLast((move) => move.atMs <= atMs)?.to ?? mine[0]?.from ?? layers[layer].mode;
    return answer(is === mode, 'toBeInMode', `${layer} is ${is ?? 'in no mode'}; expected ${this.isNot ? 'anything but ' : ''}${mode}.`);
  },
  /** The run has a note, in a span if one is given. */
  async toHaveNote(sim: Sim, name: string, { layer, after = -Infinity, before = Infinity }: Span = {}) {
    await sim.computed();
    const notes = (await sim.notes()).filter((note) => layer === undefined || note.layer === layer);
    const mine = notes.filter((note) => note.name === name);
    const found = mine.find(({ atMs }) => atMs > after && atMs < before);
    const span = `${after === -Infinity ? '' : ` after ${after} ms`}${before === Infinity ? '' : ` before ${before} ms`}`;
    const seen = mine.length > 0 ? `It came at ${list(mine.slice(0, 8).map(({ atMs }) => `${atMs} ms`))}.` : `Seen were ${list([...new Set(notes.map((note) => note.name))])}.`;
    return answer(found !== undefined, 'toHaveNote', found === undefined ? `No note "${name}"${span}. ${seen}` : `A note "${name}" came at ${found.atMs} ms.`);
  },
  /** A figure of the whole run lies within bounds, or is what it is expected to be. */
  async toHaveMetric(sim: Sim, metric: string, expected: number | Bounds) {
    await sim.computed();
    const figures = await sim.metrics();
    const value = figures[metric];
    if (value === undefined) return answer(this.isNot === true, 'toHaveMetric', `There is no figure "${metric}"; there are ${list(Object.keys(figures).filter((name) => name.split('.')[0] === metric.split('.')[0]).slice(0, 20))}.`);
    const { above = -Infinity, below = Infinity } = typeof expected === 'number' ? {} : expected;
    const pass = typeof expected === 'number' ? value === expected : value > above && value < below;
    return answer(pass, 'toHaveMetric', `${metric} is ${value}; expected ${this.isNot ? 'not ' : ''}${typeof expected === 'number' ? expected : `${above === -Infinity ? '' : `above ${above} `}${below === Infinity ? '' : `below ${below}`}`.trim()}.`);
  },
  /** No rule broke in the whole run; with a name, that one did not. */
  async toKeepInvariant(sim: Sim, name?: string) {
    await sim.computed();
    const broken = await sim.broken();
    const kept = name === undefined ? broken.length === 0 : !broken.includes(name);
    return answer(kept, 'toKeepInvariant', `Broken: ${list(broken)}.`);
  },
} satisfies Record<string, (this: ExpectMatcherState, sim: Sim, ...args: never[]) => Promise<MatcherReturnType>>;

// Its type is spelt out: an inferred one would name a package that a project need not see.
export const expect: Expect<typeof matchers> = base.extend(matchers);
