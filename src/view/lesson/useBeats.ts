import { useMemo } from 'react';
import { useRun, useSelect } from '../common/session.tsx';
import { placeBeats, type PlacedBeat } from './beats.ts';

/** The lesson of the open pattern, placed in the shown run. */
export function useBeats(): readonly PlacedBeat[] {
  const lesson = useSelect((state) => state.story?.lesson);
  const notes = useRun((run) => run.notes), count = useRun((run) => run.notes.length), revision = useRun((run) => run.revision);
  const resolved = useRun((run) => run.resolved);
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const done = useRun((run) => run.computedMs >= run.durationMs) ?? false;
  return useMemo(() => (lesson === undefined || notes === undefined || resolved === undefined ? [] : placeBeats(lesson, { notes, resolved, durationMs, computedMs: done ? durationMs : 0 })),
    // The list of notes grows in place: its length and revision say that it has changed.
    // eslint-disable-next-line react/exhaustive-deps
    [lesson, notes, count, revision, resolved, durationMs, done]);
}

/** The index of the current beat; renders only when it changes. */
export const useCurrentBeat = (beats: readonly PlacedBeat[]): number => useSelect((state) => beats.findLastIndex((placed) => placed.atMs !== null && placed.atMs <= state.clock.atMs));
