/** Says what the dot under the pointer is. */
import { useEffect, useState, type RefObject } from 'react';
import { useSession, type Which } from '../common/session.tsx';

const EVERY_MS = 80;
export interface Tip {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}
export function useHover(frame: RefObject<HTMLElement | null>, which: Which): Tip | null {
  const session = useSession();
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let asking = false, left = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let point = { x: 0, y: 0 };
    const ask = async () => {
      if (asking) return;
      asking = true;
      try {
        const { x, y } = point;
        const hit = await session.hit(which, x, y);
        if (!left) setTip(hit === null ? null : { x, y, text: hit.text });
      } catch {
        setTip(null);
      } finally {
        asking = false;
      }
    };
    const move = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return;
      const box = element.getBoundingClientRect();
      point = { x: event.clientX - box.left, y: event.clientY - box.top };
      left = false;
      timer ??= setTimeout(() => { timer = undefined; if (!left) void ask(); }, EVERY_MS);
    };
    const leave = () => { left = true; setTip(null); };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('pointerdown', leave);
    return () => {
      clearTimeout(timer);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('pointerdown', leave);
    };
  }, [frame, session, which]);
  return tip;
}
