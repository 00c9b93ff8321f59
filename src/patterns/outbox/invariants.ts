/** What must hold of a relay after every step. */
import type { Invariant } from '../../kernel/contract.ts';
import type { OutboxParams } from './params.ts';
import type { Job, RelayState } from './state.ts';

const ofJob = (name: string, why: string, holds: (job: Job) => boolean): Invariant<OutboxParams, RelayState> => ({ name, why, holds: ({ job }) => job === null || holds(job) });

export const invariants: readonly Invariant<OutboxParams, RelayState>[] = [
  ofJob('every event of the batch is somewhere', 'An event of the batch is neither waiting, under way, published nor failed; or it is two of these.', ({ rows, waiting, out, published, failed }) =>
    rows.length === waiting.length + out.size + published.length + failed.length),
  ofJob('publications under way ≤ limit', 'More were sent at the same time than allowed.', ({ out, concurrency, calls }) => out.size <= concurrency && out.size === calls.size),
  ofJob('one publication of an aggregate at a time', 'Two events of one aggregate are under way: the broker may store the later first.', ({ question, rows, out }) => {
    if (question.order !== 'perAggregate') return true;
    const seen = new Set<string>();
    for (const index of out.values()) {
      const { aggregate } = rows[index]!;
      if (seen.has(aggregate)) return false;
      seen.add(aggregate);
    }
    return true;
  }),
  ofJob('nothing overtakes a failure', 'An event was published although an earlier one of its aggregate had failed.', ({ question, rows, out, held }) => {
    if (question.order !== 'perAggregate') return true;
    for (const index of out.values()) if (held.has(rows[index]!.aggregate)) return false;
    return true;
  }),
  { name: 'the mode is that of the work', why: 'The relay says that it works on a batch and has none, or the other way round.', holds: ({ mode, job }) => (mode === 'publishing' || mode === 'reporting') === (job !== null) },
  { name: 'who asks waits for one answer', why: 'The relay asks and does not wait, or waits and does not ask.', holds: ({ mode, asking }) => (mode === 'fetching' || mode === 'reporting') === (asking !== null) },
];
