import { lazy, Suspense, useRef, useState, type KeyboardEvent } from 'react';
import type { ScaleLinear } from 'd3-scale';
import type { CrashPoint } from '../../kernel/faults.ts';
import { faultShort, faultText, faultWhere } from '../common/faults.ts';
import { durationText, momentText } from '../common/format.ts';
import { useActions, useRun } from '../common/session.tsx';
import { ROW_PX } from './FaultLane.tsx';
import type { Span } from './faultRows.ts';
import css from './Timeline.module.css';

const FaultPopover = lazy(async () => ({ default: (await import('./FaultEditor.tsx')).FaultPopover }));

/** How wide its words are, about. */
export const markPx = (text: string): number => 34 + 6.8 * text.length;
/** Near the end of the run the words stand before the mark. */
export function isTurned(scale: ScaleLinear<number, number>, ms: number, text: string): boolean {
  const [start, end] = scale.range() as [number, number];
  return scale(ms) + markPx(text) > end && scale(ms) - markPx(text) > start;
}

interface Props {
  readonly index: number;
  readonly fault: CrashPoint;
  /** From the moment at which it struck until the node is back. */
  readonly span: Span;
  readonly struck: boolean;
  readonly row: number;
  readonly scale: ScaleLinear<number, number>;
  readonly title: (node: string) => string;
  readonly onProblem: (problem: string | null) => void;
}
/** A crash inside a step: a mark where it struck, with the step’s name, and the time that the node was down. It lies where the run puts it, so it cannot be dragged. */
export function CrashMark({ index, fault, span, struck, row, scale, title, onProblem }: Props) {
  const actions = useActions();
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const left = scale(span.fromMs), width = Math.max(0, scale(span.untilMs) - left);
  const { occurrence, downMs = Infinity } = fault;
  const text = faultText(fault, title);
  const told = struck ? `${text}: struck at ${momentText(span.fromMs)}, ${downMs === Infinity ? 'never back' : `down for ${durationText(downMs)}`}` : `${text}: has not struck in this run`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Delete' || event.key === 'Backspace') actions.removeFault(index);
    else if (event.key === 'ArrowRight') onProblem(actions.changeFault(index, { ...fault, occurrence: occurrence + 1 }));
    else if (event.key === 'ArrowLeft' && occurrence > 1) onProblem(actions.changeFault(index, { ...fault, occurrence: occurrence - 1 }));
    else if (event.key === 'Enter' || event.key === ' ') setOpen(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={css.crashMark} style={{ left, top: row * ROW_PX + 1 }} data-struck={struck} data-turned={isTurned(scale, span.fromMs, text)}>
      <i className={css.crashDown} style={{ width }} />
      <button ref={button} type="button" className={css.crashBody} data-testid={`fault-${index}`} data-arrows="" data-keeps-drag="" data-struck-ms={struck ? span.fromMs : undefined} aria-label={`Fault: ${told}`} aria-describedby="crash-keys" title={told}
        onClick={() => setOpen(true)} onPointerDown={(event) => event.stopPropagation()} onKeyDown={onKeyDown}>
        <i className={css.crashTip} /><b>{faultWhere(fault, title)}</b> {faultShort(fault)}{!struck && ' (not yet)'}
      </button>
      {open && <Suspense fallback={null}><FaultPopover anchor={button} index={index} fault={fault} title={title} durationMs={durationMs} onDone={() => setOpen(false)} /></Suspense>}
    </div>
  );
}
