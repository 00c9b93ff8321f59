/** What ranges and relations cannot say: the inside of the levels and costs, and what they mean for each other. */
import type { ParamFault } from '../../kernel/story.ts';
import { KEY_WORDS, KEYS, type KeyBy, type Level } from './levels.ts';

const MOST = 1_000_000;
/** Coarser to finer: a finer bucket should not promise more than the coarser one above it. */
const FINENESS: Readonly<Record<KeyBy, number>> = { none: 0, tenant: 1, client: 2, clientRoute: 3 };
const isNumber = (value: unknown, min: number, max: number): value is number => typeof value === 'number' && value >= min && value <= max;
const clamp = (value: unknown, min: number, max: number): number => (typeof value === 'number' && value === value ? Math.min(max, Math.max(min, value)) : min);
const refuse = (path: string, value: unknown, rule: string, message?: string, nearest?: unknown): ParamFault => ({
  path, value, rule, level: 'refuse', ...(message !== undefined && { message }), ...(nearest !== undefined && { nearest }),
});

export function checkLimits(p: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const faults: ParamFault[] = [];
  const own: Level = { name: KEY_WORDS[p['keyBy'] as KeyBy], keyBy: p['keyBy'] as KeyBy, capacity: p['capacity'] as number, ratePerSecond: p['ratePerSecond'] as number };
  const outer = checkLevels(p['levels'], own, faults);
  const levels = [...outer, own];
  checkRates(levels, faults);
  checkCosts(p, levels, faults);
  if (p['algo'] === 'gcra' && p['refill'] !== 'greedy') faults.push(refuse('algo', 'gcra', '"bucket" with this refill', 'GCRA knows only refill all the time.', 'bucket'));
  if (typeof p['store'] !== 'string') faults.push(refuse('store', p['store'], 'the id of a node', undefined, ''));
  else if (p['store'] === '' && p['topology'] !== 'perNode') {
    faults.push({ path: 'store', value: '', rule: 'the id of a node', level: 'warn', message: 'No store is named: every decision is the one for “without the store”.' });
  }
  const split = (p['topology'] === 'perNode' && p['split'] === true) || (p['topology'] !== 'perNode' && p['failMode'] === 'localFallback');
  const share = own.capacity / (p['nodeCount'] as number);
  if (split && share < 1) {
    faults.push({
      path: 'nodeCount', value: p['nodeCount'], rule: `at most ${Math.floor(own.capacity)} (the capacity)`, nearest: Math.floor(own.capacity), level: 'warn',
      message: 'A node’s share of the bucket holds less than one token: it would refuse everything.',
    });
  }
  return faults;
}

function checkLevels(levels: unknown, own: Level, faults: ParamFault[]): Level[] {
  if (!Array.isArray(levels) || levels.length > 3) {
    faults.push(refuse('levels', levels, 'a list of 0 to 3 buckets', 'With the bucket below there are 1 to 4.', Array.isArray(levels) ? levels.slice(0, 3) : []));
    return [];
  }
  const names = new Set([own.name]);
  const good: Level[] = [];
  for (const [i, level] of levels.entries() as IterableIterator<[number, Partial<Record<keyof Level, unknown>> | null]>) {
    const at = `levels[${i}]`;
    const before = faults.length;
    if (typeof level !== 'object' || level === null) { faults.push(refuse(at, level, 'a bucket { name, keyBy, capacity, ratePerSecond }')); continue; }
    const { name, keyBy, capacity, ratePerSecond } = level;
    if (typeof name !== 'string' || name === '') faults.push(refuse(`${at}.name`, name, 'a text', undefined, `level ${i + 1}`));
    else if (names.has(name)) faults.push(refuse(`${at}.name`, name, 'a name of its own', 'Two levels of one name would share their buckets.', `${name} ${i + 2}`));
    else names.add(name);
    if (!KEYS.includes(keyBy as KeyBy)) faults.push(refuse(`${at}.keyBy`, keyBy, `one of ${KEYS.join(', ')}`, undefined, 'none'));
    if (!isNumber(capacity, 1, MOST)) faults.push(refuse(`${at}.capacity`, capacity, `a number from 1 to ${MOST}`, undefined, clamp(capacity, 1, MOST)));
    if (!isNumber(ratePerSecond, 0.001, MOST)) faults.push(refuse(`${at}.ratePerSecond`, ratePerSecond, `a number from 0.001 to ${MOST}`, undefined, clamp(ratePerSecond, 0.001, MOST)));
    for (const key of Object.keys(level)) if (!['name', 'keyBy', 'capacity', 'ratePerSecond'].includes(key)) faults.push(refuse(`${at}.${key}`, (level as Record<string, unknown>)[key], 'left out: a bucket has no such field'));
    if (faults.length === before) good.push(level as Level);
  }
  return good;
}

function checkRates(levels: readonly Level[], faults: ParamFault[]): void {
  for (const [i, child] of levels.entries()) {
    for (const parent of levels.slice(0, i)) {
      if (FINENESS[child.keyBy] <= FINENESS[parent.keyBy] || child.ratePerSecond <= parent.ratePerSecond) continue;
      faults.push({
        path: i === levels.length - 1 ? 'ratePerSecond' : `levels[${i}].ratePerSecond`, value: child.ratePerSecond, level: 'warn',
        rule: `at most ${parent.ratePerSecond} (“${parent.name}”)`, nearest: parent.ratePerSecond, message: `“${child.name}” promises more than “${parent.name}” above it ever lets through.`,
      });
    }
  }
}

function checkCosts(p: Readonly<Record<string, unknown>>, levels: readonly Level[], faults: ParamFault[]): void {
  const costs = p['costs'];
  if (typeof costs !== 'object' || costs === null || Array.isArray(costs)) {
    faults.push(refuse('costs', costs, 'an object of costs by route', undefined, {}));
    return;
  }
  const least = levels.reduce((a, b) => (b.capacity < a.capacity ? b : a));
  for (const [route, cost] of Object.entries(costs)) {
    if (!isNumber(cost, 0, MOST)) faults.push(refuse(`costs.${route}`, cost, `a number from 0 to ${MOST}`, undefined, clamp(cost, 0, MOST)));
    else if (cost > least.capacity && p['overCapacityCost'] === 'reject') {
      faults.push(refuse(`costs.${route}`, cost, `at most ${least.capacity} (capacity of “${least.name}”)`, `“${route}” can never be admitted: no bucket of “${least.name}” ever holds so much.`, least.capacity));
    }
  }
}
