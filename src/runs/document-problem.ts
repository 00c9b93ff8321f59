/** How everything here says what is wrong: where, what was found, the rule, and the nearest legal value. */

/** Something wrong with a document, a parameter or a link, in words a person can act on. */
export interface Problem {
  /** Where: `params.breaker.slidingWindowSize`, `faults[2].node`; '' is the document itself. */
  readonly path: string;
  /** What was found there, shortened when it is long. */
  readonly value: unknown;
  /** What must hold, to be read after "must be": `a whole number from 1 to 1000`. */
  readonly rule: string;
  /** The closest value that would be legal, where there is one. */
  readonly nearest?: unknown;
  /** The whole thing as sentences. */
  readonly message: string;
}

const LONG = 60;

/** A value as a few characters of text. Never throws, whatever the value. */
export function preview(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > LONG ? `${value.slice(0, LONG)}…` : value);
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return value.length > 0 && value.length <= 8 && value.every((item) => typeof item === 'number') ? `[${value.join(', ')}]` : `a list of ${value.length}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  try {
    const text = JSON.stringify(value);
    return text.length <= LONG ? text : 'an object';
  } catch {
    return 'an object';
  }
}

const short = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length > 200 ? `${value.slice(0, 200)}…` : value;
  return typeof value === 'object' && value !== null ? preview(value) : typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' ? typeof value : value;
};

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Makes a problem; the message is written from path, value, rule and nearest unless given. Every part is cut to a readable length. */
export function problemAt(fullPath: string, value: unknown, rule: string, more: { readonly nearest?: unknown; readonly message?: string } = {}): Problem {
  const path = cut(fullPath, 160);
  const where = path === '' ? 'The document' : path;
  const found = value === undefined ? `${where} is missing, but must be ${rule}.` : `${where} is ${preview(value)}, but must be ${rule}.`;
  const hint = more.nearest === undefined ? '' : ` Nearest: ${preview(more.nearest)}.`;
  const base = { path, value: short(value), rule, message: cut(more.message ?? found + hint, 1000) };
  return more.nearest === undefined ? base : { ...base, nearest: more.nearest };
}

/** Collects problems, at most `limit` of them: a hostile document may hold thousands. */
export class Report {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private readonly limit: number;
  constructor(limit = 50) {
    this.limit = limit;
  }
  add(problem: Problem): void {
    if (this.problems.length < this.limit) this.problems.push(problem);
  }
  warn(problem: Problem): void {
    if (this.warnings.length < this.limit) this.warnings.push(problem);
  }
  get full(): boolean {
    return this.problems.length >= this.limit;
  }
  get clean(): boolean {
    return this.problems.length === 0;
  }
}
