/** Assertions on a result, as people type them: `browse.goodRatio >= 0.95`, `goodput >= 0.95`, `breaker.note.opened == 1`. */
import { figure } from '../runs/figure.ts';
import { listed, nearestName } from '../runs/suggest.ts';

export interface AssertionResult {
  readonly text: string;
  readonly holds: boolean;
  readonly actual: number | null;
  /** What was seen, or what is wrong with the assertion. */
  readonly message: string;
}
interface Figures {
  readonly summary: Readonly<Record<string, number>>;
  readonly notes: Readonly<Record<string, number>>;
}
const FORM = /^\s*([A-Za-z0-9_.>:-]+?)\s*(>=|<=|==|!=|>|<)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%|ms|s|\/s)?\s*$/i;

/** Over all routes together: the share of requests that were answered well in time, and the other figures of a whole system. */
function total(wanted: string, { summary }: Figures): number | undefined {
  const routes = Object.keys(summary).filter((key) => key.endsWith('.goodRatio')).map((key) => key.slice(0, -'.goodRatio'.length));
  const sum = (name: string) => routes.reduce((all, route) => all + summary[`${route}.${name}`]!, 0);
  if (routes.length === 0) return undefined;
  switch (wanted) {
    case 'goodput': case 'goodRatio': return sum('good') / sum('offered');
    case 'goodputPerSecond': return sum('goodputPerSecond');
    case 'offered': return sum('offered');
    case 'p50Ms': case 'p95Ms': case 'p99Ms': return Math.max(...routes.map((route) => summary[`${route}.${wanted}`]!));
    default: return undefined;
  }
}
const WHOLE = ['goodput', 'goodputPerSecond', 'offered', 'p50Ms', 'p95Ms', 'p99Ms'];

/** Value of a figure: of one node, link or layer by its full name, or of the whole system. `node.goodput` is the node's goodRatio. */
export function figureOf(name: string, figures: Figures): number | undefined {
  const { summary, notes } = figures;
  if (Object.hasOwn(summary, name)) return summary[name];
  if (name.endsWith('.goodput') && Object.hasOwn(summary, `${name.slice(0, -'.goodput'.length)}.goodRatio`)) return summary[`${name.slice(0, -'.goodput'.length)}.goodRatio`];
  if (Object.hasOwn(notes, name)) return notes[name];
  return figure(summary, name) ?? total(name, figures);
}

export function checkAssertion(text: string, figures: Figures): AssertionResult {
  const match = FORM.exec(text);
  if (match === null) return { text, holds: false, actual: null, message: `"${text}" is no assertion; write: figure >= number, with one of >= <= == != > <` };
  const [, name, operator, digits, unit] = match as unknown as [string, string, string, string, string | undefined];
  const actual = figureOf(name, figures);
  if (actual === undefined) {
    const known = [...WHOLE, ...Object.keys(figures.summary), ...Object.keys(figures.notes)];
    const near = nearestName(name, known);
    return { text, holds: false, actual: null, message: `there is no figure "${name}"; ${near === undefined ? `known are ${listed(known.slice(0, 12))}` : `did you mean "${near}"?`}` };
  }
  const wanted = Number(digits) * (unit === '%' ? 0.01 : unit === 's' ? 1000 : 1);
  const holds = operator === '>=' ? actual >= wanted : operator === '<=' ? actual <= wanted : operator === '>' ? actual > wanted
    : operator === '<' ? actual < wanted : operator === '==' ? actual === wanted : actual !== wanted;
  return { text, holds, actual, message: `${name} is ${Number(actual.toPrecision(6))}` };
}
