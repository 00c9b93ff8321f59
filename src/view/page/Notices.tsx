import { useEffect } from 'react';
import type { Notice } from '../../session/types.ts';
import { Icon } from '../common/icons.tsx';
import { useActions, useSelect } from '../common/session.tsx';
import { Button, IconButton } from '../common/ui.tsx';
import css from './Notices.module.css';

/** Information goes by itself; warnings and errors stay until they are read. */
const INFO_MS = 6000;

export function Notices() {
  const notices = useSelect((state) => state.notices);
  return (
    <div className={css.notices} role="status" aria-live="polite" aria-label="Notices">
      {notices.map((notice) => <Toast key={notice.id} notice={notice} />)}
    </div>
  );
}
function Toast({ notice }: { readonly notice: Notice }) {
  const actions = useActions();
  const { id, tone, text, detail, action } = notice;
  useEffect(() => {
    if (tone !== 'info' || action !== undefined) return undefined;
    const timer = setTimeout(() => actions.dismiss(id), INFO_MS);
    return () => clearTimeout(timer);
  }, [actions, id, tone, action]);
  return (
    <div className={css.notice} data-tone={tone} data-testid="notice">
      <Icon name={tone === 'info' ? 'info' : 'warn'} />
      <div>
        <p>{text}</p>
        {detail !== undefined && <details><summary>Details</summary><pre>{detail}</pre></details>}
        {action !== undefined && <Button size="small" onClick={() => { action.run(); actions.dismiss(id); }}>{action.label}</Button>}
      </div>
      <IconButton size="small" icon="close" label="Dismiss" onClick={() => actions.dismiss(id)} />
    </div>
  );
}
