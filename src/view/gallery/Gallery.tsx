import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Card } from '../../kernel/story.ts';
import { capital } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { isTyping } from '../common/keys.ts';
import { useActions, useSession } from '../common/session.tsx';
import { Button, Empty, Kbd } from '../common/ui.tsx';
import { Header } from '../page/Header.tsx';
import { usePageActions } from '../page/pageActions.tsx';
import type { Topology } from '../stage/topology.ts';
import { GalleryCard } from './GalleryCard.tsx';
import css from './Gallery.module.css';
import { RecentRuns } from './RecentRuns.tsx';
import { search, suggestion } from './search.ts';

const FAMILIES: readonly Card['family'][] = ['resilience', 'traffic', 'data', 'transactions', 'messaging', 'coordination', 'structure', 'delivery', 'observability'];

/** What the pictures show, by pattern id. */
type Stills = Readonly<Record<string, Topology>>;

export function Gallery({ stills }: { readonly stills: Stills }) {
  const { catalogue } = useSession();
  const actions = useActions();
  const { openHelp } = usePageActions();
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const found = useMemo(() => search(catalogue, query), [catalogue, query]);
  const meant = found.length === 0 ? suggestion(catalogue, query) : null;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (event.key === '/') field.current?.focus();
      else if (event.key === '?') openHelp();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [openHelp]);

  const onFieldKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && found[0] !== undefined) void actions.openPattern(found[0].id);
    else if (event.key === 'Enter' && meant !== null) setQuery(meant.title);
    else if (event.key === 'ArrowDown') event.currentTarget.closest('main')?.querySelector<HTMLElement>('a[data-card]')?.focus();
    else if (event.key === 'Escape' && query !== '') setQuery('');
    else return;
    event.preventDefault();
  };
  const families = FAMILIES.map((family) => [family, found.filter((card) => card.family === family)] as const).filter(([, cards]) => cards.length > 0);
  return (
    <div className={css.gallery}>
      <Header />
      <main className={css.main}>
        <div className={css.intro}>
          <h1>Patternscope</h1>
          <p>Watch microservices patterns work and fail: real engines in a simulated system that you can break, rewind and share.</p>
          <label className={css.search}>
            <Icon name="search" />
            <input ref={field} type="search" value={query} placeholder="Find a pattern" aria-label="Find a pattern" data-testid="search" onChange={(event) => setQuery(event.target.value)} onKeyDown={onFieldKey} />
            <Kbd>/</Kbd>
          </label>
        </div>
        {query === '' && <RecentRuns />}
        <p className={css.count} role="status">{query === '' ? '' : `${found.length} of ${catalogue.length} found`}</p>
        {found.length === 0 && (
          <Empty>
            <p>No pattern here is called “{query}”.{meant !== null && <> Did you mean <Button size="small" onClick={() => setQuery(meant.title)}>{meant.title}</Button>?</>}</p>
            <p><Button look="quiet" onClick={() => { setQuery(''); field.current?.focus(); }}>Show all</Button></p>
          </Empty>
        )}
        {query !== '' && found.length > 0
          ? <Cards cards={found} stills={stills} />
          : families.map(([family, cards]) => (
            <section key={family} className={css.family} aria-labelledby={`family-${family}`}>
              <h2 id={`family-${family}`}>{capital(family)}</h2>
              <Cards cards={cards} stills={stills} />
            </section>
          ))}
      </main>
      <footer className={css.footer}>
        <span><Kbd>/</Kbd> search</span><span><Kbd>↑</Kbd> <Kbd>↓</Kbd> <Kbd>←</Kbd> <Kbd>→</Kbd> choose</span><span><Kbd>Enter</Kbd> open</span>
        <Button size="small" look="quiet" onClick={openHelp}><Kbd>?</Kbd> all keys</Button>
      </footer>
    </div>
  );
}

/** A grid through which the arrows lead. */
function Cards({ cards, stills }: { readonly cards: readonly Card[]; readonly stills: Stills }) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const all = [...(event.currentTarget.closest('main')?.querySelectorAll<HTMLElement>('a[data-card]') ?? [])];
    const here = all.indexOf(event.target as HTMLElement);
    if (here < 0) return;
    const box = all[here]!.getBoundingClientRect();
    const across = (element: HTMLElement): number => Math.abs(element.getBoundingClientRect().left - box.left);
    const rowOf = (way: 1 | -1): HTMLElement | undefined => {
      const beyond = all.filter((element) => (element.getBoundingClientRect().top - box.top) * way > 10);
      const nearestTop = Math.min(...beyond.map((element) => Math.abs(element.getBoundingClientRect().top - box.top)));
      return beyond.filter((element) => Math.abs(Math.abs(element.getBoundingClientRect().top - box.top) - nearestTop) < 10).sort((a, b) => across(a) - across(b))[0];
    };
    const next = event.key === 'ArrowRight' ? all[here + 1] : event.key === 'ArrowLeft' ? all[here - 1] : event.key === 'ArrowDown' ? rowOf(1)
      : event.key === 'ArrowUp' ? (rowOf(-1) ?? document.querySelector<HTMLElement>('[data-testid="search"]') ?? undefined) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return <ul className={css.cards} onKeyDown={onKeyDown}>{cards.map((card) => <li key={card.id}><GalleryCard card={card} still={stills[card.id]} /></li>)}</ul>;
}
