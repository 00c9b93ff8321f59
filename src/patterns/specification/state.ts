/** What the engine that applies a specification keeps. Plain data; what is frozen is shared. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import type { Failing } from '../../primitives/predicates/explain.ts';
import type { Predicate, Row } from '../../primitives/predicates/tree.ts';
import { createDesk, type Desk } from './desk.ts';
import type { SpecificationNote, SpecificationParams } from './params.ts';
import type { Found } from './rows.ts';

export type Ctx = Context<SpecificationParams, SpecificationNote>;
/** How the specification is carried out, until its order, its parts or the settings change. */
export interface Plan {
  /** The whole, in the order in which it is evaluated. */
  readonly tree: Predicate;
  readonly pushed: Predicate;
  readonly residual: Predicate;
  readonly text: string;
  readonly terms: number;
  readonly exploded: boolean;
  /** What keeps it from being pushed down as a whole; '' when nothing does. */
  readonly opaque: string;
  /** The store may cut the page. */
  readonly pages: boolean;
}
/** What evaluating the residual on the rows of one answer gave; the same rows and the same residual give the same again. */
export interface Sifted {
  readonly rows: readonly Row[];
  readonly residual: Predicate;
  /** Positions of the survivors in `rows`. */
  readonly kept: readonly number[];
  /** By node of the residual: rows that came to it, and that it passed. */
  readonly in: readonly number[];
  readonly out: readonly number[];
  /** µs a row: work, and time when all leaves are looked at side by side. */
  readonly workUs: number;
  readonly timeUs: number;
  readonly leaves: number;
  readonly skipped: number;
  readonly raised: boolean;
  /** Rows on which two values and three values differ at the root. */
  readonly differ: number;
  readonly failing: { readonly row: Row; readonly why: readonly Failing[] } | null;
}
export interface Job {
  readonly call: Call;
  stage: 'fetching' | 'waiting' | 'working' | 'saving';
  child: Call | null;
  found: Found | null;
  /** Of one entity: what is done when the work is over. */
  entity: Row | null;
  tries: number;
  /** The residual that its rows are to be checked with: that of when they were asked for. */
  plan: Plan;
  sifted: Sifted | null;
}
export interface Totals { selected: number; validated: number; satisfied: number; built: number; saved: number; candidates: number; survivors: number; raised: number; reorders: number }
export interface SpecificationState {
  /** Which layer this is: instruments send its new tree there. */
  readonly layer: string;
  readonly desk: Desk;
  readonly jobs: Map<number, Job>;
  /** What and, or and not made of the tree of the parameters; null: nothing yet. */
  composed: Predicate | null;
  plan: Plan;
  /** Rows on which every leaf was looked at, oldest first. */
  profile: readonly Row[];
  reorderedMs: Ms;
  sifted: Sifted | null;
  found: Found | null;
  /** Mean cost a row that was expected when the order was chosen, µs. */
  expectedUs: number;
  failing: { readonly row: Row; readonly why: readonly Failing[] } | null;
  readonly totals: Totals;
}
const NO_PLAN: Plan = { tree: { op: 'true' }, pushed: { op: 'true' }, residual: { op: 'true' }, text: 'TRUE', terms: 1, exploded: false, opaque: '', pages: false };
export const createState = (layer: string): SpecificationState => ({
  layer, desk: createDesk(), jobs: new Map(), composed: null, plan: NO_PLAN, profile: [], reorderedMs: -Infinity, sifted: null, found: null, expectedUs: 0, failing: null,
  totals: { selected: 0, validated: 0, satisfied: 0, built: 0, saved: 0, candidates: 0, survivors: 0, raised: 0, reorders: 0 },
});
