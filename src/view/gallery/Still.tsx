import { memo, useMemo } from 'react';
import { IconMark } from '../common/icons.tsx';
import { pathText } from '../stage/lines.ts';
import { SMALL, stageLayout } from '../stage/stageLayout.ts';
import type { Topology } from '../stage/topology.ts';
import css from './Gallery.module.css';

/** The stage of the pattern's first scenario, standing still, drawn by the stage's own layout. */
export const Still = memo(function Still({ topology }: { readonly topology: Topology }) {
  const layout = useMemo(() => stageLayout(topology, 'row', SMALL), [topology]);
  // A small topology is not blown up.
  const pad = 8, width = Math.max(480, layout.width + 2 * pad);
  return (
    <svg viewBox={`${(layout.width - width) / 2} ${-pad} ${width} ${layout.height + 2 * pad}`} preserveAspectRatio="xMidYMid meet" aria-hidden="true">
      {layout.links.map((line) => <path key={`${line.from}>${line.to}`} className={css.line} d={pathText(line.points)} />)}
      {layout.plates.map((box) => (
        <g key={box.layer} className={css.plate}>
          {box.wires.map((wire) => (
            <g key={wire}>
              <rect x={box.x} y={wire - SMALL.wireRoom / 2} width={box.w} height={SMALL.wireRoom} rx={8} />
              <path d={`M${box.x + 14},${wire}h${box.w - 28}`} />
              <circle cx={box.x + 14} cy={wire} r={4.500} /><circle cx={box.x + box.w - 14} cy={wire} r={4.500} />
            </g>
          ))}
        </g>
      ))}
      {layout.nodes.map(({ node, x, y, w, h }) => (
        <g key={node.id} className={css.node}>
          <rect x={x} y={y} width={w} height={h} rx={12} />
          <IconMark name={node.role} x={x + w / 2 - 15} y={y + h / 2 - 15} size={30} />
        </g>
      ))}
    </svg>
  );
});
