/**
 * Who waits for whom: calls with the same root serve the same request of a user. A call that is inside while one of its family waits for
 * this very compartment cannot end before that one gets in; when all are so, nobody ever will: a pool deadlock.
 */
import type { BulkheadContext, Compartment, Family } from './state.ts';

function familyOf({ families }: Compartment, rootId: number): Family {
  let family = families.get(rootId);
  if (family === undefined) {
    family = { inside: 0, waiting: 0 };
    families.set(rootId, family);
  }
  return family;
}
const forget = ({ families }: Compartment, rootId: number, { inside, waiting }: Family): void => {
  if (inside === 0 && waiting === 0) families.delete(rootId);
};

export function familyEntered(c: Compartment, rootId: number): void {
  const family = familyOf(c, rootId);
  family.inside++;
  if (family.waiting > 0) c.stuck++;
}
export function familyLeft(c: Compartment, rootId: number): void {
  const family = familyOf(c, rootId);
  family.inside--;
  if (family.waiting > 0) c.stuck--;
  forget(c, rootId, family);
}
export function familyWaits(c: Compartment, rootId: number): void {
  const family = familyOf(c, rootId);
  if (family.waiting++ === 0) c.stuck += family.inside;
}
export function familyWaitsNoMore(c: Compartment, rootId: number): void {
  const family = familyOf(c, rootId);
  if (--family.waiting === 0) c.stuck -= family.inside;
  forget(c, rootId, family);
}

/** Says so when the compartment has locked itself up, and when that is over. */
export function watchForDeadlock(c: Compartment, ctx: BulkheadContext): void {
  const { used, limit } = c.permits;
  const locked = used > 0 && used >= limit && c.stuck === used;
  if (locked === c.deadlocked) return;
  c.deadlocked = locked;
  if (locked) ctx.note('deadlocked', { compartment: c.name, permits: used });
  else ctx.note('unlocked', { compartment: c.name });
}
