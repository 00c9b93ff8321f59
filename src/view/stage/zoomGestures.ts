/** Wheel, pinch and drag on a stage: the part of zooming that needs D3, loaded beside the page. */
import { select } from 'd3-selection';
import { zoom as d3zoom, zoomIdentity } from 'd3-zoom';
import type { Transform } from './useZoom.ts';

export interface Gestures {
  /** Moves what D3 holds, without any gesture. */
  set(transform: Transform): void;
  by(factor: number): void;
  detach(): void;
}
/** `onZoom` also says whether a gesture of the user moved it. */
export function attachGestures(element: HTMLElement, start: Transform, onZoom: (transform: Transform, byHand: boolean) => void): Gestures {
  const zoom = d3zoom<HTMLElement, unknown>()
    .scaleExtent([0.2, 6])
    .clickDistance(4)
    .filter((event: Event) => {
      // The page keeps its wheel and its one-finger scroll; zooming needs Ctrl, two fingers, or focus on the stage itself.
      if (event.type === 'wheel') return (event as WheelEvent).ctrlKey || document.activeElement === element;
      if (event.type.startsWith('touch')) return (event as TouchEvent).touches.length > 1;
      return (event as MouseEvent).button === 0 && !(event as MouseEvent).ctrlKey && event.type !== 'dblclick';
    });
  const selection = select<HTMLElement, unknown>(element).call(zoom).on('dblclick.zoom', null);
  const set = ({ k, x, y }: Transform): void => { selection.call(zoom.transform, zoomIdentity.translate(x, y).scale(k)); };
  set(start);
  zoom.on('zoom', ({ transform: { k, x, y }, sourceEvent }: { readonly transform: Transform; readonly sourceEvent: unknown }) => onZoom({ k, x, y }, sourceEvent !== null && sourceEvent !== undefined));
  return { set, by: (factor) => { selection.call(zoom.scaleBy, factor); }, detach: () => { selection.on('.zoom', null); } };
}
