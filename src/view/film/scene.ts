/** What a film is about, made ready: every chapter of the tour, or the shown run, computed in a session of its own. The page stays as it is. */
import { filmOptions, type FilmAsked, type FilmRange } from '../../film/options.ts';
import type { FilmRun } from '../../film/plan.ts';
import { FRAME, STAGE_AREA } from '../../film/frame.ts';
import { makeFilm, type Film, type FilmSource } from '../../film/record.ts';
import type { PaintTheme } from '../../protocol/paint.ts';
import { chaptersOf, chapterOf, placeBeats } from '../../session/tour.ts';
import type { Session } from '../../session/interface.ts';
import type { RunState, SessionState } from '../../session/types.ts';
import { engineParts } from '../common/engines.ts';
import { fill } from '../common/sentence.ts';
import { readColors } from '../embed/takeStill.ts';
import { stillSvg, type StillColors, type StillView } from '../embed/stillSvg.ts';
import { bestLayout, fitScale } from '../stage/stageLayout.ts';
import { topologyOf, type Topology } from '../stage/topology.ts';

interface Asked {
  /** A fresh session: nothing of it is shown. */
  readonly newSession: () => Session;
  /** The page as it stands. */
  readonly shown: SessionState;
  readonly asked: FilmAsked;
  /** Left out: the tour. */
  readonly range?: FilmRange;
}

export async function filmOf({ newSession, shown, asked, range }: Asked): Promise<Film> {
  const options = filmOptions(asked);
  const { card, story, run } = shown;
  if (card === null || story === null || run === null) throw new Error('No pattern is open, so there is nothing to film.');
  if (range !== undefined && !(range.fromMs >= 0 && range.untilMs > range.fromMs && range.untilMs <= run.durationMs)) throw new Error(`The range is ${range.fromMs} to ${range.untilMs} ms, but must lie within 0 to ${run.durationMs} ms.`);
  if (range === undefined && story.lesson.length === 0) throw new Error(`${card.title} has no tour yet.`);
  const colors = readColors(options.theme === 'dark');
  const sessions: Session[] = [];
  const close = (): void => { for (const session of sessions) session.actions.openGallery(); };
  const open = async (document: object): Promise<Session> => {
    const session = newSession();
    sessions.push(session);
    await session.actions.openDocument(document);
    const { run: opened, fatal, notices } = session.store.getState();
    if (opened === null) throw new Error(fatal?.title ?? notices.at(-1)?.text ?? 'The run could not be opened.');
    await computed(session);
    return session;
  };
  try {
    const sources: FilmSource[] = [];
    const chapters = chaptersOf(story);
    if (range !== undefined) sources.push(sourceOf(await open(run.document), colors, options, chapterOf(chapters, run.document)));
    else for (const chapter of chapters) sources.push(sourceOf(await open({ version: 1, pattern: card.id, scenario: chapter.scenario, variant: chapter.variant }), colors, options, chapter));
    return await makeFilm({ name: card.id, steps: story.lesson.length, colors, sources, close }, options, range);
  } catch (error) {
    close();
    throw error;
  }
}

function computed({ store }: Session): Promise<void> {
  return new Promise((resolve) => {
    const there = (): boolean => { const status = store.getState().run?.status; return status === 'finished' || status === 'failed'; };
    if (there()) { resolve(); return; }
    const stop = store.subscribe(() => { if (there()) { stop(); resolve(); } });
  });
}

function sourceOf(session: Session, colors: StillColors, { speed: filmSpeed }: { readonly speed: number }, chapter: ReturnType<typeof chapterOf>): FilmSource {
  const { card, story, run } = session.store.getState() as SessionState & { readonly run: RunState };
  const stories = (ref: string) => (Object.hasOwn(session.roles, ref) ? session.roles[ref] : engineParts(ref).pattern === card!.id ? story!.engines[engineParts(ref).name] : undefined);
  const scenario = story!.scenarios[run.document.scenario]!;
  const speed = scenario.speed ?? 1;
  const placed = chapter === undefined ? [] : placeBeats(chapter.beats, { ...run, faults: run.resolved.faults });
  const told: FilmRun = {
    title: `${card!.title}: ${scenario.title}`, subtitle: scenario.variants[run.document.variant]?.title ?? run.document.variant,
    durationMs: run.durationMs, speed,
    faults: run.resolved.faults.map(({ fromMs, untilMs }) => ({ fromMs, untilMs: Math.min(untilMs ?? run.durationMs, run.durationMs) })),
    beats: placed.flatMap(({ beat, atMs, data }, i) => (atMs === null ? [] : [{ step: chapter!.from + i, title: beat.title, text: fill(beat.text, data), atMs, ...(beat.focus !== undefined && { focus: beat.focus }) }])),
  };
  const view = viewOf(topologyOf(run.resolved, stories), run.resolved.nodes.flatMap((node) => node.layers.map(({ id }) => id)), colors, speed * filmSpeed);
  const { k, x, y } = view.paint.zoom;
  return {
    run: told,
    async stageAt(atMs) {
      session.actions.seek(atMs);
      await session.settled();
      return stillSvg(view, colors, session.store.getState().run?.look?.layers ?? {}, { title: '', subtitle: '', caption: '' }, await session.picture(view.paint));
    },
    boxOf(id) {
      const box = view.layout.nodes.find(({ node }) => node.id === id);
      return box === undefined ? undefined : { x: box.x * k + x, y: box.y * k + y, w: box.w * k, h: box.h * k };
    },
  };
}

/** The stage in its part of a frame. `speed`: simulated seconds a second, by which marks fade. */
function viewOf(topology: Topology, layers: readonly string[], theme: PaintTheme, speed: number): StillView {
  const layout = bestLayout(topology, STAGE_AREA.width, STAGE_AREA.height, 0);
  const k = fitScale(layout, STAGE_AREA.width, STAGE_AREA.height, 0, 1.3);
  return {
    layout,
    paint: {
      width: FRAME.width, height: FRAME.height, pixelRatio: 1, theme, speed, reducedMotion: false, root: 0,
      zoom: { k, x: STAGE_AREA.x + (STAGE_AREA.width - layout.width * k) / 2, y: STAGE_AREA.y + (STAGE_AREA.height - layout.height * k) / 2 },
      links: layout.links.map(({ points }) => ({ points })),
      plates: layers.map((id) => layout.plates.find(({ layer }) => layer === id)?.point ?? null),
      nodes: layout.nodes.map(({ x, y, w, h }) => ({ x: x + w / 2, y: y + h / 2 })),
    },
  };
}
