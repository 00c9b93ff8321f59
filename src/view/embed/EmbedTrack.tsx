import { useMemo, useRef, type CSSProperties } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { faultEnd, faultText } from '../common/faults.ts';
import { secondsText } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { useSize } from '../common/useSize.ts';
import { rowsOf } from '../timeline/faultRows.ts';
import { NoteLane } from '../timeline/NoteLane.tsx';
import { Ruler } from '../timeline/Ruler.tsx';
import { Playhead, useScrub } from '../timeline/scrub.tsx';
import { timeScale } from '../timeline/timeScale.ts';
import css from './EmbedPage.module.css';
import { useHasControl } from './options.ts';

const ROW_PX = 20;

/** Notes, faults and the playhead, for looking and seeking. */
export function EmbedTrack() {
  const track = useRef<HTMLDivElement>(null);
  const { width } = useSize(track);
  const durationMs = useRun((run) => run.durationMs) ?? 1;
  const computedMs = useRun((run) => run.computedMs) ?? 0;
  const scale = useMemo(() => timeScale(durationMs, width), [durationMs, width]);
  const scrub = useScrub(track, scale);
  const canSeek = useHasControl('seek');
  return (
    <section className={css.trackFrame} aria-label="Timeline">
      <div className={css.track} ref={track} data-testid="timeline-track" data-seek={canSeek} {...(canSeek && scrub)}>
        {width > 0 && <NoteLane scale={scale} width={width} />}
        {width > 0 && <Faults scale={scale} />}
        {width > 0 && <Ruler scale={scale} width={width} />}
        <div className={css.beyond} style={{ '--from': `${(100 * computedMs) / durationMs}%` } as CSSProperties} data-done={computedMs >= durationMs} />
        {canSeek ? <Playhead scale={scale} /> : <div inert><Playhead scale={scale} /></div>}
      </div>
    </section>
  );
}

function Faults({ scale }: { readonly scale: ScaleLinear<number, number> }) {
  const faults = useRun((run) => run.resolved.faults) ?? [];
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const nodes = useRun((run) => run.resolved.nodes);
  const title = (id: string): string => nodes?.find((node) => node.id === id)?.title ?? id;
  if (faults.length === 0) return null;
  const spans = faults.map((fault) => ({ fromMs: fault.fromMs, untilMs: faultEnd(fault, durationMs) }));
  const rows = rowsOf(spans);
  return (
    <ul className={css.faults} aria-label="Faults" style={{ height: (Math.max(...rows) + 1) * ROW_PX }}>
      {faults.map((fault, i) => {
        const { fromMs, untilMs } = spans[i]!;
        const text = `${faultText(fault, title)}, ${secondsText(fromMs)} to ${secondsText(untilMs)}`;
        return <li key={i} title={text} style={{ left: scale(fromMs), width: Math.max(6, scale(untilMs) - scale(fromMs)), top: rows[i]! * ROW_PX }}><span>{text}</span></li>;
      })}
    </ul>
  );
}
