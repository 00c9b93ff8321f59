/** What is known of the projection: a read model that follows the log. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  pollMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 500, scale: 'log', label: 'Looks every', help: 'It is told of new events and reads at once; this is for when it was not told.' },
  batch: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 200, integer: true, scale: 'log', label: 'Batch', help: 'So many events at a time.' },
  perEventMs: { kind: 'number', unit: 'ms', min: 0, max: 100, initial: 0.1, step: 0.01, label: 'Work per event', help: 'To bring a row up to date.' },
  skipsWithdrawals: { kind: 'flag', initial: false, label: 'Bug: withdrawals forgotten', help: 'A release that does not know one kind of event. Mended, it is right from then on; what it has passed over stays wrong.' },
  rebuildWhenMended: { kind: 'flag', initial: true, label: 'Rebuild when mended', help: 'Starts again from position 0 when the bug goes: the log still has everything.' },
  timeoutMs: { kind: 'number', unit: 'ms', min: 10, max: 60_000, initial: 2000, scale: 'log', label: 'Store time-out', help: 'How long a read may take.' },
} as const satisfies EngineStory['params'];

export type ProjectionParams = ParamsOf<typeof params>;
export type ProjectionNote = keyof typeof projectionStory.notes;
export const projectionStory = {
  title: 'Projection',
  params,
  place: 'app',
  controls: { rebuild: 'Rebuild from position 0' },
  notes: {
    projected: { text: '{events} events projected, up to position {position}', quiet: true },
    replayStarted: { text: 'rebuild: from position 0 of {position}', tone: 'warn' },
    replayFinished: { text: 'rebuilt: {events} events in {tookMs} ms', tone: 'good' },
  },
} as const satisfies EngineStory;
