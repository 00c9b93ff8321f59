/** What is wrong with the `compartments` parameter, by itself and together with the others. Data about data: no engine code. */
import type { ParamFault } from '../../kernel/story.ts';

const REST = '*';
const isRecord = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === 'object' && value !== null && !Array.isArray(value);

const MOST = 20;
/** What is wrong with the compartments by themselves and together with the other parameters. */
export function checkCompartments(params: Readonly<Record<string, unknown>>): readonly ParamFault[] {
  const list = params['compartments'];
  if (!Array.isArray(list)) return [{ path: 'compartments', value: list, rule: 'a list', nearest: [], level: 'refuse' }];
  const faults: ParamFault[] = [];
  const wrong = (path: string, value: unknown, rule: string, nearest?: unknown, message?: string): void => {
    faults.push({ path: `compartments${path}`, value, rule, level: 'refuse', ...(nearest !== undefined && { nearest }), ...(message !== undefined && { message }) });
  };
  if (list.length > MOST) wrong('', list.length, `at most ${MOST} compartments`, list.slice(0, MOST));
  const names = new Set<string>();
  let reserved = 0;
  list.forEach((entry: unknown, i) => {
    if (!isRecord(entry)) return wrong(`[${i}]`, entry, 'an object { name, reserve, max, of }');
    const { name, reserve, max, of } = entry;
    if (typeof name !== 'string' || name === '') wrong(`[${i}].name`, name, 'a text', `compartment ${i + 1}`);
    else if (names.has(name)) wrong(`[${i}].name`, name, 'a name of its own', `${name} ${i + 1}`);
    else names.add(name);
    if (!isCount(reserve, 0)) wrong(`[${i}].reserve`, reserve, 'a whole number from 0 to 1000', nearestCount(reserve, 0));
    else reserved += reserve;
    if (!isCount(max, 1)) wrong(`[${i}].max`, max, 'a whole number from 1 to 1000', nearestCount(max, 1));
    else if (isCount(reserve, 0) && reserve > max) wrong(`[${i}].max`, max, `at least reserve (${reserve})`, reserve, 'A compartment may use what is its own.');
    if (!Array.isArray(of) || of.length === 0 || !of.every((one) => typeof one === 'string' || typeof one === 'number')) wrong(`[${i}].of`, of, 'a list of texts or numbers', [REST]);
  });
  if (faults.length > 0) return faults;
  const { kind, maxConcurrentCalls, maxLimit, limitWait, maxWaitDurationMs, queueCapacity, whenFull, discipline } = params;
  if (kind === 'semaphore' && reserved > (maxConcurrentCalls as number)) {
    wrong('', reserved, `at most maxConcurrentCalls (${maxConcurrentCalls as number}) in all reserves together`, undefined, 'More is promised than there is.');
  }
  const warn = (path: string, rule: string, message: string): void => { faults.push({ path, value: params[path], rule, level: 'warn', message }); };
  if (kind === 'adaptive' && reserved > (maxLimit as number)) warn('maxLimit', `at least all reserves together (${reserved})`, 'Reserves shrink with the limit, in proportion.');
  if ((queueCapacity as number) > 0 && limitWait === true && maxWaitDurationMs === 0) warn('maxWaitDurationMs', 'above 0', 'Nobody waits, so the queue is never used.');
  if (queueCapacity === 0 && (limitWait === false || (maxWaitDurationMs as number) > 0)) warn('queueCapacity', 'above 0', 'There is no place to wait in.');
  if (whenFull === 'displaceOldest' && (discipline === 'priority' || discipline === 'earliestDeadline')) warn('whenFull', 'refuse with ranked orders', 'Where a rank decides, nobody is sent away for being old.');
  return faults;
}
const isCount = (value: unknown, min: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= 1000;
const nearestCount = (value: unknown, min: number): number => (typeof value === 'number' && value > min ? Math.min(1000, Math.round(value)) : min);
