/** A window of its own for the speaker's screen; null where windows are forbidden. It must be asked for in a click. */
export function openSpeakerWindow(onClosed: () => void): Window | null {
  const other = open('', 'patternscope-notes', 'popup,width=520,height=360');
  if (other === null) return null;
  const { document: theirs } = other;
  theirs.title = 'Notes · Patternscope';
  theirs.head.replaceChildren();
  theirs.body.replaceChildren();
  for (const sheet of document.querySelectorAll<HTMLElement>('link[rel="stylesheet"], style')) {
    const copy = theirs.importNode(sheet, true);
    if (sheet instanceof HTMLLinkElement) copy.setAttribute('href', sheet.href);
    theirs.head.append(copy);
  }
  const { theme } = document.documentElement.dataset;
  if (theme !== undefined) theirs.documentElement.dataset.theme = theme;
  other.addEventListener('pagehide', onClosed);
  return other;
}
