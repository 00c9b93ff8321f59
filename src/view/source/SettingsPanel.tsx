import { useState } from 'react';
import { useRun, useSelect } from '../common/session.tsx';
import { Empty, selectClass } from '../common/ui.tsx';
import { words } from '../common/format.ts';
import { CopyButton } from './CopyButton.tsx';
import { fillSettings } from './fillSettings.ts';
import css from './Source.module.css';

/** The tuned parameters as settings of real libraries, to take home. */
export function SettingsPanel() {
  const pattern = useSelect((state) => state.card?.id ?? '');
  const settings = useSelect((state) => state.story?.settings) ?? [];
  const layer = useRun((run) => run.resolved.nodes.flatMap((node) => node.layers).find(({ engine }) => engine === pattern));
  const live = useRun((run) => (layer === undefined ? undefined : run.look?.params[layer.id]));
  const [chosen, setChosen] = useState(0);
  const shown = settings[chosen];
  if (layer === undefined) return <Empty><p>This variant runs without the pattern, so there is nothing to take home. Choose a variant that has it.</p></Empty>;
  if (shown === undefined) return <Empty><p>There are no settings of libraries for this pattern.</p></Empty>;
  const text = fillSettings(shown.template, live ?? layer.params);
  return (
    <div className={css.source}>
      <div className={css.top}>
        <label>Settings of “{words(layer.id)}” for <select className={selectClass} value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
          {settings.map((it, i) => <option key={`${it.library}/${it.language}`} value={i}>{it.library} ({it.language})</option>)}
        </select></label>
        <CopyButton text={text} />
      </div>
      <pre className={css.code} tabIndex={0} aria-label={`Settings for ${shown.library}`}><code>{text}</code></pre>
      {shown.caveat !== undefined && <p className={css.caveat}>{shown.caveat}</p>}
    </div>
  );
}
