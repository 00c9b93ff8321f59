/**
 * How long to wait before trying again: pure functions of the law, the number of the retry, what the last wait left behind, and one uniform
 * draw. Nothing is kept here; whoever waits keeps the `memory` of its own sequence of retries.
 *
 * With b the base, f the factor, v the wait without chance of the k-th retry (k from 1), u the draw:
 * - `none`: v. `full`: u·v. `equal`: v/2 + u·v/2. `plusMinus`: v·(1 − j + 2·j·u). `additive10`: v·(1 + u/10).
 * - `awsDecorrelated`: b + u·(3·last − b), last being the wait before (b at first).
 * - `decorrelatedV2`: with t = k − 1 + u and x(t) = f^t · tanh √(4t), the wait is (x(t) − x of the retry before) · b / 1.4.
 * - `envoy`: u · (2^k − 1) · b.
 * The last three grow by themselves: `growth` is left out of them, but for `none`, which always means "at once".
 *
 * @see M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog (full, equal, decorrelated); Polly RetryHelper, cockatiel
 *   decorrelatedJitterGenerator (V2); Envoy router filter, x-envoy-max-retries
 */
import type { Ms } from '../kernel/contract.ts';
import { pow, powInt, tanh } from '../kernel/math.ts';

export const GROWTHS = ['none', 'constant', 'linear', 'exponential'] as const;
export type Growth = (typeof GROWTHS)[number];
export const JITTERS = ['none', 'additive10', 'full', 'equal', 'plusMinus', 'awsDecorrelated', 'decorrelatedV2', 'envoy'] as const;
export type Jitter = (typeof JITTERS)[number];

export interface BackoffLaw {
  readonly growth: Growth;
  readonly baseMs: Ms;
  /** ≥ 1; exponential growth and `decorrelatedV2` only. */
  readonly factor: number;
  readonly maxDelayMs: Ms;
  readonly jitter: Jitter;
  /** 0 to 1, `plusMinus` only. */
  readonly jitterRatio: number;
  /** Where the cap is applied: to what is jittered, or to what comes out of it. */
  readonly capOrder: 'beforeJitter' | 'afterJitter';
}
export interface Wait {
  readonly delayMs: Ms;
  /** For the next retry of the same call; 0 at first. */
  readonly memory: number;
}

/** The wait before retry `k` without chance and without a cap. Infinity where it overflows. */
export function plainDelayMs(law: BackoffLaw, k: number): Ms {
  switch (law.growth) {
    case 'none': return 0;
    case 'constant': return law.baseMs;
    case 'linear': return law.baseMs * k;
    case 'exponential': return law.baseMs === 0 ? 0 : law.baseMs * powInt(law.factor, k - 1);
  }
}

/**
 * The wait before the k-th retry.
 * @param k 1 and up
 * @param memory what the wait before left, 0 at first
 * @param u 0 (inclusive) to 1 (exclusive)
 */
export function nextWait(law: BackoffLaw, k: number, memory: number, u: number): Wait {
  if (law.growth === 'none') return AT_ONCE;
  const cap = law.maxDelayMs;
  const b = law.baseMs;
  switch (law.jitter) {
    case 'awsDecorrelated': {
      const last = memory === 0 ? b : memory;
      const delayMs = Math.min(cap, b + u * (3 * last - b));
      return { delayMs, memory: delayMs };
    }
    case 'decorrelatedV2': {
      const t = k - 1 + u;
      const x = pow(law.factor, t) * tanh(Math.sqrt(4 * t));
      const grownMs = x === Infinity ? Infinity : Math.max(0, x - memory) * b / 1.4;
      return { delayMs: Math.min(cap, grownMs), memory: x };
    }
    case 'envoy': return { delayMs: u * Math.min(cap, (powInt(2, k) - 1) * b), memory: 0 };
    default: {
      const plainMs = plainDelayMs(law, k);
      const before = law.capOrder === 'beforeJitter' ? Math.min(cap, plainMs) : plainMs;
      // An endless wait times a draw of 0 is no number; the cap is what is meant.
      const jittered = before === Infinity ? Infinity : jitter(law, before, u);
      return { delayMs: law.capOrder === 'afterJitter' ? Math.min(cap, jittered) : jittered, memory: 0 };
    }
  }
}
const AT_ONCE: Wait = Object.freeze({ delayMs: 0, memory: 0 });

function jitter({ jitter: kind, jitterRatio }: BackoffLaw, v: Ms, u: number): Ms {
  switch (kind) {
    case 'full': return u * v;
    case 'equal': return v / 2 + u * (v / 2);
    case 'plusMinus': return v * (1 - jitterRatio + 2 * jitterRatio * u);
    case 'additive10': return v * (1 + u / 10);
    default: return v;
  }
}

/** No wait of the law is longer. Above the cap only where the cap comes first and the jitter adds to it. */
export function longestDelayMs(law: BackoffLaw): Ms {
  if (law.growth === 'none') return 0;
  if (law.capOrder === 'afterJitter') return law.maxDelayMs;
  if (law.jitter === 'plusMinus') return law.maxDelayMs * (1 + law.jitterRatio);
  return law.jitter === 'additive10' ? law.maxDelayMs * 1.1 : law.maxDelayMs;
}

/** The shortest and the longest wait before each of the first retries: what a table of the law shows. */
export function delayRanges(law: BackoffLaw, retries: number): { readonly retry: number; readonly fromMs: Ms; readonly toMs: Ms }[] {
  const out: { retry: number; fromMs: Ms; toMs: Ms }[] = [];
  // For laws with a memory the two ends are those of sequences that drew low, or high, all the way; V2 telescopes, so its ends come of mixed draws.
  let low = 0, high = 0;
  for (let k = 1; k <= retries; k++) {
    const v2 = law.jitter === 'decorrelatedV2';
    const shortest = nextWait(law, k, v2 ? high : low, 0);
    const longest = nextWait(law, k, v2 ? low : high, LAST_DRAW);
    low = v2 ? nextWait(law, k, 0, 0).memory : shortest.memory;
    high = v2 ? nextWait(law, k, 0, LAST_DRAW).memory : longest.memory;
    out.push({ retry: k, fromMs: shortest.delayMs, toMs: longest.delayMs });
  }
  return out;
}
const LAST_DRAW = 1 - 1.1102230246251565e-16;
