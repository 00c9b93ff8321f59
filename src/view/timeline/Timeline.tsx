import { useMemo, useRef, type CSSProperties } from 'react';
import { useRun } from '../common/session.tsx';
import { useSize } from '../common/useSize.ts';
import { AddFault } from './AddFault.tsx';
import { BreakpointsButton } from './Breakpoints.tsx';
import { Branches } from './Branches.tsx';
import { Divergence } from './Divergence.tsx';
import { FaultLane } from './FaultLane.tsx';
import { NoteLane } from './NoteLane.tsx';
import { Ruler } from './Ruler.tsx';
import { Clock, Edits, PlaybackButtons, Speed } from './Playback.tsx';
import { Playhead, useScrub } from './scrub.tsx';
import { ShareButton } from './Share.tsx';
import { timeScale } from './timeScale.ts';
import css from './Timeline.module.css';

/** Time across the full width: what happened, what is broken when, and where we are. */
export function Timeline() {
  const track = useRef<HTMLDivElement>(null);
  const { width } = useSize(track);
  const durationMs = useRun((run) => run.durationMs) ?? 1;
  const computedMs = useRun((run) => run.computedMs) ?? 0;
  const scale = useMemo(() => timeScale(durationMs, width), [durationMs, width]);
  const scrub = useScrub(track, scale);
  const ready = width > 0;
  return (
    <section className={css.timeline} aria-label="Timeline">
      <div className={css.bar}>
        <div className={css.playing}><PlaybackButtons className={css.transport} /><Clock className={css.clock} /></div>
        <div className={css.doing}>
          <Speed className={css.speed} />
          <Edits className={css.edits} />
          <ShareButton />
          <BreakpointsButton />
          <Branches />
          <AddFault />
        </div>
      </div>
      <div className={css.lanes}>
        <div className={css.names} aria-hidden="true"><span>Notes</span><span>Faults</span></div>
        <div className={css.track} ref={track} {...scrub} data-testid="timeline-track">
          {ready && <NoteLane scale={scale} width={width} />}
          {ready && <FaultLane scale={scale} />}
          {ready && <Divergence scale={scale} />}
          {ready && <Ruler scale={scale} width={width} />}
          <div className={css.beyond} style={{ '--from': `${(100 * computedMs) / durationMs}%` } as CSSProperties} data-done={computedMs >= durationMs} />
          <Playhead scale={scale} />
        </div>
      </div>
    </section>
  );
}
