/** Moving through time by hand. The playhead follows the clock without rendering. */
import { useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import type { ScaleLinear } from 'd3-scale';
import { momentText } from '../common/format.ts';
import { useFollow, usePlayhead, useRun, useSession } from '../common/session.tsx';
import css from './Timeline.module.css';

type TimeScale = ScaleLinear<number, number>;

/** Handlers for the track: dragging anywhere that is not a control seeks. */
export function useScrub(track: RefObject<HTMLElement | null>, scale: TimeScale) {
  const { actions, store } = useSession();
  const dragging = useRef(false);
  const wasPlaying = useRef(false);
  const seek = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (box !== undefined) actions.seek(Math.max(0, Math.round(scale.invert(event.clientX - box.left))));
  };
  const end = () => {
    if (!dragging.current) return;
    dragging.current = false;
    if (wasPlaying.current) actions.play();
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || (event.target as Element).closest('button, [data-keeps-drag]') !== null) return;
      dragging.current = true;
      wasPlaying.current = store.getState().clock.playing;
      if (wasPlaying.current) actions.pause();
      event.currentTarget.setPointerCapture(event.pointerId);
      seek(event);
      event.currentTarget.querySelector<HTMLElement>('[role="slider"]')?.focus({ preventScroll: true, focusVisible: false } as FocusOptions);
      event.preventDefault();
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => { if (dragging.current) seek(event); },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** How far the keys move it. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -100, ArrowRight: 100, ArrowDown: -1000, ArrowUp: 1000, PageDown: -10_000, PageUp: 10_000 };
const SPOKEN_EVERY_MS = 500;

export function Playhead({ scale }: { readonly scale: TimeScale }) {
  const { actions, store } = useSession();
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const line = usePlayhead(scale);
  const slider = useRef<HTMLDivElement>(null);
  const spokenAt = useRef(-Infinity);
  useFollow((state) => state.clock.atMs, (atMs, { clock }) => {
    const now = performance.now();
    if (slider.current === null || (clock.playing && now - spokenAt.current < SPOKEN_EVERY_MS)) return;
    spokenAt.current = now;
    slider.current.setAttribute('aria-valuenow', String(Math.round(atMs)));
    slider.current.setAttribute('aria-valuetext', momentText(atMs));
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const { atMs } = store.getState().clock;
    const step = STEPS[event.key];
    if (step !== undefined) actions.seek(Math.max(0, Math.min(durationMs, Math.round(atMs) + step * (event.shiftKey ? 10 : 1))));
    else if (event.key === 'Home') actions.seek(0);
    else if (event.key === 'End') actions.seek(durationMs);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={css.playhead} ref={line}>
      <div className={css.knob} ref={slider} role="slider" tabIndex={0} aria-label="Moment of the run" aria-valuemin={0} aria-valuemax={Math.round(durationMs)} aria-valuenow={0} data-testid="scrubber" onKeyDown={onKeyDown} />
    </div>
  );
}
