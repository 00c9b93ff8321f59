import type { Leg } from '../../protocol/messages.ts';

const MOST = 50;
/** The legs nearest in time to a moment, in the order of sending. */
export function nearest(legs: readonly Leg[], atMs: number, most = MOST): readonly Leg[] {
  const far = (leg: Leg): number => (atMs < leg.sentMs ? leg.sentMs - atMs : atMs > leg.arriveMs ? atMs - leg.arriveMs : 0);
  return legs.map((leg) => ({ leg, far: far(leg) })).sort((a, b) => a.far - b.far).slice(0, most).map(({ leg }) => leg).sort((a, b) => a.sentMs - b.sentMs);
}
