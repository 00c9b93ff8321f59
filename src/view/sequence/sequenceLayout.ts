/** Where things stand in the sequence lanes: one lane for each node, time downwards. Plain numbers in px, nothing of the page. */
import type { Leg } from '../../protocol/messages.ts';
import { words as spoken } from '../common/format.ts';
import { labelOf, lookOf, type Mark, type Role } from './arrowLook.ts';
import { cut, Labels, type Label } from './labels.ts';
import type { Span } from './sequenceWindow.ts';
import { isHolding, type Stay } from './stays.ts';
import type { DownTime, Step } from './steps.ts';

export const MOST_ARROWS = 400;
/** Beyond it arrows have colour and head only. */
const MOST_MARKS = 160;
const MOST_STEPS = 240;
const MOST_IDLE = 3;
const HEAD = 40, FOOT = 10, SIDE = 50, LEAST_GAP = 88, TRACK = 5, LETTER = 6.1;

export interface Lane {
  readonly id: string;
  readonly title: string;
  /** The title in at most two lines. */
  readonly lines: readonly string[];
  readonly x: number;
}
/** The part of a packet's way that is in the window. */
export interface Arrow {
  readonly leg: Leg;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Its end is in the window; of a lost one that is half-way, where the cross stands. */
  readonly head: boolean;
  readonly role: Role;
  readonly mark: Mark | null;
  readonly label: Label | null;
  /** From a node to itself. */
  readonly loop: boolean;
  readonly followed: boolean;
}
export interface Tick {
  readonly step: Step;
  readonly x: number;
  readonly y: number;
  readonly kind: 'move' | 'note' | 'quiet';
  readonly label: Label | null;
}
export interface Bar {
  readonly stay: Stay;
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly holding: boolean;
}
export interface Down {
  readonly node: string;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}
export interface SequenceLayout {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly ticks: readonly Tick[];
  readonly bars: readonly Bar[];
  readonly downs: readonly Down[];
  /** Arrows, steps and bars that there was no room for. */
  readonly left: { readonly arrows: number; readonly steps: number; readonly bars: number };
}
export interface SequenceInput {
  readonly span: Span;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly { readonly id: string; readonly title: string }[];
  readonly legs: readonly Leg[];
  /** Legs of the followed request, wherever they are; drawn alone when there are too many others. */
  readonly followed: readonly Leg[];
  readonly followedRoot: number | null;
  readonly steps: readonly Step[];
  readonly stays: readonly Stay[];
  readonly downs: readonly DownTime[];
  readonly nodeOf: (layer: string) => string | undefined;
  readonly isFinal: (layer: string, state: string) => boolean;
  readonly isQuiet: (layer: string, note: string) => boolean;
}

export const timeToY = ({ fromMs, untilMs }: Span, { top, bottom }: { readonly top: number; readonly bottom: number }, ms: number): number => top + ((ms - fromMs) / (untilMs - fromMs)) * (bottom - top);
export const yToTime = ({ fromMs, untilMs }: Span, { top, bottom }: { readonly top: number; readonly bottom: number }, y: number): number => fromMs + ((y - top) / (bottom - top)) * (untilMs - fromMs);

function titleLines(title: string, gap: number): readonly string[] {
  const most = Math.max(4, Math.floor((gap - 8) / LETTER));
  if (title.length <= most) return [title];
  const words = title.split(' ');
  let first = words[0]!, i = 1;
  while (i < words.length && `${first} ${words[i]!}`.length <= most) first += ` ${words[i++]!}`;
  const rest = words.slice(i).join(' ');
  return rest === '' ? [cut(first, most)] : [cut(first, most), cut(rest, most)];
}

export function lanesOf(nodes: SequenceInput['nodes'], width: number): { readonly lanes: readonly Lane[]; readonly gap: number; readonly width: number } {
  const gap = nodes.length < 2 ? Math.max(LEAST_GAP, width - 2 * SIDE) : Math.max(LEAST_GAP, (width - 2 * SIDE) / (nodes.length - 1));
  const lanes = nodes.map(({ id, title }, i) => ({ id, title, lines: titleLines(title, Math.min(gap, 2 * SIDE)), x: SIDE + i * gap }));
  return { lanes, gap, width: Math.max(width, 2 * SIDE + Math.max(0, nodes.length - 1) * gap) };
}

/** The share of a way, from its start to its (or half its) end, that lies in the window; null when none does. */
export function clip(sentMs: number, endMs: number, { fromMs, untilMs }: Span): readonly [number, number] | null {
  if (endMs < fromMs || sentMs > untilMs) return null;
  const length = endMs - sentMs;
  if (length <= 0) return [0, 1];
  return [Math.max(0, (fromMs - sentMs) / length), Math.min(1, (untilMs - sentMs) / length)];
}

export function sequenceLayout(input: SequenceInput): SequenceLayout {
  const { span } = input;
  const { lanes, gap, width } = lanesOf(input.nodes, input.width);
  const area = { top: HEAD, bottom: input.height - FOOT };
  const laneOf = new Map(lanes.map((lane) => [lane.id, lane] as const));
  const y = (ms: number): number => timeToY(span, area, Math.max(span.fromMs, Math.min(ms, span.untilMs)));
  const labels = new Labels(LETTER);

  const crowded = input.legs.length > MOST_ARROWS;
  const legs = (crowded ? input.followed : input.legs).filter((leg) => laneOf.has(leg.from) && laneOf.has(leg.to));
  const arrows: Arrow[] = [];
  for (const leg of legs) {
    const from = laneOf.get(leg.from)!.x, to = laneOf.get(leg.to)!.x;
    const endMs = leg.lost ? (leg.sentMs + leg.arriveMs) / 2 : leg.arriveMs;
    const endX = leg.lost ? (from + to) / 2 : to;
    const part = clip(leg.sentMs, endMs, span);
    if (part === null) continue;
    const at = (share: number): number => from + (endX - from) * share;
    arrows.push({
      leg, x1: at(part[0]), y1: y(leg.sentMs + (endMs - leg.sentMs) * part[0]), x2: at(part[1]), y2: y(leg.sentMs + (endMs - leg.sentMs) * part[1]), head: part[1] === 1,
      ...lookOf(leg), label: null, loop: leg.from === leg.to, followed: input.followedRoot !== null && leg.root === input.followedRoot,
    });
    if (arrows.length === MOST_ARROWS) break;
  }
  const marked = arrows.length <= MOST_MARKS;

  // Bars: as many side by side as there is room for.
  const tracks = Math.max(1, Math.min(8, Math.floor((gap / 2 - 8) / TRACK)));
  const free = new Map<string, number[]>();
  const bars: Bar[] = [];
  let barsLeft = 0;
  const during = input.stays.filter(({ layer, state, fromMs, untilMs }) => fromMs < span.untilMs && untilMs > span.fromMs && (isHolding(state) || !input.isFinal(layer, state)));
  // Where many machines stay in a state all the time, their bars say nothing.
  const whole = ({ state, fromMs, untilMs }: Stay): boolean => !isHolding(state) && fromMs <= span.fromMs && untilMs >= span.untilMs;
  const idle = new Map<string, number>();
  for (const stay of during) if (whole(stay)) idle.set(stay.layer, (idle.get(stay.layer) ?? 0) + 1);
  const stays = during.filter((stay) => !whole(stay) || idle.get(stay.layer)! <= MOST_IDLE);
  for (const stay of stays.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const lane = laneOf.get(input.nodeOf(stay.layer) ?? '');
    if (lane === undefined) continue;
    const ends = free.get(lane.id) ?? [];
    free.set(lane.id, ends);
    let track = ends.findIndex((end) => end <= stay.fromMs);
    if (track < 0) track = ends.length;
    if (track >= tracks) { barsLeft++; continue; }
    ends[track] = stay.untilMs;
    const top = y(stay.fromMs);
    bars.push({ stay, x: lane.x + 4 + track * TRACK, y: top, height: Math.max(2, y(stay.untilMs) - top), holding: isHolding(stay.state) });
  }

  const kindOf = (step: Step): Tick['kind'] => (step.moves.length > 0 ? 'move' : step.notes.every(({ layer, name }) => input.isQuiet(layer, name)) ? 'quiet' : 'note');
  const onLanes = input.steps.map((step) => ({ step, kind: kindOf(step), lane: laneOf.get(input.nodeOf(step.layer) ?? '') })).filter(({ lane }) => lane !== undefined);
  const kept = onLanes.length <= MOST_STEPS ? onLanes : onLanes.filter(({ kind }) => kind !== 'quiet').slice(0, MOST_STEPS);
  const place = (step: Step, lane: Lane): Label | null => {
    const text = step.moves.length > 0 ? stateText(step) : '';
    if (text === '') return null;
    const used = (free.get(lane.id)?.length ?? 0) * TRACK;
    const first = lane === lanes[0];
    const most = Math.floor((first ? gap - used - 24 : gap - 16) / LETTER);
    if (most < 4) return null;
    return labels.place({ x: first ? lane.x + 8 + used : lane.x - 8, y: y(step.atMs) + 3.5, text: cut(text, most), anchor: first ? 'start' : 'end' });
  };
  const ticks = kept.map(({ step, kind, lane }): Tick => ({ step, kind, x: lane!.x, y: y(step.atMs), label: place(step, lane!) }));

  const named = arrows.toSorted((a, b) => Number(b.followed) - Number(a.followed));
  const names = new Map(named.map((arrow) => [arrow.leg, nameArrow(arrow, labels)] as const));
  const downs = input.downs.flatMap(({ node, fromMs, untilMs }): Down[] => {
    const lane = laneOf.get(node);
    if (lane === undefined || fromMs >= span.untilMs || untilMs <= span.fromMs) return [];
    return [{ node, x: lane.x, y: y(fromMs), height: Math.max(2, y(untilMs) - y(fromMs)) }];
  });
  return {
    width, height: input.height, ...area, lanes, ticks, bars, downs,
    arrows: arrows.map((arrow) => ({ ...arrow, mark: marked || arrow.followed ? arrow.mark : null, label: names.get(arrow.leg) ?? null })),
    left: { arrows: crowded ? input.legs.length : 0, steps: onLanes.length - kept.length, bars: barsLeft },
  };
}

/** The state that was entered; of several the first. */
const stateText = ({ moves }: Step): string => spoken(moves[0]!.to.split('.').at(-1)!);
function nameArrow({ leg, x1, y1, x2, y2, loop }: Arrow, labels: Labels): Label | null {
  const text = labelOf(leg);
  const most = Math.floor((Math.abs(x2 - x1) - 20) / LETTER);
  if (text === '' || loop || most < 4) return null;
  return labels.place({ x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 3, text: cut(text, most), anchor: 'middle' });
}
