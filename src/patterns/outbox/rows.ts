/** What database, relay and consumers of the outbox tell each other: events, questions and reports, as plain data. */
import type { Json, Ms } from '../../kernel/contract.ts';

export const ORDERS = ['none', 'perAggregate', 'global'] as const;
export type Order = (typeof ORDERS)[number];
export const CLAIMS = ['none', 'singleLeader', 'rowLock', 'partitionByKey'] as const;
export type Claim = (typeof CLAIMS)[number];
export const CURSORS = ['flag', 'positionMax', 'positionHighWater'] as const;
export type Cursor = (typeof CURSORS)[number];

/** An event as it lies in the outbox and travels through the broker. */
export interface OutboxEvent {
  /** Message id: the same for every publication, so that a consumer can tell a repeat. */
  readonly event: string;
  readonly aggregate: string;
  readonly type: string;
  /** Cannot be serialised: every publication fails. */
  readonly poison: boolean;
}
/** A row as the relay gets it. */
export interface RowToPublish extends OutboxEvent {
  readonly position: number;
  /** Failed publications so far. */
  readonly attempts: number;
  /** How often the row was handed to a relay, this time included. */
  readonly handed: number;
  readonly committedMs: Ms;
}
/** What a relay asks for. */
export interface Question {
  readonly via: 'table' | 'log';
  readonly claim: Claim;
  readonly cursor: Cursor;
  readonly order: Order;
  readonly limit: number;
  readonly leaseMs: Ms;
  /** partitionByKey: of `shards`, which. */
  readonly shard: number;
  readonly shards: number;
  readonly highWater: 'openTransactions' | 'wait';
  readonly gapWaitMs: Ms;
  readonly afterParking: 'goOn' | 'hold';
}
export interface Batch {
  /** Of the leader's lease; 0: there is none. */
  readonly token: number;
  /** '' or the relay that leads. */
  readonly leader: string;
  readonly rows: readonly RowToPublish[];
}
/** What a relay says of a batch. */
export interface Report {
  readonly token: number;
  readonly published: readonly number[];
  readonly failed: readonly { readonly position: number; readonly waitMs: Ms }[];
  /** Handed out and not tried. */
  readonly untried: readonly number[];
  /** Everything up to here is done with; 0: the cursor stays. */
  readonly cursorTo: number;
  readonly via: 'table' | 'log';
  readonly claim: Claim;
  readonly maxAttempts: number;
  readonly retention: 'delete' | 'keep';
}
/** These shapes hold nothing but JSON. */
export const asJson = (value: object): Json => value as unknown as Json;
export const fromJson = <T>(value: Json | undefined): T => value as unknown as T;
