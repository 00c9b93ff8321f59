import { showPanel } from '../common/panels.ts';
import { useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import { BeatWords } from './BeatWords.tsx';
import css from './Caption.module.css';
import { TourButtons } from './TourButtons.tsx';
import { placedBeat, useCurrentBeat, useTour } from './useTour.ts';

/** One line under the stage: what just happened, why, and one thing to try; and the way to the next step of the tour. */
export function Caption() {
  const session = useSession();
  const tour = useTour();
  const current = useCurrentBeat(tour);
  const placed = placedBeat(tour, current);
  return (
    <div className={css.caption} aria-live="polite" data-caption="" data-testid="caption">
      {placed !== undefined && (
        <>
          <p key={current}><BeatWords placed={placed} /> {placed.beat.invite !== undefined && <i>{placed.beat.invite}</i>}</p>
          <TourButtons tour={tour} current={current} />
          <Button size="small" look="quiet" onClick={() => showPanel(session, 'lesson')}>Lesson</Button>
        </>
      )}
    </div>
  );
}
