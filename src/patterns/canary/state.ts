/** The memory of a rollout: plain data. The plan is read when a release is deployed; changed parameters of it are for the next one. */
import type { Call, Context, Ms } from '../../kernel/contract.ts';
import { createHistogram, recordValue, type Histogram } from '../../kernel/histogram.ts';
import { createLoop, type AnalysisLoop, type Verdict } from '../../primitives/analysisLoop.ts';
import type { RolloutMode } from './machine.ts';
import type { CanaryNote, CanaryParams } from './params.ts';

export type CanaryContext = Context<CanaryParams, CanaryNote>;
/** `paired`: users of the old release in the slice kept for comparison. */
export type ArmName = 'canary' | 'stable' | 'paired';

/** What was seen of one arm. */
export interface Arm {
  n: number;
  bad: number;
  /** Answers that sold nothing. */
  unsold: number;
  durations: Histogram;
}
export interface Arms { canary: Arm; stable: Arm; paired: Arm }
export const createArm = (): Arm => ({ n: 0, bad: 0, unsold: 0, durations: createHistogram() });
export const createArms = (): Arms => ({ canary: createArm(), stable: createArm(), paired: createArm() });
export function addTo(arm: Arm, bad: boolean, sold: boolean, tookMs: Ms): void {
  arm.n++;
  if (bad) arm.bad++;
  if (!sold) arm.unsold++;
  recordValue(arm.durations, Math.max(0, tookMs));
}

/** A request on its way. */
export interface Passing {
  /** null: a mirrored copy, nobody waits for it. */
  readonly parent: Call | null;
  readonly sent: Call;
  readonly arm: ArmName;
  readonly fresh: boolean;
  readonly user: string;
  readonly sentMs: Ms;
  /** Of the step in which it was sent: others do not count for the verdict. */
  readonly phase: number;
}
export interface Seen { readonly user: string; readonly bucket: number; to: 'stable' | 'canary'; ok: boolean }
export interface CheckRow { readonly atMs: Ms; readonly weight: number; readonly verdict: Verdict; readonly what: string; readonly n: number; readonly baseN: number }

export interface CanaryState {
  mode: RolloutMode;
  /** The newest release that was deployed, and the one that serves whoever does not get it. */
  release: number;
  oldRelease: number;
  /** Which of the two nodes has the old release: 0 or 1. */
  live: number;
  weight: number;
  /** −1 before the first step (mirroring), else the index into the plan. */
  step: number;
  plan: readonly number[];
  /** Of this rollout, as they were when it began. */
  threshold: number;
  looks: number;
  loop: AnalysisLoop;
  /** Counts up with every step, so that late answers of an earlier one are told apart. */
  phase: number;
  stepMs: Ms;
  progressMs: Ms;
  startedMs: Ms;
  pausedMs: Ms;
  endedMs: Ms;
  /** A person promoted it: no verdict was needed. */
  byHand: boolean;
  /** Steps of the plan that passed, or that a person let pass. */
  passedSteps: number;
  approvedToPromote: boolean;
  sinceStep: Arms;
  sinceCheck: Arms;
  /** The old release in the last step: what the bake time compares with. */
  frozen: Arm;
  /** In the whole rollout. */
  whole: Arms;
  exposure: number;
  exposed: Set<string>;
  /** Buckets of cookies. */
  cookies: Map<string, { readonly bucket: number; readonly untilMs: Ms }>;
  /** Of the process; drawn anew at every start. */
  processSalt: number;
  passing: Map<number, Passing>;
  /** The user's call → what was sent for it. */
  sentFor: Map<number, number>;
  users: Map<string, Seen>;
  checks: CheckRow[];
  /** Of the sketch: requests and errors of each side, over all time. */
  canaryRequests: number;
  stableRequests: number;
  canaryErrors: number;
  stableErrors: number;
  mirrored: number;
  gaveUp: number;
  anonymous: number;
  promotions: number;
  rollbacks: number;
}
export const DOTS = 400;
export const CHECK_ROWS = 20;

export const createState = (): CanaryState => ({
  mode: 'initialized', release: 1, oldRelease: 1, live: 0, weight: 0, step: -1, plan: [], threshold: 1, looks: 1, loop: createLoop(), phase: 0, stepMs: 0, progressMs: 0, startedMs: 0, pausedMs: 0, endedMs: 0,
  byHand: false, passedSteps: 0, approvedToPromote: false, sinceStep: createArms(), sinceCheck: createArms(), frozen: createArm(), whole: createArms(), exposure: 0, exposed: new Set(), cookies: new Map(), processSalt: 0,
  passing: new Map(), sentFor: new Map(), users: new Map(), checks: [],
  canaryRequests: 0, stableRequests: 0, canaryErrors: 0, stableErrors: 0, mirrored: 0, gaveUp: 0, anonymous: 0, promotions: 0, rollbacks: 0,
});
export const isLooking = ({ mode }: CanaryState): boolean => mode === 'progressing' || mode === 'waiting' || mode === 'promoting';
export const underWay = ({ mode }: CanaryState): boolean => mode === 'progressing' || mode === 'waiting' || mode === 'paused' || mode === 'promoting' || mode === 'finalising';
