/** Orders in which whoever waits is served, by name: apart from `permits.ts`, for what only lists them. */
export const DISCIPLINES = ['fifo', 'lifo', 'priority', 'earliestDeadline'] as const;
/**
 * `adaptiveLifo`: first come, first served, but the newest first while more than `lifoAbove` wait (B. Maurer, Fail at Scale, ACM Queue 13, 2015):
 * in an overload the oldest have the least patience left.
 */
export type Discipline = (typeof DISCIPLINES)[number] | 'adaptiveLifo';
