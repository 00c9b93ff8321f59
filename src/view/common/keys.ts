/** Which elements take which keys for themselves. */
const TYPED = new Set(['text', 'search', 'number', 'email', 'url', 'password', 'tel']);

/** Is something being typed into? Then no shortcut acts. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  if (target instanceof HTMLInputElement) return TYPED.has(target.type);
  return target instanceof HTMLElement && target.isContentEditable;
}
/** Does the element act on Space itself? */
export const takesSpace = (target: EventTarget | null): boolean => target instanceof Element && target.closest('button, summary, a[href], input[type="checkbox"], [role="button"], [role="tab"]') !== null;
/** Does the element act on arrows itself? */
export const takesArrows = (target: EventTarget | null): boolean => target instanceof Element && target.closest('input, select, [role="slider"], [role="tab"], [role="listbox"], [data-arrows]') !== null;
