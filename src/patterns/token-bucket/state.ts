/** The limiter's memory: plain data. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import type { Row } from './levels.ts';
import type { LimitNote, LimitParams } from './params.ts';
import { createShelf, type Shelf, type Verdict } from './shelf.ts';

export type LimitContext = Context<LimitParams, LimitNote>;

/** A question to the store that is not answered yet. */
export type Pending =
  | { readonly kind: 'take' | 'read'; readonly call: Call; readonly rows: readonly Row[]; readonly asked: Call }
  | { readonly kind: 'lease'; readonly key: string; readonly rows: readonly Row[]; readonly asked: Call }
  | { readonly kind: 'sync' | 'write'; readonly rows: readonly Row[]; readonly asked: Call };
/** Tokens fetched ahead for one key, spent here without asking. */
export interface Lease {
  tokens: number;
  untilMs: Ms;
  /** Requests that wait for the chunk which was asked for. */
  waiting: Call[];
  asking: boolean;
  /** The store's last refusal: until then it need not be asked for as much again. */
  refused: { readonly cost: number; readonly untilMs: Ms; readonly verdict: Verdict } | null;
}
/** A request that was admitted and is under way, where its cost may still change. */
export interface Paid { readonly rows: readonly Row[]; readonly leased: boolean }
/** A request that waits for its tokens, which are taken already. */
export interface Held { readonly call: Call; readonly rows: readonly Row[]; readonly leased: boolean }

export interface LimitState {
  shelf: Shelf;
  readonly pending: Map<number, Pending>;
  /** Request → question about it. */
  readonly askedFor: Map<number, number>;
  readonly leases: Map<string, Lease>;
  readonly paid: Map<number, Paid>;
  readonly held: Map<number, Held>;
  /** Taken since the last report, by key. */
  readonly used: Map<string, Row>;
  /** The store counts as down until then; 0: it is well. */
  downUntilMs: Ms;
  downSinceMs: Ms | null;
  last: Verdict | null;
  /** What was refused last, for the instruments that show one key. */
  focus: string;
  admitted: number;
  rejected: number;
  shaped: number;
  overCapacity: number;
  costAdmitted: number;
  failedOpen: number;
  failedClosed: number;
  storeCalls: number;
  /** Requests that are further attempts: what came of refusals. */
  retriesSeen: number;
  leased: number;
  leasesLost: number;
  syncs: number;
  refusedBy: Map<string, number>;
  clients: Map<string, { admitted: number; rejected: number; cost: number }>;
}

export const createState = (shelf: Shelf = createShelf()): LimitState => ({
  shelf, pending: new Map(), askedFor: new Map(), leases: new Map(), paid: new Map(), held: new Map(), used: new Map(), downUntilMs: 0, downSinceMs: null,
  last: null, focus: '', admitted: 0, rejected: 0, shaped: 0, overCapacity: 0, costAdmitted: 0, failedOpen: 0, failedClosed: 0, storeCalls: 0, retriesSeen: 0,
  leased: 0, leasesLost: 0, syncs: 0, refusedBy: new Map(), clients: new Map(),
});
