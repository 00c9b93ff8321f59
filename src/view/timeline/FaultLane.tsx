import { lazy, memo, Suspense, useCallback, useMemo, useState } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { faultEnd, faultText } from '../common/faults.ts';
import { useRun } from '../common/session.tsx';
import { hiddenClass } from '../common/ui.tsx';
import { CrashMark, isTurned, markPx } from './CrashMark.tsx';
import { FaultBar } from './FaultBar.tsx';
import { rowsOf } from './faultRows.ts';
import { strikesOf, struckSpan } from './strikes.ts';
import css from './Timeline.module.css';

const InterventionMarks = lazy(async () => ({ default: (await import('./Interventions.tsx')).InterventionMarks }));

export const ROW_PX = 26;
const NONE: readonly never[] = [];

export const FaultLane = memo(function FaultLane({ scale }: { readonly scale: ScaleLinear<number, number> }) {
  const faults = useRun((run) => run.resolved.faults) ?? [];
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const nodes = useRun((run) => run.resolved.nodes);
  const touched = useRun((run) => run.resolved.interventions.length > 0) ?? false;
  const [problem, setProblem] = useState<string | null>(null);
  const title = useCallback((id: string) => nodes?.find((node) => node.id === id)?.title ?? id, [nodes]);
  const points = faults.some(({ kind }) => kind === 'crashAt');
  const notes = useRun((run) => (points ? run.notes : null)) ?? NONE;
  const revision = useRun((run) => run.revision) ?? 0;
  useRun((run) => (points ? run.notes.length : 0)); // a crash point strikes as the run is computed
  const layers = useMemo(() => new Map(nodes?.flatMap((node) => node.layers.map((layer) => [layer.id, node.id] as const))), [nodes]);
  const strikes = strikesOf(faults, notes, revision, (layer) => layers.get(layer));
  const spans = faults.map((fault, i) => (fault.kind === 'crashAt' ? struckSpan(fault, strikes[i] ?? null, durationMs) : { fromMs: fault.fromMs, untilMs: faultEnd(fault, durationMs) }));
  // A mark's words need room beside it.
  const rows = rowsOf(faults.map((fault, i) => {
    const { fromMs, untilMs } = spans[i]!;
    if (fault.kind !== 'crashAt') return { fromMs, untilMs };
    const text = faultText(fault, title);
    const wordsMs = scale.invert(markPx(text)) - scale.invert(0);
    return isTurned(scale, fromMs, text) ? { fromMs: fromMs - wordsMs, untilMs } : { fromMs, untilMs: Math.max(untilMs, fromMs + wordsMs) };
  }));
  const height = Math.max(1, ...rows.map((row) => row + 1)) * ROW_PX;
  return (
    <div className={css.faultLane}>
      <div className={css.faultRows} style={{ height }}>
        {faults.map((fault, i) => (fault.kind === 'crashAt' ? <CrashMark key={i} index={i} fault={fault} span={spans[i]!} struck={strikes[i] !== null} row={rows[i]!} scale={scale} title={title} onProblem={setProblem} /> : <FaultBar key={i} index={i} fault={fault} row={rows[i]!} scale={scale} title={title} onProblem={setProblem} />))}
        {faults.length === 0 && <p className={css.noFaults}>Nothing is broken. Click a node or link on the stage to break it.</p>}
        {touched && <Suspense fallback={null}><InterventionMarks scale={scale} /></Suspense>}
      </div>
      <p className={hiddenClass} id="fault-keys">Arrow keys move a fault, with Shift its end; Delete removes it; Enter opens it.</p>
      <p className={hiddenClass} id="crash-keys">Left and right choose an earlier or later time at which the step is reached; Delete removes it; Enter opens it.</p>
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
    </div>
  );
});
