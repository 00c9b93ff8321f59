/** A place where a release runs: what the established release is like, and what a freshly deployed one is like. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';

const OLD = 'Established release', NEW = 'Fresh release';
const params = {
  startsEmpty: { kind: 'flag', initial: false, label: 'Empty at first', help: 'Nothing runs here until a release is deployed; requests are turned away.' },
  concurrency: { kind: 'number', unit: 'count', min: 1, max: 10_000, initial: 100, integer: true, scale: 'log', label: 'Concurrency', help: 'How many requests are worked on at the same time.' },
  queueCapacity: { kind: 'number', unit: 'count', min: 0, max: 100_000, initial: 200, integer: true, scale: 'log', label: 'Queue', help: 'How many may wait; one more is answered with overload.' },
  serviceTime: { kind: 'duration', initial: { kind: 'lognormal', medianMs: 60, p99Ms: 152 }, group: OLD, label: 'Work', help: 'How long a request takes.' },
  failRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.005, step: 0.001, group: OLD, label: 'Fails', help: 'Share of requests that end in an error.' },
  soldRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.3, step: 0.01, group: OLD, label: 'Sells', help: 'Share of good answers that lead to a purchase.' },
  newFailRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.005, step: 0.001, group: NEW, label: 'Fails', help: 'Share of requests that end in an error.' },
  newSlowFactor: { kind: 'number', unit: 'factor', min: 0.1, max: 20, initial: 1, step: 0.1, group: NEW, label: 'Slower by', help: 'Times the work of the established release.' },
  newSoldRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.3, step: 0.01, group: NEW, label: 'Sells', help: 'Share of good answers that lead to a purchase.' },
  newBadRegion: { kind: 'number', unit: 'none', min: -1, max: 3, initial: -1, integer: true, group: NEW, label: 'Fails in region', help: 'Its failures are those of users of this region alone; −1: of all.' },
  newLeakAfter: { kind: 'number', unit: 'count', min: 0, max: 10_000_000, initial: 0, integer: true, scale: 'log', group: NEW, label: 'Leaks after', help: 'After so many requests since it was deployed it begins to fail; 0: never.' },
  newLeakRatio: { kind: 'number', unit: 'ratio', min: 0, max: 1, initial: 0.2, step: 0.01, group: NEW, label: 'Then fails', help: 'Share of requests that fail from then on.' },
} as const satisfies EngineStory['params'];
export type ReleaseParams = ParamsOf<typeof params>;
export const releaseStory = {
  title: 'Release',
  place: 'app',
  params,
  notes: {
    installed: { text: 'release {release} runs on {node}' },
    switchedOff: { text: '{node} is switched off' },
    turnedAway: { text: 'a request came to {node}, where nothing runs', quiet: true, tone: 'bad' },
    leaking: { text: 'release {release} begins to fail after {served} requests', tone: 'bad' },
    queueFull: { text: '{op} refused: {waiting} of {capacity} places taken', quiet: true, tone: 'bad' },
    withdrawn: { text: '{op} left the queue after {waitedMs} ms: its caller gave up', quiet: true, tone: 'warn' },
  },
} as const satisfies EngineStory;
