import type { Json } from '../../kernel/contract.ts';
import { durationText, number, words } from '../common/format.ts';
import { useRun } from '../common/session.tsx';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { isList, isRecord, numberIn, textIn, type JsonRecord } from './json.ts';

const MOST = 60;

/** A line of waiting things, the next one first; the longer one has waited, the fuller. */
export function QueueView({ value, label }: { readonly value: Json | undefined; readonly label: string }) {
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const items = isList(value) ? value : isRecord(value) && isList(value.items) ? value.items : null;
  if (items === null || !items.every(isRecord)) return <DataTable value={value} label={label} />;
  const list = items as readonly JsonRecord[];
  if (list.length === 0) return <p className={css.nothing}>Nobody waits.</p>;
  const waits = list.map((item) => { const since = numberIn(item, 'sinceMs', 'atMs'); return since === null ? null : Math.max(0, atMs - since); });
  const longest = Math.max(1, ...waits.map((wait) => wait ?? 0));
  return (
    <>
      <ol className={css.queue} aria-label={label}>
        {list.slice(0, MOST).map((item, i) => {
          const name = textIn(item, 'op') ?? textIn(item, 'name') ?? textIn(item, 'topic') ?? number(numberIn(item, 'call', 'id') ?? i + 1);
          const wait = waits[i] ?? null;
          return <li key={i} data-gone={item.gone === true} title={`${words(name)}${wait === null ? '' : `, waits for ${durationText(wait)}`}${item.gone === true ? ', its caller has gone' : ''}`}><i style={{ height: `${wait === null ? 100 : 12 + (88 * wait) / longest}%` }} /></li>;
        })}
      </ol>
      <p className={css.list}>{number(list.length)} waiting{waits[0] !== null && waits[0] !== undefined && `, the next one for ${durationText(waits[0])}`}{list.length > MOST && `; the first ${MOST} are shown`}</p>
    </>
  );
}
