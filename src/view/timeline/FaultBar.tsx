import { lazy, Suspense, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { ScaleLinear } from 'd3-scale';
import type { Fault } from '../../kernel/faults.ts';
import { faultEnd, faultShort, faultText, faultWhere } from '../common/faults.ts';
import { secondsText } from '../common/format.ts';
import { useActions, useRun } from '../common/session.tsx';
import { ROW_PX } from './FaultLane.tsx';
import { dragged, SNAP_MS, type Span } from './faultRows.ts';
import css from './Timeline.module.css';

const FaultPopover = lazy(async () => ({ default: (await import('./FaultEditor.tsx')).FaultPopover }));

interface Props {
  readonly index: number;
  readonly fault: Fault;
  readonly row: number;
  readonly scale: ScaleLinear<number, number>;
  readonly title: (node: string) => string;
  readonly onProblem: (problem: string | null) => void;
}
type Part = 'move' | 'from' | 'until';

/** A fault from when to when: drag it or its ends, open it for exact numbers, delete it. */
export function FaultBar({ index, fault, row, scale, title, onProblem }: Props) {
  const actions = useActions();
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const untilMs = faultEnd(fault, durationMs);
  const [ghost, setGhost] = useState<Span | null>(null);
  const [open, setOpen] = useState(false);
  const drag = useRef<{ readonly part: Part; readonly x: number; moved: boolean } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const span = ghost ?? { fromMs: fault.fromMs, untilMs };
  const left = scale(span.fromMs), width = Math.max(10, scale(span.untilMs) - left);

  const put = (next: Span) => {
    if (next.fromMs === fault.fromMs && next.untilMs === untilMs) return;
    // A fault without an end keeps none, unless its end was moved.
    const endless = fault.untilMs === undefined && next.untilMs >= durationMs;
    const { untilMs: _, ...rest } = fault;
    onProblem(actions.changeFault(index, (endless ? { ...rest, fromMs: next.fromMs } : { ...fault, ...next }) as Fault));
  };
  const begin = (part: Part) => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    drag.current = { part, x: event.clientX, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const move = (event: PointerEvent) => {
    const now = drag.current;
    if (now === null || (!now.moved && Math.abs(event.clientX - now.x) < 3)) return;
    now.moved = true;
    setGhost(dragged({ fromMs: fault.fromMs, untilMs }, now.part, scale.invert(event.clientX - now.x) - scale.invert(0), durationMs));
  };
  const end = () => {
    const now = drag.current;
    drag.current = null;
    if (ghost !== null) put(ghost);
    setGhost(null);
    if (now !== null && !now.moved && now.part === 'move') setOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Delete' || event.key === 'Backspace') actions.removeFault(index);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const by = (event.key === 'ArrowRight' ? SNAP_MS : -SNAP_MS) * (event.ctrlKey ? 10 : 1);
      put(dragged({ fromMs: fault.fromMs, untilMs }, event.shiftKey ? 'until' : 'move', by, durationMs));
    } else if (event.key === 'Enter' || event.key === ' ') setOpen(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const text = faultText(fault, title);
  const handlers = { onPointerMove: move, onPointerUp: end, onPointerCancel: end };
  return (
    <div className={css.bar1} style={{ left, width, top: row * ROW_PX + 1 }} data-keeps-drag="" data-dragging={ghost !== null}>
      <button ref={button} type="button" className={css.barBody} data-testid={`fault-${index}`} data-arrows=""
        aria-label={`Fault: ${text}, ${secondsText(span.fromMs)} to ${secondsText(span.untilMs)}`} aria-describedby="fault-keys"
        title={`${text}: ${secondsText(span.fromMs)} to ${secondsText(span.untilMs)}`}
        onPointerDown={begin('move')} {...handlers} onKeyDown={onKeyDown}>
        <b>{faultWhere(fault, title)}</b> {faultShort(fault)}
      </button>
      <span className={css.handleFrom} aria-hidden="true" onPointerDown={begin('from')} {...handlers} />
      <span className={css.handleUntil} aria-hidden="true" onPointerDown={begin('until')} {...handlers} />
      {open && <Suspense fallback={null}><FaultPopover anchor={button} index={index} fault={fault} title={title} durationMs={durationMs} onDone={() => setOpen(false)} /></Suspense>}
    </div>
  );
}
