import type { RefObject } from 'react';
import { Popover } from '../common/Popover.tsx';
import { saveText } from '../common/saveText.ts';
import { useActions, useSession } from '../common/session.tsx';
import { Button, inputClass } from '../common/ui.tsx';
import { readRunFile } from '../page/useFileDrop.ts';
import css from './Share.module.css';

export interface Shared {
  readonly link: string;
  readonly tooLong: boolean;
  readonly copied: boolean;
}
interface Props {
  readonly shared: Shared;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}
/** The link of the moment, and files. */
export function ShareWays({ shared, anchor, onClose }: Props) {
  const actions = useActions();
  const { store } = useSession();
  const save = () => {
    const { run } = store.getState();
    if (run !== null) saveText(`${run.document.pattern}-${run.document.scenario}.json`, 'application/json', JSON.stringify(run.document, null, 2));
  };
  return (
    <Popover open onClose={onClose} anchor={anchor} label="Share this moment">
      <div className={css.share}>
        <h2>This very moment</h2>
        <p role="status">{shared.tooLong ? 'The run is too long for a link that survives everywhere. Save it as a file instead.' : shared.copied ? 'The link is copied. It opens the same run at the same moment.' : 'Copy this link. It opens the same run at the same moment.'}</p>
        {!shared.tooLong && <input className={inputClass} readOnly value={shared.link} aria-label="Link to this moment" data-first data-testid="moment-link" onFocus={(event) => event.target.select()} />}
        <div className={css.ways}>
          <Button size="small" icon="save" onClick={save}>Save the run as a file</Button>
          <label className={css.open}>Open a file…<input type="file" accept="application/json,.json" onChange={(event) => {
            const file = event.target.files?.[0];
            onClose();
            if (file !== undefined) void readRunFile(file).then((json) => actions.openDocument(json));
          }} /></label>
        </div>
      </div>
    </Popover>
  );
}
