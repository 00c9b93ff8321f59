/** Durations: what the kernel's own check says, as a problem. */
import { checkDistribution } from '../kernel/distributions.ts';
import { problemAt, type Problem } from './document-problem.ts';

/** What is wrong with what should be a distribution, or undefined. Takes anything and never throws. */
export function distributionProblem(value: unknown, path: string): Problem | undefined {
  const found = checkDistribution(value);
  if (found === undefined) return undefined;
  const where = found.path === '' ? path : `${path}.${found.path}`;
  const rule = found.rule.replace(/^must be /, '');
  if (rule !== found.rule) return problemAt(where, found.value, rule, { nearest: found.nearest });
  return problemAt(where, found.value, found.rule, { message: `${where} ${found.rule}.` });
}
