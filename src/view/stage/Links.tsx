import { memo, useMemo } from 'react';
import { faultShort, isActive, strikesLink } from '../common/faults.ts';
import { steady } from '../common/format.ts';
import { meanBefore } from '../common/samples.ts';
import { useRun, useSelect } from '../common/session.tsx';
import { along, lengthOf, pathText } from './lines.ts';
import { Badge } from './NodeCard.tsx';
import { Press } from './Press.tsx';
import css from './Stage.module.css';
import type { LinkLine } from './stageLayout.ts';

interface Props {
  readonly line: LinkLine;
  readonly title: (node: string) => string;
  readonly onOpen: (element: SVGElement, event: { readonly clientX: number; readonly clientY: number } | null) => void;
}
/** A link: the lane of requests, and the lane of answers beside it. */
export const Link = memo(function Link({ line, title, onOpen }: Props) {
  const { from, to, points } = line;
  const shape = useMemo(() => {
    return { whole: pathText(points), middle: along(points, 0.5), head: along(points, Math.max(0.5, 1 - 13 / Math.max(1, lengthOf(points)))) };
  }, [points]);
  const selected = useSelect(({ selection }) => selection?.kind === 'link' && selection.from === from && selection.to === to);
  const badges = useRun((run) => run.resolved.faults.filter((fault) => strikesLink(fault, from, to) && isActive(fault, run.look?.atMs ?? 0)).map(faultShort).join(' · ')) ?? '';
  const cut = badges.includes('cut');
  const rate = useRun((run) => steady(meanBefore(run.samples, `${from}>${to}.requestsPerSecond`, run.look?.atMs ?? 0))) ?? '–';
  return (
    <g className={css.link} data-selected={selected} data-struck={badges !== ''} data-cut={cut}>
      {/* Two lanes at a fixed distance, whatever the zoom: a broad line, and the ground between its edges. */}
      <path className={css.lanes} d={shape.whole} />
      <path className={css.between} d={shape.whole} />
      <path className={css.head} d="M-3,-3.500 3,0 -3,3.500" transform={`translate(${shape.head.x},${shape.head.y}) rotate(${shape.head.angle})`} />
      {badges !== '' && <Badge text={badges} x={shape.middle.x - (badges.length * 6.5 + 14) / 2} y={shape.middle.y - 18} />}
      <Press label={`Link from ${title(from)} to ${title(to)}: ${rate === '–' ? '' : `${rate} calls per second`}${badges === '' ? '' : `, ${badges}`}`} pressed={selected} onPress={onOpen}><path className={css.linkReach} d={shape.whole} /></Press>
    </g>
  );
});
