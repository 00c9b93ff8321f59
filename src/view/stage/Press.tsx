import type { ReactNode } from 'react';
import css from './Stage.module.css';

interface Props {
  readonly label: string;
  readonly pressed: boolean;
  /** With the pointer's event, or null from the keyboard. */
  readonly onPress: (element: SVGElement, event: { readonly clientX: number; readonly clientY: number } | null) => void;
  /** The shape that takes the pointer; it is not seen. */
  readonly children: ReactNode;
}
/** Preact, in embeds, writes `tabIndex` as it stands, which means nothing inside an SVG. */
const focusable = (element: SVGElement | null): void => { element?.setAttribute('tabindex', '0'); };

/** A button inside a drawing: a clear shape over what is drawn, with a name that says what the drawing shows. */
export function Press({ label, pressed, onPress, children }: Props) {
  return (
    <g className={css.press} role="button" tabIndex={0} ref={focusable} aria-label={label} aria-pressed={pressed}
      onClick={(event) => { event.stopPropagation(); onPress(event.currentTarget, event); }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        onPress(event.currentTarget, null);
      }}>
      {children}
    </g>
  );
}
