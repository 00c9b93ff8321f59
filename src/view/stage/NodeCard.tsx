import { memo } from 'react';
import type { Inspection, Json } from '../../kernel/contract.ts';
import { faultShort, isActive, strikesNode } from '../common/faults.ts';
import { durationText, steady } from '../common/format.ts';
import { IconMark } from '../common/icons.tsx';
import { meanBefore } from '../common/samples.ts';
import { useLook, useRun, useSelect } from '../common/session.tsx';
import { Press } from './Press.tsx';
import css from './Stage.module.css';
import type { NodeBox } from './stageLayout.ts';
import { slotCells, type SlotCell } from './slots.ts';
import type { StageNode } from './topology.ts';

interface Live {
  readonly value: string;
  readonly label: string;
}
/** The one number of a card: what this kind of node is for. */
function useLive(node: StageNode, app: Inspection | undefined): Live {
  const measured = useRun((run) => {
    const atMs = run.look?.atMs ?? 0;
    const name = node.role === 'client' && run.samples.values[`${node.id}.goodputPerSecond`] !== undefined ? `${node.id}.goodputPerSecond` : `${node.id}.servedPerSecond`;
    return steady(meanBefore(run.samples, name, atMs));
  }) ?? '–';
  const meters = app?.meters;
  if (node.role === 'cache' && typeof meters?.hitRatio === 'number') return { value: `${steady(meters.hitRatio * 100)} %`, label: 'hits' };
  if (node.role === 'broker' && typeof meters?.backlog === 'number') return { value: steady(meters.backlog), label: 'kept' };
  return { value: measured, label: node.role === 'client' ? '/s answered well' : '/s served' };
}

/** The application's own state: slots and queue come from the first app layer that has them. */
function useApp(node: StageNode): Inspection | undefined {
  return useLook((look) => {
    const apps = node.layers.filter(({ place }) => place === 'app').map(({ id }) => look.layers[id]).filter((it) => it !== undefined);
    return apps.find(({ slots }) => slots !== undefined) ?? apps[0];
  });
}

const CELL_ROWS = 2, INNER = 144;
function Slots({ app, y }: { readonly app: Inspection; readonly y: number }) {
  const { slots } = app;
  if (slots === undefined || slots.of === 0) return null;
  if (slots.of > 64) {
    const width = (INNER * Math.min(1, slots.used / slots.of));
    return <g transform={`translate(10,${y})`}><rect className={css.track} width={INNER} height={8} rx={2} /><rect className={css.busyBar} width={width} height={8} rx={2} /></g>;
  }
  const cells = slotCells(slots, app.views?.slots as Json | undefined);
  const perRow = slots.of <= 24 ? slots.of : Math.ceil(slots.of / CELL_ROWS);
  const pitch = Math.min(10, INNER / perRow);
  const size = Math.max(3, Math.min(7, pitch - 1.5));
  return (
    <g transform={`translate(10,${y})`}>
      {cells.map((cell, i) => <Cell key={i} cell={cell} x={(i % perRow) * pitch} y={Math.floor(i / perRow) * (size + 2)} size={size} />)}
    </g>
  );
}
/** Free: outline. Busy: filled. Waiting for another: an hourglass. Its caller is gone: outline with a stroke. */
const Cell = memo(function Cell({ cell, x, y, size }: { readonly cell: SlotCell; readonly x: number; readonly y: number; readonly size: number }) {
  if (cell === 'waiting') return <path className={css.cellWaiting} d={`M${x},${y}h${size}l${-size},${size}h${size}Z`} />;
  if (cell === 'gone') return <path className={css.cellGone} d={`M${x},${y}h${size}v${size}h${-size}zl${size},${size}`} />;
  return <rect className={cell === 'busy' ? css.cellBusy : css.cellFree} x={x} y={y} width={size} height={size} rx={1} />;
});

const TICKS = 48;
function Queue({ app, y }: { readonly app: Inspection; readonly y: number }) {
  const { queue } = app;
  if (queue === undefined || queue.capacity === 0) return null;
  const ticks = Math.min(TICKS, Number.isFinite(queue.capacity) ? queue.capacity : TICKS);
  const share = Number.isFinite(queue.capacity) ? queue.length / queue.capacity : Math.min(1, queue.length / TICKS);
  const filled = queue.length === 0 ? 0 : Math.max(1, Math.round(share * ticks));
  const pitch = Math.min(4, 118 / ticks);
  const tick = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `M${((from + i) * pitch).toFixed(1)},0v7`).join('');
  return (
    <g transform={`translate(11,${y})`}>
      <path className={css.tickFree} d={tick(filled, ticks)} />
      <path className={share >= 1 ? css.tickFull : css.tick} d={tick(0, filled)} />
      {queue.length > 0 && <text className={css.tiny} x={143} y={7} textAnchor="end">{queue.length}</text>}
    </g>
  );
}

function Ring({ share, x, y }: { readonly share: number; readonly x: number; readonly y: number }) {
  const r = 8, round = 2 * Math.PI * r;
  return (
    <g transform={`translate(${x},${y}) rotate(-90)`}>
      <circle className={css.ringTrack} r={r} />
      <circle className={share >= 0.999 ? css.ringFull : css.ring} r={r} strokeDasharray={`${Math.max(0, Math.min(1, share)) * round} ${round}`} />
    </g>
  );
}

interface Props {
  readonly box: NodeBox;
  readonly onOpen: (element: SVGElement, event: { readonly clientX: number; readonly clientY: number } | null) => void;
}
export const NodeCard = memo(function NodeCard({ box, onOpen }: Props) {
  const { node, w, h } = box;
  const app = useApp(node);
  const condition = useLook((look) => look.nodes[node.id]);
  const selected = useSelect(({ selection }) => selection?.kind === 'node' && selection.id === node.id);
  const badges = useRun((run) => run.resolved.faults.filter((fault) => strikesNode(fault, node.id) && fault.kind !== 'clock' && fault.kind !== 'crashAt' && isActive(fault, run.look?.atMs ?? 0)).map(faultShort).join(' · ')) ?? '';
  const live = useLive(node, app);
  const down = condition?.down === true, paused = condition?.paused === true;
  const offset = condition?.clockOffsetMs ?? 0;
  const slots = app?.slots;
  const share = slots !== undefined && slots.of > 0 ? slots.used / slots.of : null;
  const words = [
    down ? 'crashed' : paused ? 'paused' : badges,
    live.value === '–' ? '' : `${live.value}${live.label.startsWith('/') ? '' : ' '}${live.label}`,
    slots === undefined ? '' : `${slots.used} of ${slots.of} slots busy`,
    app?.queue !== undefined && app.queue.length > 0 ? `${app.queue.length} waiting` : '',
  ].filter(Boolean).join(', ');
  return (
    <g className={css.node} transform={`translate(${box.x},${box.y})`} data-testid={`node-${node.id}`} data-state={down ? 'down' : paused ? 'paused' : badges === '' ? 'up' : 'struck'} data-selected={selected}>
      <g aria-hidden="true">
        <rect className={css.card} width={w} height={h} rx={8} />
        <g className={css.cardContent}>
          <g className={css.glyph}><IconMark name={node.role} x={10} y={9} size={16} /></g>
          <text className={css.title} x={32} y={21.5}>{clip(node.title, share === null ? 19 : 16)}</text>
          {share !== null && !down && <Ring share={share} x={w - 19} y={17} />}
          <text className={css.live} x={10} y={47}>{live.value}<tspan className={css.unit} dx={live.label.startsWith('/') ? 1 : 4}>{live.label}</tspan></text>
          {app !== undefined && <Slots app={app} y={58} />}
          {app !== undefined && <Queue app={app} y={78} />}
        </g>
        {down && <path className={css.diagonal} d={`M6,${h - 6}L${w - 6},6`} />}
        {paused && <g><rect className={css.frost} width={w} height={h} rx={8} /><path className={css.pauseMark} d={`M${w / 2 - 8},${h / 2 - 10}h6v20h-6zM${w / 2 + 2},${h / 2 - 10}h6v20h-6z`} /></g>}
        {badges !== '' && <Badge text={badges} x={10} y={-9} />}
        {offset !== 0 && (
          <g transform={`translate(${w - 10},-9)`}>
            <text className={css.clock} textAnchor="end" y={4}>{`${offset > 0 ? '+' : '−'}${durationText(Math.abs(offset))}`}</text>
            <g className={css.clockFace} transform={`translate(${-(durationText(Math.abs(offset)).length + 2) * 6 - 6},0)`}><circle r={5} /><path d="M0,-3V0H2.500" /></g>
          </g>
        )}
      </g>
      <Press label={`${node.title}${words === '' ? '' : `: ${words}`}`} pressed={selected} onPress={onOpen}><rect width={w} height={h} rx={8} /></Press>
    </g>
  );
});

export const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`);

export function Badge({ text, x, y }: { readonly text: string; readonly x: number; readonly y: number }) {
  const width = text.length * 6.5 + 14;
  return (
    <g className={css.badge} aria-hidden="true" transform={`translate(${x},${y})`}>
      <rect y={-9} width={width} height={18} rx={9} />
      <text x={width / 2} y={4} textAnchor="middle">{text}</text>
    </g>
  );
}
