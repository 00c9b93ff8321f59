/** A state machine as a drawing needs it, read from an XState machine object without knowing the pattern. */

/** The parts of XState's state node that are read here. */
interface NodeLike {
  readonly key: string;
  readonly path: readonly string[];
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly states: Readonly<Record<string, NodeLike>>;
  readonly description?: string;
  readonly initial?: { readonly target?: readonly NodeLike[] };
  readonly transitions: ReadonlyMap<string, readonly TransitionLike[]>;
  readonly always?: readonly TransitionLike[];
}
interface TransitionLike {
  readonly eventType: string;
  readonly target?: readonly NodeLike[];
  readonly guard?: unknown;
  readonly description?: string;
  readonly meta?: { readonly countdown?: boolean } | undefined;
}

/** Path of a state joined by dots: `open`, `active.charging`. */
export type StatePath = string;
export interface MachineState {
  readonly path: StatePath;
  readonly key: string;
  readonly kind: NodeLike['type'];
  readonly description: string;
  readonly children: readonly MachineState[];
  readonly initial: StatePath | null;
}
export interface MachineMove {
  readonly from: StatePath;
  readonly to: StatePath;
  readonly event: string;
  readonly guard: string;
  readonly description: string;
  /** Time alone makes it. */
  readonly delayed: boolean;
}
export interface MachineModel {
  readonly root: MachineState;
  readonly moves: readonly MachineMove[];
}

const nameOf = (path: readonly string[]): StatePath => path.join('.');
const guardName = (guard: unknown): string => (typeof guard === 'string' ? guard : typeof guard === 'object' && guard !== null && 'type' in guard ? String((guard as { readonly type: unknown }).type) : guard === undefined ? '' : 'guarded');

function stateOf(node: NodeLike): MachineState {
  return {
    path: nameOf(node.path), key: node.key, kind: node.type, description: node.description ?? '',
    children: Object.values(node.states).map(stateOf),
    initial: node.type === 'compound' && node.initial?.target?.[0] !== undefined ? nameOf(node.initial.target[0].path) : null,
  };
}
function movesOf(node: NodeLike): MachineMove[] {
  const from = nameOf(node.path);
  const own = [...node.transitions].flatMap(([event, list]) => list.map((transition) => ({ event, transition })));
  const always = (node.always ?? []).map((transition) => ({ event: '', transition }));
  const mine = [...own, ...always].flatMap(({ event, transition }) => (transition.target ?? []).map((target): MachineMove => ({
    from, to: nameOf(target.path), event: event.startsWith('xstate.after.') ? `after ${event.split('.')[2]} ms` : event.replace(/^xstate\.(done|error)\..*$/, '$1'),
    guard: guardName(transition.guard), description: transition.description ?? '',
    delayed: event.startsWith('xstate.after.') || transition.meta?.countdown === true,
  })));
  return [...mine, ...Object.values(node.states).flatMap(movesOf)];
}

/** Reads a machine; null for something that is none. */
export function machineModel(machine: unknown): MachineModel | null {
  if (typeof machine !== 'object' || machine === null || !('root' in machine)) return null;
  const root = (machine as { readonly root: NodeLike }).root;
  return { root: stateOf(root), moves: movesOf(root) };
}

/** Moves between the same two states are one line with several labels. */
export interface MoveGroup {
  readonly from: StatePath;
  readonly to: StatePath;
  readonly moves: readonly MachineMove[];
}
/** An event that leads from almost anywhere to one state: drawn as a tag on that state, not as a bundle of lines. */
export interface FromAnywhere {
  readonly to: StatePath;
  readonly event: string;
  readonly from: readonly StatePath[];
}
export function groupMoves(moves: readonly MachineMove[], least = 3): { readonly groups: readonly MoveGroup[]; readonly anywhere: readonly FromAnywhere[] } {
  const bundles = new Map<string, MachineMove[]>();
  // A move of a compound state into itself holds wherever in it one is.
  const inward = (move: MachineMove): boolean => move.from === '' || move.to.startsWith(`${move.from}.`);
  for (const move of moves) {
    const key = `${move.event}\n${move.to}`;
    bundles.set(key, [...(bundles.get(key) ?? []), move]);
  }
  const many = [...bundles.values()].filter((bundle) => bundle.some(inward) || new Set(bundle.map(({ from }) => from)).size >= least);
  const bundled = new Set(many.flat());
  const groups = new Map<string, MachineMove[]>();
  for (const move of moves) {
    if (bundled.has(move)) continue;
    const key = `${move.from}\n${move.to}`;
    groups.set(key, [...(groups.get(key) ?? []), move]);
  }
  return {
    groups: [...groups.values()].map((list) => ({ from: list[0]!.from, to: list[0]!.to, moves: list })),
    anywhere: many.map((bundle) => ({ to: bundle[0]!.to, event: bundle[0]!.event, from: bundle.map(({ from }) => from) })),
  };
}
export const allStates = (state: MachineState): readonly MachineState[] => [state, ...state.children.flatMap(allStates)];
