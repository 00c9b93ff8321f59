/** What a limiter is at: letting everything through, turning some away, or without its store. The engine decides and names the event. */
import { setup } from 'xstate';
import { tabulate } from '../../primitives/tabulate.ts';

type LimiterEvent = 'exceeded' | 'calmed' | 'storeFailed' | 'storeAnswered' | 'restarted';
const storeLost = { target: 'withoutStore', description: 'The store gave an error or no answer in time.' } as const;

export const limiterMachine = setup({ types: { events: {} as { type: LimiterEvent } } }).createMachine({
  id: 'rate-limiting',
  initial: 'passing',
  states: {
    passing: {
      description: 'Nobody has asked for more than the limit gives.',
      on: { exceeded: { target: 'limiting', description: 'A request was over its limit.' }, storeFailed: storeLost, restarted: { target: 'passing', description: 'The node came back.' } },
    },
    limiting: {
      description: 'Some requests are over their limit: they are turned away or wait.',
      on: { calmed: { target: 'passing', description: 'None was over the limit for a second.', meta: { countdown: true } }, storeFailed: storeLost, restarted: { target: 'passing', description: 'The node came back and knows of nothing.' } },
    },
    withoutStore: {
      description: 'The shared counts are out of reach; what happens now was decided beforehand: open, closed, or each for itself.',
      on: { storeAnswered: { target: 'passing', description: 'The store answers again.' }, restarted: { target: 'passing', description: 'The node came back and knows of nothing.' } },
    },
  },
});

/** The machine as a table, made by XState's own `transition`; the engine runs it. */
export const limiterTable = tabulate(limiterMachine);
export type LimiterMode = (typeof limiterTable.states)[number];
export type LimiterMove = (typeof limiterTable.events)[number];
