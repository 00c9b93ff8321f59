/** The parts of a transport, for the page and for the embed; how they look is said by whoever places them. */
import { useRef } from 'react';
import { momentText } from '../common/format.ts';
import { useActions, useFollow, useRun, useSelect } from '../common/session.tsx';
import { SPEEDS } from '../common/speeds.ts';
import { IconButton, selectClass } from '../common/ui.tsx';

interface Placed { readonly className: string | undefined }
const ALL = { restart: true, notes: true, events: true, play: true };

export function PlaybackButtons({ className, show = ALL }: Placed & { readonly show?: Readonly<Record<keyof typeof ALL, boolean>> }) {
  const actions = useActions();
  const playing = useSelect((state) => state.clock.playing);
  return (
    <div className={className} role="group" aria-label="Playback">
      {show.restart && <IconButton size="tall" icon="restart" label="Back to the start (Home)" data-testid="restart" onClick={() => actions.restart()} />}
      {show.notes && <IconButton size="tall" icon="previousNote" label="Previous note (←)" data-testid="previous-note" onClick={() => void actions.step({ unit: 'note' }, -1)} />}
      {show.events && <IconButton size="tall" icon="previousEvent" label="Previous event (Shift ←)" data-testid="previous-event" onClick={() => void actions.step({ unit: 'event' }, -1)} />}
      {show.play && <IconButton size="tall" look="primary" icon={playing ? 'pause' : 'play'} label={playing ? 'Pause' : 'Play'} title={`${playing ? 'Pause' : 'Play'} (Space)`} data-testid="play" onClick={() => actions.toggle()} />}
      {show.events && <IconButton size="tall" icon="nextEvent" label="Next event (Shift →)" data-testid="next-event" onClick={() => void actions.step({ unit: 'event' }, 1)} />}
      {show.notes && <IconButton size="tall" icon="nextNote" label="Next note (→)" data-testid="next-note" onClick={() => void actions.step({ unit: 'note' }, 1)} />}
    </div>
  );
}

export function Edits({ className }: Placed) {
  const actions = useActions();
  const canUndo = useSelect((state) => state.canUndo), canRedo = useSelect((state) => state.canRedo);
  return (
    <div className={className} role="group" aria-label="Edits">
      <IconButton icon="undo" label="Undo (Ctrl Z)" disabled={!canUndo} data-testid="undo" onClick={() => actions.undo()} />
      <IconButton icon="redo" label="Redo (Ctrl Shift Z)" disabled={!canRedo} data-testid="redo" onClick={() => actions.redo()} />
    </div>
  );
}

/** Nobody reads faster while it runs, and new words on every frame are the dearest part of one. */
const RENEWED_EVERY_MS = 66;
export function Clock({ className }: Placed) {
  const time = useRef<HTMLSpanElement>(null);
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const renewedAt = useRef(-Infinity);
  useFollow((state) => state.clock, ({ atMs, playing }) => {
    const now = performance.now();
    if (time.current === null || (playing && now - renewedAt.current < RENEWED_EVERY_MS)) return;
    renewedAt.current = now;
    time.current.textContent = momentText(atMs);
  });
  return <p className={className}><span ref={time} data-testid="time">0.000 s</span><small> of {Math.round(durationMs / 1000)} s</small></p>;
}

export function Speed({ className }: Placed) {
  const actions = useActions();
  const speed = useSelect((state) => state.clock.speed);
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <label className={className} title="Simulated seconds per second ( , slower . faster )">
      <span>Speed</span>
      <select className={selectClass} value={speed} aria-label="Speed" data-testid="speed" onChange={(event) => actions.setSpeed(Number(event.target.value))}>
        {speeds.map((it) => <option key={it} value={it}>{it}×</option>)}
      </select>
    </label>
  );
}
