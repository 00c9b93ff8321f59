/** Prints what a rig saw and what its engines decided, one line each, so that a behaviour can be read and reviewed. */
import type { Json, Ms } from './contract.ts';
import type { Decision } from './harnessStack.ts';

/** A line of the log: an input or a timer that fell due, or a decision. */
export type Entry = { readonly atMs: Ms; readonly text: string } | Decision;
export interface PrintOptions {
  /** Notes (by name) and kinds of decisions to leave out, e.g. 'forward'. Gauges always are. */
  readonly without?: readonly string[];
  /** Sentences of notes, as in an engine's story; without one a note is printed with its data. */
  readonly sentences?: Readonly<Record<string, { readonly text: string }>>;
}

export function printEntries(entries: readonly Entry[], { without = [], sentences = {} }: PrintOptions): string {
  const layers = new Set(entries.flatMap((entry) => ('kind' in entry ? [entry.layer] : [])));
  let shownMs = -1;
  const lines = entries.flatMap((entry) => {
    if ('kind' in entry && (entry.kind === 'gauge' || without.includes(entry.kind) || (entry.kind === 'note' && without.includes(entry.name)))) return [];
    const time = entry.atMs === shownMs ? '' : `${entry.atMs} ms`;
    shownMs = entry.atMs;
    const text = 'kind' in entry ? `  ${layers.size > 1 ? `[${entry.layer}] ` : ''}${decisionText(entry, sentences)}` : entry.text;
    return [`${time.padStart(14)}  ${text}`];
  });
  return `${lines.join('\n')}\n`;
}

function decisionText(decision: Decision, sentences: NonNullable<PrintOptions['sentences']>): string {
  switch (decision.kind) {
    case 'forward': return `forward ${decision.call}`;
    case 'send': return `send ${decision.call} ${decision.op} to ${decision.to}${decision.attempt === 0 ? '' : `, attempt ${decision.attempt}`}`;
    case 'reply': return `reply ${decision.call} ${outcomeText(decision.outcome)}`;
    case 'cancel': return `cancel ${decision.call} ${outcomeText(decision.outcome)}`;
    case 'cast': return `cast ${decision.post.topic} to ${decision.to}`;
    case 'pass': return `pass ${decision.topic}`;
    case 'effect': return `effect ${decision.name} ${dataText(decision.data)}`;
    case 'transition': return `move ${decision.instance === '' ? '' : `${decision.instance}: `}${decision.from} → ${decision.to} (${decision.event})`;
    case 'gauge': return `level ${decision.name} ${decision.value}`;
    case 'timerSet': return `set timer ${decision.key} for ${decision.dueMs} ms`;
    case 'timerCleared': return `clear timer ${decision.key}`;
    case 'note': {
      const sentence = sentences[decision.name];
      return sentence === undefined ? `note ${decision.name}${decision.data === undefined ? '' : ` ${dataText(decision.data)}`}` : `— ${fill(sentence.text, decision)}`;
    }
  }
}

const outcomeText = (outcome: object & { readonly kind: string }): string => {
  const { kind, ...rest } = outcome;
  return Object.keys(rest).length === 0 ? kind : `${kind} ${dataText(rest as Json)}`;
};
export const dataText = (data: Json): string =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? `(${Object.entries(data).map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')})`
    : JSON.stringify(data);
/** Fills the {holes} of a sentence with a note's data. */
export const fill = (text: string, { data, layer }: { readonly data?: Json; readonly layer: string }): string =>
  text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = name === 'layer' ? layer : (data as Record<string, Json> | undefined)?.[name];
    return value === undefined ? hole : String(value);
  });
