/** Hands the canvas and the view of it to the session. A canvas can be handed over once, so each new host gets a new one. */
import { useCallback, useEffect, useMemo, useRef, type RefObject } from 'react';
import type { PaintView } from '../../protocol/paint.ts';
import { useSelect, useSession, useWhich } from '../common/session.tsx';
import { readPaintTheme, useReducedMotion } from '../common/theme.ts';
import type { Size } from '../common/useSize.ts';
import type { StageLayout } from './stageLayout.ts';
import type { Transform } from './useZoom.ts';

interface Options {
  readonly holder: RefObject<HTMLElement | null>;
  readonly layout: StageLayout | null;
  readonly size: Size;
  readonly dark: boolean;
  /** Layer ids in the order of the plan. */
  readonly layers: readonly string[];
}
type Base = Omit<PaintView, 'zoom' | 'pixelRatio'>;

export function usePainter({ holder, layout, size, dark, layers }: Options): (transform: Transform) => void {
  const session = useSession();
  const which = useWhich();
  const speed = useSelect((state) => state.clock.speed);
  const root = useSelect((state) => state.followed?.root ?? 0);
  const reducedMotion = useReducedMotion();
  const theme = useMemo(() => readPaintTheme(dark), [dark]);
  const base = useMemo((): Base | null => (layout === null || size.width === 0 ? null : {
    width: size.width, height: size.height,
    links: layout.links.map(({ points }) => ({ points })),
    plates: layers.map((id) => layout.plates.find(({ layer }) => layer === id)?.point ?? null),
    nodes: layout.nodes.map(({ x, y, w, h }) => ({ x: x + w / 2, y: y + h / 2 })),
    theme, speed, reducedMotion, root,
  }), [layout, size, layers, theme, speed, reducedMotion, root]);

  const latest = useRef<Base | null>(null);
  const zoom = useRef({ k: 1, x: 0, y: 0 });
  const push = useCallback(() => {
    if (latest.current !== null) session.setPaintView(which, { ...latest.current, zoom: zoom.current, pixelRatio: Math.min(2, devicePixelRatio || 1) });
  }, [session, which]);
  useEffect(() => { latest.current = base; push(); }, [base, push]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const { store } = session;
    let canvas: HTMLCanvasElement | null = null;
    let host: string | null = null;
    const follow = () => {
      const run = store.getState()[which];
      // No run in between means a new host, whatever its epoch.
      if (run === null) { host = null; return; }
      const next = String(run.canvasEpoch);
      if (next === host) return;
      host = next;
      canvas?.remove();
      canvas = document.createElement('canvas');
      canvas.setAttribute('aria-hidden', 'true');
      element.append(canvas);
      session.attachCanvas(which, canvas);
      push();
    };
    follow();
    const stop = store.subscribe(follow);
    return () => { stop(); canvas?.remove(); };
  }, [session, which, holder, push]);

  return useCallback((transform: Transform) => {
    zoom.current = { k: transform.k, x: transform.x, y: transform.y };
    push();
  }, [push]);
}
