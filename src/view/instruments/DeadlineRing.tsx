import { memo } from 'react';
import { arc } from 'd3-shape';
import type { Json } from '../../kernel/contract.ts';
import { durationText, words } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { deadlineOf } from './readings.ts';

const OUTER = 104, INNERMOST = 40;
const slice = (from: number, to: number, inner: number, outer: number): string => arc()({ startAngle: from * 2 * Math.PI, endAngle: Math.max(from, to) * 2 * Math.PI, innerRadius: inner, outerRadius: outer }) ?? '';

/** The time of a call as a ring for each hop, the caller's outermost: what is left of it shrinks along the path. */
export function DeadlineRing({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const data = deadlineOf(value);
  if (value === null || value === undefined) return <p className={css.nothing}>No call with a deadline is under way.</p>;
  if (data === null) return <DataTable value={value} label={label} />;
  const { totalMs, leftMs, hops, call } = data;
  const thick = Math.min(16, (OUTER - INNERMOST) / Math.max(1, hops.length));
  const left = (ms: number): number => Math.max(0, Math.min(1, ms / totalMs));
  return (
    <div className={css.ring}>
      <svg viewBox="-112 -112 224 224" role="img" aria-label={`${label}${call === '' ? '' : `, ${call}`}: ${durationText(leftMs)} of ${durationText(totalMs)} left${hops.length === 0 ? '' : `; ${hops.map((hop) => `${hop.node} began with ${durationText(hop.leftMs)} and spent ${durationText(hop.spentMs)}`).join(', ')}`}`}>
        {(hops.length === 0 ? [{ node: '', leftMs, spentMs: totalMs - leftMs }] : hops).map((hop, i) => {
          const outer = OUTER - i * thick;
          return <Hop key={i} inner={outer - thick + 3} outer={outer} had={left(hop.leftMs)} spent={left(hop.spentMs)} />;
        })}
        <text className={css.rate} y={5} textAnchor="middle" data-over={leftMs <= 0}>{durationText(Math.max(0, leftMs))}</text>
        <text className={css.rateNote} y={22} textAnchor="middle">of {durationText(totalMs)}</text>
      </svg>
      <dl className={css.ringFacts}>
        {call !== '' && <div><dt>Call</dt><dd>{call}</dd></div>}
        {hops.map((hop, i) => <div key={i}><dt>{words(hop.node)}</dt><dd>{durationText(hop.leftMs)} left, {durationText(hop.spentMs)} spent</dd></div>)}
        <div className={css.ringKey}><dt>Rings</dt><dd><i data-cell="left" /> left <i data-cell="spent" /> spent here</dd></div>
      </dl>
    </div>
  );
}
const Hop = memo(function Hop({ inner, outer, had, spent }: { readonly inner: number; readonly outer: number; readonly had: number; readonly spent: number }) {
  const rest = Math.max(0, had - spent);
  return (
    <g>
      <path className={css.ringTrack} d={slice(0, 0.9999, inner, outer)} />
      {rest > 0 && <path className={css.timeLeft} d={slice(0, Math.min(0.9999, rest), inner, outer)} />}
      {had > rest && <path className={css.timeSpent} d={slice(rest, Math.min(0.9999, had), inner, outer)} />}
    </g>
  );
});
