import { memo, useState } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { capital, momentText } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useLook, useRun } from '../common/session.tsx';
import { firstFrom } from '../sequence/steps.ts';
import { cellText, columnName } from './cellText.ts';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';
import { isList, isRecord } from './json.ts';
import { lawBreaks } from './lawBreaks.ts';

const LAST = 30;

/** The outside observer: which laws hold, when they broke, and which effects were really applied. */
export function Ledger() {
  const laws = useLook((look) => look.ledger) ?? [];
  const effects = useRun((run) => run.effects) ?? [];
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const breaks = useRun((run) => (run.notes.length === 0 ? null : lawBreaks(run.notes, run.revision))) ?? null;
  const past = firstFrom(effects, atMs + 1e-6);
  if (laws.length === 0 && past === 0) return <p className={css.nothing}>Nothing to account for yet.</p>;
  return (
    <>
      <ul className={css.laws} data-testid="laws">
        {laws.map(({ name, why, holds, view }, i) => (
          <li key={name} data-holds={holds} data-law={name}>
            <p><Icon name={holds ? 'check' : 'warn'} /><span><b>{name}</b> {holds ? 'holds' : 'is broken'}<Moment holds={holds} times={breaks?.get(name)} atMs={atMs} /></span></p>
            {!holds && <p className={css.why}>{why}</p>}
            {view !== null && <Figures value={view} label={name} wanted={i === 0 || !holds} />}
          </li>
        ))}
      </ul>
      {past > 0 && <Effects count={past} />}
    </>
  );
}

/** Since when a law is broken, or when it will be; leads there. */
function Moment({ holds, times = [], atMs }: { readonly holds: boolean; readonly times: readonly number[] | undefined; readonly atMs: number }) {
  const actions = useActions();
  const moment = holds ? times.find((ms) => ms > atMs) : times.findLast((ms) => ms <= atMs + 1e-6);
  if (moment === undefined) return null;
  return <>{holds ? ' here; it breaks at ' : ' since '}<button type="button" className={css.moment} onClick={() => actions.seek(moment)} data-testid="law-moment">{momentText(moment)}</button></>;
}

/** Drawn only while it is open: at first that of the first law and of those that are broken. */
function Figures({ value, label, wanted }: { readonly value: Json; readonly label: string; readonly wanted: boolean }) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? wanted;
  return (
    <details open={open}>
      <summary onClick={(event) => { event.preventDefault(); setChosen(!open); }}>Figures</summary>
      {open && <Account value={value} label={label} />}
    </details>
  );
}
/** What a law has counted: rows as a table, totals as a line, then what is wrong. */
function Account({ value, label }: { readonly value: Json; readonly label: string }) {
  if (!isRecord(value)) return <DataTable value={value} label={label} />;
  const { rows, totals, brokenAtMs: _, ...lists } = value;
  return (
    <>
      {totals !== undefined && isRecord(totals) && <p className={css.totals}>{Object.entries(totals).map(([name, item]) => <span key={name}>{capital(columnName(name))} <b>{cellText(name, item)}</b></span>)}</p>}
      {isList(rows) && rows.length > 0 && <DataTable value={rows} label={label} />}
      {Object.entries(lists).map(([name, list]) => (isList(list) && list.length === 0 ? null : <div key={name}><h3>{capital(columnName(name))}</h3><DataTable value={list} label={columnName(name)} /></div>))}
    </>
  );
}

/** The last effects before the shown moment. Their number says whether there are new ones. */
const Effects = memo(function Effects({ count }: { readonly count: number }) {
  const actions = useActions();
  const effects = useRun((run) => run.effects) ?? [];
  return (
    <>
      <h3>Effects, the latest first</h3>
      <ol className={css.effects}>
        {effects.slice(Math.max(0, count - LAST), count).reverse().map((effect, i) => (
          <li key={count - i} data-holds={effect.holds}>
            <button type="button" onClick={() => actions.seek(effect.atMs)}><time>{momentText(effect.atMs)}</time><span>{noteSentence(effect, undefined, '')}</span>{!effect.holds && <em>breaks a law</em>}</button>
          </li>
        ))}
      </ol>
    </>
  );
});
