/** Every pattern that exists: one line each. A new pattern is a folder and a line here. */
import type { Card } from '../kernel/story.ts';
import { circuitBreaker } from './circuit-breaker/index.ts';
import { retry } from './retry/index.ts';
import { saga } from './saga/index.ts';
import { twoPhaseCommit } from './two-phase-commit/index.ts';

export const catalogue: readonly Card[] = [
  circuitBreaker,
  retry,
  saga,
  twoPhaseCommit,
];
