import { createStore } from 'zustand/vanilla';
import { expect, test } from 'vitest';
import type { SessionState } from '../../session/types.ts';
import { inLane } from './lanes.tsx';

/** A session of which only that counts which moves while a run plays. */
function playing() {
  const store = createStore<SessionState>()(() => ({
    clock: { atMs: 0, playing: true, speed: 1 }, other: null, theme: 'light', run: { look: 0, revision: 1 },
  } as unknown as SessionState));
  const seen = { 1: [] as number[], 3: [] as number[] };
  const lookOf = (state: SessionState) => state.run!.look as unknown as number;
  for (const late of [1, 3] as const) inLane(store, late).subscribe((state, before) => { if (state.run !== before.run) seen[late].push(lookOf(state)); });
  return {
    store, seen,
    shown: (late: number) => lookOf(inLane(store, late).getState()),
    look: (look: number) => store.setState({ run: { ...store.getState().run!, look: look as never } }),
    frame: () => store.setState({ clock: { ...store.getState().clock, atMs: store.getState().clock.atMs + 16 } }),
  };
}

test('while a run plays a lane sees a new look as many frames late as it is, and the newest there is then', () => {
  const { store, seen, shown, look, frame } = playing();
  look(1);
  expect([shown(0), shown(1), shown(3)]).toEqual([1, 0, 0]);
  frame();
  expect([shown(1), shown(3)]).toEqual([1, 0]);
  look(2);
  frame();
  expect([shown(1), shown(3)]).toEqual([2, 0]);
  frame();
  expect(shown(3)).toBe(2);
  expect(inLane(store, 3).getState()).toBe(store.getState());
  expect(seen).toEqual({ 1: [1, 2], 3: [2] });
});

test('a pause, an edit and a choice are seen by all at once, and what waited with them', () => {
  for (const happens of [
    ({ clock }: SessionState) => ({ clock: { ...clock, playing: false } }),
    ({ run }: SessionState) => ({ run: { ...run!, revision: 2 } }),
    () => ({ theme: 'dark' as const }),
  ]) {
    const { store, seen, shown, look } = playing();
    look(1);
    store.setState(happens(store.getState()));
    expect(shown(3)).toBe(1);
    expect(seen[3]).toEqual([1]);
  }
});

test('while nothing plays nothing waits', () => {
  const { store, shown, look } = playing();
  store.setState({ clock: { ...store.getState().clock, playing: false } });
  look(1);
  expect([shown(1), shown(3)]).toEqual([1, 1]);
});
