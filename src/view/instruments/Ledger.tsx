import { momentText } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { noteSentence } from '../common/sentence.ts';
import { useActions, useLook, useRun } from '../common/session.tsx';
import { DataTable } from './DataTable.tsx';
import css from './Instruments.module.css';

const LAST = 30;

/** The outside observer: which laws hold, and which effects were really applied. */
export function Ledger() {
  const actions = useActions();
  const laws = useLook((look) => look.ledger) ?? [];
  const effects = useRun((run) => run.effects) ?? [];
  const atMs = useRun((run) => run.look?.atMs ?? 0) ?? 0;
  const past = effects.filter((effect) => effect.atMs <= atMs);
  if (laws.length === 0 && past.length === 0) return <p className={css.nothing}>Nothing to account for yet.</p>;
  return (
    <>
      <ul className={css.laws}>
        {laws.map(({ name, why, holds, view }) => (
          <li key={name} data-holds={holds}>
            <p><Icon name={holds ? 'check' : 'warn'} /><b>{name}</b> {holds ? 'holds' : 'is broken'}</p>
            {!holds && <p className={css.why}>{why}</p>}
            {view !== null && <details><summary>Figures</summary><DataTable value={view} label={name} /></details>}
          </li>
        ))}
      </ul>
      {past.length > 0 && (
        <>
          <h3>Effects, the latest first</h3>
          <ol className={css.effects}>
            {past.slice(-LAST).reverse().map((effect, i) => (
              <li key={past.length - i} data-holds={effect.holds}>
                <button type="button" onClick={() => actions.seek(effect.atMs)}><time>{momentText(effect.atMs)}</time><span>{noteSentence(effect, undefined, '')}</span>{!effect.holds && <em>breaks a law</em>}</button>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}
