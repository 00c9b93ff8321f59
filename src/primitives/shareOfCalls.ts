/**
 * A share of the calls that something extra (a hedge, a probe, a mirrored call) may be spent on: never more than `percent` of any N calls in
 * a row. Counted call by call, not by time, so it means the same in quiet and in heavy traffic. Plain data.
 */
export interface ShareOfCalls {
  /** What was spent while each of the last N calls was the newest. */
  readonly spent: Uint16Array;
  at: number;
  calls: number;
  /** Sum of `spent`. */
  total: number;
}

/** @param calls N, ≥ 1 */
export const createShare = (calls: number): ShareOfCalls => ({ spent: new Uint16Array(calls), at: 0, calls: 0, total: 0 });

/** Another call: what was spent N calls ago is forgotten. */
export function hearCall(share: ShareOfCalls): void {
  share.at = share.at + 1 === share.spent.length ? 0 : share.at + 1;
  share.total -= share.spent[share.at]!;
  share.spent[share.at] = 0;
  share.calls++;
}

/** How many are allowed within N calls; before N calls have come, of those that have, at least one unless it is none at all. */
export function allowance({ spent, calls }: ShareOfCalls, percent: number): number {
  const whole = Math.floor((percent * spent.length) / 100 + ROUNDING);
  return calls >= spent.length ? whole : Math.min(whole, Math.max(1, Math.floor((percent * calls) / 100 + ROUNDING)));
}
const ROUNDING = 1e-9;

/** Spends one, if the share allows it. */
export function spend(share: ShareOfCalls, percent: number): boolean {
  if (share.total + 1 > allowance(share, percent)) return false;
  share.spent[share.at]!++;
  share.total++;
  return true;
}
