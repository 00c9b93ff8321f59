import { memo, useCallback, useState } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { faultEnd } from '../common/faults.ts';
import { useRun } from '../common/session.tsx';
import { hiddenClass } from '../common/ui.tsx';
import { FaultBar } from './FaultBar.tsx';
import { InterventionMarks } from './Interventions.tsx';
import { rowsOf } from './faultRows.ts';
import css from './Timeline.module.css';

export const ROW_PX = 26;

export const FaultLane = memo(function FaultLane({ scale }: { readonly scale: ScaleLinear<number, number> }) {
  const faults = useRun((run) => run.resolved.faults) ?? [];
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const nodes = useRun((run) => run.resolved.nodes);
  const [problem, setProblem] = useState<string | null>(null);
  const title = useCallback((id: string) => nodes?.find((node) => node.id === id)?.title ?? id, [nodes]);
  const rows = rowsOf(faults.map((fault) => ({ fromMs: fault.fromMs, untilMs: faultEnd(fault, durationMs) })));
  const height = Math.max(1, ...rows.map((row) => row + 1)) * ROW_PX;
  return (
    <div className={css.faultLane}>
      <div className={css.faultRows} style={{ height }}>
        {faults.map((fault, i) => <FaultBar key={i} index={i} fault={fault} row={rows[i]!} scale={scale} title={title} onProblem={setProblem} />)}
        {faults.length === 0 && <p className={css.noFaults}>Nothing is broken. Click a node or link on the stage to break it.</p>}
        <InterventionMarks scale={scale} />
      </div>
      <p className={hiddenClass} id="fault-keys">Arrow keys move a fault, with Shift its end; Delete removes it; Enter opens it.</p>
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
    </div>
  );
});
