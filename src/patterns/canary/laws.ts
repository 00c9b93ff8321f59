/** The ledger: who was really served by which release, and what came of it. The rollout's own figures are not asked. */
import type { Law } from '../../kernel/contract.ts';

interface Books {
  /** By user: the newest release that the rollout under way gave them. */
  side: Map<string, number>;
  flips: number;
  /** User and release of every bad answer of a fresh release: how often each user was hit, by how many releases. */
  hit: Map<string, Set<number>>;
  exposure: number;
  mirroredBad: number;
  exposed: Set<string>;
  answers: number;
  bad: number;
  turnedAway: number;
  sold: number;
}
interface Routed { readonly user: string; readonly release: number; readonly weight: number }
interface Answered { readonly user: string; readonly release: number; readonly fresh: boolean; readonly ok: boolean; readonly mirrored: boolean; readonly sold: boolean }
const NOBODY: ReadonlySet<string> = new Set(['']);

export const stays: Law<Books> = {
  name: 'nobody falls back to the old release while the weight rises',
  why: 'A user had the new release and then the old one again, though nobody rolled back: pages, carts and data written by the new one meet the old one.',
  init: () => ({ side: new Map(), flips: 0, hit: new Map(), exposure: 0, mirroredBad: 0, exposed: new Set(), answers: 0, bad: 0, turnedAway: 0, sold: 0 }),
  onEffect(books, { name, data }) {
    if (name === 'routed') routed(books, data as unknown as Routed);
    else if (name === 'rolledBack') books.side.clear();
    else if (name === 'turnedAway') { if (!(data as { readonly mirrored: boolean }).mirrored) books.turnedAway++; }
    else if (name === 'answered') answered(books, data as unknown as Answered);
  },
  holds: ({ flips }) => flips === 0,
  inspect: ({ flips, exposure, exposed, answers, bad, turnedAway, hit }) => ({ answers, badAnswers: bad, ofTheNewRelease: exposure, usersExposed: exposed.size, usersHit: hit.size, usersHitByTwoReleases: twice(hit), flips, turnedAway }),
  figures: ({ sold, flips, exposure, exposed, answers, bad, turnedAway, hit, mirroredBad }) => ({
    answers, bad, exposure, usersExposed: exposed.size, usersHit: hit.size, usersHitTwice: twice(hit), flips, turnedAway, mirroredBad, sold,
  }),
};
function routed(books: Books, { user, release }: Routed): void {
  if (NOBODY.has(user)) return;
  const before = books.side.get(user) ?? 0;
  if (release < before) books.flips++;
  books.side.set(user, release);
}
function answered(books: Books, { user, release, fresh, ok, mirrored, sold }: Answered): void {
  if (mirrored) { if (!ok) books.mirroredBad++; return; }
  books.answers++;
  if (sold) books.sold++;
  if (!ok) books.bad++;
  if (!fresh) return;
  books.exposed.add(user);
  if (ok) return;
  books.exposure++;
  let releases = books.hit.get(user);
  if (releases === undefined) books.hit.set(user, (releases = new Set()));
  releases.add(release);
}
const twice = (hit: Books['hit']): number => { let n = 0; for (const releases of hit.values()) if (releases.size > 1) n++; return n; };

/** The old release stands until the new one is beyond recall. */
export const capacity: Law<{ turnedAway: number }> = {
  name: 'nobody is sent to where nothing runs',
  why: 'A request went to a release that had been switched off, or was not there yet.',
  init: () => ({ turnedAway: 0 }),
  onEffect(books, { name, data }) { if (name === 'turnedAway' && !(data as { readonly mirrored: boolean }).mirrored) books.turnedAway++; },
  holds: ({ turnedAway }) => turnedAway === 0,
};
export const laws: readonly Law[] = [stays, capacity];
