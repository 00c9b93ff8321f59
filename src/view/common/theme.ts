/** The colours of the style sheet as plain values, for what is painted rather than styled. */
import { useEffect, useLayoutEffect, useState } from 'react';
import type { PaintTheme } from '../../protocol/paint.ts';
import { useSelect } from './session.tsx';

const NAMES = ['ink', 'ok', 'error', 'late', 'refused', 'throttled', 'retry', 'faint', 'surface'] as const satisfies readonly (keyof PaintTheme)[];

/** Reads tokens through an element, so that `light-dark()` is resolved. */
export function readPaintTheme(dark: boolean): PaintTheme {
  const probe = document.createElement('i');
  probe.style.colorScheme = dark ? 'dark' : 'light';
  document.body.append(probe);
  const theme = Object.fromEntries(NAMES.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return theme as unknown as PaintTheme;
}

/** Puts the chosen theme on the document, and says whether it is dark. */
export function useTheme(): boolean {
  const theme = useSelect((state) => state.theme);
  const system = useMedia('(prefers-color-scheme: dark)');
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return theme === 'auto' ? system : theme === 'dark';
}

/** Follows a media query. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setMatches(list.matches);
    change();
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return matches;
}
/** The address may ask for no motion, too (`motion=none`), for pictures. */
export const motionless = (): boolean => document.documentElement.dataset.motion === 'none';
export const useReducedMotion = (): boolean => useMedia('(prefers-reduced-motion: reduce)') || motionless();
/** Nothing shall move by itself: asked for by the address, or by the person's system. */
export const still = (): boolean => motionless() || matchMedia('(prefers-reduced-motion: reduce)').matches;
