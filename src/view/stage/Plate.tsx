import { memo } from 'react';
import type { Inspection } from '../../kernel/contract.ts';
import { words } from '../common/format.ts';
import { useInspection, useSelect } from '../common/session.tsx';
import { modeLines, wireMark, type WireMark } from './mode.ts';
import { clip } from './NodeCard.tsx';
import { PlateHarm, PlateLoad, useLoadText } from './PlateLoad.tsx';
import { Press } from './Press.tsx';
import css from './Stage.module.css';
import { WIRE_ROOM, type Orientation, type PlateBox } from './stageLayout.ts';

/** A switch between two contacts on a wire that runs from -w/2 to w/2. */
function Switch({ mark, width, inspection }: { readonly mark: WireMark; readonly width: number; readonly inspection: Inspection | undefined }) {
  const end = width / 2, contact = 17;
  if (mark === 'gate') return <path className={css.gate} d="M0,-9v18" />;
  const arm = mark === 'closed' ? `M${-contact},0H${contact}` : mark === 'half' ? `M${-contact},0L${contact - 3},-8` : `M${-contact},0L${contact - 7},-15`;
  const probes = inspection?.slots;
  return (
    <g className={css.switch} data-mark={mark}>
      <path className={css.wire} d={`M${-end},0H${-contact}M${contact},0H${end}`} />
      {mark === 'half' && <path className={css.halfGap} d={`M${-contact},0H${contact}`} />}
      <path className={css.arm} d={arm} />
      <circle className={css.contact} cx={-contact} r={3} />
      <circle className={css.contact} cx={contact} r={3} />
      {mark === 'half' && probes !== undefined && probes.of <= 8 && width > 80 && Array.from({ length: probes.of }, (_, i) => (
        <circle key={i} className={i < probes.of - probes.used ? css.probeLeft : css.probeUsed} cx={contact + 8 + (i % 4) * 6.5} cy={i < 4 ? (probes.of > 4 ? -8 : -7) : 8} r={2.2} />
      ))}
    </g>
  );
}

interface Props {
  readonly box: PlateBox;
  readonly orientation: Orientation;
  readonly title: string;
  readonly onOpen: (element: SVGElement) => void;
}
export const Plate = memo(function Plate({ box, orientation, title, onOpen }: Props) {
  const inspection = useInspection(box.layer);
  const selected = useSelect(({ selection }) => selection?.kind === 'layer' && selection.id === box.layer);
  const row = orientation === 'row';
  const mark = wireMark(inspection);
  const [word, meaning] = modeLines(inspection);
  const name = words(box.layer);
  const load = useLoadText(box.layer);
  const label = [`${title === '' ? name : title} layer: ${inspection?.mode ?? ([word, meaning].filter(Boolean).join(' ') || 'idle')}`, load.split('|')[2]].filter(Boolean).join('. ');
  const wires = box.wires.length === 0 ? [(row ? box.y : box.x) + WIRE_ROOM / 2] : box.wires;
  const length = row ? box.w : box.h;
  const textX = row ? box.w / 2 : box.w - 110, textY = row ? box.h - 32 : box.h / 2 - 9;
  return (
    <g className={css.plate} transform={`translate(${box.x},${box.y})`} data-testid={`plate-${box.layer}`} data-tone={inspection?.tone ?? 'calm'} data-mark={mark} data-mode={inspection?.mode} data-selected={selected}>
      <rect className={css.plateBox} width={box.w} height={box.h} rx={6} />
      {wires.map((wire) => (
        <g key={wire} transform={row ? `translate(${box.w / 2},${wire - box.y})` : `translate(${wire - box.x},${box.h / 2}) rotate(90)`}>
          <Switch mark={mark} width={length} inspection={inspection} />
        </g>
      ))}
      <g aria-hidden="true" transform={`translate(${textX},${textY})`} textAnchor={row ? 'middle' : 'start'}>
        <text className={css.plateName} y={0}>{clip(name, 18)}</text>
        <text className={css.plateMode} y={13}>{clip(word, 19)}</text>
        <text className={css.plateMeaning} y={25}>{clip(meaning, 19)}</text>
      </g>
      <PlateLoad load={load} width={box.w} />
      <PlateHarm layer={box.layer} node={box.node} width={box.w} />
      <Press label={label} pressed={selected} onPress={onOpen}><title>{label}</title><rect width={box.w} height={box.h} rx={6} /></Press>
    </g>
  );
});
