/** What travels between coordinator, participants and replicas: payloads of calls, and the work that a transaction is made of. */
import type { Call, Json, NodeId } from '../../kernel/contract.ts';

export const PROTOCOLS = ['presumedNothing', 'presumedAbort', 'threePhase', 'replicatedCoordinator', 'percolator'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export type Decision = 'commit' | 'abort';

/**
 * One row of one participant: `account` moves money (a row is locked and its balance changes), `entry` writes a line into a journal (a new
 * row, which nobody else wants), `read` only looks.
 */
export interface Change {
  readonly kind: 'account' | 'entry' | 'read';
  readonly row: string;
  readonly delta: number;
}
export interface Share {
  readonly node: NodeId;
  readonly changes: readonly Change[];
}
export type Work = readonly Share[];
export const isReadOnly = ({ changes }: Share): boolean => changes.every(({ kind }) => kind === 'read');

/** Why a request is refused; the first word of the detail of a permanentError. */
export type Refusal =
  | 'noParticipants' | 'duplicateParticipant' | 'unknownParticipant' | 'malformed' | 'unknownOperation' | 'unknownTransaction' | 'cannotPrepare'
  | 'heuristicCommit' | 'heuristicRollback' | 'decidedOtherwise' | 'notPrepared';
export const refuse = (why: Refusal, words: string): { readonly kind: 'permanentError'; readonly detail: string } => ({ kind: 'permanentError', detail: `${why}: ${words}` });
export const isRefusal = (detail: string | undefined, why: Refusal): boolean => detail?.startsWith(`${why}:`) === true;

type Fields = { readonly [key: string]: Json };
export const fieldsOf = (json: Json | undefined): Fields | undefined => (typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : undefined);
export const textOf = (json: Json | undefined): string => (typeof json === 'string' ? json : '');
export const textsOf = (json: Json | undefined): readonly string[] | undefined =>
  (Array.isArray(json) && (json as readonly Json[]).every((item) => typeof item === 'string') ? (json as readonly string[]) : undefined);
export const txOf = (call: Call): string => textOf(fieldsOf(call.payload)?.tx);
/** A field of an `ok` value. */
export const wordOf = (value: Json | undefined, name: string): string => textOf(fieldsOf(value)?.[name]);

export function changesOf(json: Json | undefined): readonly Change[] | undefined {
  if (!Array.isArray(json) || json.length === 0) return undefined;
  const changes: Change[] = [];
  for (const item of json as readonly Json[]) {
    const { kind, row, delta } = fieldsOf(item) ?? {};
    if ((kind !== 'account' && kind !== 'entry' && kind !== 'read') || typeof row !== 'string' || typeof delta !== 'number') return undefined;
    changes.push(Object.freeze({ kind, row, delta }));
  }
  return Object.freeze(changes);
}

/** What a participant is told with `prepare`: enough to finish without the coordinator, as far as that is possible. */
export interface Brief {
  readonly tx: string;
  readonly coordinator: NodeId;
  readonly protocol: Protocol;
  readonly changes: readonly Change[];
  /** All participants that change something. */
  readonly peers: readonly NodeId[];
  /** Replicas that hold the decision; empty where the coordinator does. */
  readonly judges: readonly NodeId[];
}
export function briefOf(call: Call): Brief | undefined {
  const { tx, coordinator, protocol, changes, peers, judges } = fieldsOf(call.payload) ?? {};
  const list = changesOf(changes);
  const known = PROTOCOLS.find((name) => name === protocol);
  if (typeof tx !== 'string' || tx === '' || list === undefined || known === undefined) return undefined;
  return Object.freeze({ tx, coordinator: typeof coordinator === 'string' ? coordinator : call.from, protocol: known, changes: list, peers: textsOf(peers) ?? [], judges: textsOf(judges) ?? [] });
}
