/**
 * The breaker's modes. Counting is not in here: the engine counts, chooses the event and runs the table; the page draws this machine.
 * Modes and moves are those of resilience4j, without its trip by hand.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type BreakerEventType =
  | 'rateExceeded' | 'slowRateExceeded' | 'streakReached' | 'waitElapsed'
  | 'probesSucceeded' | 'probesFailed' | 'halfOpenExpiredToOpen' | 'halfOpenExpiredToClosed'
  | 'forceOpen' | 'disable' | 'enableMetricsOnly' | 'startProbing' | 'close' | 'reset';

/** What a person can ask for, whatever the mode. */
const byHand = {
  forceOpen: { target: 'forcedOpen', description: 'An operator holds the breaker open.' },
  disable: { target: 'disabled', description: 'An operator takes the breaker out of the way.' },
  enableMetricsOnly: { target: 'metricsOnly', description: 'An operator lets the breaker watch without acting.' },
  close: { target: 'closed', description: 'An operator closes the breaker.' },
  reset: { target: 'closed', description: 'An operator closes the breaker and forgets all that was counted.' },
} as const;
const { forceOpen, disable, enableMetricsOnly, close, reset } = byHand;
const startProbing = { target: 'halfOpen', description: 'An operator has the dependency probed now.' } as const;

export const breakerMachine = setup({ types: { events: {} as { type: BreakerEventType } } }).createMachine({
  id: 'circuit-breaker',
  initial: 'closed',
  states: {
    closed: {
      description: 'Calls pass and their results are counted.',
      on: {
        rateExceeded: { target: 'open', description: 'The failure rate of the window reached its threshold.' },
        slowRateExceeded: { target: 'open', description: 'The share of slow calls in the window reached its threshold.' },
        streakReached: { target: 'open', description: 'So many calls in a row failed.' },
        forceOpen, disable, enableMetricsOnly, reset,
      },
    },
    open: {
      description: 'Calls are refused at once, so that nobody waits and the dependency can recover.',
      on: {
        waitElapsed: { target: 'halfOpen', description: 'The wait in the open state is over.', meta: { countdown: true } },
        forceOpen, disable, enableMetricsOnly, startProbing, close, reset,
      },
    },
    halfOpen: {
      description: 'A few calls may pass as probes; their results decide.',
      on: {
        probesSucceeded: { target: 'closed', description: 'The probes did well enough.' },
        probesFailed: { target: 'open', description: 'The probes failed or were slow.' },
        halfOpenExpiredToOpen: { target: 'open', description: 'The probes gave no decision in time.', meta: { countdown: true } },
        halfOpenExpiredToClosed: { target: 'closed', description: 'The probes gave no decision in time.', meta: { countdown: true } },
        forceOpen, disable, enableMetricsOnly, close, reset,
      },
    },
    disabled: {
      description: 'Calls pass and nothing is counted.',
      on: { forceOpen, enableMetricsOnly, startProbing, close, reset },
    },
    metricsOnly: {
      description: 'Calls pass and are counted, but nothing is ever refused: a rehearsal of the settings.',
      on: { forceOpen, disable, close, reset },
    },
    forcedOpen: {
      description: 'Calls are refused until somebody says otherwise.',
      on: { disable, enableMetricsOnly, startProbing, close, reset },
    },
  },
});

/** The machine as a table, made by XState's own `transition`; the engine runs it. */
export const breakerTable = tabulate(breakerMachine);
export type BreakerMode = (typeof breakerTable.states)[number];
export type BreakerEvent = (typeof breakerTable.events)[number];
