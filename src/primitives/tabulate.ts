/**
 * Turns a state machine into a plain table, once. Engines run the table (a look-up instead of an interpreter, and a state that is one
 * text), charts draw the machine, and both are the same because the table is made by XState's own pure functions.
 */
import { getNextTransitions, initialTransition, transition } from 'xstate';
import type { AnyMachineSnapshot, AnyStateMachine, EventFromLogic, StateValueFrom } from 'xstate';

/** From each state, by event, the next one. An event that is missing is impossible in that state. */
export interface MachineTable<S extends string = string, E extends string = string> {
  readonly name: string;
  readonly initial: S;
  readonly states: readonly S[];
  readonly events: readonly E[];
  readonly next: Readonly<Record<S, Readonly<Partial<Record<E, S>>>>>;
}
export type TableOf<M extends AnyStateMachine> = MachineTable<StateValueFrom<M> & string, EventFromLogic<M>['type'] & string>;

/** A table for a flat machine of plain events: no context, guards, actions, invocations or `after` (name such an event, e.g. waitElapsed). */
export function tabulate<M extends AnyStateMachine>(machine: M): TableOf<M> {
  const name = machine.id;
  const refuse = (what: string): never => {
    throw new Error(`machine "${name}" cannot be a table: ${what}`);
  };
  if (machine.config.context !== undefined) refuse('it has context; keep data in plain fields of the engine');
  const events = machine.events.map(String);
  for (const event of events) if (event === '*' || event.startsWith('xstate.')) refuse(`"${event}" is not a named event`);
  for (const [state, { type, entry, exit, invoke }] of Object.entries(machine.root.states)) {
    if (type !== 'atomic' && type !== 'final') refuse(`state "${state}" has states of its own`);
    if (entry.length + exit.length + invoke.length > 0) refuse(`state "${state}" does something by itself; the engine acts`);
  }

  const [first] = initialTransition(machine as AnyStateMachine);
  const reached = new Map<string, AnyMachineSnapshot>([[stateOf(first), first]]);
  const next: Record<string, Record<string, string>> = {};
  for (const [state, snapshot] of reached) { // also walks over what it adds on the way
    const row: Record<string, string> = {};
    for (const { guard, actions, eventType } of getNextTransitions(snapshot)) {
      if (guard !== undefined) refuse(`"${eventType}" has a guard in state "${state}"; let the engine choose the event`);
      if (actions.length > 0) refuse(`"${eventType}" has an action in state "${state}"; the engine acts`);
    }
    for (const type of events) {
      if (!snapshot.can({ type })) continue;
      const [after] = transition(machine as AnyStateMachine, snapshot, { type });
      row[type] = stateOf(after);
      if (!reached.has(row[type])) reached.set(row[type], after);
    }
    next[state] = row;
  }
  const states = Object.keys(machine.root.states);
  for (const state of states) if (!reached.has(state)) refuse(`state "${state}" is never reached`);
  return { name, initial: stateOf(first), states, events, next } as MachineTable as TableOf<M>;
}

const stateOf = (snapshot: AnyMachineSnapshot): string => String(snapshot.value);

/** Whether the event is possible in the state. */
export function canTake<S extends string, E extends string>(table: MachineTable<S, E>, state: S, event: E): boolean {
  return table.next[state]?.[event] !== undefined;
}

/** Where the event leads. An impossible event is a mistake of the caller and throws. */
export function nextState<S extends string, E extends string>(table: MachineTable<S, E>, state: S, event: E): S {
  const to = table.next[state]?.[event];
  if (to !== undefined) return to;
  const known = Object.keys(table.next[state] ?? {}).join(', ') || 'nothing';
  throw new Error(`machine "${table.name}": the event "${event}" is impossible in the state "${state}", which takes ${known}`);
}
