/** What is known of the client role: users whose requests are the offered load, measured from where they meant to start. */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';

const open = 'Arrivals';
const params = {
  op: { kind: 'data', label: 'Operation', initial: 'request', shape: 'text', group: 'Request', help: 'Name of what is asked for.' },
  target: {
    kind: 'data', label: 'Target', initial: '', shape: 'node id', group: 'Request',
    help: 'Node that is asked; empty takes the first node this one has a link to.',
  },
  arrivals: {
    kind: 'choice', label: 'Arrivals', options: ['poisson', 'periodic', 'onOff', 'burst', 'closedLoop', 'trace'], initial: 'poisson', group: open,
    optionLabels: { poisson: 'random (Poisson)', periodic: 'evenly spaced', onOff: 'random, by phases', burst: 'in bursts', closedLoop: 'a fixed number of users', trace: 'at given times' },
    help: 'How requests come: by themselves, or (fixed number of users) only after the answer to the one before.',
  },
  ratePerSecond: {
    kind: 'number', label: 'Rate', unit: 'perSecond', min: 0.01, max: 100_000, initial: 50, scale: 'log', group: open,
    help: 'Mean number of requests a second, for random and evenly spaced arrivals and for the on phase.',
  },
  startMs: { kind: 'number', label: 'Start', unit: 'ms', min: 0, max: 86_400_000, initial: 0, group: open, help: 'No request before this time.' },
  stopMs: { kind: 'number', label: 'Stop', unit: 'ms', min: 0, max: 86_400_000, initial: 0, group: open, help: 'No request from this time on; 0 goes on to the end.' },
  onMs: { kind: 'number', label: 'On phase', unit: 'ms', min: 1, max: 86_400_000, initial: 5_000, scale: 'log', group: open, help: 'Length of the phase with the full rate.' },
  offMs: { kind: 'number', label: 'Off phase', unit: 'ms', min: 0, max: 86_400_000, initial: 5_000, scale: 'log', group: open, help: 'Length of the phase with the other rate.' },
  offFactor: {
    kind: 'number', label: 'Rate in the off phase', unit: 'factor', min: 0, max: 100, initial: 0, step: 0.1, group: open,
    help: 'Times the rate; 0 is silence, above 1 a surge.',
  },
  burstAtMs: { kind: 'number', label: 'First burst', unit: 'ms', min: 0, max: 86_400_000, initial: 1_000, group: open, help: 'When the first burst comes, counted from the start.' },
  burstCount: {
    kind: 'number', label: 'Size of a burst', unit: 'count', min: 1, max: 10_000, initial: 50, integer: true, scale: 'log', group: open,
    help: 'How many requests come at the same instant.',
  },
  burstEveryMs: { kind: 'number', label: 'Burst every', unit: 'ms', min: 0, max: 86_400_000, initial: 0, integer: true, group: open, help: 'Time from burst to burst; 0 is a single one.' },
  users: {
    kind: 'number', label: 'Users', unit: 'count', min: 1, max: 10_000, initial: 20, integer: true, scale: 'log', group: open,
    help: 'How many users take turns of thinking and asking; each has at most one request under way.',
  },
  thinkTime: {
    kind: 'duration', label: 'Think time', initial: { kind: 'exponential', meanMs: 1_000 }, group: open,
    help: 'From an answer to the next request of the same user; never less than a microsecond, so that time moves on.',
  },
  traceMs: {
    kind: 'numbers', label: 'Times', unit: 'ms', min: 0, max: 86_400_000, initial: [], maxLength: 100_000, group: open,
    help: 'When requests come, counted from the start, in order; a time that lies behind the one before it comes at once.',
  },
  deadlineMs: {
    kind: 'number', label: 'Patience', unit: 'ms', min: 0, max: 600_000, initial: 0, scale: 'log', group: 'Request',
    help: 'The caller gives up after this time, and says so along the way as a deadline; 0 waits for ever.',
  },
  entityCount: {
    kind: 'number', label: 'Entities', unit: 'count', min: 1, max: 1_000_000, initial: 1_000, integer: true, scale: 'log', group: 'Request',
    help: 'How many different things (e1, e2 …) requests are about.',
  },
  entitySkew: {
    kind: 'number', label: 'Skew of entities', unit: 'factor', min: 0, max: 4, initial: 0, step: 0.1, group: 'Request',
    help: '0: all alike. Else the k-th entity is asked for in proportion to 1 / k to the power of the skew (Zipf); 1 is typical.',
  },
  payload: { kind: 'data', label: 'Payload', initial: null, shape: 'JSON', group: 'Request', help: 'Sent with every request.' },
  priority: { kind: 'number', label: 'Priority', unit: 'none', min: -1_000, max: 1_000, initial: 0, integer: true, group: 'Request', help: 'Larger is more urgent.' },
  cost: { kind: 'number', label: 'Cost', unit: 'factor', min: 0, max: 1_000, initial: 1, group: 'Request', help: 'Weight of a request for limiters and stations.' },
  idempotencyKeys: { kind: 'flag', label: 'Idempotency keys', initial: false, group: 'Request', help: 'Gives each request a key of its own, the same for every attempt.' },
} as const satisfies Schema;

export type ClientParams = ParamsOf<typeof params>;
export type ClientNote = keyof typeof clientStory.notes;

export const clientStory = {
  title: 'Client',
  place: 'app',
  params,
  controls: { burst: 'Send 50 at once' },
  notes: {
    gaveUp: { text: '{op} given up after {afterMs} ms', quiet: true, tone: 'bad' },
    burst: { text: '{count} requests at once', tone: 'warn' },
  },
} as const satisfies EngineStory;
