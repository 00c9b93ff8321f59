/**
 * A new look of the world comes ten times a second. Drawn at once it would have the whole page work in one frame and rest in the next five, so
 * while a run plays parts of the page take turns: a part in a lane sees the store some frames late. Anything else that happens (a pause, an
 * edit, a choice) is seen by all at once.
 */
import { createContext, useContext, type ReactNode } from 'react';
import type { StoreApi } from 'zustand';
import type { RunState, SessionState } from '../../session/types.ts';

type Seen = Pick<StoreApi<SessionState>, 'getState' | 'subscribe'>;
type Listener = Parameters<Seen['subscribe']>[0];
interface Lane extends Seen {
  readonly listeners: Set<Listener>;
  /** What is shown meanwhile, and the frame in which that ends. */
  held: SessionState | null;
  due: number;
}

/** How many frames late; 0 sees the store itself. */
const LaneContext = createContext(0);
export function InLane({ late, children }: { readonly late: number; readonly children: ReactNode }) {
  return <LaneContext value={late}>{children}</LaneContext>;
}

/** What grows while a run is computed and played. */
const GROWS: ReadonlySet<string> = new Set<keyof RunState>(['look', 'samples', 'notes', 'moves', 'effects', 'computedMs', 'events']);
const same = <T extends object>(a: T, b: T, but: (key: keyof T) => boolean): boolean => (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key] || but(key));
function canWait(state: SessionState, before: SessionState): boolean {
  const grown = (key: 'run' | 'other'): boolean => state[key] !== null && before[key] !== null && same(state[key], before[key], (of) => GROWS.has(of));
  return state.clock.playing && before.clock.playing && same(state, before, (key) => key === 'clock' || ((key === 'run' || key === 'other') && grown(key)));
}

function lanesOf(store: Seen): (late: number) => Lane {
  const lanes = new Map<number, Lane>();
  /** A playing run moves the clock once a frame. */
  let frame = 0;
  store.subscribe((state, before) => {
    const waits = canWait(state, before), ticked = waits && state.run === before.run && state.other === before.other;
    if (ticked) frame++;
    for (const [late, lane] of lanes) {
      if (lane.held === null && waits && !ticked && lane.listeners.size > 0) {
        lane.held = before;
        lane.due = frame + late;
      } else if (lane.held === null || !waits || lane.due <= frame) {
        const shown = lane.held ?? before;
        lane.held = null;
        for (const listener of lane.listeners) listener(state, shown);
      }
    }
  });
  return (late) => {
    const known = lanes.get(late);
    if (known !== undefined) return known;
    const listeners = new Set<Listener>();
    const lane: Lane = {
      listeners, held: null, due: 0,
      getState: () => lane.held ?? store.getState(),
      subscribe(listener) { listeners.add(listener); return () => listeners.delete(listener); },
    };
    lanes.set(late, lane);
    return lane;
  };
}

const known = new WeakMap<Seen, (late: number) => Lane>();
/** The store as it is seen in a lane. */
export function inLane(store: Seen, late: number): Seen {
  if (late === 0) return store;
  if (!known.has(store)) known.set(store, lanesOf(store));
  return known.get(store)!(late);
}
/** The same in the lane that this part of the page stands in. */
export const useLane = (store: Seen): Seen => inLane(store, useContext(LaneContext));
