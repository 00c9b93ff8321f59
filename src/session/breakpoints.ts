/** The first moment after a given one at which a breakpoint of the document holds. */
import type { Ms } from '../kernel/contract.ts';
import type { Breakpoint } from '../runs/document.ts';
import { firstAfter } from './runData.ts';
import type { RunState } from './types.ts';

const SAMPLE_MS = 100;

export function nextBreak(run: RunState, breakpoints: readonly Breakpoint[], afterMs: Ms): { readonly atMs: Ms; readonly text: string } | null {
  let best: { atMs: Ms; text: string } | null = null;
  const offer = (atMs: Ms | undefined, text: string) => { if (atMs !== undefined && atMs > afterMs && (best === null || atMs < best.atMs)) best = { atMs, text }; };
  for (const breakpoint of breakpoints) offer(momentOf(run, breakpoint, afterMs), describeBreakpoint(breakpoint));
  return best;
}

function momentOf(run: RunState, breakpoint: Breakpoint, afterMs: Ms): Ms | undefined {
  switch (breakpoint.kind) {
    case 'time': return breakpoint.atMs;
    case 'note': return find(run.notes, afterMs, (note) => note.name === breakpoint.note && (breakpoint.layer === undefined || note.layer === breakpoint.layer));
    case 'mode': return find(run.moves, afterMs, (move) => move.layer === breakpoint.layer && move.to === breakpoint.mode && (breakpoint.instance === undefined || move.instance === breakpoint.instance));
    case 'invariant': return run.failure?.atMs ?? find(run.notes, afterMs, (note) => note.name === 'lawBroken');
    case 'firstRetry': return run.notes.find((note) => note.name === 'retried' || note.name === 'scheduled')?.atMs;
    case 'metric': {
      const values = run.samples.values[breakpoint.metric];
      if (values === undefined) return undefined;
      const beyond = (value: number) => (breakpoint.is === 'above' ? value > breakpoint.value : value < breakpoint.value);
      // Stops where the threshold is crossed, not at every sample beyond it.
      for (let row = Math.max(1, Math.floor(afterMs / SAMPLE_MS)); row < run.samples.rows; row++) {
        if (beyond(values[row]!) && !beyond(values[row - 1]!) && (row + 1) * SAMPLE_MS > afterMs) return (row + 1) * SAMPLE_MS;
      }
      return undefined;
    }
  }
}
const find = <T extends { readonly atMs: Ms }>(list: readonly T[], afterMs: Ms, holds: (item: T) => boolean): Ms | undefined => {
  for (let i = firstAfter(list, afterMs); i < list.length; i++) if (holds(list[i]!)) return list[i]!.atMs;
  return undefined;
};

export function describeBreakpoint(breakpoint: Breakpoint): string {
  switch (breakpoint.kind) {
    case 'time': return `time ${breakpoint.atMs / 1000} s`;
    case 'note': return `note "${breakpoint.note}"${breakpoint.layer === undefined ? '' : ` of ${breakpoint.layer}`}`;
    case 'mode': return `${breakpoint.layer}${breakpoint.instance === undefined ? '' : ` (${breakpoint.instance})`} is ${breakpoint.mode}`;
    case 'invariant': return 'a broken rule';
    case 'firstRetry': return 'the first retry';
    case 'metric': return `${breakpoint.metric} ${breakpoint.is} ${breakpoint.value}`;
  }
}
