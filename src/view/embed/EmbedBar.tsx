import { lazy, Suspense, useRef } from 'react';
import { momentText } from '../common/format.ts';
import { useActions, useFollow, useRun, useSelect } from '../common/session.tsx';
import { SPEEDS } from '../common/speeds.ts';
import { IconButton, selectClass } from '../common/ui.tsx';
import css from './EmbedPage.module.css';
import { useHasControl } from './options.ts';

const AddFault = lazy(async () => ({ default: (await import('../timeline/AddFault.tsx')).AddFault }));

/** The buttons that the host chose. */
export function EmbedBar() {
  const actions = useActions();
  const playing = useSelect((state) => state.clock.playing);
  const canUndo = useSelect((state) => state.canUndo), canRedo = useSelect((state) => state.canRedo);
  const [play, restart, step, speed, variant, breaks, undo] = [useHasControl('play'), useHasControl('restart'), useHasControl('step'), useHasControl('speed'), useHasControl('variant'), useHasControl('break'), useHasControl('undo')];
  if (![play, restart, step, speed, variant, breaks, undo].includes(true)) return null;
  return (
    <div className={css.bar}>
      <div className={css.transport} role="group" aria-label="Playback">
        {restart && <IconButton size="tall" icon="restart" label="Back to the start (Home)" data-testid="restart" onClick={() => actions.restart()} />}
        {step && <IconButton size="tall" icon="previousNote" label="Previous note (←)" data-testid="previous-note" onClick={() => void actions.step({ unit: 'note' }, -1)} />}
        {play && <IconButton size="tall" look="primary" icon={playing ? 'pause' : 'play'} label={playing ? 'Pause' : 'Play'} title={`${playing ? 'Pause' : 'Play'} (Space)`} data-testid="play" onClick={() => actions.toggle()} />}
        {step && <IconButton size="tall" icon="nextNote" label="Next note (→)" data-testid="next-note" onClick={() => void actions.step({ unit: 'note' }, 1)} />}
      </div>
      <Clock />
      {speed && <Speed />}
      {variant && <Variant />}
      {undo && (
        <div role="group" aria-label="Edits">
          <IconButton icon="undo" label="Undo (Ctrl Z)" disabled={!canUndo} data-testid="undo" onClick={() => actions.undo()} />
          <IconButton icon="redo" label="Redo (Ctrl Shift Z)" disabled={!canRedo} data-testid="redo" onClick={() => actions.redo()} />
        </div>
      )}
      {breaks && <Suspense fallback={null}><AddFault /></Suspense>}
    </div>
  );
}

function Clock() {
  const time = useRef<HTMLSpanElement>(null);
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  useFollow((state) => state.clock.atMs, (atMs) => { if (time.current !== null) time.current.textContent = momentText(atMs); });
  return <p className={css.clock}><span ref={time} data-testid="time">0.000 s</span><small> of {Math.round(durationMs / 1000)} s</small></p>;
}

function Speed() {
  const actions = useActions();
  const speed = useSelect((state) => state.clock.speed);
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <label className={css.choice} title="Simulated seconds per second ( , slower . faster )">
      <span>Speed</span>
      <select className={selectClass} value={speed} aria-label="Speed" data-testid="speed" onChange={(event) => actions.setSpeed(Number(event.target.value))}>
        {speeds.map((it) => <option key={it} value={it}>{it}×</option>)}
      </select>
    </label>
  );
}

function Variant() {
  const actions = useActions();
  const variants = useSelect((state) => state.story?.scenarios[state.run?.document.scenario ?? '']?.variants);
  const shown = useRun((run) => run.document.variant);
  return (
    <label className={css.choice}>
      <span>Variant</span>
      <select className={selectClass} value={shown} aria-label="Variant" data-testid="variant" onChange={(event) => actions.setVariant(event.target.value)}>
        {Object.entries(variants ?? {}).map(([id, { title }]) => <option key={id} value={id}>{title}</option>)}
      </select>
    </label>
  );
}
