import { useEffect, useRef, useState, type MouseEvent } from 'react';
import { useActions, useSelect } from '../common/session.tsx';
import { Icon } from '../common/icons.tsx';
import css from './EmbedPage.module.css';

const SETTLES_MS = 300;

/** Leads to the same moment on the site. At rest its address is right; a click in mid-play pauses and takes the moment of the click. */
export function FullLink({ address, words = 'Open in full', testId = 'full' }: { readonly address: () => Promise<string>; readonly words?: string; readonly testId?: string }) {
  const actions = useActions();
  const clock = useSelect((state) => state.clock);
  const shown = useSelect((state) => state.run?.document);
  const [link, setLink] = useState<{ readonly href: string; readonly of: unknown; readonly run: unknown } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    clearTimeout(timer.current);
    if (clock.playing && link !== null) return;
    timer.current = setTimeout(() => { void address().then((href) => { setLink({ href, of: clock, run: shown }); putInPrint(href); }); }, link === null ? 0 : SETTLES_MS);
    // The link is what this makes.
    // eslint-disable-next-line react/exhaustive-deps
  }, [clock, shown, address]);
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    if (link?.of === clock && link.run === shown) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    actions.pause();
    void address().then((href) => { open(href, '_blank', 'noopener'); });
  };
  return (
    <a className={css.full} href={link?.href} target="_blank" rel="noopener" data-testid={testId} title="Open this very moment in Patternscope" onClick={onClick}>
      <span>{words}</span><Icon name="share" size={14} />
    </a>
  );
}
/** The link under the still, which is what gets printed. */
function putInPrint(href: string): void {
  document.querySelector<HTMLAnchorElement>('#still a')?.setAttribute('href', href);
}
