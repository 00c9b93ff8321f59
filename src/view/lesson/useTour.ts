import { useMemo } from 'react';
import type { PlacedBeat } from '../../runs/tour.ts';
import { beatAt, NO_TOUR, tourState, type TourState } from '../../session/tour.ts';
import { useRun, useSelect } from '../common/session.tsx';

/** The tour of the open pattern, its current chapter placed in the shown run. */
export function useTour(): TourState {
  const story = useSelect((state) => state.story);
  const notes = useRun((run) => run.notes), count = useRun((run) => run.notes.length), revision = useRun((run) => run.revision);
  const resolved = useRun((run) => run.resolved), document = useRun((run) => run.document);
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const done = useRun((run) => run.computedMs >= run.durationMs) ?? false;
  return useMemo(
    () => (notes === undefined || resolved === undefined || document === undefined ? NO_TOUR : tourState({ story, run: { notes, resolved, document, durationMs, computedMs: done ? durationMs : 0 } })),
    // The list of notes grows in place: its length and revision say that it has changed.
    // eslint-disable-next-line react/exhaustive-deps
    [story, notes, count, revision, resolved, document, durationMs, done],
  );
}

/** Number of the current beat in the whole tour; renders only when it changes. */
export const useCurrentBeat = (tour: TourState): number => useSelect((state) => beatAt(tour, state.clock.atMs));

/** How many steps the whole tour has. */
export const stepCount = ({ chapters }: TourState): number => chapters.reduce((sum, { beats }) => sum + beats.length, 0);

/** The beat with this number, where it lies in the shown run. */
export const placedBeat = ({ chapter, placed }: TourState, beat: number): PlacedBeat | undefined => (chapter === undefined ? undefined : placed[beat - chapter.from]);
