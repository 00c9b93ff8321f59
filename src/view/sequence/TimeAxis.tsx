import { useRef } from 'react';
import { momentText, secondsText } from '../common/format.ts';
import { useFollow } from '../common/session.tsx';
import css from './Sequence.module.css';
import { timeToY, type SequenceLayout } from './sequenceLayout.ts';
import { rulerTicks, type Span } from './sequenceWindow.ts';

/** Moments beside the lanes; it stays in place when the lanes scroll sideways. */
export function TimeAxis({ layout: { height, top, bottom }, span }: { readonly layout: SequenceLayout; readonly span: Span }) {
  const now = useRef<SVGGElement>(null), text = useRef<SVGTextElement>(null);
  useFollow((state) => state.clock.atMs, (atMs) => {
    const y = timeToY(span, { top, bottom }, atMs);
    now.current?.setAttribute('transform', `translate(0,${Math.max(top, Math.min(bottom, y))})`);
    if (text.current !== null) text.current.textContent = momentText(atMs).replace(' s', '');
  });
  const digits = span.untilMs - span.fromMs < 500 ? 2 : span.untilMs - span.fromMs < 5000 ? 1 : 0;
  return (
    <svg className={css.axis} width="58" height={height} aria-hidden="true" focusable="false">
      {rulerTicks(span).map((ms) => {
        const y = timeToY(span, { top, bottom }, ms);
        return <g key={ms}><path d={`M52,${y}H58`} /><text x="48" y={y + 3.5} textAnchor="end">{secondsText(ms, Math.max(digits, 2)).replace(' s', '')}</text></g>;
      })}
      <text x="48" y={top - 12} textAnchor="end">s</text>
      <g className={css.axisNow} ref={now}><rect x="0" y="-9" width="56" height="18" rx="4" /><text ref={text} x="49" y="4" textAnchor="end" /></g>
    </svg>
  );
}
