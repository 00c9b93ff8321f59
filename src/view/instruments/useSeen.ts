import { useEffect, useRef, useState, type RefObject } from 'react';

/** Whether a part of the page is on the screen, or nearly. What is not need not be drawn anew ten times a second. */
export function useSeen<E extends Element>(): readonly [RefObject<E | null>, boolean] {
  const part = useRef<E>(null);
  const [seen, setSeen] = useState(true);
  useEffect(() => {
    const watcher = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting), { rootMargin: '120px' });
    if (part.current !== null) watcher.observe(part.current);
    return () => watcher.disconnect();
  }, []);
  return [part, seen];
}
