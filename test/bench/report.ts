/** Results as text: a table to read, rows for CONTRIBUTING, and one result beside another. Pure functions. */
import { REFERENCE, type Figure, type Measurement, type Report, type Target } from './lab.ts';

export interface Result extends Report {
  readonly date: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly load: number };
  readonly quick: boolean;
  /** Groups that did not come to an end. */
  readonly failed: readonly string[];
}

/** Results of several processes as one: all runs together. */
export function pool(reports: readonly Report[]): Report {
  const measurements = new Map<string, Measurement>(), figures = new Map<string, Figure>();
  for (const report of reports) {
    for (const m of report.measurements) {
      const key = `${m.group} ${m.name}`, known = measurements.get(key);
      if (known === undefined) measurements.set(key, m);
      else for (const column of ['nsPerEvent', 'wallNsPerEvent', 'ofReference', 'bytesPerEvent'] as const) known[column].push(...m[column]);
    }
    for (const f of report.figures) {
      const key = `${f.group} ${f.name}`, known = figures.get(key);
      if (known === undefined) figures.set(key, f);
      else known.values.push(...f.values);
    }
  }
  return { measurements: [...measurements.values()], figures: [...figures.values()] };
}

export interface Spread { readonly median: number; readonly min: number; readonly max: number }
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  const median = sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}
const short = (value: number): string => (Number.isNaN(value) ? '–' : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value === 0 ? '0' : String(Number(value.toPrecision(3))));
const range = ({ min, max }: Spread): string => `${short(min)}–${short(max)}`;

/** The value that a target is held against. */
export function judged({ values, target }: Figure): number {
  const { median, min, max } = spread(values);
  return target?.of !== 'worst' ? median : target.is === 'atMost' ? max : min;
}
export const reached = (figure: Figure & { readonly target: Target }): boolean => (figure.target.is === 'atLeast' ? judged(figure) >= figure.target.than : judged(figure) <= figure.target.than);
const targetText = ({ is, than }: Target): string => `${is === 'atLeast' ? '≥' : '≤'} ${short(than)}`;
const hasTarget = (figure: Figure): figure is Figure & { readonly target: Target } => figure.target !== undefined;

const headOf = ({ date, machine, quick }: Result): string =>
  `${date} · ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load.toFixed(1)} at the start${quick ? ' · quick: fewer and shorter runs, only good for a glance' : ''}`;

export function toText(result: Result): string {
  const lines = [headOf(result), '', `${'processor time'.padEnd(62)}${'M events/s'.padStart(11)}${'ns/event'.padStart(10)}  ${'min–max'.padEnd(14)}${'B/event'.padStart(9)}  of reference`];
  let group = '';
  for (const m of result.measurements) {
    if (m.group !== group) { lines.push(`— ${m.group}`); group = m.group; }
    const ns = spread(m.nsPerEvent), of = spread(m.ofReference);
    lines.push(`${m.name.padEnd(62)}${short(1000 / ns.median).padStart(11)}${short(ns.median).padStart(10)}  ${range(ns).padEnd(14)}${short(spread(m.bytesPerEvent).median).padStart(9)}  ${m.name === REFERENCE ? '' : `${short(of.median)} (${range(of)})`}`);
  }
  lines.push('', `${'figures'.padEnd(72)}${'median'.padStart(9)}  ${'min–max'.padEnd(16)}unit`);
  for (const f of result.figures) {
    const s = spread(f.values);
    const verdict = hasTarget(f) ? `   ${f.target.id} ${targetText(f.target)}${f.target.of === 'worst' ? ' in every run' : ''}: ${reached(f) ? 'reached' : 'MISSED'}` : '';
    lines.push(`${f.name.padEnd(72)}${short(s.median).padStart(9)}  ${range(s).padEnd(16)}${f.unit}${verdict}`);
  }
  if (result.failed.length > 0) lines.push('', ...result.failed.map((name) => `The group ${name} did not come to its end.`));
  return lines.join('\n');
}

/** Rows of the table in CONTRIBUTING. */
export function toMarkdown(result: Result): string {
  const number = (id: string): number => Number(id.slice(1));
  const rows = result.figures.filter(hasTarget).toSorted((a, b) => number(a.target.id) - number(b.target.id));
  return [
    headOf(result), '', '| | what | target | measured | spread | |', '|---|---|---|---|---|---|',
    ...rows.map((f) => `| ${f.target.id} | ${f.name} | ${targetText(f.target)} ${f.unit} | ${short(judged(f))} ${f.unit} | ${range(spread(f.values))} | ${reached(f) ? 'reached' : 'missed'} |`),
  ].join('\n');
}

/** What is in both, pairwise; says so where the runs of one lie among those of the other. */
export function toComparison(a: Result, b: Result): string {
  const lines = [`a: ${headOf(a)}`, `b: ${headOf(b)}`, ''];
  const line = (name: string, before: readonly number[], after: readonly number[], unit: string, more = ''): void => {
    const x = spread(before), y = spread(after);
    const apart = x.max < y.min || y.max < x.min;
    lines.push(`${name.padEnd(72)}${`${(y.median / x.median).toFixed(3)} ×`.padStart(10)}  ${`${short(x.median)} → ${short(y.median)} ${unit}`.padEnd(30)}${more.padEnd(24)}${apart ? '' : 'spreads overlap'}`);
  };
  lines.push('b over a; ns an event: below 1 is faster');
  for (const m of b.measurements) {
    const old = a.measurements.find(({ group, name }) => group === m.group && name === m.name);
    if (old !== undefined) line(`${m.group}: ${m.name}`, old.nsPerEvent, m.nsPerEvent, 'ns', m.name === REFERENCE ? '' : `of reference ${(spread(m.ofReference).median / spread(old.ofReference).median).toFixed(3)} ×`);
  }
  lines.push('', 'figures');
  for (const f of b.figures) {
    const old = a.figures.find(({ group, name }) => group === f.group && name === f.name);
    if (old !== undefined) line(f.name, old.values, f.values, f.unit);
  }
  return lines.join('\n');
}
