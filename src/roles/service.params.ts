/** What is known of the service role: an application with slots, a queue, work of its own and calls to others. */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';
import { stationNotes, stationParams } from './station.params.ts';

const params = {
  ...stationParams,
  serviceTime: {
    kind: 'duration', label: 'Own work', initial: { kind: 'exponential', meanMs: 20 }, group: 'Work',
    help: 'How long a call holds a slot for the work of the service itself.',
  },
  costScalesWork: {
    kind: 'flag', label: 'Work grows with cost', initial: false, group: 'Work',
    help: 'Multiplies the own work by the cost of the call.',
  },
  failRatio: {
    kind: 'number', label: 'Own failures', unit: 'ratio', min: 0, max: 1, initial: 0, step: 0.01, group: 'Work',
    help: 'Share of calls which the own work ends with a transient error, before any call to others.',
  },
  calls: {
    kind: 'data', label: 'Calls to others', initial: [], group: 'Calls to others',
    shape: '[{ op: "browse" or "*", to: node or [nodes, chosen by a hash of the entity], as?: "op sent on" }]',
    help: 'What the service calls for each request, in this order, one after the other; op names the incoming operation, * any.',
  },
  holdWhileCalling: {
    kind: 'flag', label: 'Hold the slot while calling', initial: true, group: 'Calls to others',
    help: 'On: one thread for each request. Off: the slot goes to the next call while this one waits for others.',
  },
  callTimeoutMs: {
    kind: 'number', label: 'Timeout of each call', unit: 'ms', min: 0, max: 600_000, initial: 0, scale: 'log', group: 'Calls to others',
    help: 'How long the service waits for one answer of another; 0 waits for ever. The deadline sent on is never later.',
  },
  onDownstreamFailure: {
    kind: 'choice', label: 'When a call fails', options: ['fail', 'degrade'], initial: 'fail', group: 'Calls to others',
    optionLabels: { fail: 'fail too', degrade: 'answer without it' },
    help: 'Fail: the request ends with an error that names the call. Degrade: it goes on and answers ok with the list of what is missing.',
  },
} as const satisfies Schema;

export type ServiceParams = ParamsOf<typeof params>;
export type ServiceNote = keyof typeof serviceStory.notes;

export const serviceStory = {
  title: 'Service',
  place: 'app',
  params,
  notes: {
    ...stationNotes,
    degraded: { text: '{op} answered without {missing}', quiet: true, tone: 'warn' },
    callFailed: { text: '{op}: {why}', quiet: true, tone: 'bad' },
  },
} as const satisfies EngineStory;
