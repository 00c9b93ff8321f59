/** All scenarios of the pattern; the flagship first. Every number that a text states is a test. */
import type { Scenario } from '../../kernel/story.ts';
import { callItOff, mustSucceed, theSketch } from './scenarios/asking.ts';
import { eventCycle, eventsTwice, lostEvent } from './scenarios/choreography.ts';
import { afterThePivot, orchestratorCrash } from './scenarios/crashing.ts';
import { dirtyRead, oversell } from './scenarios/isolation.ts';
import { orderSaga } from './scenarios/orderSaga.ts';
import { chargeFirst, compensationFails, timeoutAfterCommit, zombieRequest } from './scenarios/undoing.ts';

export const scenarios = {
  'order-saga': orderSaga,
  'compensation-fails': compensationFails,
  'timeout-after-commit': timeoutAfterCommit,
  'orchestrator-crash': orchestratorCrash,
  'after-the-pivot': afterThePivot,
  'dirty-read': dirtyRead,
  oversell,
  'charge-first': chargeFirst,
  'lost-event': lostEvent,
  'event-cycle': eventCycle,
  'events-twice': eventsTwice,
  'zombie-request': zombieRequest,
  'must-succeed': mustSucceed,
  'call-it-off': callItOff,
  'the-sketch': theSketch,
} as const satisfies Readonly<Record<string, Scenario>>;
