import { useRef, useState } from 'react';
import { noteStory, useLayers } from '../common/engines.ts';
import { noteSentence } from '../common/sentence.ts';
import { useFollow, useRun, useSelect } from '../common/session.tsx';
import { hiddenClass } from '../common/ui.tsx';

const EVERY_MS = 1000;

/** Speaks the notes that matter as the playing run passes them, at most one a second. */
export function Announcer() {
  const layers = useLayers();
  const notes = useRun((run) => run.notes) ?? [];
  const playing = useSelect((state) => state.clock.playing);
  const [text, setText] = useState('');
  const last = useRef({ atMs: 0, wallMs: -Infinity });
  useFollow((state) => state.clock.atMs, (atMs) => {
    const before = last.current;
    if (!playing || atMs < before.atMs || performance.now() - before.wallMs < EVERY_MS) {
      if (!playing || atMs < before.atMs) last.current = { ...before, atMs };
      return;
    }
    const said: string[] = [];
    for (let i = notes.length - 1; i >= 0 && said.length < 2; i--) {
      const note = notes[i]!;
      if (note.atMs > atMs) continue;
      if (note.atMs <= before.atMs) break;
      const story = noteStory(layers, note.layer, note.name);
      if (story !== undefined && story.quiet !== true) said.unshift(noteSentence(note, story, layers.get(note.layer)?.nodeTitle ?? ''));
    }
    if (said.length === 0) { last.current = { ...before, atMs }; return; }
    last.current = { atMs, wallMs: performance.now() };
    setText(said.join('. '));
  });
  return <p className={hiddenClass} aria-live="polite" data-testid="announcer">{text}</p>;
}
