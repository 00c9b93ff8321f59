/**
 * The life of a rollout. Which check passed or failed, and how many, is not in here: the engine judges, names the event and runs the table; the
 * page draws this machine.
 */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type RolloutEvent =
  | 'started' | 'stepPassed' | 'checkFailed' | 'tooFewSamples' | 'judged' | 'paused' | 'approved' | 'allPassed' | 'promotedByHand' | 'rolledBack' | 'bakeFailed' | 'bakePassed' | 'oldRetired';

const rolledBack = { target: 'failed', description: 'Too many checks failed, the deadline passed, or a person said so: everybody is back on the old release.' } as const;
const promotedByHand = { target: 'promoting', description: 'A person skips what is left of the plan.' } as const;
const paused = { target: 'paused', description: 'A person is to decide.' } as const;
const started = { target: 'progressing', description: 'A release is deployed beside the old one and gets its first share.' } as const;

export const rolloutMachine = setup({ types: { events: {} as { type: RolloutEvent } } }).createMachine({
  id: 'canary',
  initial: 'initialized',
  states: {
    initialized: { description: 'One release serves everybody.', on: { started } },
    progressing: {
      description: 'The new release has the share of the step; samples are gathered until the next check.',
      on: {
        stepPassed: { target: 'progressing', description: 'The check passed: the next weight of the plan.' },
        checkFailed: { target: 'progressing', description: 'The check failed, but not yet too often: the same weight, once more.' },
        tooFewSamples: { target: 'waiting', description: 'Too little was seen to say anything: the step goes on.' },
        allPassed: { target: 'promoting', description: 'The last step passed: everybody gets the new release.' },
        paused, promotedByHand, rolledBack,
      },
    },
    waiting: {
      description: 'The step is extended, because too few samples came to judge by.',
      on: { judged: { target: 'progressing', description: 'Enough was seen.' }, paused, promotedByHand, rolledBack },
    },
    paused: {
      description: 'The weight stays until a person decides.',
      on: { approved: { target: 'progressing', description: 'A person lets it go on.' }, promotedByHand, rolledBack },
    },
    promoting: {
      description: 'All traffic is on the new release; it is watched while it bakes, and the old one stands ready.',
      on: {
        bakeFailed: { target: 'promoting', description: 'A check failed in the bake time, but not yet too often.' },
        bakePassed: { target: 'finalising', description: 'The bake time is over.' }, rolledBack,
      },
    },
    finalising: {
      description: 'Done, but for the old release: it is kept for a while, ready for a step back by hand.',
      on: { oldRetired: { target: 'succeeded', description: 'The old release is switched off.' }, rolledBack },
    },
    succeeded: { description: 'The new release is the only one; it is the old one of the next rollout.', on: { started } },
    failed: { description: 'The old release serves everybody again.', on: { started } },
  },
});

/** The machine as a table, made by XState's own `transition`; the engine runs it. */
export const rolloutTable = tabulate(rolloutMachine);
export type RolloutMode = (typeof rolloutTable.states)[number];
export type RolloutMove = (typeof rolloutTable.events)[number];
