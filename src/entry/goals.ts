/** When a goal of `runUntil` holds first; what was seen instead where it never does. */
import type { LayerId, Ms } from '../kernel/contract.ts';
import { listed, nearestName } from '../runs/suggest.ts';
import type { RunState } from '../session/types.ts';
import type { Goal } from './driverTypes.ts';
import { known } from './known.ts';

const SAMPLE_MS = 100;
/** So many of the things seen instead are named. */
const NAMED = 8;

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const suggestion = (name: string, names: readonly string[]): string => {
  const near = names.includes(name) ? undefined : nearestName(name, names);
  return near === undefined ? '' : `Did you mean "${near}"? `;
};

type Seen = Pick<RunState, 'notes' | 'moves' | 'samples' | 'failure' | 'layerIds' | 'durationMs' | 'resolved'>;

/** The first moment of a computed run at which the goal holds, after the shown moment `atMs` unless the goal says otherwise. */
export function momentOf(goal: Goal, run: Seen, atMs: Ms): Ms {
  const { notes, moves, failure, layerIds, durationMs } = run;
  if ('t' in goal) {
    if (!(goal.t >= 0)) throw new Error(`t is ${goal.t}, but must be 0 or more.`);
    if (goal.t > durationMs) throw new Error(`The run ends at ${durationMs} ms, before ${goal.t} ms.`);
    return goal.t;
  }
  if ('invariant' in goal) {
    const found = failure?.atMs ?? notes.find((note) => note.name === 'lawBroken')?.atMs;
    if (found === undefined) throw new Error('No rule was broken in the whole run.');
    return found;
  }
  const after = goal.after ?? atMs;
  if ('metric' in goal) return sampled(goal, run, after);
  if (goal.layer !== undefined) known('layer', goal.layer, layerIds);
  const ofNode = goal.node === undefined ? null : layersAt(goal.node, run);
  const wanted = (layer: LayerId): boolean => (goal.layer === undefined || goal.layer === layer) && (ofNode === null || ofNode.has(layer));
  if ('note' in goal) {
    const here = notes.filter((note) => wanted(note.layer));
    const mine = here.filter((note) => note.name === goal.note);
    const found = mine.find((note) => note.atMs > after);
    if (found !== undefined) return found.atMs;
    if (mine.length > 0) throw new Error(`The note "${goal.note}" did not come after ${after} ms; it came at ${mine.slice(-NAMED).map((note) => `${note.atMs} ms`).join(', ')}.`);
    const names = unique(here.map(({ name }) => name));
    throw new Error(`The note "${goal.note}" never came. ${suggestion(goal.note, names)}${names.length === 0 ? 'No notes came at all.' : `Seen were ${listed(names)}.`}`);
  }
  const mine = moves.filter((move) => wanted(move.layer) && (goal.instance === undefined || move.instance === goal.instance));
  const found = mine.find((move) => move.to === goal.mode && move.atMs > after);
  if (found !== undefined) return found.atMs;
  throw new Error(`Nothing became "${goal.mode}" after ${after} ms. ${suggestion(goal.mode, unique(mine.map(({ to }) => to)))}Entered were ${mine.slice(-NAMED).map((move) => `${move.to} at ${move.atMs} ms`).join(', ') || 'no modes at all'}.`);
}

function layersAt(node: string, { resolved }: Seen): ReadonlySet<LayerId> {
  known('node', node, resolved.nodes.map(({ id }) => id));
  return new Set(resolved.nodes.find(({ id }) => id === node)!.layers.map(({ id }) => id));
}

function sampled(goal: Extract<Goal, { metric: string }>, { samples }: Seen, after: Ms): Ms {
  known('metric', goal.metric, samples.names);
  if (goal.above === undefined && goal.below === undefined) throw new Error(`Say when to stop at ${goal.metric}: above or below a number.`);
  const values = samples.values[goal.metric]!;
  let least = Infinity, most = -Infinity;
  for (let row = 0; row < samples.rows; row++) {
    const value = values[row]!;
    if ((row + 1) * SAMPLE_MS <= after || Number.isNaN(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if ((goal.above !== undefined && value > goal.above) || (goal.below !== undefined && value < goal.below)) return (row + 1) * SAMPLE_MS;
  }
  throw new Error(least > most ? `${goal.metric} had no value after ${after} ms.` : `${goal.metric} stayed between ${least} and ${most} after ${after} ms.`);
}
