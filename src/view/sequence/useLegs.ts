import { useEffect, useState } from 'react';
import type { Leg } from '../../protocol/messages.ts';
import { useSession, useWhich } from '../common/session.tsx';
import { windowFor, type Span } from './sequenceWindow.ts';
import { Stays, type Stay } from './stays.ts';
import { downTimes, stepsWithin, type DownTime, type Step } from './steps.ts';

const EVERY_MS = 200;
export interface Lanes {
  readonly span: Span;
  readonly legs: readonly Leg[];
  readonly cut: boolean;
  readonly steps: readonly Step[];
  readonly stays: readonly Stay[];
  readonly downs: readonly DownTime[];
}
/** What happened in a window that follows the shown moment; asked for at most five times a second, and only when something has changed. */
export function useLegs(lengthMs: number): Lanes | null {
  const { store, lanes } = useSession();
  const which = useWhich();
  const [state, setState] = useState<Lanes | null>(null);
  useEffect(() => {
    let on = true, asking = false, last = -Infinity;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: Span | null = null, key = '';
    const stays = new Stays();
    const ask = () => {
      timer = undefined;
      const { clock, [which]: run } = store.getState();
      if (run === null) return;
      const span = windowFor(shown, clock.atMs, lengthMs, run.durationMs);
      const next = `${span.fromMs}/${span.untilMs}/${run.revision}/${Math.min(run.computedMs, span.untilMs)}/${run.status === 'loading'}`;
      if (next === key) return;
      key = next;
      asking = true;
      last = performance.now();
      void lanes(which, span.fromMs, span.untilMs).then(({ legs, cut }) => {
        asking = false;
        const { [which]: now } = store.getState();
        if (!on || now === null) return;
        shown = span;
        stays.update(now.moves, now.revision);
        const nodeOf = new Map(now.resolved.nodes.flatMap((node) => node.layers.map((layer) => [layer.id, node.id] as const)));
        setState({
          span, legs, cut, steps: stepsWithin(now.notes, now.moves, span.fromMs, span.untilMs), stays: stays.within(span.fromMs, span.untilMs),
          downs: downTimes(now.notes, (layer) => nodeOf.get(layer)),
        });
        plan();
      });
    };
    const plan = () => { if (on && !asking) timer ??= setTimeout(ask, Math.max(0, last + EVERY_MS - performance.now())); };
    plan();
    const stop = store.subscribe(plan);
    return () => { on = false; clearTimeout(timer); stop(); };
  }, [store, lanes, which, lengthMs]);
  return state;
}
