import { BeatWords } from '../lesson/BeatWords.tsx';
import { placedBeat, useCurrentBeat, useTour } from '../lesson/useTour.ts';
import css from './EmbedPage.module.css';

/** What just happened and why, in one line of the lesson. */
export function EmbedCaption() {
  const tour = useTour();
  const placed = placedBeat(tour, useCurrentBeat(tour));
  return (
    <p className={css.caption} aria-live="polite" data-testid="caption">
      {placed !== undefined && <BeatWords placed={placed} />}
    </p>
  );
}
