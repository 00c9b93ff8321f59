/** What the marks of the stage mean; loaded when somebody asks. */
import type { ReactNode } from 'react';
import css from './Legend.module.css';

const marks: readonly (readonly [string, ReactNode])[] = [
  ['a request on its way', <circle key="m" cx="8" cy="8" r="3.4" fill="var(--ink)" />],
  ['answered well', <circle key="m" cx="8" cy="8" r="3.4" fill="none" stroke="var(--ok)" strokeWidth="2" />],
  ['answered with an error', <path key="m" d="m4.500 4.500 7 7m0-7-7 7" stroke="var(--error)" strokeWidth="2.200" />],
  ['given up: the caller waited too long', <g key="m"><circle cx="8" cy="8" r="4" fill="none" stroke="var(--late)" strokeWidth="1.500" /><path d="M8,4a4,4 0 0 1 0,8Z" fill="var(--late)" /></g>],
  ['goes on although nobody waits any more', <circle key="m" cx="8" cy="8" r="3.600" fill="none" stroke="var(--faint)" strokeWidth="1.500" />],
  ['refused by a policy', <rect key="m" x="4" y="4" width="8" height="8" fill="var(--refused)" />],
  ['told to come back later', <path key="m" d="M8 3.500 13 12H3Z" fill="var(--throttled)" stroke="var(--throttled-ink)" />],
  ['a further attempt, with its number', <g key="m"><circle cx="8" cy="8" r="5" fill="none" stroke="var(--retry)" strokeWidth="1.500" /><text x="8" y="11" textAnchor="middle" fontSize="8" fill="var(--retry)">2</text></g>],
  ['a one-way message', <path key="m" d="M2.500 5h11v6.500h-11zl5.500 3.700 5.500-3.700" fill="none" stroke="var(--ink)" strokeWidth="1.300" />],
];
const cells: readonly (readonly [string, ReactNode])[] = [
  ['a free slot', <rect key="m" x="4" y="4" width="8" height="8" fill="none" stroke="var(--line)" />],
  ['a slot at work', <rect key="m" x="4" y="4" width="8" height="8" fill="var(--soft)" />],
  ['a slot that waits for another service', <path key="m" d="M4 4h8l-8 8h8Z" fill="var(--late)" />],
  ['a slot held for a caller that has gone', <path key="m" d="M4 4h8v8H4Zl8 8" fill="none" stroke="var(--faint)" />],
  ['waiting in the queue', <path key="m" d="M4 4v8m4-8v8m4-8v8" stroke="var(--ink)" strokeWidth="1.600" />],
];

const List = ({ items }: { readonly items: readonly (readonly [string, ReactNode])[] }) => (
  <ul className={css.list}>{items.map(([text, mark]) => <li key={text}><svg width="16" height="16" aria-hidden="true">{mark}</svg>{text}</li>)}</ul>
);

export function LegendMarks() {
  return (
    <div className={css.legend}>
      <h2>On the links</h2>
      <List items={marks} />
      <h2>On the cards</h2>
      <List items={cells} />
      <p>Requests run on one lane of a link, answers on the lane beside it. How fast a mark moves is the simulated latency.</p>
    </div>
  );
}
