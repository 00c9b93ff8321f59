/** What there is to see. Every number that a text states is a test. */
import { codeUnderOr, explosion, pushDown } from './scenarios/execution.ts';
import { driftedRule, missingValues, shortPages, threeUses } from './scenarios/meaning.ts';
import { either, hangTogether, sieve } from './scenarios/order.ts';

export const scenarios = {
  sieve, either, 'push-down': pushDown, 'code-under-or': codeUnderOr, 'missing-values': missingValues, 'hang-together': hangTogether,
  'dnf-explosion': explosion, 'drifted-rule': driftedRule, 'short-pages': shortPages, 'three-uses': threeUses,
} as const;
