/** When an embed plays: only while it is seen, up to `until`, again from the opening moment with `loop`. */
import type { Options } from '../embed/options.ts';
import type { Session } from '../session/session.ts';
import type { Visibility } from './embedApp.tsx';

interface Deps {
  readonly session: Session;
  readonly options: () => Options;
  readonly visibility: Visibility;
  readonly ended: (atMs: number) => void;
  /** Goes on when it is seen again. Default: plays. */
  readonly resume?: (() => void) | undefined;
}
export interface EmbedPlayback {
  /** Plays as soon as it is seen. */
  begin(): void;
  /** Somebody paused: it does not go on by itself when it is seen again. */
  forget(): void;
}

export function embedPlayback({ session, options, visibility, ended, resume = session.actions.play }: Deps): EmbedPlayback {
  const { store, actions } = session;
  const openedAtMs = store.getState().clock.atMs;
  let waiting = false, began = true;
  let acting = false;
  let moving = false;
  /** What is done here must not count as done by somebody. */
  const act = (what: () => void): void => { acting = true; what(); acting = false; };
  store.subscribe((state, before) => {
    if (acting) return;
    const { atMs, playing } = state.clock;
    // At its end the clock first stops, then shows the last moment: both are one step.
    if (playing) moving = true;
    else if (moving) queueMicrotask(() => { moving = store.getState().clock.playing; });
    if (playing && !visibility.isSeen()) {
      waiting = true;
      act(() => actions.pause());
      return;
    }
    const { untilMs, loop } = options();
    const endMs = Math.min(untilMs ?? Infinity, state.run?.durationMs ?? Infinity);
    const reached = moving && atMs >= endMs && before.clock.atMs < endMs;
    if (!reached) return;
    const natural = untilMs === null || untilMs >= (state.run?.durationMs ?? Infinity);
    // The clock is in the middle of its own step: what follows waits until that is over.
    queueMicrotask(() => act(() => {
      if (!natural) { actions.pause(); actions.seek(endMs); ended(endMs); }
      if (loop) { actions.seek(openedAtMs < endMs ? openedAtMs : 0); actions.play(); }
    }));
  });
  visibility.onChange((isSeen) => {
    if (isSeen && waiting && began) { waiting = false; resume(); }
    else if (!isSeen && store.getState().clock.playing) { waiting = true; act(() => actions.pause()); }
  });
  return {
    begin() {
      waiting = true;
      began = false;
      // The clock can't run ahead of what has been computed: it would start from there.
      void session.settled().then(() => { if (waiting && visibility.isSeen()) { waiting = false; actions.play(); } began = true; });
    },
    forget() { waiting = false; },
  };
}
