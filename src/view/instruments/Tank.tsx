import type { Json } from '../../kernel/contract.ts';
import { number } from '../common/format.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { isRecord, numberIn } from './json.ts';

/** A level in a vessel: tokens, credit, budget. */
export function Tank({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const level = isRecord(value) ? numberIn(value, 'level', 'tokens', 'value', 'used') : null;
  const capacity = isRecord(value) ? numberIn(value, 'capacity', 'size', 'max', 'limit', 'of') : null;
  if (!isRecord(value) || level === null || capacity === null || capacity <= 0) return <DataTable value={value} label={label} />;
  const share = Math.max(0, Math.min(1, level / capacity));
  const shown = new Set(['level', 'tokens', 'value', 'used', 'capacity', 'size', 'max', 'limit', 'of']);
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !shown.has(name)));
  return (
    <div className={css.tank}>
      <svg viewBox="0 0 88 132" role="img" aria-label={`${label}: ${number(level)} of ${number(capacity)}`}>
        <rect className={css.vessel} x={4} y={4} width={80} height={124} rx={6} />
        <rect className={css.level} x={6} y={6 + 120 * (1 - share)} width={76} height={120 * share} rx={4} />
        {[0.25, 0.5, 0.75].map((at) => <path key={at} className={css.mark} d={`M4,${6 + 120 * at}h8`} />)}
        <text className={css.levelText} x={44} y={70} textAnchor="middle">{number(Math.round(level * 10) / 10)}</text>
        <text className={css.rateNote} x={44} y={86} textAnchor="middle">of {number(capacity)}</text>
      </svg>
      {Object.keys(rest).length > 0 && <DataTable value={rest} label={label} />}
    </div>
  );
}
