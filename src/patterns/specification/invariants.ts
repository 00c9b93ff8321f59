/** What must hold of the engine after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import type { SpecificationParams } from './params.ts';
import type { SpecificationState } from './state.ts';

export const invariants: readonly Invariant<SpecificationParams, SpecificationState>[] = [
  {
    name: 'every call is somewhere', why: 'A request neither waits, works nor is away at the store: it would never be answered.',
    holds({ desk, jobs }) {
      let waiting = 0, working = 0, away = 0;
      for (const { stage, child } of jobs.values()) { if (stage === 'waiting') waiting++; else if (stage === 'working') working++; else if (child !== null) away++; }
      return waiting === desk.waiting.length && working === desk.busy && waiting + working + away === jobs.size;
    },
  },
  { name: 'survivors ≤ candidates', why: 'A filter passed on more than came in.', holds: ({ totals }) => totals.survivors <= totals.candidates },
  {
    name: 'no node passes more than came to it', why: 'The sieve would widen.',
    holds: ({ sifted }) => sifted === null || sifted.in.every((n, i) => sifted.out[i]! <= n),
  },
  { name: 'a conjunction costs no more than all its leaves', why: 'A leaf was paid for twice.', holds: ({ sifted }) => sifted === null || sifted.skipped <= sifted.leaves },
];
