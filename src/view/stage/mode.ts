/** A layer's mode as a plate shows it, read from its inspection alone. */
import type { Inspection } from '../../kernel/contract.ts';
import { number, words } from '../common/format.ts';

/** How a plate's part of the wire is drawn: a switch when its mode speaks like one, else a plain gate. */
export type WireMark = 'closed' | 'open' | 'half' | 'gate';
export function wireMark(inspection: Inspection | undefined): WireMark {
  const mode = inspection?.mode?.toLowerCase() ?? '';
  const state = inspection?.machines?.[0]?.state ?? '';
  if (mode.startsWith('half') || /^half/i.test(state)) return 'half';
  if (/^(forced )?open/.test(mode) || /^(forced)?open$/i.test(state)) return 'open';
  if (mode.startsWith('closed') || state === 'closed') return 'closed';
  return 'gate';
}

/** The mode as two short lines: the word, and what it means. */
export function modeLines(inspection: Inspection | undefined): readonly [string, string] {
  if (inspection === undefined) return ['', ''];
  const { mode, slots, meters } = inspection;
  if (mode !== undefined) {
    const [, word = mode, meaning = ''] = /^(.*?)\s*\((.*)\)$/.exec(mode) ?? [];
    if (meaning !== '' || word.length <= 18) return [word, meaning];
    const cut = word.lastIndexOf(' ', 18);
    return cut > 0 ? [word.slice(0, cut), word.slice(cut + 1)] : [word, ''];
  }
  if (slots !== undefined) return [`${slots.used} of ${slots.of}`, inspection.queue !== undefined && inspection.queue.length > 0 ? `${inspection.queue.length} waiting` : 'in use'];
  const meter = Object.entries(meters ?? {}).find(([, value]) => value !== null);
  return meter === undefined ? ['', ''] : [number(meter[1]), words(meter[0])];
}
