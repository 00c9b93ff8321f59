/** All that is data about the callee's deadline check. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const params = {
  reads: {
    kind: 'choice', options: ['remaining', 'absolute'], initial: 'remaining', label: 'Deadline is sent as',
    optionLabels: { remaining: 'time left (gRPC)', absolute: 'a time of day' },
    help: 'Time left means the same on every clock. A time of day is the caller’s: where clocks disagree, calls are refused that have time, or worked on that have none.',
  },
  minUsefulMs: { kind: 'number', unit: 'ms', min: 0, max: 1000, initial: 0, label: 'Least useful time', help: 'With less than this left a call is answered at once, without work.' },
  stopAtDeadline: { kind: 'flag', initial: true, label: 'Stop at the deadline', help: 'Withdraws the call from the application when its time is up, wherever it is; the application frees what it holds if it heeds cancels.' },
  capMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 0, scale: 'log', label: 'Longest accepted', help: 'No caller may ask for more (Envoy grpc_timeout_header_max); 0 accepts all.' },
  defaultMs: { kind: 'number', unit: 'ms', min: 0, max: 600_000, initial: 0, scale: 'log', label: 'Where none is given', help: 'The time of calls that come without a deadline; 0 leaves them without.' },
} as const satisfies EngineStory['params'];

export type DeadlineCheckParams = ParamsOf<typeof params>;
export const deadlineCheckStory = {
  title: 'Deadline check',
  params,
  notes: {
    tooLate: { text: '{layer} answered {op} without work: {leftMs} ms were left', quiet: true, tone: 'warn' },
    stopped: { text: '{layer} stopped {op}: its time is up', quiet: true, tone: 'warn' },
  },
  place: 'layer',
} as const satisfies EngineStory;
export type DeadlineCheckNote = keyof typeof deadlineCheckStory.notes;
