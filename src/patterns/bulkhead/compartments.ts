/** The `compartments` parameter: which there are, and where a call belongs. */
import type { Call, Json } from '../../kernel/contract.ts';

export interface CompartmentSpec {
  readonly name: string;
  /** Permits that are its own. In a thread pool: core threads. */
  readonly reserve: number;
  /** The most that it may use, what it borrows included. */
  readonly max: number;
  /** Targets, operations or callers; lowest priorities; "*" is the rest. */
  readonly of: readonly (string | number)[];
}
export const REST = '*';
const ALL: readonly CompartmentSpec[] = Object.freeze([{ name: 'all calls', reserve: 0, max: Infinity, of: [REST] }]);
export const OTHERS: CompartmentSpec = Object.freeze({ name: 'others', reserve: 0, max: Infinity, of: [REST] });

/** The compartments, the last of them for whatever matches no other. Expects a legal parameter. */
export function readCompartments(compartments: Json): readonly CompartmentSpec[] {
  const specs = compartments as unknown as readonly CompartmentSpec[];
  if (specs.length === 0) return ALL;
  return specs.some(({ of }) => of.includes(REST)) ? specs : [...specs, OTHERS];
}

/** Index of the compartment of a call: the first that matches. */
export function compartmentOf(specs: readonly { readonly of: CompartmentSpec['of'] }[], by: string, call: Call): number {
  const value = by === 'target' ? call.to : by === 'op' ? call.op : by === 'caller' ? call.from : call.priority;
  for (let i = 0; i < specs.length; i++) {
    for (const one of specs[i]!.of) {
      if (one === REST || one === value || (by === 'priority' && typeof one === 'number' && call.priority >= one)) return i;
    }
  }
  return specs.length - 1;
}
