/**
 * What the build needs of every pattern for pages that run nothing: its words, and a still of its opening scenario in each theme, taken
 * from a real run in the middle of its measuring window.
 */
import { addChunk, createHistory } from '../paint/history.ts';
import { toSvg } from '../paint/svg.ts';
import { catalogue } from '../patterns/catalogue.ts';
import { defaultDocument } from '../runs/document.ts';
import { loadRun } from '../runs/runner.ts';
import { shelf } from '../runs/shelf.ts';
import { STILL_COLORS, stillSvg, stillView, type StillColors } from '../view/embed/stillSvg.ts';
import { topologyOf } from '../view/stage/topology.ts';
import { Timeline } from '../worker/timeline.ts';
// oxlint-disable-next-line import/default -- the bundler makes the default export of a text import
import tokens from '../view/common/tokens.css?raw';

export interface Poster {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly caption: string;
  readonly light: string;
  readonly dark: string;
}
function colors(theme: 'light' | 'dark'): StillColors {
  return Object.fromEntries(STILL_COLORS.map((name) => {
    const found = new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(tokens);
    if (found === null) throw new Error(`tokens.css has no plain --${name}`);
    return [name, theme === 'light' ? found[1]! : found[2]!];
  })) as unknown as StillColors;
}

async function poster(id: string): Promise<Poster> {
  const card = catalogue.find((candidate) => candidate.id === id)!;
  const stories = (await shelf.load(id))!;
  const opening = stories.story.scenarios[stories.story.opensWith]!;
  const shown = Object.entries(opening.variants).find(([, { kind }]) => kind === 'with')?.[0] ?? opening.opensWith;
  const { plan, resolved } = await loadRun(defaultDocument(stories, stories.story.opensWith, shown));
  const atMs = (resolved.measure.fromMs + resolved.measure.untilMs) / 2;
  let ticks = 0;
  const timeline = new Timeline({ ...plan, durationMs: Math.min(plan.durationMs, atMs + 1500) }, resolved, () => ticks++);
  while (!timeline.finished) timeline.compute(50);
  const history = createHistory({ ops: timeline.names.list, layers: timeline.world.layerIds, nodeOf: plan.nodes.flatMap((node, n) => node.layers.map(() => n)) });
  addChunk(history, timeline.takeChunk());
  const inspections = timeline.at(atMs).inspect();
  const text = {
    title: card.title, subtitle: `${opening.title}: ${opening.variants[shown]!.title}`,
    caption: `${Math.round(atMs / 100) / 10} s into the run. Dots are requests, rings answers, crosses errors, squares refusals.`,
  };
  const draw = (theme: 'light' | 'dark'): string => {
    const palette = colors(theme);
    const view = stillView(topologyOf(resolved, (ref) => stories.of(ref)), timeline.world.layerIds, palette);
    return stillSvg(view, palette, inspections, text, toSvg(history, view.paint, atMs));
  };
  return { id, title: card.title, summary: card.summary, caption: `${text.subtitle}, ${text.caption}`, light: draw('light'), dark: draw('dark') };
}

// Made while the module loads: the build takes it from here.
export const posters: readonly Poster[] = await Promise.all(catalogue.map(({ id }) => poster(id)));
