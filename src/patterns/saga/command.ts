/** What travels between an orchestrator (or an event) and a participant: the payload of a call. */
import type { Call, Json } from '../../kernel/contract.ts';
import { hashText } from '../../kernel/random.ts';
import type { StepDefinition } from './definition.ts';

/** `query` asks what became of an action, and sees to it that an action which has not happened never will. */
export type Deed = 'act' | 'undo' | 'confirm' | 'query';
/**
 * How a participant treats the account while it works:
 * - overwrite: reads at the beginning, writes at the end; who writes in between is overwritten (a lost update).
 * - commutative: adds or subtracts at the end, in one go.
 * - reread: like overwrite, but looks again before writing and starts over when somebody else has written.
 * - lock: locks the account for other sagas until this one is past its pivot or has undone it.
 * - file: commutative, and keeps the operations, so that those that come in the wrong order are put right.
 */
export const WRITE_MODES = ['overwrite', 'commutative', 'reread', 'lock', 'file'] as const;
export type WriteMode = (typeof WRITE_MODES)[number];

export interface Command {
  readonly saga: string;
  readonly step: string;
  readonly deed: Deed;
  readonly account: string;
  /** ≥ 0; `gives` says in which direction. */
  readonly amount: number;
  readonly gives: boolean;
  /** A confirm will follow: until then what is done here is provisional. */
  readonly provisional: boolean;
  readonly mode: WriteMode;
}

/** Business values of a saga by name. */
export type SagaContext = Readonly<Record<string, Json>>;

export function commandFor(saga: string, step: StepDefinition, deed: Deed, context: SagaContext, mode: WriteMode): Command {
  const account = context[step.account];
  const amount = typeof step.amount === 'number' ? step.amount : context[step.amount];
  return {
    saga, step: step.name, deed, mode, gives: step.gives, provisional: step.confirm,
    account: typeof account === 'string' && account !== '' ? account : step.account,
    amount: typeof amount === 'number' && amount >= 0 ? Math.floor(amount) : 1,
  };
}

/** The command in a call's payload; undefined when there is none. */
export function readCommand(payload: Json): Command | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined;
  const { saga, step, deed, account, amount, gives = false, provisional = false, mode = 'commutative' } = payload as { readonly [key: string]: Json };
  if (typeof saga !== 'string' || typeof step !== 'string' || typeof account !== 'string' || typeof amount !== 'number') return undefined;
  if (deed !== 'act' && deed !== 'undo' && deed !== 'confirm' && deed !== 'query') return undefined;
  return { saga, step, deed, account, amount, gives: gives === true, provisional: provisional === true, mode: WRITE_MODES.find((known) => known === mode) ?? 'commutative' };
}

/** The business values with which a saga starts: those of the request; a list stands for one of its members, chosen by the saga's name. */
export function firstContext(saga: string, entity: string, given: Json | undefined): SagaContext {
  const context: Record<string, Json> = { order: saga, customer: entity === '' ? 'customer' : entity, item: 'item', amount: 40, quantity: 1 };
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    for (const name of Object.keys(given)) {
      const value = (given as { readonly [key: string]: Json })[name]!;
      context[name] = Array.isArray(value) && value.length > 0 ? (value as readonly Json[])[hashText(saga) % value.length]! : value;
    }
  }
  return Object.freeze(context);
}

/**
 * Draws are keyed by saga and attempt, not by call: the same saga has the same luck whatever else happens, in every variant, with calls or
 * with events, before and after a crash. The kernel reads nothing but these two fields.
 */
export const drawKey = (saga: string, attempt = 0): Call => ({ key: hashText(saga), attempt }) as Call;
