import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import css from './ui.module.css';

/** A place on the screen to open beside. */
export interface Place {
  getBoundingClientRect(): DOMRect;
}
export const pointPlace = (x: number, y: number): Place => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) });

/** Below the anchor when there is room, else above, always within the window. */
export function position(element: HTMLElement, anchor: DOMRect): void {
  const margin = 8;
  const width = element.offsetWidth, height = element.offsetHeight;
  const below = anchor.bottom + 6, above = anchor.top - 6 - height;
  const top = below + height + margin <= innerHeight || above < margin ? below : above;
  const left = anchor.left + anchor.width / 2 - width / 2;
  element.style.top = `${Math.max(margin, Math.min(top, innerHeight - height - margin))}px`;
  element.style.left = `${Math.max(margin, Math.min(left, innerWidth - width - margin))}px`;
}

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly anchor: RefObject<Place | null>;
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
  /** Where the keyboard goes: into it (menus, forms) or stays. */
  readonly focus?: boolean;
}
/** The platform's popover, beside its anchor. Escape and a click elsewhere close it. */
export function Popover({ open, onClose, anchor, label, children, className, focus = true }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => { close.current = onClose; });
  useLayoutEffect(() => {
    const element = box.current;
    const place = anchor.current;
    if (!open || element === null || place === null) return undefined;
    const before = document.activeElement;
    element.showPopover();
    const put = () => position(element, place.getBoundingClientRect());
    put();
    if (focus) (element.querySelector<HTMLElement>('[data-first]') ?? element.querySelector<HTMLElement>('button, input, select, a[href], textarea') ?? element).focus();
    const onToggle = (event: ToggleEvent) => { if (event.newState === 'closed') close.current(); };
    element.addEventListener('toggle', onToggle);
    addEventListener('resize', put);
    const grown = new ResizeObserver(put);
    grown.observe(element);
    return () => {
      grown.disconnect();
      removeEventListener('resize', put);
      element.removeEventListener('toggle', onToggle);
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (element.matches(':popover-open')) element.hidePopover();
      if (inside && before instanceof HTMLElement || before instanceof SVGElement) before.focus();
    };
  }, [open, anchor, focus]);
  if (!open) return null;
  return (
    <div ref={box} popover="auto" role="dialog" aria-label={label} tabIndex={-1} className={className === undefined ? css.popover : `${css.popover} ${className}`}
      onKeyDown={(event) => { event.stopPropagation(); if (event.key === 'Escape') onClose(); }}>
      {children}
    </div>
  );
}
