/**
 * An account of credit: a level between 0 and a cap that grows by deposits and with time, and shrinks by withdrawals. Retry budgets, token
 * buckets and demand are such accounts. Plain data; the caller says what time it is.
 */
import type { Ms } from '../kernel/contract.ts';

export interface CreditAccount {
  level: number;
  readonly cap: number;
  /** Grows by so much a second, ≥ 0. */
  readonly refillPerSecond: number;
  atMs: Ms;
  /** Sums over the account's life; `spilled` is what did not fit under the cap. */
  deposited: number;
  withdrawn: number;
  spilled: number;
}
export interface AccountTerms {
  readonly cap: number;
  /** Default: full. */
  readonly initial?: number;
  readonly refillPerSecond?: number;
  readonly nowMs?: Ms;
}

export function createAccount({ cap, initial = cap, refillPerSecond = 0, nowMs = 0 }: AccountTerms): CreditAccount {
  return { level: Math.min(cap, initial), cap, refillPerSecond, atMs: nowMs, deposited: 0, withdrawn: 0, spilled: 0 };
}

/** The level at this time; changes nothing. A time that lies behind (a clock put back) counts as now. */
export function levelAt({ level, cap, refillPerSecond, atMs }: CreditAccount, nowMs: Ms): number {
  return refillPerSecond === 0 || nowMs <= atMs ? level : Math.min(cap, level + ((nowMs - atMs) * refillPerSecond) / 1000);
}

/** Brings the level up to this time. */
export function accrue(account: CreditAccount, nowMs: Ms): void {
  account.level = levelAt(account, nowMs);
  if (nowMs > account.atMs) account.atMs = nowMs;
}

/** Adds credit; what does not fit is lost. */
export function deposit(account: CreditAccount, amount: number): void {
  const taken = Math.min(amount, account.cap - account.level);
  account.level += taken;
  account.deposited += taken;
  account.spilled += amount - taken;
}

/** Takes the whole amount if the level then is at least `floor`, else nothing. */
export function withdraw(account: CreditAccount, amount: number, floor = 0): boolean {
  if (account.level - amount < floor - ROUNDING) return false;
  account.level = Math.max(0, account.level - amount);
  account.withdrawn += amount;
  return true;
}

/** Takes what there is, up to the amount. */
export function drain(account: CreditAccount, amount: number): number {
  const taken = Math.min(amount, account.level);
  account.level -= taken;
  account.withdrawn += taken;
  return taken;
}

/** How long until the level has grown to `amount`, by time alone; Infinity for never. */
export function msUntil(account: CreditAccount, amount: number, nowMs: Ms): Ms {
  const missing = amount - levelAt(account, nowMs);
  if (missing <= 0) return 0;
  return account.refillPerSecond === 0 || amount > account.cap ? Infinity : (missing * 1000) / account.refillPerSecond;
}

/** Under other terms: the level keeps its share of the cap, as gRPC does, so that one who was short stays short. */
export function withTerms(account: CreditAccount, terms: AccountTerms, nowMs: Ms): CreditAccount {
  const share = account.cap === 0 ? 1 : levelAt(account, nowMs) / account.cap;
  return createAccount({ ...terms, nowMs, initial: share * terms.cap });
}

/** Ten deposits of a tenth make one withdrawal, whatever binary fractions make of them. */
const ROUNDING = 1e-9;
