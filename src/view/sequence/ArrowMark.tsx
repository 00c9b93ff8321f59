import type { Arrow } from './sequenceLayout.ts';
import css from './Sequence.module.css';

/** The mark of an outcome on an arrow, the same shapes as on the stage; and the head. */
export function ArrowMark({ arrow }: { readonly arrow: Arrow }) {
  const { x1, y1, x2, y2, leg, head, mark, loop } = arrow;
  if (!head) return null;
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [ux, uy] = loop ? [-1, 0] : length < 1 ? [Math.sign(x2 - x1) || 1, 0] : [(x2 - x1) / length, (y2 - y1) / length];
  if (leg.lost) return <path className={css.lost} d={`M${x2 - 4.5},${y2 - 4.5}l9,9m0,-9l-9,9`} />;
  const back = 9, wide = 3.5;
  const bx = x2 - ux * 7, by = y2 - uy * 7;
  return (
    <>
      <path className={css.head} d={`M${x2},${y2}L${bx - uy * wide},${by + ux * wide}L${bx + uy * wide},${by - ux * wide}Z`} />
      {mark !== null && length > 26 && <g className={css.mark} transform={`translate(${x2 - ux * (back + 5)},${y2 - uy * (back + 5)})`}>{shape(arrow)}</g>}
    </>
  );
}

function shape({ mark, leg }: Arrow) {
  switch (mark) {
    case 'dot': return <circle className={css.full} r="3" />;
    case 'ring': return <circle className={css.open} r="3.5" />;
    case 'hollow': return <circle className={css.open} r="3.5" strokeDasharray="2 1.5" />;
    case 'stale': return <><circle className={css.open} r="3.5" /><circle className={css.full} r="1.2" /></>;
    case 'cross': return <path className={css.stroke} d="M-3.5,-3.5l7,7m0,-7l-7,7" />;
    case 'half': return <><circle className={css.open} r="3.5" /><path className={css.full} d="M0,-3.5A3.5,3.5 0 0 1 0,3.5Z" /></>;
    case 'square': return <rect className={css.full} x="-3.2" y="-3.2" width="6.4" height="6.4" />;
    case 'triangle': return <path className={css.open} d="M0,-4L4,3.2H-4Z" />;
    case 'envelope': return <><rect className={css.open} x="-5" y="-3.5" width="10" height="7" rx="1" /><path className={css.stroke} d="M-5,-3.2L0,0.5L5,-3.2" /></>;
    case 'retry': return <><circle className={css.open} r="6" /><text className={css.attempt} y="3" textAnchor="middle" aria-hidden="true">{leg.attempt + 1}</text></>;
    case null: return null;
  }
}
