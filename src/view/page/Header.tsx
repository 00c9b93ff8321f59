import type { ReactNode } from 'react';
import type { Theme } from '../../session/types.ts';
import { useActions, useSelect } from '../common/session.tsx';
import { IconButton } from '../common/ui.tsx';
import { EmbedButton } from '../embed/EmbedButton.tsx';
import css from './Header.module.css';
import { usePageActions } from './pageActions.tsx';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const SAYS: Readonly<Record<Theme, string>> = { auto: 'Theme: as the system', light: 'Theme: light', dark: 'Theme: dark' };

export function Header({ children }: { readonly children?: ReactNode }) {
  const actions = useActions();
  const { openHelp } = usePageActions();
  const theme = useSelect((state) => state.theme);
  const inPattern = useSelect((state) => state.card !== null);
  return (
    <header className={css.header} data-inside={children !== undefined}>
      <a className={css.brand} href="./" aria-label="Patternscope: all patterns" aria-current={inPattern ? undefined : 'page'}
        onClick={(event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); actions.openGallery(); }}>
        <svg width="26" height="20" viewBox="0 0 26 20" aria-hidden="true">
          <path className={css.wire} d="M1,10H7M19,10H25M7,10 17,4.500" /><circle cx="7" cy="10" r="2.200" /><circle cx="19" cy="10" r="2.200" />
        </svg>
        <span>Patternscope</span>
      </a>
      {children !== undefined && <span className={css.slash} aria-hidden="true">/</span>}
      <div className={css.middle}>{children}</div>
      {children !== undefined && <EmbedButton />}
      <IconButton icon={theme === 'auto' ? 'auto' : theme === 'light' ? 'sun' : 'moon'} label={SAYS[theme]} data-testid="theme" onClick={() => actions.setTheme(NEXT[theme])} />
      <IconButton icon="help" label="Keyboard (?)" onClick={openHelp} />
    </header>
  );
}
