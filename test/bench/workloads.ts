/** What is simulated, in numbers that the kernel's worlds and the bare heap share. */
/** W1: a customer each 10/9 ms, served for 1 ms: ρ = 0.9. */
export const GAP = { kind: 'exponential', meanMs: 10 / 9 } as const;
export const WORK = { kind: 'exponential', meanMs: 1 } as const;
/** W2: the same customers before sixteen servers; the deadline is late enough that about 95 of 100 are served in time. */
export const SERVERS = 16;
export const WORK_OF_MANY = { kind: 'exponential', meanMs: 16 } as const;
export const DEADLINE_MS = 64;
/** W3: mean time to each of N pending events is N times this, so that events come at the same rate whatever N is. */
export const HOLD_MS_EACH = 0.01;
