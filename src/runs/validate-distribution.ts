/** Durations: what the kernel's own check says, as a problem. */
import { checkDistribution } from '../kernel/distributionCheck.ts';
import type { Distribution } from '../kernel/distributions.ts';
import { copyPlain } from './document-copy.ts';
import { isRecord } from './document-plain.ts';
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

/** A legal distribution made by putting the nearest legal value into each field that is wrong, or undefined where that leads nowhere. */
export function mendDistribution(value: unknown): Distribution | undefined {
  const copied = copyPlain(value, { size: 64 * 1024, depth: 4 });
  if (!isRecord(copied.plain)) return undefined;
  const mended = copied.plain;
  for (let step = 0; step < 8; step++) {
    const found = checkDistribution(mended);
    if (found === undefined) return mended as Distribution;
    if (found.nearest === undefined) Reflect.deleteProperty(mended, found.path);
    else mended[found.path] = found.nearest;
  }
  return undefined;
}
