/** Parameters and notes of every role that works through a station: service, store, cache, broker. */
import type { NoteStory, Schema } from '../kernel/story.ts';
import { DISCIPLINES } from '../primitives/disciplines.ts';

export const stationParams = {
  concurrency: {
    kind: 'number', label: 'Concurrency', unit: 'count', min: 1, max: 10_000, initial: 10, integer: true, scale: 'log', group: 'Slots and queue',
    help: 'How many calls are worked on at the same time; a smaller value lets those under way finish first.',
  },
  queueCapacity: {
    kind: 'number', label: 'Queue capacity', unit: 'count', min: 0, max: 1_000_000, initial: 100, integer: true, scale: 'log', group: 'Slots and queue',
    help: 'How many calls may wait for a slot; one more is answered with overload at once. 0 means no queue.',
  },
  discipline: {
    kind: 'choice', label: 'Order of the queue', options: DISCIPLINES, initial: 'fifo', group: 'Slots and queue',
    optionLabels: { fifo: 'first come, first served', lifo: 'last come, first served', priority: 'highest priority first', earliestDeadline: 'earliest deadline first' },
    help: 'Who gets the next free slot; equals go by arrival.',
  },
  dropExpired: {
    kind: 'choice', label: 'Drop expired calls', options: ['never', 'atHead', 'atDeadline'], initial: 'never', group: 'Slots and queue',
    optionLabels: { never: 'never', atHead: 'when their turn comes', atDeadline: 'when the deadline passes' },
    help: 'Whether a waiting call whose deadline has passed is answered with timeout instead of being worked on.',
  },
  cancelPropagation: {
    kind: 'flag', label: 'Heed cancellation', initial: true, group: 'Slots and queue',
    help: 'A call whose caller gave up leaves the queue, and calls made on its behalf are cancelled; off, it is served for nobody.',
  },
  interruptible: {
    kind: 'flag', label: 'Interrupt work', initial: false, group: 'Slots and queue',
    help: 'Work under way stops when its caller gives up (needs cancellation to be heeded); off, it goes on to its end.',
  },
} as const satisfies Schema;

export const stationNotes = {
  queueFull: { text: '{op} refused: {waiting} of {capacity} places taken', quiet: true, tone: 'bad' },
  expired: { text: '{op} dropped after {waitedMs} ms in the queue: its deadline had passed', quiet: true, tone: 'warn' },
  withdrawn: { text: '{op} left the queue after {waitedMs} ms: its caller gave up', quiet: true, tone: 'warn' },
} as const satisfies Record<string, NoteStory>;
