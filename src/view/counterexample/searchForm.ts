/** What a search for a counterexample is asked for, and whether it can be run. */
import type { Search } from '../../protocol/messages.ts';

export type Crashes = 'none' | 'chosen' | 'all';
export interface Point {
  readonly node: string;
  readonly note: string;
}
export interface SearchForm {
  readonly rule: string | null;
  readonly seeds: number;
  readonly crashes: Crashes;
  readonly chosen: ReadonlySet<string>;
  readonly occurrences: number;
  readonly downSeconds: number;
  readonly maxRuns: number;
}
export const freshForm: SearchForm = { rule: null, seeds: 20, crashes: 'none', chosen: new Set(), occurrences: 1, downSeconds: 5, maxRuns: 2000 };

/** The steps of a node at which it can be made to crash. */
export interface PointGroup {
  readonly node: string;
  readonly title: string;
  readonly notes: readonly { readonly name: string; readonly text: string }[];
}
export const pointKey = ({ node, note }: Point): string => `${node}\n${note}`;
interface NotingLayer {
  readonly node: string;
  readonly nodeTitle: string;
  readonly story: { readonly place?: 'layer' | 'app' | undefined; readonly notes: Readonly<Record<string, { readonly text: string }>> } | undefined;
}
/** Every note of every node that runs an application. */
export function pointGroups(layers: Iterable<NotingLayer>): readonly PointGroup[] {
  const groups = new Map<string, { title: string; app: boolean; notes: Map<string, string> }>();
  for (const { node, nodeTitle, story } of layers) {
    let group = groups.get(node);
    if (group === undefined) { group = { title: nodeTitle, app: false, notes: new Map() }; groups.set(node, group); }
    if (story?.place === 'app') group.app = true;
    for (const [name, { text }] of Object.entries(story?.notes ?? {})) group.notes.set(name, text);
  }
  return [...groups].filter(([, { app, notes }]) => app && notes.size > 0)
    .map(([node, { title, notes }]) => ({ node, title, notes: [...notes].map(([name, text]) => ({ name, text })) }));
}

export function pointsOf({ crashes, chosen }: Pick<SearchForm, 'crashes' | 'chosen'>, groups: readonly PointGroup[]): readonly Point[] {
  if (crashes === 'none') return [];
  const all = groups.flatMap(({ node, notes }) => notes.map(({ name }) => ({ node, note: name })));
  return crashes === 'all' ? all : all.filter((point) => chosen.has(pointKey(point)));
}
/** How many runs there are, and how many of them will be done. */
export function runsOf({ seeds, occurrences, maxRuns }: SearchForm, points: number): { readonly all: number; readonly done: number } {
  const all = seeds * (1 + points * occurrences);
  return { all, done: Math.min(all, maxRuns) };
}

const within = (value: number, min: number, max: number, integer: boolean): boolean => Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isInteger(value));
/** What is wrong with it, in a sentence; null when it can be run. */
export function problemOf(form: SearchForm, points: number): string | null {
  if (!within(form.seeds, 1, 200, true)) return 'Seeds: a whole number from 1 to 200.';
  if (!within(form.maxRuns, 1, 100_000, true)) return 'At most so many runs: a whole number from 1 to 100,000.';
  if (form.crashes === 'none') return null;
  if (points === 0) return form.crashes === 'chosen' ? 'Choose at least one step to crash at.' : 'No node of this scenario notes a step to crash at.';
  if (!within(form.occurrences, 1, 5, true)) return 'Occurrences: a whole number from 1 to 5.';
  if (!within(form.downSeconds, 0.001, 86_400, false)) return 'Down for: more than 0 seconds, at most a day.';
  return null;
}
export const searchOf = (form: SearchForm, points: readonly Point[]): Omit<Search, 'document'> => ({
  seeds: form.seeds, crashPoints: points, occurrences: form.crashes === 'none' ? 1 : form.occurrences, downMs: form.downSeconds * 1000, rule: form.rule, maxRuns: form.maxRuns,
});
