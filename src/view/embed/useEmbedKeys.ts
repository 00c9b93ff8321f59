/** Shortcuts of an embed. They reach it only while the keyboard is inside the frame, which takes a click or Tab. */
import { useEffect } from 'react';
import { isTyping, takesArrows, takesSpace } from '../common/keys.ts';
import { stepSpeed } from '../common/speeds.ts';
import { useSession } from '../common/session.tsx';
import { still } from '../common/theme.ts';
import type { Control } from '../../embed/contract.ts';
import { walk } from '../../session/tour.ts';
import { useHasPanel, useOptions } from './options.ts';
import type { TourPlayer } from './tourPlayer.ts';

export function useEmbedKeys(player: TourPlayer | undefined): void {
  const session = useSession();
  const { store, actions } = session;
  const hasLesson = useHasPanel('lesson');
  const controls = useOptions((options) => options.controls);
  useEffect(() => {
    const may = (control: Control): boolean => controls.includes(control);
    const onKey = (event: KeyboardEvent) => {
      const { key, shiftKey } = event;
      if (event.defaultPrevented || event.altKey || isTyping(event.target)) return;
      if (event.ctrlKey || event.metaKey) {
        if (key.toLowerCase() !== 'z' || !may('undo')) return;
        if (shiftKey) actions.redo();
        else actions.undo();
      } else if (key === ' ' && may('play') && !takesSpace(event.target)) actions.toggle();
      else if ((key === 'ArrowLeft' || key === 'ArrowRight') && may('step') && !takesArrows(event.target)) void actions.step(shiftKey ? { unit: 'event' } : { unit: 'note' }, key === 'ArrowRight' ? 1 : -1);
      else if (key === 'Home' && may('restart') && !takesArrows(event.target)) actions.restart();
      else if ((key === ',' || key === '.') && may('speed')) actions.setSpeed(stepSpeed(store.getState().clock.speed, key === '.' ? 1 : -1));
      else if ((key === 'n' || key === 'p') && player !== undefined) void player.move(key === 'n' ? 1 : -1);
      else if ((key === 'n' || key === 'p') && hasLesson) void walk(session, key === 'n' ? 1 : -1, !still());
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [session, store, actions, controls, hasLesson, player]);
}
