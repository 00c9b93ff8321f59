import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { durationText, number, words } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { callsOf, type AttemptReading, type CallReading } from './readings.ts';

const W = 400, BAR = 11;

/** Which attempts run side by side: each gets the first lane that is free when it begins. */
export function lanesOf(attempts: readonly AttemptReading[], atMs: number): readonly number[] {
  const free: number[] = [];
  return attempts.map(({ fromMs, untilMs }) => {
    let lane = free.findIndex((until) => until <= fromMs);
    if (lane < 0) { lane = free.length; free.push(0); }
    free[lane] = untilMs ?? Math.max(atMs, fromMs);
    return lane;
  });
}
export const endOf = ({ sinceMs, attempts }: CallReading, atMs: number): number => Math.max(sinceMs, ...attempts.map(({ fromMs, untilMs }) => untilMs ?? Math.max(atMs, fromMs)));

/** Each call from its own beginning on, attempt after attempt: waits as lines, attempts as bars. */
export function Waterfall({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const calls = callsOf(value);
  if (calls === null) return <DataTable value={value} label={label} />;
  if (calls.length === 0) return <p className={css.nothing}>No call yet.</p>;
  const longest = Math.max(1, ...calls.map((call) => endOf(call, atMs) - call.sinceMs));
  const open = calls.some(({ attempts }) => attempts.some(({ untilMs }) => untilMs === null));
  return (
    <div className={css.waterfall}>
      <p className={css.scale} aria-hidden="true"><span>0</span><span>{durationText(longest)}</span></p>
      <ol aria-label={label}>
        {calls.toReversed().map((call) => <Row key={call.call} text={JSON.stringify(call)} call={call} longest={longest} atMs={open && call.attempts.some(({ untilMs }) => untilMs === null) ? atMs : 0} />)}
      </ol>
      <p className={css.waterKey}><i data-tone="ok" /> well <i data-tone="bad" /> error <i data-tone="late" /> timed out <i data-tone="refused" /> refused <i data-tone="open" /> still out</p>
    </div>
  );
}

const TONES: Readonly<Record<string, string>> = { ok: 'ok', stale: 'ok', timeout: 'late', cancelled: 'gone', rejected: 'refused', throttled: 'refused' };
const toneOf = ({ outcome, untilMs }: AttemptReading): string => (untilMs === null ? 'open' : outcome === null ? 'gone' : (TONES[outcome] ?? 'bad'));
const spokenAttempt = (attempt: AttemptReading, atMs: number): string =>
  `${attempt.kind === 'first' ? 'first' : `${attempt.kind} ${attempt.attempt}`}${attempt.waitMs > 0 ? ` after a wait of ${durationText(attempt.waitMs)}` : ''}: ${attempt.untilMs === null ? `out for ${durationText(Math.max(0, atMs - attempt.fromMs))}` : `${words(attempt.outcome ?? 'ended')} after ${durationText(attempt.untilMs - attempt.fromMs)}`}${attempt.won ? ', won' : ''}`;

interface RowProps {
  /** The call as text: what it says decides whether it is drawn anew. */
  readonly text: string;
  readonly call: CallReading;
  readonly longest: number;
  readonly atMs: number;
}
const Row = memo(function Row({ call, longest, atMs }: RowProps) {
  const { sinceMs, attempts, op } = call;
  const lanes = lanesOf(attempts, atMs);
  const height = (Math.max(0, ...lanes) + 1) * (BAR + 2) + 1;
  const x = (ms: number): number => (W * Math.max(0, ms - sinceMs)) / longest;
  return (
    <li>
      <span className={css.callName}>{op === '' ? number(call.call) : words(op)}</span>
      <svg viewBox={`0 0 ${W} ${height}`} style={{ height }} preserveAspectRatio="none" role="img" aria-label={`${attempts.length} ${attempts.length === 1 ? 'attempt' : 'attempts'}: ${attempts.map((attempt) => spokenAttempt(attempt, atMs)).join('; ')}`}>
        {attempts.map((attempt, i) => {
          const y = lanes[i]! * (BAR + 2) + 1, from = x(attempt.fromMs), until = x(attempt.untilMs ?? Math.max(atMs, attempt.fromMs));
          return (
            <g key={i}>
              {attempt.waitMs > 0 && <path className={css.wait} d={`M${x(attempt.fromMs - attempt.waitMs)},${y + BAR / 2}H${from}`} />}
              <rect className={css.attempt} data-tone={toneOf(attempt)} data-kind={attempt.kind} x={from} y={y} width={Math.max(2, until - from)} height={BAR} rx={1.5} />
              {attempt.won && <path className={css.won} d={`M${until - 5},${y + 5.500}l2,2.500 3,-5`} />}
            </g>
          );
        })}
      </svg>
      <span className={css.callTime}>{durationText(endOf(call, atMs) - sinceMs)}</span>
    </li>
  );
}, (a, b) => a.text === b.text && a.longest === b.longest && a.atMs === b.atMs);
