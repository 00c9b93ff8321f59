/** Prints a trace as text, one line for each thing that happened, so that a run can be read, compared and reviewed as prose. */
import { OUTCOME_KINDS, type LayerId, type NodeId } from './contract.ts';
import { dataText, fill } from './harnessText.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, type Names, type Trace } from './trace.ts';
import type { World } from './world.ts';

/** What the numbers in a trace stand for. */
export interface Legend {
  readonly names: readonly string[];
  readonly layers: readonly LayerId[];
  readonly links: readonly { readonly from: NodeId; readonly to: NodeId }[];
}
export const legendOf = (world: World, names: Names): Legend => ({ names: names.list, layers: world.layerIds, links: world.plan.links });

export interface TranscriptOptions {
  readonly fromMs?: number;
  /** Exclusive. */
  readonly untilMs?: number;
  /** Kinds of lines to leave out, and notes by name. */
  readonly without?: readonly string[];
  /** Sentences of notes, as in an engine's story; without one a note is printed with its data. */
  readonly sentences?: Readonly<Record<string, { readonly text: string }>>;
}
export type LineKind = 'move' | 'note' | 'effect' | 'mark' | 'hop';
interface Line {
  readonly atNs: number;
  readonly text: string;
}
type Tables = Pick<Trace, 'hops' | 'marks' | 'notes' | 'moves' | 'effects'>;

const MARKS: Readonly<Record<number, string>> = {
  [MARK.started]: 'starts at', [MARK.ended]: 'ends at', [MARK.refused]: 'refused by', [MARK.gaveUp]: 'given up by', [MARK.late]: 'too late for', [MARK.began]: 'is worked on by',
};
const ms = (ns: number): string => `${ns / 1e6} ms`;

/** Everything in order of time; of one instant first moves, then notes, effects, marks and hops. A hop stands where it was sent. */
export function transcript(tables: Tables, legend: Legend, { fromMs = 0, untilMs = Infinity, without = [], sentences = {} }: TranscriptOptions = {}): string {
  const wanted = (kind: LineKind): boolean => !without.includes(kind);
  const lines: Line[] = [
    ...(wanted('move') ? moveLines(tables, legend) : []),
    ...(wanted('note') ? noteLines(tables, legend, without, sentences) : []),
    ...(wanted('effect') ? effectLines(tables, legend) : []),
    ...(wanted('mark') ? markLines(tables, legend) : []),
    ...(wanted('hop') ? hopLines(tables, legend) : []),
  ].filter(({ atNs }) => atNs >= fromMs * 1e6 && atNs < untilMs * 1e6);
  let shownNs = -1;
  return lines.sort((a, b) => a.atNs - b.atNs).map(({ atNs, text }) => {
    const time = atNs === shownNs ? '' : ms(atNs);
    shownNs = atNs;
    return `${time.padStart(16)}  ${text}\n`;
  }).join('');
}

const rows = (length: number, line: (i: number) => Line): Line[] => Array.from({ length }, (_, i) => line(i));
const outcomeName = (code: number): string => OUTCOME_KINDS[code]!;
const callName = (call: number, root: number): string => (root === call || root === 0 ? `#${call}` : `#${call} (of #${root})`);

const moveLines = ({ moves: t }: Tables, { names, layers }: Legend): Line[] => rows(t.length, (i) => {
  const instance = names[t.instance[i]!]!;
  return { atNs: t.atNs[i]!, text: `${layers[t.layer[i]!]}${instance === '' ? '' : `[${instance}]`}: ${names[t.from[i]!]} → ${names[t.to[i]!]} (${names[t.event[i]!]})` };
});

function noteLines({ notes: t }: Tables, { names, layers }: Legend, without: readonly string[], sentences: NonNullable<TranscriptOptions['sentences']>): Line[] {
  return rows(t.length, (i) => {
    const name = names[t.name[i]!]!;
    const data = t.data[i];
    const layer = layers[t.layer[i]!]!;
    const sentence = sentences[name];
    const told = sentence === undefined ? `${layer} notes ${name}${data === undefined ? '' : ` ${dataText(data)}`}` : `— ${fill(sentence.text, { data, layer })}`;
    return { atNs: t.atNs[i]!, text: without.includes(name) ? '' : told };
  }).filter(({ text }) => text !== '');
}

const effectLines = ({ effects: t }: Tables, { names, layers }: Legend): Line[] => rows(t.length, (i) => ({
  atNs: t.atNs[i]!, text: `${layers[t.layer[i]!]} applies ${names[t.name[i]!]} ${dataText(t.data[i]!)}${t.holds[i] === 1 ? '' : ', which breaks a law'}`,
}));

const markLines = ({ marks: t }: Tables, { layers }: Legend): Line[] => rows(t.length, (i) => ({
  atNs: t.atNs[i]!,
  text: `${callName(t.call[i]!, t.root[i]!)} ${MARKS[t.kind[i]!]} ${layers[t.layer[i]!]}${t.kind[i] === MARK.started || t.kind[i] === MARK.began ? '' : `: ${outcomeName(t.outcome[i]!)}`}`,
}));

function hopLines({ hops: t }: Tables, { names, links }: Legend): Line[] {
  return rows(t.length, (i) => {
    const { from, to } = links[t.link[i]!]!;
    const kind = t.kind[i]!;
    const flags = t.flags[i]!;
    const back = kind === HOP.reply;
    const way = back ? `${from} ← ${to}` : `${from} → ${to}`;
    const what = [
      back ? `: ${outcomeName(t.outcome[i]!)}` : kind === HOP.cancel ? ': cancel' : '',
      t.attempt[i] === 0 ? '' : `, attempt ${t.attempt[i]!}`,
      (flags & DUPLICATE) === 0 ? '' : ', a copy',
      (flags & LATE) === 0 ? '' : ', nobody waits',
      (flags & LOST) === 0 ? `, arrives at ${ms(t.arriveNs[i]!)}` : ', lost',
    ].join('');
    return { atNs: t.sentNs[i]!, text: `${kind === HOP.message ? `message ${t.call[i]!}` : callName(t.call[i]!, t.root[i]!)} ${names[t.op[i]!]} ${way}${what}` };
  });
}
