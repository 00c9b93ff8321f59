import { useRef, useState } from 'react';
import { Popover } from '../common/Popover.tsx';
import { saveText } from '../common/saveText.ts';
import { useActions, useSession } from '../common/session.tsx';
import { Button, inputClass } from '../common/ui.tsx';
import { readRunFile } from '../page/useFileDrop.ts';
import css from './Share.module.css';

/** The address of this very moment: document, time, what is selected and open. */
export function ShareButton({ label = 'Share' }: { readonly label?: string }) {
  const actions = useActions();
  const { store } = useSession();
  const [shared, setShared] = useState<{ readonly link: string; readonly tooLong: boolean; readonly copied: boolean } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const share = async () => {
    const { link, tooLong } = await actions.momentLink();
    const address = new URL(link, location.href).href;
    let copied = false;
    try {
      if (!tooLong) { await navigator.clipboard.writeText(address); copied = true; }
    } catch {
      // Forbidden here: the field below can be copied by hand.
    }
    setShared({ link: address, tooLong, copied });
  };
  const save = () => {
    const { run } = store.getState();
    if (run !== null) saveText(`${run.document.pattern}-${run.document.scenario}.json`, 'application/json', JSON.stringify(run.document, null, 2));
  };
  return (
    <>
      <Button ref={button} icon="share" title="Copy a link to this moment" data-testid="share" aria-expanded={shared !== null} onClick={() => void share()}>{label}</Button>
      <Popover open={shared !== null} onClose={() => setShared(null)} anchor={button} label="Share this moment">
        <div className={css.share}>
          <h2>This very moment</h2>
          <p role="status">{shared?.tooLong === true ? 'The run is too long for a link that survives everywhere. Save it as a file instead.' : shared?.copied === true ? 'The link is copied. It opens the same run at the same moment.' : 'Copy this link. It opens the same run at the same moment.'}</p>
          {shared?.tooLong === false && <input className={inputClass} readOnly value={shared.link} aria-label="Link to this moment" data-first data-testid="moment-link" onFocus={(event) => event.target.select()} />}
          <div className={css.ways}>
            <Button size="small" icon="save" onClick={save}>Save the run as a file</Button>
            <label className={css.open}>Open a file…<input type="file" accept="application/json,.json" onChange={(event) => {
              const file = event.target.files?.[0];
              setShared(null);
              if (file !== undefined) void readRunFile(file).then((json) => actions.openDocument(json));
            }} /></label>
          </div>
        </div>
      </Popover>
    </>
  );
}
