import { useEffect, useRef, useState } from 'react';
import type { Card, Story } from '../../kernel/story.ts';
import { useActions } from '../common/session.tsx';
import css from './Gallery.module.css';
import { Still } from './Still.tsx';

export function GalleryCard({ card }: { readonly card: Card }) {
  const actions = useActions();
  const link = useRef<HTMLAnchorElement>(null);
  const [story, setStory] = useState<Story | null>(null);
  useEffect(() => {
    // The picture comes when the card comes into view.
    const element = link.current;
    if (element === null) return undefined;
    let on = true;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      card.story().then((loaded) => { if (on) setStory(loaded); }, () => undefined);
    }, { rootMargin: '200px' });
    observer.observe(element);
    return () => { on = false; observer.disconnect(); };
  }, [card]);
  return (
    <a ref={link} className={css.card} href={`?p=${card.id}`} data-card={card.id} data-testid={`card-${card.id}`}
      onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); void actions.openPattern(card.id); }}>
      <span className={css.still}>{story !== null && <Still story={story} pattern={card.id} />}</span>
      <span className={css.text}>
        <span className={css.title}><span className={css.number}>{card.number}</span>{card.title}</span>
        <span className={css.summary}>{card.summary}</span>
      </span>
    </a>
  );
}
