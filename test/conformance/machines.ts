/** Which states and moves of an engine's machine come up when the scenarios run. What does not is no mistake, but good to know. */
import type { Pattern } from './cases.ts';
import type { Observed } from './observe.ts';

interface StateConfig { readonly on?: Readonly<Record<string, unknown>>; readonly states?: Readonly<Record<string, StateConfig>> }
const targetOf = (move: unknown): string | undefined => {
  const one = Array.isArray(move) ? (move as readonly unknown[])[0] : move;
  if (typeof one === 'string') return one;
  const { target } = (one ?? {}) as { readonly target?: unknown };
  return typeof target === 'string' ? target : undefined;
};

export function unreached({ card, story, machines }: Pattern, runs: readonly Observed[]): { states: string[]; moves: string[] } {
  const states: string[] = [], missing: string[] = [];
  for (const [name, { machine }] of Object.entries(story.engines)) {
    const config = machine === undefined ? undefined : (machines[machine] as { readonly config?: StateConfig & { readonly initial?: string } } | undefined)?.config;
    if (config?.states === undefined) continue;
    const ref = name === card.id ? name : `${card.id}/${name}`;
    const seen = new Set(runs.flatMap(({ moves }) => Array.from(moves).filter((move) => move.startsWith(`${ref}: `)).map((move) => move.slice(ref.length + 2))));
    const entered = new Set([config.initial, ...Array.from(seen, (move) => move.split('-> ')[1])]);
    for (const [state, { on = {} }] of Object.entries(config.states)) {
      if (!entered.has(state)) states.push(`${name}: ${state}`);
      for (const [event, move] of Object.entries(on)) {
        const told = `${state} -${event}-> ${targetOf(move) ?? state}`;
        if (!seen.has(told)) missing.push(`${name}: ${told}`);
      }
    }
  }
  return { states, moves: missing };
}
