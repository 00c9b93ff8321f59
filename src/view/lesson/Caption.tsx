import { secondsText } from '../common/format.ts';
import { showPanel } from '../common/panels.ts';
import { useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Caption.module.css';
import { useBeats, useCurrentBeat } from './useBeats.ts';

/** One line under the stage: what just happened, why, and one thing to try. */
export function Caption() {
  const session = useSession();
  const beats = useBeats();
  const current = useCurrentBeat(beats);
  const placed = beats[current];
  return (
    <div className={css.caption} aria-live="polite" data-caption="" data-testid="caption">
      {placed !== undefined && (
        <>
          <p key={current}><b>{placed.beat.title}</b>{placed.atMs !== null && placed.atMs > 0 && <time>{secondsText(placed.atMs)}</time>} {placed.text} {placed.beat.invite !== undefined && <i>{placed.beat.invite}</i>}</p>
          <Button size="small" look="quiet" onClick={() => showPanel(session, 'lesson')}>Lesson</Button>
        </>
      )}
    </div>
  );
}
