import { memo, useRef } from 'react';
import { useFollow } from '../common/session.tsx';
import { arrowText } from './arrowLook.ts';
import { ArrowMark } from './ArrowMark.tsx';
import type { Label } from './labels.ts';
import css from './Sequence.module.css';
import { timeToY, type Arrow, type SequenceLayout } from './sequenceLayout.ts';
import type { Span } from './sequenceWindow.ts';

interface Props {
  readonly layout: SequenceLayout;
  readonly span: Span;
  readonly title: (node: string) => string;
  readonly tickText: (index: number) => string;
}
/** All of a window except what moves with the clock. Drawn anew only when the window or what is in it changes. */
export const SequenceDrawing = memo(function SequenceDrawing({ layout, span, title, tickText }: Props) {
  const { width, height, top, bottom, lanes, arrows, ticks, bars, downs } = layout;
  const focused = arrows.some(({ followed }) => followed);
  return (
    <svg className={css.drawing} width={width} height={height} aria-hidden="true" focusable="false">
      <defs>
        <pattern id="sequence-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path className={css.hatch} d="M0,0V6" /></pattern>
        <clipPath id="sequence-area"><rect x="0" y={top} width={width} height={bottom - top} /></clipPath>
      </defs>
      {lanes.map((lane) => (
        <g key={lane.id}>
          <title>{lane.title}</title>
          {lane.lines.map((line, i) => <text key={i} className={css.laneTitle} x={lane.x} y={top - 12 - (lane.lines.length - 1 - i) * 13} textAnchor="middle">{line}</text>)}
          <path className={css.lane} d={`M${lane.x},${top - 6}V${bottom}`} />
        </g>
      ))}
      {downs.map(({ node, x, y, height: high }) => (
        <g key={`${node}/${y}`} className={css.down}><title>{title(node)} is down</title><rect className={css.downBack} x={x - 7} y={y} width="14" height={high} /><rect fill="url(#sequence-hatch)" x={x - 7} y={y} width="14" height={high} /></g>
      ))}
      {bars.map(({ stay, x, y, height: high, holding }) => (
        <rect key={`${stay.layer}/${stay.instance}/${stay.fromMs}`} className={css.bar} data-holding={holding} x={x} y={y} width={holding ? 4 : 2} height={high} rx="1"><title>{`${stay.instance === '' ? stay.layer : stay.instance}: ${stay.state}`}</title></rect>
      ))}
      <g data-focused={focused}>{arrows.map((arrow, i) => <Way key={i} index={i} arrow={arrow} title={title} />)}</g>
      {ticks.map(({ step, x, y, kind, label }, i) => (
        <g key={`${step.layer}/${step.atMs}`} className={css.tick} data-kind={kind} data-step={i}>
          <title>{tickText(i)}</title>
          <path className={css.tickLine} d={kind === 'move' ? `M${x - 6},${y}H${x + 4}` : kind === 'note' ? `M${x},${y - 3.5}l3.500,3.500l-3.500,3.500l-3.500,-3.500Z` : `M${x - 3},${y}H${x + 3}`} />
          <rect className={css.reach} x={x - 8} y={y - 4} width="14" height="8" />
          {label !== null && <Words label={label} />}
        </g>
      ))}
      <Now layout={layout} span={span} />
    </svg>
  );
});

const Words = ({ label: { x, y, text, anchor } }: { readonly label: Label }) => <text className={css.words} x={x} y={y} textAnchor={anchor}>{text}</text>;

function Way({ arrow, index, title }: { readonly arrow: Arrow; readonly index: number; readonly title: (node: string) => string }) {
  const { leg, x1, y1, x2, y2, loop, label, role, followed } = arrow;
  const path = loop ? `M${x1},${y1}h16V${y2}h-16` : `M${x1},${y1}L${x2},${y2}`;
  // The second line of a duplicate stands beside the first.
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const beside = `translate(${(-(y2 - y1) / length) * 3},${((x2 - x1) / length) * 3})`;
  return (
    <g className={css.arrow} data-testid="sequence-arrow" data-arrow={index} data-role={role} data-kind={leg.kind} data-outcome={leg.outcome} data-lost={leg.lost} data-late={leg.late} data-duplicate={leg.duplicate} data-followed={followed}>
      <title>{arrowText(leg, title)}</title>
      <path className={css.way} d={path} />
      {leg.duplicate && <path className={css.way} d={path} transform={beside} />}
      <ArrowMark arrow={arrow} />
      <path className={css.reach} d={path} />
      {label !== null && <Words label={label} />}
    </g>
  );
}

/** The shown moment, and a veil over what comes after it. */
function Now({ layout: { width, top, bottom }, span }: { readonly layout: SequenceLayout; readonly span: Span }) {
  const line = useRef<SVGGElement>(null), veil = useRef<SVGRectElement>(null);
  useFollow((state) => state.clock.atMs, (atMs) => {
    const y = Math.max(top, Math.min(bottom, timeToY(span, { top, bottom }, atMs)));
    line.current?.setAttribute('transform', `translate(0,${y})`);
    veil.current?.setAttribute('y', String(y));
    veil.current?.setAttribute('height', String(bottom - y));
  });
  return (
    <>
      <rect className={css.veil} ref={veil} x="0" width={width} />
      <g className={css.now} ref={line}><path d={`M0,0H${width}`} /></g>
    </>
  );
}
