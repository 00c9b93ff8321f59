import { useRef, useState, type KeyboardEvent } from 'react';
import type { Leg } from '../../protocol/messages.ts';
import { momentText } from '../common/format.ts';
import { useActions, useSelect } from '../common/session.tsx';
import { fateOf, whatOf } from './arrowLook.ts';
import { nearest } from './nearest.ts';
import css from './Nearest.module.css';

/** The arrows around the shown moment in words. One stop of the keyboard; it becomes visible when it has the focus. */
export function NearestTable({ legs, title }: { readonly legs: readonly Leg[]; readonly title: (node: string) => string }) {
  const actions = useActions();
  const atMs = useSelect((state) => (state.clock.playing ? null : state.clock.atMs));
  const [place, setPlace] = useState(0);
  const box = useRef<HTMLTableSectionElement>(null);
  if (atMs === null || legs.length === 0) return null;
  const rows = nearest(legs, atMs);
  const current = Math.min(place, rows.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowDown' ? current + 1 : event.key === 'ArrowUp' ? current - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? rows.length - 1 : null;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setPlace(next);
    box.current?.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  return (
    <div className={css.nearest}>
      <table data-testid="sequence-table">
        <caption>The {rows.length} packets nearest to {momentText(atMs)}</caption>
        <thead><tr><th scope="col">Sent</th><th scope="col">Way</th><th scope="col">What</th><th scope="col">Fate</th></tr></thead>
        <tbody ref={box} onKeyDown={onKeyDown}>
          {rows.map((leg, i) => (
            <tr key={i}>
              <th scope="row"><button type="button" tabIndex={i === current ? 0 : -1} onFocus={() => setPlace(i)} onClick={() => actions.seek(leg.sentMs)}>{momentText(leg.sentMs)}</button></th>
              <td>{title(leg.from)} → {title(leg.to)}</td><td>{whatOf(leg)}</td><td>{fateOf(leg)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
