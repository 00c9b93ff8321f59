import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './DotWall.module.css';
import shared from './Instruments.module.css';
import { isList, isRecord, numberIn, textIn } from './json.ts';

const W = 340, COLUMNS = 42, PITCH = 8, R = 2.9, BUCKETS = 10_000, MOST = 400, LOWEST = 8;

export interface WallDot { readonly user: string; readonly bucket: number; readonly fresh: boolean; readonly ok: boolean }
export interface WallReading { readonly dots: readonly WallDot[]; readonly weight: number }
/** { dots: [{ user, bucket 0–9999, to: 'stable' | 'canary', ok }], weight in percent }; null for anything else. */
export function wallOf(value: Json | undefined): WallReading | null {
  if (!isRecord(value) || !isList(value['dots'])) return null;
  const weight = numberIn(value, 'weight');
  if (weight === null) return null;
  const dots: WallDot[] = [];
  for (const dot of value['dots'].slice(-MOST)) {
    const bucket = isRecord(dot) ? numberIn(dot, 'bucket') : null;
    if (!isRecord(dot) || bucket === null) return null;
    dots.push({ user: textIn(dot, 'user') ?? '', bucket: Math.min(BUCKETS - 1, Math.max(0, bucket)), fresh: dot['to'] === 'canary', ok: dot['ok'] !== false });
  }
  return { dots: dots.sort((a, b) => a.bucket - b.bucket || (a.user < b.user ? -1 : 1)), weight };
}
/** Each dot over the place of its bucket, piled up from the ground. */
export function pileUp(dots: readonly WallDot[]): readonly (WallDot & { readonly column: number; readonly level: number })[] {
  const heights = new Array<number>(COLUMNS).fill(0);
  return dots.map((dot) => {
    const column = Math.floor((dot.bucket * COLUMNS) / BUCKETS);
    return { ...dot, column, level: heights[column]!++ };
  });
}

/** Users in the order of their buckets, left to right; those with the new release are filled, a bad last answer is a cross. */
export function DotWall({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const data = wallOf(value);
  if (data === null) return <DataTable value={value} label={label} />;
  const { dots, weight } = data;
  if (dots.length === 0) return <p className={shared.nothing}>No user has come yet.</p>;
  const placed = pileUp(dots);
  const ground = Math.max(LOWEST, ...placed.map(({ level }) => level + 1)) * PITCH + 4, H = ground + 18;
  const fresh = dots.filter((dot) => dot.fresh), bad = dots.filter((dot) => !dot.ok);
  const x = (W * Math.min(100, weight)) / 100;
  return (
    <div className={css.wall}>
      <svg viewBox={`0 0 ${W} ${H}`} role="img" aria-label={`${label}: ${number(fresh.length)} of ${number(dots.length)} users have the new release at a weight of ${number(weight)} %; ${number(bad.length)} had a bad answer last, ${number(bad.filter((dot) => dot.fresh).length)} of them of the new release`}>
        <rect className={css.share} width={x} height={ground} />
        <path className={css.ground} d={`M0,${ground}H${W}`} />
        {placed.map(({ user, fresh: isFresh, ok, column, level }) => {
          const cx = (column + 0.5) * (W / COLUMNS), cy = ground - 5 - level * PITCH;
          return ok ? <circle key={user} className={isFresh ? css.fresh : css.old} cx={cx.toFixed(1)} cy={cy} r={isFresh ? R : R - 0.5} />
            : <g key={user}>{isFresh && <circle className={css.fresh} cx={cx.toFixed(1)} cy={cy} r={R - 1.2} />}<path className={css.bad} d={`M${(cx - R).toFixed(1)},${cy - R}l${2 * R},${2 * R}m0,${-2 * R}l${-2 * R},${2 * R}`} /></g>;
        })}
        <path className={css.line} d={`M${x},0V${ground + 4}`} />
        <text className={css.text} x={x > W - 60 ? x - 4 : x + 4} y={H - 4} textAnchor={x > W - 60 ? 'end' : 'start'}>{number(weight)} %</text>
      </svg>
      <p className={css.key}>
        <span><svg width="10" height="10" aria-hidden="true"><circle className={css.fresh} cx="5" cy="5" r="3.4" /></svg> new release</span>
        <span><svg width="10" height="10" aria-hidden="true"><circle className={css.old} cx="5" cy="5" r="3" /></svg> old release</span>
        <span><svg width="10" height="10" aria-hidden="true"><path className={css.bad} d="M2,2l6,6m0,-6l-6,6" /></svg> bad answer last</span>
      </p>
    </div>
  );
}
