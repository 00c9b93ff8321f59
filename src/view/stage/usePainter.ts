/** Hands the canvas and the view of it to the session. A canvas can be handed over once, so each new host gets a new one. */
import { useEffect, useRef, type RefObject } from 'react';
import type { ZoomTransform } from 'd3-zoom';
import type { PaintTheme } from '../../protocol/paint.ts';
import { useSelect, useSession, useWhich } from '../common/session.tsx';
import { readPaintTheme, useReducedMotion } from '../common/theme.ts';
import type { Size } from '../common/useSize.ts';
import type { StageLayout } from './stageLayout.ts';

interface Options {
  readonly holder: RefObject<HTMLElement | null>;
  readonly layout: StageLayout | null;
  readonly size: Size;
  readonly dark: boolean;
  /** Layer ids in the order of the plan. */
  readonly layers: readonly string[];
}

export function usePainter({ holder, layout, size, dark, layers }: Options): (transform: ZoomTransform) => void {
  const session = useSession();
  const which = useWhich();
  const speed = useSelect((state) => state.clock.speed);
  const root = useSelect((state) => state.followed?.root ?? 0);
  const reducedMotion = useReducedMotion();
  const zoom = useRef({ k: 1, x: 0, y: 0 });
  const theme = useRef<PaintTheme | null>(null);

  const push = useRef(() => {});
  useEffect(() => {
    push.current = () => {
      if (layout === null || size.width === 0 || theme.current === null) return;
      session.setPaintView(which, {
        width: size.width, height: size.height, pixelRatio: Math.min(2, devicePixelRatio || 1), zoom: zoom.current,
        links: layout.links.map(({ points }) => ({ points })),
        plates: layers.map((id) => layout.plates.find(({ layer }) => layer === id)?.point ?? null),
        nodes: layout.nodes.map(({ x, y, w, h }) => ({ x: x + w / 2, y: y + h / 2 })),
        theme: theme.current, speed, reducedMotion, root,
      });
    };
  });
  useEffect(() => {
    // The style sheet follows the attribute at once, so the colours can be read now.
    theme.current = readPaintTheme();
    push.current();
  }, [dark]);
  useEffect(() => push.current(), [layout, size, layers, speed, root, reducedMotion]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    let canvas: HTMLCanvasElement | null = null;
    const attach = () => {
      canvas?.remove();
      canvas = document.createElement('canvas');
      canvas.setAttribute('aria-hidden', 'true');
      element.append(canvas);
      session.attachCanvas(which, canvas);
      push.current();
    };
    const { store } = session;
    let host: string | null = null;
    const follow = () => {
      const run = store.getState()[which];
      // No run in between means a new host, whatever its epoch.
      if (run === null) { host = null; return; }
      const next = String(run.canvasEpoch);
      if (next === host) return;
      host = next;
      attach();
    };
    follow();
    const stop = store.subscribe(follow);
    return () => { stop(); canvas?.remove(); };
  }, [session, which, holder]);

  return useRef((transform: ZoomTransform) => {
    zoom.current = { k: transform.k, x: transform.x, y: transform.y };
    push.current();
  }).current;
}
