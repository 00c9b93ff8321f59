import { capital, secondsText } from '../common/format.ts';
import { fill } from '../common/sentence.ts';
import { placedBeat, useCurrentBeat, useTour } from '../lesson/useTour.ts';
import css from './EmbedPage.module.css';

/** What just happened and why, in one line of the lesson. */
export function EmbedCaption() {
  const tour = useTour();
  const placed = placedBeat(tour, useCurrentBeat(tour));
  return (
    <p className={css.caption} aria-live="polite" data-testid="caption">
      {placed !== undefined && <><b>{placed.beat.title}</b>{placed.atMs !== null && placed.atMs > 0 && <time>{secondsText(placed.atMs)}</time>} {capital(fill(placed.beat.text, placed.data))}</>}
    </p>
  );
}
