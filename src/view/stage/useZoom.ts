/** One zoom transform for drawing and canvas. Kept outside React: moving it must not render anything. */
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import { select } from 'd3-selection';
import { zoom as d3zoom, zoomIdentity, type ZoomBehavior, type ZoomTransform } from 'd3-zoom';
import type { Size } from '../common/useSize.ts';
import { fitScale } from './stageLayout.ts';

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
  readonly onChange: (transform: ZoomTransform) => void;
}

export function fitted({ width, height }: { readonly width: number; readonly height: number }, size: Size, pad: Options['pad'], most = 1.4): ZoomTransform {
  const inner = size.height - pad.top - pad.bottom;
  const k = fitScale({ width, height }, size.width - 2 * pad.x, inner, 0, most);
  return zoomIdentity.translate((size.width - width * k) / 2, pad.top + (inner - height * k) / 2).scale(k);
}

export function useZoom({ frame, content, drawing, size, pad, onChange }: Options): ZoomControl {
  const behaviour = useRef<ZoomBehavior<HTMLElement, unknown> | null>(null);
  const moved = useRef(false);
  const change = useRef(onChange);
  useEffect(() => { change.current = onChange; });

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const zoom = d3zoom<HTMLElement, unknown>()
      .scaleExtent([0.2, 6])
      .clickDistance(4)
      .filter((event: Event) => {
        // The page keeps its wheel and its one-finger scroll; zooming needs Ctrl, two fingers, or focus on the stage itself.
        if (event.type === 'wheel') return (event as WheelEvent).ctrlKey || document.activeElement === element;
        if (event.type.startsWith('touch')) return (event as TouchEvent).touches.length > 1;
        return (event as MouseEvent).button === 0 && !(event as MouseEvent).ctrlKey && event.type !== 'dblclick';
      })
      .on('zoom', (event: { readonly transform: ZoomTransform; readonly sourceEvent: unknown }) => {
        if (event.sourceEvent !== null && event.sourceEvent !== undefined) moved.current = true;
        content.current?.setAttribute('transform', event.transform.toString());
        change.current(event.transform);
      });
    behaviour.current = zoom;
    select<HTMLElement, unknown>(element).call(zoom).on('dblclick.zoom', null);
    return () => { select(element).on('.zoom', null); behaviour.current = null; };
  }, [frame, content]);

  const fit = useCallback(() => {
    const element = frame.current, zoom = behaviour.current;
    if (element === null || zoom === null || size.width === 0) return;
    moved.current = false;
    select<HTMLElement, unknown>(element).call(zoom.transform, fitted(drawing, size, pad));
    moved.current = false;
  }, [frame, drawing, size, pad]);

  // Another drawing or another frame: show all of it, unless somebody chose a place.
  const shown = useRef(drawing);
  useEffect(() => {
    if (!moved.current || shown.current !== drawing) fit();
    shown.current = drawing;
  }, [fit, drawing]);

  const by = useCallback((factor: number) => {
    const element = frame.current, zoom = behaviour.current;
    if (element === null || zoom === null) return;
    moved.current = true;
    select<HTMLElement, unknown>(element).call(zoom.scaleBy, factor);
  }, [frame]);
  return { in: () => by(1.3), out: () => by(1 / 1.3), fit };
}
