/** A followed request as a waterfall, and as a sequence diagram. */
import type { Followed, Leg } from '../../protocol/messages.ts';
import { words } from '../common/format.ts';

export interface CallRow {
  readonly call: number;
  readonly depth: number;
  readonly from: string;
  readonly to: string;
  readonly op: string;
  readonly attempt: number;
  readonly sentMs: number;
  /** When it reached the callee; null: it never did. */
  readonly arrivedMs: number | null;
  /** When work on it began; until then it waited. Null: it never did, or nothing is known of it. */
  readonly beganMs: number | null;
  readonly answeredMs: number | null;
  /** When the caller had the answer, or the last thing known. */
  readonly endMs: number;
  readonly outcome: string | null;
  readonly late: boolean;
}

/** One row for each call, in the order of the tree. */
export function callRows({ legs, marks }: Followed): readonly CallRow[] {
  const byCall = new Map<number, Leg[]>();
  for (const leg of legs) byCall.set(leg.call, [...(byCall.get(leg.call) ?? []), leg]);
  const row = (call: number, depth: number): CallRow | null => {
    const mine = byCall.get(call) ?? [];
    const request = mine.find(({ kind }) => kind === 'request') ?? mine[0];
    if (request === undefined) return null;
    const reply = mine.find(({ kind }) => kind === 'reply');
    return {
      call, depth, from: request.from, to: request.to, op: request.op, attempt: request.attempt, sentMs: request.sentMs,
      arrivedMs: request.lost ? null : request.arriveMs, beganMs: marks.find((mark) => mark.call === call && mark.kind === 'began')?.atMs ?? null, answeredMs: reply?.sentMs ?? null,
      endMs: Math.max(...mine.map((leg) => leg.arriveMs)), outcome: reply?.lost === true ? 'lost' : (reply?.outcome ?? (request.lost ? 'lost' : null)), late: reply?.late === true,
    };
  };
  const under = (parent: number | null, depth: number): CallRow[] => {
    const children = [...byCall].filter(([call, mine]) => (parent === null ? !byCall.has(mine[0]!.parent) || mine[0]!.parent === call : mine[0]!.parent === parent && call !== parent));
    return children.sort((a, b) => a[1][0]!.sentMs - b[1][0]!.sentMs).flatMap(([call]) => {
      const made = row(call, depth);
      return made === null || depth > 30 ? [] : [made, ...under(call, depth + 1)];
    });
  };
  return under(null, 0);
}

/** A Mermaid sequence diagram of all legs. */
export function sequenceDiagram({ legs }: Followed, title: (node: string) => string): string {
  const nodes = [...new Set(legs.flatMap(({ from, to }) => [from, to]))];
  const lines = nodes.map((node) => `  participant ${node.replaceAll(/\W/g, '_')} as ${title(node)}`);
  const sorted = legs.toSorted((a, b) => a.sentMs - b.sentMs);
  for (const leg of sorted) {
    const arrow = leg.lost ? '-x' : leg.kind === 'reply' ? '-->>' : '->>';
    const text = leg.kind === 'request' ? `${leg.op}${leg.attempt > 0 ? ` (attempt ${leg.attempt + 1})` : ''}` : leg.kind === 'cancel' ? 'cancel' : words(leg.outcome);
    lines.push(`  ${leg.from.replaceAll(/\W/g, '_')}${arrow}${leg.to.replaceAll(/\W/g, '_')}: ${(leg.sentMs / 1000).toFixed(3)} s ${text}${leg.lost ? ', lost' : ''}${leg.late ? ', too late' : ''}`);
  }
  return `sequenceDiagram\n${lines.join('\n')}\n`;
}

/** The same as spans, for tracing tools (OTLP as JSON). Times count from the start of the run. */
export function otlp(followed: Followed): string {
  const hex = (n: number, digits: number): string => Math.max(0, Math.floor(n)).toString(16).padStart(digits, '0');
  const ns = (ms: number): string => String(Math.round(ms * 1e6));
  const spans = callRows(followed).map((row) => {
    const parent = followed.legs.find(({ call }) => call === row.call)?.parent ?? 0;
    return {
      traceId: hex(followed.root + 1, 32), spanId: hex(row.call + 1, 16), ...(row.depth > 0 && { parentSpanId: hex(parent + 1, 16) }),
      name: `${row.op} ${row.to}`, kind: 3, startTimeUnixNano: ns(row.sentMs), endTimeUnixNano: ns(row.endMs),
      attributes: [['peer.service', row.to], ['attempt', String(row.attempt + 1)], ['outcome', row.outcome ?? 'none']].map(([key, value]) => ({ key, value: { stringValue: value } })),
      status: { code: row.outcome === 'ok' ? 1 : 2 },
    };
  });
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'patternscope' } }] }, scopeSpans: [{ scope: { name: 'patternscope' }, spans }] }] }, null, 1);
}
