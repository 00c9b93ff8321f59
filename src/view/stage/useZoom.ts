/** One zoom transform for drawing and canvas. Kept outside React: moving it must not render anything. */
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import type { Size } from '../common/useSize.ts';
import { fitScale } from './stageLayout.ts';
import type { Gestures } from './zoomGestures.ts';

/** Drawing → frame: x' = k·x + x. */
export interface Transform {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}
export interface ZoomControl {
  in(): void;
  out(): void;
  fit(): void;
}
interface Options {
  readonly frame: RefObject<HTMLElement | null>;
  readonly content: RefObject<SVGGElement | null>;
  readonly drawing: { readonly width: number; readonly height: number };
  readonly size: Size;
  readonly pad: { readonly x: number; readonly top: number; readonly bottom: number };
  readonly onChange: (transform: Transform) => void;
}

export function fitted({ width, height }: { readonly width: number; readonly height: number }, size: Size, pad: Options['pad'], most = 1.4): Transform {
  const inner = size.height - pad.top - pad.bottom;
  const k = fitScale({ width, height }, size.width - 2 * pad.x, inner, 0, most);
  return { k, x: (size.width - width * k) / 2, y: pad.top + (inner - height * k) / 2 };
}

export function useZoom({ frame, content, drawing, size, pad, onChange }: Options): ZoomControl {
  const now = useRef<Transform>({ k: 1, x: 0, y: 0 });
  const gestures = useRef<Gestures | null>(null);
  const moved = useRef(false);
  const change = useRef(onChange);
  useEffect(() => { change.current = onChange; });

  const apply = useCallback((transform: Transform) => {
    now.current = transform;
    content.current?.setAttribute('transform', `translate(${transform.x},${transform.y}) scale(${transform.k})`);
    change.current(transform);
  }, [content]);
  const go = useCallback((transform: Transform) => {
    if (gestures.current === null) apply(transform);
    else gestures.current.set(transform);
  }, [apply]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let on = true;
    const load = () => {
      for (const type of POINTING) element.removeEventListener(type, load);
      void import('./zoomGestures.ts').then(({ attachGestures }) => {
        if (on) gestures.current = attachGestures(element, now.current, (transform, byHand) => { if (byHand) moved.current = true; apply(transform); });
      }, () => undefined);
    };
    // What gestures need is loaded once something points at the frame.
    for (const type of POINTING) element.addEventListener(type, load, { passive: true });
    return () => {
      on = false;
      for (const type of POINTING) element.removeEventListener(type, load);
      gestures.current?.detach();
      gestures.current = null;
    };
  }, [frame, apply]);

  const fit = useCallback(() => {
    if (frame.current === null || size.width === 0) return;
    moved.current = false;
    go(fitted(drawing, size, pad));
    moved.current = false;
  }, [frame, drawing, size, pad, go]);

  // Another drawing or another frame: show all of it, unless somebody chose a place.
  const shown = useRef(drawing);
  useEffect(() => {
    if (!moved.current || shown.current !== drawing) fit();
    shown.current = drawing;
  }, [fit, drawing]);

  const by = useCallback((factor: number) => {
    const element = frame.current;
    if (element === null) return;
    moved.current = true;
    if (gestures.current !== null) { gestures.current.by(factor); return; }
    const { k, x, y } = now.current;
    const next = Math.max(0.2, Math.min(6, k * factor)), middleX = element.clientWidth / 2, middleY = element.clientHeight / 2;
    apply({ k: next, x: middleX - ((middleX - x) * next) / k, y: middleY - ((middleY - y) * next) / k });
  }, [frame, apply]);
  return { in: () => by(1.3), out: () => by(1 / 1.3), fit };
}
const POINTING = ['pointerenter', 'pointerdown', 'focusin'] as const;
