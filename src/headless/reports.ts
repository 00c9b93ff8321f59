/** A result as text: JSON, Markdown or JUnit. Pure functions. */
import type { AssertionResult } from './assertions.ts';
import type { SimulationResult } from './index.ts';

export interface Report {
  readonly name: string;
  readonly result: SimulationResult;
  readonly assertions: readonly AssertionResult[];
}
const round = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(8)) : null);

export function toJson({ name, result, assertions }: Report): string {
  const { document, fingerprint, events, summary, notes, invariants, laws } = result;
  return JSON.stringify({
    name, seed: document.seed, fingerprint, events,
    summary: Object.fromEntries(Object.entries(summary).filter(([key]) => !key.includes('.noteTotal.')).map(([key, value]) => [key, round(value)])),
    notes, invariants, laws, assertions, document,
  }, null, 2);
}

export function toMarkdown({ name, result, assertions }: Report): string {
  const figures = Object.entries(result.summary).filter(([key, value]) => !key.includes('.noteTotal.') && Number.isFinite(value) && value !== 0);
  const lines = [
    `# ${name}`, '', `seed ${result.document.seed} · fingerprint \`${result.fingerprint}\` · ${result.events} events`, '',
    result.invariants.held ? 'All invariants held.' : `**Broken:** ${result.invariants.broken!.rule} at ${result.invariants.broken!.atMs} ms (${result.invariants.broken!.where}): ${result.invariants.broken!.why}`, '',
    ...result.laws.map((law) => `- ${law.holds ? 'holds' : '**broken**'}: ${law.name}`),
    ...(assertions.length === 0 ? [] : ['| assertion | | seen |', '|---|---|---|', ...assertions.map((a) => `| \`${a.text}\` | ${a.holds ? 'ok' : '**failed**'} | ${a.message} |`), '']),
    '| figure | value |', '|---|---:|', ...figures.map(([key, value]) => `| ${key} | ${round(value)} |`), '',
    '| note | count |', '|---|---:|', ...Object.entries(result.notes).map(([key, value]) => `| ${key} | ${value} |`), '',
  ];
  return lines.join('\n');
}

const xml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
export function toJunit({ name, result, assertions }: Report): string {
  const cases = [
    { title: 'invariants hold', failure: result.invariants.held ? null : `${result.invariants.broken!.rule}: ${result.invariants.broken!.why}` },
    ...result.laws.map((law) => ({ title: law.name, failure: law.holds ? null : law.why })),
    ...assertions.map((a) => ({ title: a.text, failure: a.holds ? null : a.message })),
  ];
  const failures = cases.filter((c) => c.failure !== null).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>', `<testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}">`,
    ...cases.map((c) => (c.failure === null ? `  <testcase classname="${xml(name)}" name="${xml(c.title)}"/>` : `  <testcase classname="${xml(name)}" name="${xml(c.title)}"><failure message="${xml(c.failure)}"/></testcase>`)),
    '</testsuite>', '',
  ].join('\n');
}
