/** The shortcuts of the pattern page. */
import { useEffect } from 'react';
import { isTyping, takesArrows, takesSpace } from '../common/keys.ts';
import { stepSpeed } from '../common/speeds.ts';
import { useSession } from '../common/session.tsx';
import { walk } from '../../session/tour.ts';
import { still } from '../common/theme.ts';
import { usePageActions } from './pageActions.tsx';

export const FAULT_EVENT = 'patternscope:fault';

export function useKeyboard(): void {
  const session = useSession();
  const { store, actions } = session;
  const { openHelp } = usePageActions();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const { key, shiftKey } = event;
      if (event.ctrlKey || event.metaKey) {
        if (key.toLowerCase() === 'z' && !event.altKey) { if (shiftKey) actions.redo(); else actions.undo(); event.preventDefault(); }
        if (key.toLowerCase() === 'y' && !event.altKey) { actions.redo(); event.preventDefault(); }
        return;
      }
      if (event.altKey) return;
      switch (key) {
        case ' ':
          if (takesSpace(event.target)) return;
          actions.toggle();
          break;
        case 'ArrowLeft': case 'ArrowRight':
          if (takesArrows(event.target)) return;
          void actions.step(shiftKey ? { unit: 'event' } : { unit: 'note' }, key === 'ArrowRight' ? 1 : -1);
          break;
        case 'Home':
          if (takesArrows(event.target)) return;
          actions.restart();
          break;
        case ',': actions.setSpeed(stepSpeed(store.getState().clock.speed, -1)); break;
        case '.': actions.setSpeed(stepSpeed(store.getState().clock.speed, 1)); break;
        case 'n': case 'p': void walk(session, key === 'n' ? 1 : -1, !still()); break;
        case 'f': dispatchEvent(new Event(FAULT_EVENT)); break;
        case '?': openHelp(); break;
        case '/': actions.openGallery(); break;
        case 'Escape':
          if (store.getState().selection === null) return;
          actions.select(null);
          break;
        default: return;
      }
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [session, store, actions, openHelp]);
}
