/** The stage in words, for those who don't see it: renewed at most once a second, spoken only while nothing moves. */
import { useRef, useState } from 'react';
import { number, secondsText, words } from '../common/format.ts';
import { useFollow, useSelect, useWhich } from '../common/session.tsx';
import { hiddenClass } from '../common/ui.tsx';
import { faultText, isActive } from '../common/faults.ts';
import { meanBefore } from '../common/samples.ts';
import type { RunState } from '../../session/types.ts';

export function stageWords(run: RunState): string {
  const { look, resolved, samples } = run;
  if (look === null) return 'The simulation is being prepared.';
  const title = (id: string): string => resolved.nodes.find((node) => node.id === id)?.title ?? id;
  const sentences = [`At ${secondsText(look.atMs)}.`];
  for (const fault of resolved.faults) if (isActive(fault, look.atMs)) sentences.push(`Fault: ${faultText(fault, title)}.`);
  for (const node of resolved.nodes) {
    const parts: string[] = [];
    const condition = look.nodes[node.id];
    if (condition?.down === true) parts.push('crashed');
    if (condition?.paused === true) parts.push('paused');
    const good = meanBefore(samples, `${node.id}.goodputPerSecond`, look.atMs), offered = meanBefore(samples, `${node.id}.offeredPerSecond`, look.atMs);
    if (good !== null && offered !== null) parts.push(`${number(Math.round(good))} of ${number(Math.round(offered))} requests a second answered well`);
    for (const layer of node.layers) {
      const inspection = look.layers[layer.id];
      if (inspection === undefined) continue;
      if (inspection.slots !== undefined && inspection.mode === undefined) parts.push(`${inspection.slots.used} of ${inspection.slots.of} slots busy`);
      if (inspection.queue !== undefined && inspection.queue.length > 0) parts.push(`${inspection.queue.length} waiting`);
      if (inspection.mode !== undefined) parts.push(`${words(layer.id)} ${inspection.mode}`);
    }
    if (parts.length > 0) sentences.push(`${node.title}: ${parts.join(', ')}.`);
  }
  return sentences.join(' ');
}

const EVERY_MS = 1000;
export function StageWords() {
  const which = useWhich();
  const playing = useSelect((state) => state.clock.playing);
  const [text, setText] = useState('');
  const last = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useFollow((state) => state[which]?.look, (_, state) => {
    const run = state[which];
    if (run === null || timer.current !== undefined) return;
    const wait = Math.max(0, last.current + EVERY_MS - performance.now());
    timer.current = setTimeout(() => { timer.current = undefined; last.current = performance.now(); setText(stageWords(run)); }, wait);
  });
  return <p className={hiddenClass} data-testid="stage-words" aria-live={playing ? 'off' : 'polite'}>{text}</p>;
}
