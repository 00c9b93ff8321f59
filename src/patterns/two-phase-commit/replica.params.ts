/** A replica of the decisions: its parameters and notes. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  fsyncTime: { kind: 'duration', initial: { kind: 'lognormal', medianMs: 4, p99Ms: 8 }, label: 'Time of a forced write', help: 'A replica answers when what it promises or accepts is on disk.' },
  roundMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 300, integer: true, scale: 'log', label: 'Try again after', help: 'A round that finds no majority is repeated with a higher ballot after once to twice this time.' },
  keepSettled: { kind: 'number', unit: 'count', min: 10, max: 100_000, initial: 5000, integer: true, scale: 'log', label: 'Transactions remembered', help: 'The oldest are forgotten first, long after nobody is in doubt about them.' },
} as const satisfies EngineStory['params'];
export type ReplicaParams = ParamsOf<typeof params>;
export const replicaStory = {
  title: 'Replica of the decisions',
  params,
  notes: {
    accepted: { text: '{node} accepts {value} for {tx}', quiet: true },
    promised: { text: '{node} promises to accept nothing older for {tx}', quiet: true },
    roundBegan: { text: '{node} finds out for somebody in doubt what became of {tx}', quiet: true },
    settled: { text: '{tx} is settled: {decision}, says a majority', tone: 'good' },
    recovered: { text: '{node} is back with what it had accepted', tone: 'warn' },
  },
  place: 'app',
} as const satisfies EngineStory;
