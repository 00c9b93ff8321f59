import { memo } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { number, words } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { tanksOf, type Drop, type TankReading } from './readings.ts';

/** Levels in vessels: tokens, credit, budgets; one or a row of them. */
export function Tank({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const tanks = tanksOf(value);
  if (tanks === null) return <DataTable value={value} label={label} />;
  if (tanks.length === 0) return <p className={css.nothing}>There is no vessel yet.</p>;
  const [only] = tanks;
  if (tanks.length === 1 && only !== undefined) {
    return (
      <div className={css.tank}>
        <One tank={only} label={label} />
        {Object.keys(only.rest).length > 0 && <DataTable value={only.rest} label={label} />}
      </div>
    );
  }
  return <ul className={css.tanks} aria-label={label}>{tanks.map((tank) => <li key={tank.name}><One tank={tank} label={tank.name} /><p>{words(tank.name)}</p></li>)}</ul>;
}

const TOP = 22, DEPTH = 104, LANE = 16;

function One({ tank, label }: { readonly tank: TankReading; readonly label: string }) {
  const { level, capacity, ratePerSecond, floor, drops } = tank;
  const refused = drops.filter(({ admitted }) => !admitted).length;
  const text = `${label}: ${number(level)} of ${number(capacity)}${ratePerSecond === null ? '' : `, filled by ${number(ratePerSecond)} a second`}${drops.length === 0 ? '' : `; of the last ${drops.length} calls ${refused} were refused`}`;
  return (
    <svg viewBox={`0 0 88 ${TOP + DEPTH + 8 + (drops.length > 0 ? 2 * LANE : 0)}`} role="img" aria-label={text}>
      {ratePerSecond !== null && <><path className={css.inflow} d={`M20,4v${TOP - 6}m-3,-4 3,4 3,-4`} /><text className={css.rateNote} x={30} y={15}>{number(ratePerSecond)}/s</text></>}
      <Vessel share={Math.max(0, Math.min(1, level / capacity))} floor={floor === null ? null : Math.max(0, Math.min(1, floor / capacity))} />
      <text className={css.levelText} x={44} y={TOP + 56} textAnchor="middle">{number(Math.round(level * 10) / 10)}</text>
      <text className={css.rateNote} x={44} y={TOP + 72} textAnchor="middle">of {number(capacity)}</text>
      {drops.length > 0 && <Drops drops={drops} />}
    </svg>
  );
}
const Vessel = memo(function Vessel({ share, floor }: { readonly share: number; readonly floor: number | null }) {
  const at = (part: number) => TOP + DEPTH * (1 - part);
  return (
    <>
      <rect className={css.vessel} x={4} y={TOP} width={80} height={DEPTH} rx={6} />
      <rect className={css.level} x={6} y={at(share) + 1} width={76} height={Math.max(0, DEPTH * share - 2)} rx={4} />
      {[0.25, 0.5, 0.75].map((part) => <path key={part} className={css.mark} d={`M4,${at(part)}h8`} />)}
      {floor !== null && <path className={css.floor} d={`M4,${at(floor)}h80`} />}
    </>
  );
});
/** Below the vessel: what was let out falls, what was refused stays above it. Oldest left; the larger, the more it cost. */
function Drops({ drops }: { readonly drops: readonly Drop[] }) {
  const dearest = Math.max(1, ...drops.map(({ cost }) => cost));
  const pitch = Math.min(6, 80 / drops.length);
  return (
    <g transform={`translate(4,${TOP + DEPTH + 6})`} aria-hidden="true">
      {drops.map(({ atMs, cost, admitted }, i) => <Fallen key={`${atMs}/${i}`} x={(i + 0.5) * pitch} size={1.2 + 1.6 * (cost / dearest)} admitted={admitted} />)}
    </g>
  );
}
const Fallen = memo(function Fallen({ x, size, admitted }: { readonly x: number; readonly size: number; readonly admitted: boolean }) {
  return admitted ? <circle className={css.admitted} cx={x} cy={LANE + 10} r={size} /> : <rect className={css.refusedDot} x={x - size} y={8 - size} width={2 * size} height={2 * size} />;
});
