/** A sliding window as cells around a ring, whether it holds results or buckets of time. */
import type { Json } from '../../kernel/contract.ts';
import { isList, isRecord, numberIn, type JsonRecord } from './json.ts';

export interface RingCell {
  /** Share of it that failed, 0 to 1; null: empty. */
  readonly failed: number | null;
  readonly slow: boolean;
  readonly text: string;
}
export interface RingData {
  /** Oldest first; empty cells last. */
  readonly cells: readonly RingCell[];
  readonly ratePercent: number | null;
  readonly slowPercent: number | null;
  readonly thresholdPercent: number | null;
  readonly calls: number;
  readonly failed: number;
  readonly minimum: number | null;
  readonly over: string;
  readonly key: string;
}
const EMPTY: RingCell = { failed: null, slow: false, text: 'empty' };

function resultCells(value: JsonRecord): RingCell[] {
  return (isList(value.cells) ? value.cells : []).filter(isRecord).map((cell) => ({
    failed: cell.failed === true ? 1 : 0, slow: cell.slow === true, text: `${cell.failed === true ? 'failed' : 'ok'}${cell.slow === true ? ', slow' : ''}`,
  }));
}
function bucketCells(value: JsonRecord): RingCell[] {
  return (isList(value.buckets) ? value.buckets : []).filter(isRecord).map((bucket) => {
    const calls = numberIn(bucket, 'calls') ?? 0, failed = numberIn(bucket, 'failed') ?? 0;
    return { failed: calls === 0 ? null : failed / calls, slow: (numberIn(bucket, 'slow') ?? 0) > 0, text: `${failed} of ${calls} failed` };
  });
}

export function ringData(value: Json | undefined): RingData | null {
  if (!isRecord(value)) return null;
  const cells = value.shape === 'buckets' ? bucketCells(value) : resultCells(value);
  const size = Math.min(400, Math.max(cells.length, numberIn(value, 'size') ?? cells.length));
  if (size === 0) return null;
  return {
    cells: [...cells, ...Array.from({ length: size - cells.length }, () => EMPTY)],
    ratePercent: numberIn(value, 'failureRatePercent'), slowPercent: numberIn(value, 'slowRatePercent'), thresholdPercent: numberIn(value, 'thresholdPercent'),
    calls: numberIn(value, 'base', 'calls') ?? 0, failed: numberIn(value, 'failed') ?? 0, minimum: numberIn(value, 'minimum'),
    over: typeof value.over === 'string' ? value.over : '', key: typeof value.key === 'string' ? value.key : '',
  };
}
