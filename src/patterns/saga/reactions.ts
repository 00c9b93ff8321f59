/** What a choreographed participant does about which event: read from its parameter, refused where it makes no sense. */
import type { Json } from '../../kernel/contract.ts';
import type { Deed } from './command.ts';
import type { StepDefinition } from './definition.ts';

export interface Reaction {
  /** The event; `saga.start` is a request. */
  readonly on: string;
  readonly deed: Deed;
  /** Event on success; of a query: on "done". '' for none. */
  readonly emits: string;
  /** Event on a refusal; of a query: on "not done". */
  readonly refused: string;
  readonly ends: '' | 'completed' | 'compensated';
  readonly step: StepDefinition;
}
const DEEDS: readonly Json[] = ['act', 'undo', 'confirm', 'query'];

export function readReactions(json: Json): Reaction[] {
  const wrong = (at: number, what: string): never => {
    throw new TypeError(`choreographer: reaction ${at + 1} ${what}`);
  };
  if (!Array.isArray(json)) throw new TypeError('choreographer: reactions must be a list');
  return (json as readonly Json[]).map((entry, i) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return wrong(i, 'is not an object');
    const { on, step, deed, emits = '', refused = '', ends = '', account = 'customer', amount = 1, gives = false, confirm = false, lock = false } = entry as { readonly [key: string]: Json };
    if (typeof on !== 'string' || on === '') return wrong(i, 'names no event');
    if (typeof step !== 'string' || step === '') return wrong(i, `(on ${on}) names no step`);
    if (!DEEDS.includes(deed ?? null)) return wrong(i, `(on ${on}) must do one of ${DEEDS.join(', ')}`);
    if (typeof emits !== 'string' || typeof refused !== 'string') return wrong(i, `(on ${on}) emits something that is not the name of an event`);
    if (emits === on || refused === on) return wrong(i, `(on ${on}) answers the event with itself, for ever`);
    if (ends !== '' && ends !== 'completed' && ends !== 'compensated') return wrong(i, `(on ${on}) ends neither completed nor compensated`);
    if (typeof account !== 'string' || (typeof amount !== 'string' && typeof amount !== 'number')) return wrong(i, `(on ${on}) has no account or amount`);
    return Object.freeze({
      on, deed: deed as Deed, emits, refused, ends,
      step: Object.freeze({ name: step, service: '', action: step, compensation: null, kind: 'compensable' as const, account, amount, gives: gives === true, confirm: confirm === true, lock: lock === true, timeoutMs: 0 }),
    });
  });
}
