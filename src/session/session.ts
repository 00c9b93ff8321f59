/**
 * The page's one source of truth: which pattern, which document, which moment. A vanilla store and the actions on it; it knows no DOM
 * beyond what it is handed, so it runs in Node tests as it does on the page. Every edit makes a new document; the run follows it.
 */
import { createStore } from 'zustand/vanilla';
import type { Ms } from '../kernel/contract.ts';
import type { Card } from '../kernel/story.ts';
import { catalogue } from '../patterns/catalogue.ts';
import { refsOfDocument, refsOfScenario, type Stories } from '../runs/document-stories.ts';
import { defaultDocument, isUntouched, withVariant, type RunDocument } from '../runs/document.ts';
import { firstDifference } from '../runs/difference.ts';
import type { Moment } from '../runs/link.ts';
import { resolve } from '../runs/plan.ts';
import { roleStories, shelf } from '../runs/shelf.ts';
import { nearestName } from '../runs/suggest.ts';
import { baselinesOf } from './baselines.ts';
import * as tree from './branches.ts';
import type { Session, SessionDeps, SessionStore } from './interface.ts';
import { MAX_SPEED, MIN_SPEED } from './playback.ts';
import { Recent } from './recent.ts';
import { RunClient } from './runClient.ts';
import { stepRow } from './runData.ts';
import { createEditing } from './laterEdits.ts';
import { createShowing, whenThere } from './showing.ts';
import type { Notice, SessionActions, SessionState } from './types.ts';

export type { Session, SessionDeps, SessionStore } from './interface.ts';

export function createSession(deps: SessionDeps): Session {
  let stories: Stories | null = null;
  let branches: tree.Tree | null = null;
  let main: RunClient | null = null;
  let beside: RunClient | null = null;
  let noticeId = 0;
  let mapping: Promise<Pick<Session, 'map' | 'cancelMap'>> | null = null;
  const recent = new Recent(deps.storage);

  const store = createStore<SessionStore>()(() => ({
    card: null, story: null, run: null, other: null, clock: { atMs: 0, playing: false, speed: 1 }, baselines: {}, selection: null,
    panels: ['lesson'], theme: recent.theme(), notices: [], followed: null, branches: [], branch: 0, canUndo: false, canRedo: false, editFrom: 'start', fatal: null,
    actions: undefined as unknown as SessionActions,
  }));
  const get = store.getState;
  const set = (change: Partial<SessionState>): void => store.setState(change);

  const notify = (notice: Omit<Notice, 'id'>): void => {
    // Said again, it takes the place of what was said before.
    const others = get().notices.filter(({ text, detail }) => text !== notice.text || detail !== notice.detail);
    set({ notices: [...others.slice(-4), { ...notice, id: ++noticeId }] });
  };

  const { showMoment, refreshLook, playback } = createShowing({
    get, set, notify, frames: deps.frames, wall: deps.wall, main: () => main, beside: () => beside,
    onSeen: (atMs) => { if (branches !== null) branches = tree.played(branches, atMs); },
  });

  // ---- documents and runs ----
  const resolved = (document: RunDocument) => resolve(document, stories!);
  const measureBaselines = (document: RunDocument): void => {
    set({ baselines: {} });
    const client = main;
    for (const [id, baseline] of baselinesOf(document, stories!)) {
      void client?.measure(baseline).then((measured) => {
        if (measured !== null && client === main) set({ baselines: { ...get().baselines, [id]: measured.summary } });
      });
    }
  };
  const syncTree = (): void => {
    if (branches === null) { set({ branches: [], branch: 0, canUndo: false, canRedo: false }); return; }
    set({ branches: branches.branches, branch: branches.current, canUndo: branches.undo.length > 0, canRedo: branches.redo.length > 0 });
  };
  const closeRuns = (): void => {
    playback.stop();
    main?.destroy();
    beside?.destroy();
    main = null;
    beside = null;
    set({ run: null, other: null, followed: null, baselines: {}, clock: { ...get().clock, playing: false } });
  };
  const startRun = (document: RunDocument, atMs: Ms): void => {
    closeRuns();
    const scenario = stories!.story.scenarios[document.scenario]!;
    branches = tree.plant(document);
    recent.remember(document);
    set({ clock: { atMs, playing: false, speed: scenario.speed ?? 1 }, editFrom: 'start', selection: null });
    main = new RunClient(deps.spawn, document, resolved(document), (run) => { set({ run }); onRun('run'); }, deps.wall);
    set({ run: main.state });
    syncTree();
    measureBaselines(document);
    showMoment(atMs, false);
  };
  let lastStatus = '';
  const onRun = (which: 'run' | 'other'): void => {
    const run = get()[which];
    if (run === null || which === 'other') { if (!get().clock.playing) void refreshLook(); return; }
    const status = `${run.status}:${run.revision}`;
    if (status !== lastStatus) {
      lastStatus = status;
      if (run.status === 'recovering') notify({ tone: 'warn', text: 'The simulation stopped and is being restored from its document.' });
      if (run.status === 'finished' || run.status === 'failed') void refreshLook();
    }
    // Something was asked for beyond what had been computed; now it may be there.
    if (!get().clock.playing && (run.look === null || run.look.atMs < Math.min(get().clock.atMs, run.computedMs) - 1e-6)) { main?.paint(get().clock.atMs); void refreshLook(); }
  };
  /** Puts an edited document in place of the current one. */
  const commit = (document: RunDocument, title: string): void => {
    if (branches === null || main === null) return;
    const before = resolved(tree.documentOf(branches));
    const after = resolved(document);
    const fromMs = firstDifference(before, after);
    branches = tree.edit(branches, document, fromMs, title);
    main.revise(document, after);
    syncTree();
    if (fromMs === 0 || before.faults !== after.faults) measureBaselines(document);
    if (beside !== null) followCompared(document);
    recent.remember(document);
    showMoment(get().clock.atMs, false);
  };
  const putTree = (next: tree.Tree): void => {
    branches = next;
    const document = tree.documentOf(next);
    main?.revise(document, resolved(document));
    syncTree();
    measureBaselines(document);
    showMoment(get().clock.atMs, false);
  };
  let comparedVariant: string | null = null;
  const followCompared = (document: RunDocument): void => {
    if (beside === null || comparedVariant === null) return;
    const twin: RunDocument = { ...document, variant: comparedVariant };
    beside.revise(twin, resolved(twin));
  };

  /** `only`: the scenario that is going to be shown; what is known of engines that only others use comes when one of those is. */
  const openStories = async (id: string, refs: readonly string[] = [], only?: { readonly scenario: string | undefined }): Promise<Card | null> => {
    const card = catalogue.find((candidate) => candidate.id === id) ?? null;
    if (card === null) {
      const near = nearestName(id, shelf.patterns);
      set({ fatal: { title: `There is no pattern "${id}".`, detail: near === undefined ? 'The gallery lists all that exist.' : `Did you mean "${near}"?` } });
      return null;
    }
    try {
      stories = (await shelf.load(id, refs, only)) ?? null;
    } catch (error) {
      set({ fatal: { title: `${card.title} could not be loaded.`, detail: error instanceof Error ? error.message : String(error) } });
      return null;
    }
    const source = deps.sourceOf?.(id);
    set({ card: source === undefined ? card : { ...card, source }, story: stories!.story, fatal: null });
    return card;
  };

  const loadMore = async (refs: readonly string[]): Promise<void> => {
    const { pattern } = stories!;
    const known = stories!.refs.filter((ref) => stories!.of(ref) !== undefined);
    const more = await shelf.load(pattern, [...known, ...refs]);
    if (more !== undefined && stories?.pattern === pattern) stories = more;
  };

  const { edits, loadDocuments } = createEditing({ state: get, commit, document: () => (branches === null ? null : tree.documentOf(branches)), stories: () => stories, notify, loadMore });
  let choosing = 0;
  const actions: SessionActions = {
    ...edits,
    openGallery() { closeRuns(); branches = null; syncTree(); set({ card: null, story: null, fatal: null }); },
    async openPattern(id, choice = {}) {
      if (await openStories(id, [], { scenario: choice.scenario }) === null) return;
      const document = defaultDocument(stories!, choice.scenario, choice.variant);
      startRun(document, stories!.story.scenarios[document.scenario]!.openAtMs ?? 0);
    },
    async openDocument(json) {
      const read = await (await loadDocuments()).openDocument(json, shelf);
      if (read.document === undefined) {
        notify({ tone: 'error', text: 'This run document can\'t be opened.', detail: read.problems.map(({ message }) => message).join('\n') });
        return;
      }
      for (const warning of read.warnings) notify({ tone: 'warn', text: warning.message });
      if (await openStories(read.document.pattern) === null) return;
      stories = read.stories ?? stories;
      startRun(read.document, stories!.story.scenarios[read.document.scenario]!.openAtMs ?? 0);
    },
    play() {
      const { run, clock } = get();
      if (run === null || clock.playing) return;
      const atEnd = clock.atMs >= run.durationMs;
      set({ clock: { ...clock, atMs: atEnd ? 0 : clock.atMs, playing: true }, editFrom: 'now' });
      playback.start();
    },
    pause() { playback.stop(); set({ clock: { ...get().clock, playing: false } }); void refreshLook(); },
    toggle() { if (get().clock.playing) actions.pause(); else actions.play(); },
    restart() { actions.pause(); actions.seek(0); },
    seek(ms) { const { run } = get(); if (run !== null) showMoment(Math.max(0, Math.min(ms, run.durationMs))); },
    async step(by, direction) {
      const { run, clock } = get();
      if (run === null || main === null) return null;
      actions.pause();
      const atMs = by.unit === 'note' ? stepRow(run.notes, clock.atMs, direction, (row) => (by.name === undefined ? !isQuiet(row.layer, row.name) : row.name === by.name) && (by.layer === undefined || row.layer === by.layer))
        : by.unit === 'transition' ? stepRow(run.moves, clock.atMs, direction, (row) => (by.layer === undefined || row.layer === by.layer) && (by.instance === undefined || row.instance === by.instance))
        : await main.step(clock.atMs, by, direction);
      if (atMs !== null) showMoment(atMs);
      return atMs;
    },
    setVariant(id) {
      const document = branches === null ? null : tree.documentOf(branches);
      if (document === null || stories === null || document.variant === id) return;
      // Nothing of one's own needs no check: it is a built-in run like the one before.
      if (isUntouched(document, stories)) commit(withVariant(document, id, stories), `variant ${id}`);
      else edits.setVariant(id);
    },
    async setScenario(id) {
      const from = stories, scenario = from?.story.scenarios[id], mine = ++choosing;
      if (from === null || scenario === undefined) return;
      if (refsOfScenario(scenario).some((ref) => from.of(ref) === undefined)) {
        const problem = await edits.loadEngines([]);
        if (problem !== null) notify({ tone: 'error', text: 'The scenario could not be loaded.', detail: problem });
        // Somebody may have gone elsewhere meanwhile.
        if (problem !== null || mine !== choosing || stories?.pattern !== from.pattern) return;
      }
      startRun(defaultDocument(stories!, id), scenario.openAtMs ?? 0);
    },
    setEditFrom(editFrom) { set({ editFrom }); },
    setSpeed(speed) { set({ clock: { ...get().clock, speed: Math.max(MIN_SPEED, Math.min(MAX_SPEED, speed)) } }); },
    compareWith(what) {
      beside?.destroy();
      beside = null;
      comparedVariant = null;
      set({ other: null });
      if (what === null || branches === null) return;
      const current = tree.documentOf(branches);
      const document = 'version' in what ? what : { ...current, variant: what.variant };
      comparedVariant = 'version' in what ? null : what.variant;
      beside = new RunClient(deps.spawn, document, resolved(document), (other) => { set({ other }); onRun('other'); }, deps.wall);
      set({ other: beside.state });
      showMoment(get().clock.atMs, false);
    },
    select(selection) { set({ selection }); },
    async follow(root) {
      if (main === null) return;
      if (root === 0) { set({ followed: null, selection: null }); return; }
      const followed = await main.follow(root);
      set({ followed, selection: followed === null ? null : { kind: 'request', root } });
    },
    togglePanel(panel) { const { panels } = get(); set({ panels: panels.includes(panel) ? panels.filter((id) => id !== panel) : [...panels, panel] }); },
    setTheme(theme) { recent.rememberTheme(theme); set({ theme }); },
    undo() { if (branches !== null && branches.undo.length > 0) putTree(tree.undo(branches)); },
    redo() { if (branches !== null && branches.redo.length > 0) putTree(tree.redo(branches)); },
    switchBranch(id) { if (branches !== null) putTree(tree.switchTo(branches, id)); },
    dismiss(notice) { set({ notices: get().notices.filter(({ id }) => id !== notice) }); },
    async momentLink() {
      const { clock, selection, panels, theme } = get();
      if (branches === null || stories === null) return { link: '', tooLong: false };
      const moment = { document: tree.documentOf(branches), atMs: clock.atMs, playing: false, speed: clock.speed, panels: [...panels], theme, ...(selection !== null && selection.kind === 'node' && { selection: selection.id }), ...(get().other !== null && { compare: get().other!.document }) } as Moment;
      const of = stories;
      return (await loadDocuments()).encodeMoment(moment, of);
    },
  };
  const isQuiet = (layer: string, name: string): boolean => {
    const engine = get().run?.resolved.nodes.flatMap((node) => node.layers).find(({ id }) => id === layer)?.engine;
    return engine !== undefined && stories?.of(engine)?.notes[name]?.quiet === true;
  };
  store.setState({ actions });

  return {
    store, actions, recent, notify, catalogue, roles: roleStories,
    attachCanvas: (which, canvas) => (which === 'run' ? main : beside)?.attachCanvas(canvas),
    setPaintView: (which, view) => (which === 'run' ? main : beside)?.setView(view),
    hit: async (which, x, y) => (await (which === 'run' ? main : beside)?.hit(x, y, get().clock.atMs)) ?? null,
    lanes: async (which, fromMs, untilMs) => (await (which === 'run' ? main : beside)?.lanes(fromMs, untilMs)) ?? { legs: [], cut: false },
    picture: async (view) => (await main?.picture(view, get().clock.atMs)) ?? '',
    search: async (search, onProgress) => (main === null || branches === null ? null : main.search({ ...search, document: tree.documentOf(branches) }, onProgress)),
    cancelSearch: () => main?.cancelSearch(),
    async map(grid, onCell) {
      // Few look at a map: its code comes when it is asked for.
      mapping ??= Promise.all([import('./mapping.ts'), loadDocuments()]).then(([{ createMapping }, { validateDocument }]) => createMapping({ spawn: deps.spawn, document: () => (branches === null ? null : tree.documentOf(branches)), legal: (document) => validateDocument(document, stories!).document ?? null }));
      return (await mapping).map(grid, onCell);
    },
    cancelMap() { void mapping?.then((it) => it.cancelMap()); },
    async openMoment(moment) {
      const { document } = moment;
      const only = moment.compare === undefined ? { scenario: document.scenario } : undefined;
      if (await openStories(document.pattern, refsOfDocument(document), only) === null) return;
      if (!isUntouched(document, stories!)) await loadDocuments();
      startRun(document, moment.atMs);
      if (moment.speed !== undefined) actions.setSpeed(moment.speed);
      if (moment.theme !== undefined) set({ theme: moment.theme });
      if (moment.panels !== undefined) set({ panels: moment.panels as SessionState['panels'] });
      if (moment.selection !== undefined) set({ selection: { kind: 'node', id: moment.selection } });
      if (moment.compare !== undefined) actions.compareWith(moment.compare);
      if (moment.playing) actions.play();
    },
    async settled() {
      const { atMs } = get().clock;
      await whenThere(store, atMs);
      await main?.look(atMs);
      await Promise.all([main?.painted(atMs), beside?.painted(atMs)]);
    },
    staged: async () => main?.staged,
    editable: async () => { await Promise.all([loadDocuments(), stories === null ? undefined : loadMore([])]); },
    sabotage: (how) => main?.sabotage(how),
  };
}
