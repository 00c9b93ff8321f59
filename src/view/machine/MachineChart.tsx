import { memo, useMemo, useRef, type KeyboardEvent, type RefObject } from 'react';
import { curveBasis, line } from 'd3-shape';
import { IconButton } from '../common/ui.tsx';
import { useSize } from '../common/useSize.ts';
import { Press } from '../stage/Press.tsx';
import { useZoom } from '../stage/useZoom.ts';
import { countKey, isActive } from './activity.ts';
import css from './Machine.module.css';
import { labelLines, spaced, tagText, type MachineLayout, type MoveLine, type StateBox } from './machineLayout.ts';
import type { StatePath } from './machineModel.ts';

/** A state, or the moves between two, that somebody wants to know more of. */
export type Picked = { readonly kind: 'state'; readonly path: StatePath } | { readonly kind: 'move'; readonly from: StatePath; readonly to: StatePath };

const PAD = { x: 14, top: 14, bottom: 14 };
const curve = line<{ readonly x: number; readonly y: number }>().x(({ x }) => x).y(({ y }) => y).curve(curveBasis);

interface Props {
  readonly layout: MachineLayout;
  readonly active: readonly StatePath[];
  /** The last move that was made. */
  readonly last: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly picked: Picked | null;
  readonly onPick: (picked: Picked) => void;
  readonly drawing: RefObject<SVGSVGElement | null>;
  readonly label: string;
}
const NOTHING = () => undefined;

export function MachineChart({ layout, active, last, counts, picked, onPick, drawing, label }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<SVGGElement>(null);
  const size = useSize(frame);
  const zoom = useZoom({ frame, content, drawing: layout, size, pad: PAD, onChange: NOTHING });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoom.in();
    else if (event.key === '-') zoom.out();
    else if (event.key === '0') zoom.fit();
    else return;
    event.preventDefault();
  };
  // As tall as the chart wants to be at this width, within reason.
  const height = size.width === 0 ? 360 : Math.max(240, Math.min(560, ((size.width - 2 * PAD.x) / layout.width) * layout.height + 2 * PAD.top));
  return (
    <div className={css.chart} ref={frame} style={{ height }} role="group" aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
      <svg ref={drawing} className={css.drawing} role="group" aria-label={label}>
        <defs>
          <marker id="machine-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path className={css.arrow} d="M0,0.500 8,4 0,7.500Z" /></marker>
        </defs>
        <g ref={content} data-content="">
          {layout.boxes.filter(({ state }) => state.children.length > 0).map((box) => <Box key={box.state.path} box={box} active={isActive(active, box.state.path)} picked={picked?.kind === 'state' && picked.path === box.state.path} onPick={onPick} />)}
          {layout.lines.map((it) => {
            const { from, to } = it.group;
            return <Move key={`${from}>${to}`} it={it} counts={it.group.moves.map((move) => counts.get(countKey(from, move.event, to)) ?? 0).join()} last={it.group.moves.findIndex((move) => last === countKey(from, move.event, to))}
              possible={isActive(active, from)} picked={picked?.kind === 'move' && picked.from === from && picked.to === to} onPick={onPick} />;
          })}
          {layout.boxes.filter(({ state }) => state.children.length === 0).map((box) => <Box key={box.state.path} box={box} active={isActive(active, box.state.path)} picked={picked?.kind === 'state' && picked.path === box.state.path} onPick={onPick} />)}
        </g>
      </svg>
      <div className={css.tools} role="group" aria-label="View of the state chart">
        <IconButton size="small" icon="minus" label="Zoom out (−)" onClick={zoom.out} />
        <IconButton size="small" icon="plus" label="Zoom in (+)" onClick={zoom.in} />
        <IconButton size="small" icon="fit" label="Show all (0)" onClick={zoom.fit} />
      </div>
    </div>
  );
}

interface BoxProps {
  readonly box: StateBox;
  readonly active: boolean;
  readonly picked: boolean;
  readonly onPick: (picked: Picked) => void;
}
const Box = memo(function Box({ box, active, picked, onPick }: BoxProps) {
  const { state, x, y, w, h, tags } = box;
  const pick = () => onPick({ kind: 'state', path: state.path });
  const compound = state.children.length > 0;
  const bare = h - tags.length * 17;
  return (
    <g className={css.state} transform={`translate(${x},${y})`} data-active={active} data-picked={picked} data-kind={state.kind} data-state={state.path}>
      <rect className={css.box} width={w} height={h} rx={compound ? 10 : 9} />
      {state.kind === 'final' && <rect className={css.final} x={3} y={3} width={w - 6} height={h - 6} rx={7} />}
      <text aria-hidden="true" className={css.name} x={compound ? 12 : w / 2} y={compound ? 18 : bare / 2 + 4.5} textAnchor={compound ? 'start' : 'middle'}>{spaced(state.key)}</text>
      {tags.map((tag, i) => <text key={tag.event} aria-hidden="true" className={css.tag} x={w / 2} y={bare + i * 17 + 7} textAnchor="middle">{tagText(tag)}</text>)}
      <Press label={`State ${spaced(state.key)}${active ? ', active' : ''}`} pressed={picked} onPress={pick}>
        <title>{state.description || spaced(state.key)}</title>
        <rect width={w} height={compound ? 26 : h} rx={9} />
      </Press>
    </g>
  );
});

interface MoveProps {
  readonly it: MoveLine;
  readonly counts: string;
  /** Which of the moves was the last that was made; -1 for none. */
  readonly last: number;
  readonly possible: boolean;
  readonly picked: boolean;
  readonly onPick: (picked: Picked) => void;
}
const Move = memo(function Move({ it, counts, last, possible, picked, onPick }: MoveProps) {
  const { group, points, label } = it;
  const times = counts.split(',').map(Number);
  const pick = () => onPick({ kind: 'move', from: group.from, to: group.to });
  const texts = useMemo(() => labelLines(group), [group]);
  const path = useMemo(() => curve(points) ?? '', [points]);
  return (
    <g className={css.move} data-possible={possible} data-picked={picked} data-last={last >= 0}>
      <path className={css.way} d={path} markerEnd="url(#machine-arrow)" data-delayed={group.moves.some(({ delayed }) => delayed)} />
      <rect className={css.label} x={label.x} y={label.y} width={label.w} height={label.h} rx={4} />
      {texts.map((text, i) => (
        <text key={text} aria-hidden="true" className={css.event} data-last={i === last} x={label.x + label.w / 2} y={label.y + 13.5 + i * 15} textAnchor="middle">
          {text}{(times[i] ?? 0) > 0 && <tspan className={css.count} dx={4}>{times[i]}</tspan>}
        </text>
      ))}
      <Press label={`From ${spaced(group.from)} to ${spaced(group.to)}: ${texts.map((text, i) => `${text}, ${times[i]} times`).join('; ')}`} pressed={picked} onPress={pick}>
        <title>{group.moves.map(({ description }) => description).filter(Boolean).join('\n')}</title>
        <path className={css.reach} d={path} />
        <rect x={label.x} y={label.y} width={label.w} height={label.h} />
      </Press>
    </g>
  );
});
