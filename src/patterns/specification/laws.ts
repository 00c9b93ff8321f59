/** The outside observer: it knows the table, evaluates the specification itself, row by row and in three values, and compares. */
import type { Json, Law } from '../../kernel/contract.ts';
import { evaluate, isSatisfiedBy, T } from '../../primitives/predicates/evaluate.ts';
import { rowAt, type TableLaw } from '../../primitives/predicates/table.ts';
import { keyOf, type Predicate, type Row } from '../../primitives/predicates/tree.ts';
import { pageOf } from './page.ts';

interface Selected { readonly version: number; readonly ids: readonly number[]; readonly tree: Predicate; readonly take: number; readonly orderBy: string }
interface Books {
  version: number;
  rows: Row[];
  /** Rows that satisfy the tree whose key this is. */
  key: string;
  truth: number[];
  selections: number;
  wrong: number;
  missed: number;
  extra: number;
}
function expectedOf(books: Books, { tree, take, orderBy }: Selected): readonly number[] {
  const key = keyOf(tree);
  if (key !== books.key) {
    books.key = key;
    books.truth = books.rows.flatMap((row, id) => (isSatisfiedBy(tree, row) ? [id] : []));
  }
  return take > 0 ? pageOf(books.truth.map((id) => ({ id, row: books.rows[id]! })), { take, orderBy }).map(({ id }) => id) : books.truth;
}
export const selectsWhatItSays: Law<Books> = {
  name: 'a selection is what the specification says',
  why: 'Rows came back that do not satisfy the specification, or rows that do are missing.',
  init: () => ({ version: 0, rows: [], key: '', truth: [], selections: 0, wrong: 0, missed: 0, extra: 0 }),
  onEffect(books, { name, data }) {
    if (name === 'table') {
      const law = data as unknown as TableLaw & { readonly count: number; readonly version: number };
      books.rows = Array.from({ length: law.count }, (_, i) => rowAt(law, i));
      books.version = law.version;
      books.key = '';
      return;
    }
    const selected = data as unknown as Selected;
    // Rows of a table that has changed since are judged by nobody.
    if (name !== 'selected' || selected.version !== books.version) return;
    const expected = new Set(expectedOf(books, selected)), got = new Set(selected.ids);
    const missed = [...expected].filter((id) => !got.has(id)).length, extra = [...got].filter((id) => !expected.has(id)).length;
    books.selections++;
    if (missed + extra > 0) books.wrong++;
    books.missed += missed;
    books.extra += extra;
  },
  holds: ({ wrong }) => wrong === 0,
  inspect: ({ selections, wrong, missed, extra }) => ({ selections, wrong, missed, extra }),
  figures: ({ selections, wrong, missed, extra }) => ({ selections, wrong, missed, extra }),
};

interface Yard { built: number; unfit: number }
export const buildsWhatWasOrdered: Law<Yard> = {
  name: 'what is built satisfies its order',
  why: 'An entity was built that its own specification turns down.',
  init: () => ({ built: 0, unfit: 0 }),
  onEffect(yard, { name, data }) {
    if (name !== 'built') return;
    const { entity, tree } = data as unknown as { readonly entity: Row; readonly tree: Predicate };
    yard.built++;
    if (evaluate(tree, entity) !== T) yard.unfit++;
  },
  holds: ({ unfit }) => unfit === 0,
  inspect: ({ built, unfit }): Json => ({ built, unfit }),
  figures: ({ built, unfit }) => ({ built, unfit }),
};
export const laws: readonly Law[] = [selectsWhatItSays, buildsWhatWasOrdered];
