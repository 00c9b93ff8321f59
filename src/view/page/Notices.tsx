import { useEffect, useState } from 'react';
import type { Notice } from '../../session/types.ts';
import { useLayers } from '../common/engines.ts';
import { Icon } from '../common/icons.tsx';
import { useActions, useSelect } from '../common/session.tsx';
import { Button, IconButton } from '../common/ui.tsx';
import css from './Notices.module.css';

/** How long a notice stays by itself; errors stay until they are read. */
const STAYS_MS = { info: 6000, warn: 14_000, error: null } as const;

export function Notices() {
  const notices = useSelect((state) => state.notices);
  const onStage = useSelect((state) => state.run !== null);
  return (
    <div className={css.notices} data-over={onStage ? 'stage' : 'page'} role="status" aria-live="polite" aria-label="Notices">
      {notices.map((notice) => <Toast key={notice.id} notice={notice} />)}
    </div>
  );
}
/** Names of parameters as the labels that their controls have; as it was when the notice came. */
function useReadable(text: string): string {
  const layers = useLayers();
  const [readable] = useState(() => {
    const found = /params\.([\w-]+)\.[\w-]+/.exec(text);
    const params = layers.get(found?.[1] ?? '')?.story?.params;
    if (params === undefined) return text;
    return text.replaceAll(/(?:params\.[\w-]+\.)?\b([\w-]+)\b/g, (word, name: string) => (Object.hasOwn(params, name) ? `“${params[name]!.label}”` : word)).replaceAll(/\s*Nearest: .+?\.?$/gm, '');
  });
  return readable;
}
function Toast({ notice }: { readonly notice: Notice }) {
  const actions = useActions();
  const { id, tone, text, detail, action } = notice;
  const readable = useReadable(text);
  useEffect(() => {
    const stays = STAYS_MS[tone];
    if (stays === null || action !== undefined) return undefined;
    const timer = setTimeout(() => actions.dismiss(id), stays);
    return () => clearTimeout(timer);
  }, [actions, id, tone, action]);
  return (
    <div className={css.notice} data-tone={tone} data-testid="notice">
      <Icon name={tone === 'info' ? 'info' : 'warn'} />
      <div>
        <p>{readable}</p>
        {detail !== undefined && <details><summary>Details</summary><pre>{detail}</pre></details>}
        {action !== undefined && <Button size="small" onClick={() => { action.run(); actions.dismiss(id); }}>{action.label}</Button>}
      </div>
      <IconButton size="small" icon="close" label="Dismiss" onClick={() => actions.dismiss(id)} />
    </div>
  );
}
