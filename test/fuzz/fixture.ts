/** Stories made up for tests: every kind of parameter, relations, presets, controls, a guest engine, four variants, a scripted lane. */
import type { EngineStory, Story } from '../../src/kernel/story.ts';
import { fixedShelf, storiesFrom, type Stories } from '../../src/runs/document-stories.ts';

const breaker: EngineStory = {
  title: 'Circuit breaker',
  params: {
    slidingWindowSize: { kind: 'number', label: 'Window', help: 'Calls looked at.', unit: 'count', min: 1, max: 1000, initial: 100, integer: true },
    minimumCalls: { kind: 'number', label: 'Minimum', help: 'Calls before it judges.', unit: 'count', min: 1, max: 1000, initial: 10, integer: true },
    failureRatio: { kind: 'number', label: 'Threshold', help: 'Share that opens it.', unit: 'ratio', min: 0, max: 1, initial: 0.5, aboveMin: true, step: 0.01 },
    openMs: { kind: 'number', label: 'Open', help: 'Wait before a probe.', unit: 'ms', min: 0, max: 600_000, initial: 5000 },
    windowType: { kind: 'choice', label: 'Type', help: 'What the window counts.', options: ['count', 'time', 'the last & best'], initial: 'count' },
    countSlow: { kind: 'flag', label: 'Slow calls', help: 'Slow calls are failures.', initial: false },
    probeEvery: { kind: 'duration', label: 'Probe', help: 'Time between probes.', initial: { kind: 'exponential', meanMs: 20 } },
    weights: { kind: 'numbers', label: 'Weights', help: 'Weight of each call.', unit: 'none', min: -5, max: 5, initial: [1, 2.5], maxLength: 8 },
    rules: { kind: 'data', label: 'Rules', help: 'Rules by op.', initial: [], shape: '[{ op, ratio }]' },
    label: { kind: 'data', label: 'Label', help: 'Any words.', initial: 'breaker', shape: 'text' },
    extra: { kind: 'data', label: 'Extra', help: 'Anything.', initial: null, shape: 'JSON' },
  },
  relations: [
    { left: 'minimumCalls', must: 'atMost', right: 'slidingWindowSize', level: 'refuse', message: 'it would never judge.', when: { windowType: 'count' } },
    { left: 'openMs', must: 'above', right: 10, level: 'warn', message: 'it opens only for a moment.' },
  ],
  presets: { library: { title: 'A library', params: { slidingWindowSize: 20, minimumCalls: 5 } }, strict: { title: 'Strict', params: { failureRatio: 0.1 } } },
  controls: { forceOpen: 'Open now', reset: 'Reset' },
  notes: { opened: { text: 'opened: {failed} of {calls}' }, closed: { text: 'closed' }, probeSent: { text: 'probe', quiet: true } },
};
const probe: EngineStory = {
  title: 'Prober',
  params: {
    everyMs: { kind: 'number', label: 'Every', help: 'Time.', unit: 'ms', min: 1, max: 1000, initial: 100 },
    probeEvery: { kind: 'duration', label: 'Probe', help: 'Named as a parameter of the breaker is.', initial: { kind: 'constant', ms: 1 } },
  },
  notes: {},
};
const retry: EngineStory = {
  title: 'Retry',
  params: {
    attempts: { kind: 'number', label: 'Attempts', help: 'How many.', unit: 'count', min: 1, max: 10, initial: 3, integer: true },
    backOff: { kind: 'duration', label: 'Back-off', help: 'Wait.', initial: { kind: 'constant', ms: 100 } },
  },
  notes: { retried: { text: 'attempt {attempt}' }, exhausted: { text: 'gave up' } },
};

/** Roles of the fixture. */
export const fixtureRoles: Readonly<Record<string, EngineStory>> = {
  client: {
    title: 'Client', place: 'app',
    params: {
      ratePerSecond: { kind: 'number', label: 'Rate', help: 'Requests.', unit: 'perSecond', min: 0.01, max: 100_000, initial: 50, scale: 'log' },
      op: { kind: 'data', label: 'Operation', help: 'What is asked.', initial: 'request', shape: 'text' },
    },
    controls: { burst: 'Send 50' },
    notes: { gaveUp: { text: 'gave up' } },
  },
  service: {
    title: 'Service', place: 'app',
    params: {
      slots: { kind: 'number', label: 'Slots', help: 'At once.', unit: 'count', min: 1, max: 1000, initial: 4, integer: true },
      work: { kind: 'duration', label: 'Work', help: 'Time of a call.', initial: { kind: 'lognormal', medianMs: 20, p99Ms: 90 } },
    },
    notes: { full: { text: 'queue full' } },
  },
};

const common = { lesson: [], instruments: [], charts: [], fidelity: { simulated: [], leftOut: [] }, problem: '', sources: [], pitfalls: [] };
const client = { id: 'browse', engine: 'client', params: { ratePerSecond: 60, op: 'browse' } };
const shop = { id: 'shop', engine: 'service', params: { slots: 8 } };
const payments = { id: 'payments', engine: 'service' };

const breakerStory: Story = {
  ...common,
  engines: { 'circuit-breaker': breaker, probe },
  opensWith: 'hanging-payments',
  scenarios: {
    'hanging-payments': {
      title: 'Payments hangs', summary: 'Watch the queue.', seed: 42, durationMs: 60_000, measure: { fromMs: 10_000, untilMs: 30_000, label: 'while payments hangs' }, openAtMs: 500,
      nodes: [
        { id: 'users', role: 'client', stack: [client] },
        { id: 'gateway', title: 'Gateway', role: 'gateway', stack: [shop] },
        { id: 'payments', role: 'service', stack: [payments] },
      ],
      links: [
        { from: 'users', to: 'gateway', latency: { kind: 'constant', ms: 5 } },
        { from: 'gateway', to: 'payments', latency: { kind: 'exponential', meanMs: 2 } },
      ],
      faults: [{ kind: 'hang', node: 'payments', fromMs: 10_000, untilMs: 30_000 }],
      interventions: [{ atMs: 40_000, kind: 'control', layer: 'breaker', control: 'reset' }],
      headlines: [{ label: 'Goodput', metric: 'browse.goodputPerSecond', unit: 'perSecond', better: 'higher' }],
      claims: [],
      opensWith: 'with',
      variants: {
        without: { title: 'Without', kind: 'without', summary: 'It drowns.' },
        with: {
          title: 'With', kind: 'with', summary: 'It opens.',
          stacks: { gateway: [shop, { id: 'breaker', engine: 'circuit-breaker', preset: 'library', params: { openMs: 2000 }, to: ['payments'] }] },
          params: { breaker: { probeEvery: { kind: 'constant', ms: 7 } } },
        },
        pitfall: {
          title: 'Pitfall', kind: 'pitfall', summary: 'Retries outside.',
          stacks: { gateway: [shop, { id: 'retry', engine: 'retry' }, { id: 'breaker', engine: 'circuit-breaker' }] },
          presets: { breaker: 'strict' },
          faults: [{ kind: 'errors', node: 'payments', ratio: 0.3, fromMs: 0 }],
        },
        fixed: {
          title: 'Fixed', kind: 'fixed', summary: 'Probes.',
          stacks: { gateway: [shop, { id: 'breaker', engine: 'circuit-breaker' }, { id: 'prober', engine: 'circuit-breaker/probe' }] },
        },
      },
    },
    calm: {
      title: 'Calm', summary: 'Nothing happens.', seed: 7, durationMs: 10_000, measure: { fromMs: 0, untilMs: 10_000, label: 'all along' }, speed: 2,
      nodes: [{ id: 'users', role: 'client', stack: [client] }, { id: 'payments', role: 'service', stack: [payments] }],
      links: [{ from: 'users', to: 'payments', latency: { kind: 'constant', ms: 5 } }],
      faults: [], headlines: [], claims: [], opensWith: 'with',
      variants: {
        without: { title: 'Without', kind: 'without', summary: 'Plain.' },
        with: { title: 'With', kind: 'with', summary: 'Guarded.', stacks: { users: [client, { id: 'breaker', engine: 'circuit-breaker' }] } },
      },
    },
  },
};
const retryStory: Story = {
  ...common, engines: { retry }, opensWith: 'blips',
  scenarios: {
    blips: {
      title: 'Blips', summary: 'Short errors.', seed: 1, durationMs: 20_000, measure: { fromMs: 0, untilMs: 20_000, label: 'all along' },
      nodes: [{ id: 'users', role: 'client', stack: [client] }, { id: 'payments', role: 'service', stack: [payments] }],
      links: [{ from: 'users', to: 'payments', latency: { kind: 'constant', ms: 5 } }],
      faults: [], headlines: [], claims: [], opensWith: 'with',
      variants: {
        without: { title: 'Without', kind: 'without', summary: 'Plain.' },
        with: { title: 'With', kind: 'with', summary: 'Again.', stacks: { users: [client, { id: 'retry', engine: 'retry' }] } },
      },
    },
  },
};

/** Stories of the fixture by pattern. */
export const fixtureStories: Readonly<Record<string, Story>> = { 'circuit-breaker': breakerStory, retry: retryStory };
/** A shelf of them. */
export const fixtureShelf = fixedShelf(fixtureStories, fixtureRoles);
/** What is needed for documents of the fixture's circuit breaker. */
export const breakerStories: Stories = storiesFrom('circuit-breaker', fixtureStories, fixtureRoles);
/** The circuit breaker's engine story. */
export const breakerEngine = breaker;
