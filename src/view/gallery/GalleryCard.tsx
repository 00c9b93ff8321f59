import type { Card } from '../../kernel/story.ts';
import { useActions } from '../common/session.tsx';
import type { Topology } from '../stage/topology.ts';
import css from './Gallery.module.css';
import { Still } from './Still.tsx';

export function GalleryCard({ card, still }: { readonly card: Card; readonly still: Topology | undefined }) {
  const actions = useActions();
  return (
    <a className={css.card} href={`?p=${card.id}`} data-card={card.id} data-testid={`card-${card.id}`}
      onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); void actions.openPattern(card.id); }}>
      <span className={css.still}>{still !== undefined && <Still topology={still} />}</span>
      <span className={css.text}>
        <span className={css.title}><span className={css.number}>{card.number}</span>{card.title}</span>
        <span className={css.summary}>{card.summary}</span>
      </span>
    </a>
  );
}
