import type { Json } from '../../kernel/contract.ts';
import { capital, number } from '../common/format.ts';
import { cellText, columnName } from './cellText.ts';
import css from './Instruments.module.css';
import { isList, isRecord, type JsonRecord } from './json.ts';

const MOST = 100;

/** Any data as a table: a list of records by rows, a record by its fields. */
export function DataTable({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  if (value === undefined || value === null || (isList(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0)) return <p className={css.nothing}>Nothing at this moment.</p>;
  if (isList(value)) {
    const rows = value.slice(0, MOST);
    if (rows.every(isRecord)) return <Rows rows={rows as readonly JsonRecord[]} more={value.length - rows.length} label={label} />;
    return <p className={css.list}>{rows.map((it) => cellText('', it)).join(', ')}{value.length > rows.length && ` and ${number(value.length - rows.length)} more`}</p>;
  }
  if (!isRecord(value)) return <p className={css.list}>{cellText('', value)}</p>;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={css.table}><tbody>{Object.entries(value).map(([name, item]) => <tr key={name}><th scope="row">{capital(columnName(name))}</th><td>{cellText(name, item)}</td></tr>)}</tbody></table>
    </div>
  );
}
function Rows({ rows, more, label }: { readonly rows: readonly JsonRecord[]; readonly more: number; readonly label: string }) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].slice(0, 12);
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={css.table}>
        <thead><tr>{columns.map((name) => <th key={name} scope="col">{capital(columnName(name))}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={i}>{columns.map((name) => <td key={name}>{cellText(name, row[name])}</td>)}</tr>)}</tbody>
      </table>
      {more > 0 && <p className={css.nothing}>and {number(more)} more</p>}
    </div>
  );
}
