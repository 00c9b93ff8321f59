import { useRef } from 'react';
import { momentText } from '../common/format.ts';
import { useActions, useFollow, useRun, useSelect } from '../common/session.tsx';
import { SPEEDS } from '../common/speeds.ts';
import { IconButton, selectClass } from '../common/ui.tsx';
import css from './Timeline.module.css';

export function Transport() {
  const actions = useActions();
  const playing = useSelect((state) => state.clock.playing);
  return (
    <>
      <div className={css.transport} role="group" aria-label="Playback">
        <IconButton size="tall" icon="restart" label="Back to the start (Home)" data-testid="restart" onClick={() => actions.restart()} />
        <IconButton size="tall" icon="previousNote" label="Previous note (←)" data-testid="previous-note" onClick={() => void actions.step({ unit: 'note' }, -1)} />
        <IconButton size="tall" icon="previousEvent" label="Previous event (Shift ←)" data-testid="previous-event" onClick={() => void actions.step({ unit: 'event' }, -1)} />
        <IconButton size="tall" look="primary" icon={playing ? 'pause' : 'play'} label={playing ? 'Pause' : 'Play'} title={`${playing ? 'Pause' : 'Play'} (Space)`} data-testid="play" onClick={() => actions.toggle()} />
        <IconButton size="tall" icon="nextEvent" label="Next event (Shift →)" data-testid="next-event" onClick={() => void actions.step({ unit: 'event' }, 1)} />
        <IconButton size="tall" icon="nextNote" label="Next note (→)" data-testid="next-note" onClick={() => void actions.step({ unit: 'note' }, 1)} />
      </div>
      <Clock />
    </>
  );
}

export function Edits() {
  const actions = useActions();
  const canUndo = useSelect((state) => state.canUndo), canRedo = useSelect((state) => state.canRedo);
  return (
    <div className={css.edits} role="group" aria-label="Edits">
      <IconButton icon="undo" label="Undo (Ctrl Z)" disabled={!canUndo} data-testid="undo" onClick={() => actions.undo()} />
      <IconButton icon="redo" label="Redo (Ctrl Shift Z)" disabled={!canRedo} data-testid="redo" onClick={() => actions.redo()} />
    </div>
  );
}

function Clock() {
  const time = useRef<HTMLSpanElement>(null);
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  useFollow((state) => state.clock.atMs, (atMs) => { if (time.current !== null) time.current.textContent = momentText(atMs); });
  return <p className={css.clock}><span ref={time} data-testid="time">0.000 s</span><small> of {Math.round(durationMs / 1000)} s</small></p>;
}

export function Speed() {
  const actions = useActions();
  const speed = useSelect((state) => state.clock.speed);
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <label className={css.speed} title="Simulated seconds per second ( , slower . faster )">
      <span>Speed</span>
      <select className={selectClass} value={speed} data-testid="speed" onChange={(event) => actions.setSpeed(Number(event.target.value))}>
        {speeds.map((it) => <option key={it} value={it}>{it}×</option>)}
      </select>
    </label>
  );
}
