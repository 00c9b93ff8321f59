/**
 * Hosts one run for the page: computes ahead in slices, streams what the page needs, paints. The same host runs in a worker and, where
 * no worker starts, on the page. Wall time decides how long a slice lasts, never what happens.
 */
import type { Ms } from '../kernel/contract.ts';
import { BrokenInvariant } from '../kernel/state.ts';
import type { Chunk } from '../kernel/trace.ts';
import { addChunk, bytesOf, covers, createHistory, forget, truncate, type PaintHistory } from '../paint/history.ts';
import { hitTest } from '../paint/hit.ts';
import { paint } from '../paint/paint.ts';
import { toSvg } from '../paint/svg.ts';
import { PROTOCOL_VERSION, type FromWorker, type Look, type PageChunk, type RunFailure, type ToWorker } from '../protocol/messages.ts';
import type { PaintView } from '../protocol/paint.ts';
import type { RunDocument } from '../runs/document.ts';
import { firstDifference } from '../runs/difference.ts';
import { loadRun, type LoadedRun } from '../runs/runner.ts';
import { follow, lanes, nextHop } from './follow.ts';
import { Measures } from './measures.ts';
import { CounterexampleSearch } from './search.ts';
import { Timeline } from './timeline.ts';

/** A slice stays far below the 50 ms after which a page feels stuck; while frames are being painted it stays below half a frame. */
const SLICE_MS = 20;
const SLICE_WHILE_PAINTING_MS = 6;
const PAINTING_FOR_MS = 250;
const HEARTBEAT_MS = 300;
/** Hard caps: a run that reaches one ends with a message instead of taking the tab down. */
export const CAPS = { events: 50_000_000, pendingEvents: 1_000_000 } as const;
/** What the painter keeps at most; what went is traced again when its moment is shown. */
const HISTORY_BYTES = 128 * 1024 * 1024;
/** A frame shows what was sent at most so long before it, apart from stragglers. */
const LOOKBACK_MS = 2000;

export interface HostEnvironment {
  post(message: FromWorker, transfer?: Transferable[]): void;
  /** Calls back soon, after messages that are waiting. */
  defer(callback: () => void): void;
  wall(): number;
}
type Pen = Parameters<typeof paint>[0];

export class RunHost {
  private readonly env: HostEnvironment;
  private timeline: Timeline | null = null;
  private history: PaintHistory = createHistory();
  private chunks: Chunk[] = [];
  private run = 0;
  private namesSent = 0;
  private failed = false;
  private pen: Pen | null = null;
  private canvas: { width: number; height: number } | null = null;
  private view: PaintView | null = null;
  private wanted: { atMs: Ms; serials: number[] } | null = null;
  private shownMs: Ms | null = null;
  private paintedAt = -Infinity;
  private beatAt = -Infinity;
  private scheduled = false;
  private opening: Promise<void> = Promise.resolve();
  private readonly measures = new Measures();
  private search: CounterexampleSearch | null = null;

  constructor(env: HostEnvironment) {
    this.env = env;
    env.post({ type: 'ready', version: PROTOCOL_VERSION });
  }

  handle(message: ToWorker): void {
    switch (message.type) {
      case 'open': this.enqueue(() => this.open(message.document)); return;
      case 'revise': this.enqueue(() => this.revise(message.document)); return;
      case 'canvas':
        this.canvas = message.canvas;
        this.pen = message.canvas.getContext('2d') as unknown as Pen;
        return;
      case 'view': this.view = message.view; this.fitCanvas(); return;
      case 'paint':
        this.wanted ??= { atMs: message.atMs, serials: [] };
        this.wanted.atMs = message.atMs;
        if (message.serial !== undefined) this.wanted.serials.push(message.serial);
        this.schedule();
        return;
      case 'look': this.enqueue(async () => this.look(message.atMs, message.serial)); return;
      case 'step': this.enqueue(async () => this.env.post({ type: 'stepped', serial: message.serial, atMs: this.stepFrom(message) })); return;
      case 'measure': this.measures.add(message.document, message.serial, message.figure); this.schedule(); return;
      case 'hit':
        this.env.post({ type: 'hitResult', serial: message.serial, hit: this.view === null ? null : hitTest(this.history, this.view, message.atMs, message.x, message.y) });
        return;
      case 'follow':
        this.env.post({ type: 'followed', serial: message.serial, followed: this.timeline === null ? null : follow(this.chunks, this.timeline, message.root) });
        return;
      case 'lanes':
        this.env.post({ type: 'lanes', serial: message.serial, ...(this.timeline === null ? { legs: [], cut: false } : lanes(this.chunks, this.timeline, message.fromMs, message.untilMs)) });
        return;
      case 'search': {
        const search = new CounterexampleSearch(message.search, message.serial);
        this.search = search;
        void search.ready.then(() => this.schedule());
        return;
      }
      case 'picture': this.enqueue(async () => this.env.post({ type: 'pictured', serial: message.serial, svg: this.picture(message.view, message.atMs) })); return;
      case 'cancelSearch': if (this.search?.serial === message.serial) this.search = null; return;
      case 'stop': this.search = null; this.timeline = null; this.run++; this.measures.clear(); return;
      case 'sabotage': sabotage(message.how); return;
    }
  }

  /** Documents load code, so they take their turn; looks and steps wait for them. */
  private enqueue(task: () => Promise<void>): void {
    this.opening = this.opening.then(task).catch((error: unknown) => this.fail(error));
  }

  private async open(document: RunDocument): Promise<void> {
    this.timeline = null;
    this.failed = false;
    this.run++;
    const run = this.run;
    const loaded = await loadRun(document);
    if (run !== this.run) return;
    this.start(loaded);
  }
  private start({ plan, resolved }: LoadedRun): void {
    this.chunks = [];
    this.namesSent = 0;
    this.timeline = new Timeline(plan, resolved, this.env.wall);
    this.history = createHistory({
      ops: this.timeline.names.list, layers: this.timeline.world.layerIds,
      nodeOf: plan.nodes.flatMap((node, n) => node.layers.map(() => n)),
    });
    this.announce(0);
  }
  private async revise(document: RunDocument): Promise<void> {
    const loaded = await loadRun(document);
    const old = this.timeline;
    const from = old === null || this.failed ? 0 : firstDifference(old.resolved, loaded.resolved);
    this.failed = false;
    this.run++;
    if (old === null || from === 0) { this.start(loaded); return; }
    const fromMs = old.revise(loaded.plan, loaded.resolved, Math.min(from, old.computedMs));
    const fromNs = Math.round(fromMs * 1e6);
    truncate(this.history, fromNs);
    this.chunks = this.chunks.filter((chunk) => chunk.fromNs < fromNs);
    this.announce(fromMs);
  }
  private announce(fromMs: Ms): void {
    const timeline = this.timeline!;
    this.env.post({ type: 'opened', run: this.run, sampleNames: timeline.world.sampleNames, layerIds: timeline.world.layerIds, durationMs: timeline.plan.durationMs, fromMs });
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.env.defer(() => { this.scheduled = false; this.turn(); });
  }

  /** One turn: the newest wanted frame, then a slice of computing. */
  private turn(): void {
    if (this.wanted !== null) this.paintNow();
    const timeline = this.timeline;
    const budget = this.env.wall() - this.paintedAt < PAINTING_FOR_MS ? SLICE_WHILE_PAINTING_MS : SLICE_MS;
    try {
      if (timeline !== null && !this.failed && !timeline.finished) {
        timeline.compute(budget);
        this.stream(timeline);
        if (timeline.finished) this.finish(timeline);
        else if (timeline.events > CAPS.events) throw new RangeError(`the run was stopped after ${timeline.events} events; shorten it or lower its rates`);
        else if (timeline.pendingEvents > CAPS.pendingEvents) throw new RangeError(`the run was stopped with ${timeline.pendingEvents} events pending; lower its rates`);
        this.schedule();
      } else if (this.measures.pending) {
        const done = this.measures.work(budget, this.env.wall);
        if (done !== null) this.env.post(done);
        if (this.measures.pending) this.schedule();
      } else if (this.search !== null) {
        const news = this.search.work(budget, this.env.wall);
        if (news !== null) this.env.post(news);
        if (news?.type === 'searched') this.search = null;
        else this.schedule();
      }
    } catch (error) {
      if (timeline !== null) this.stream(timeline);
      this.fail(error);
    }
    this.beat();
  }
  private beat(): void {
    const now = this.env.wall();
    if (now - this.beatAt < HEARTBEAT_MS) return;
    this.beatAt = now;
    this.env.post({ type: 'heartbeat', events: this.timeline?.events ?? 0 });
  }

  private stream(timeline: Timeline): void {
    const chunk = timeline.takeChunk();
    this.keep(chunk);
    const page: PageChunk = {
      fromMs: chunk.fromNs / 1e6, untilMs: chunk.untilNs / 1e6, samples: chunk.samples, notes: chunk.notes, moves: chunk.moves, effects: chunk.effects,
      namesFrom: this.namesSent, names: timeline.names.list.slice(this.namesSent),
    };
    this.namesSent = timeline.names.list.length;
    // Painter and request viewer keep the hops, marks and notes; samples are the page's alone.
    this.env.post({ type: 'chunk', run: this.run, chunk: page, computedMs: timeline.computedMs, events: timeline.events }, [chunk.samples.buffer as ArrayBuffer]);
  }
  private keep(chunk: Chunk): void {
    this.chunks.push(chunk);
    addChunk(this.history, chunk);
    if (bytesOf(this.history) <= HISTORY_BYTES) return;
    forget(this.history, { maxBytes: HISTORY_BYTES * 0.8, ...(this.shownMs !== null && { aroundNs: this.shownMs * 1e6 }) });
    const { segments } = this.history;
    this.chunks = this.chunks.filter((kept) => segments.some((segment) => segment.fromNs < kept.untilNs && segment.untilNs > kept.fromNs));
  }
  private finish(timeline: Timeline): void {
    const { world } = timeline;
    world.check();
    this.env.post({ type: 'finished', run: this.run, summary: world.summary(), fingerprint: world.fingerprint, events: world.events });
  }
  private fail(error: unknown): void {
    this.failed = true;
    this.env.post({ type: 'failed', run: this.run, failure: failureOf(error, this.timeline) });
  }

  private look(atMs: Ms, serial: number): void {
    this.env.post({ type: 'looked', serial, look: this.timeline === null ? null : lookAt(this.timeline, atMs) });
  }
  private stepFrom({ by, atMs, direction }: Extract<ToWorker, { type: 'step' }>): Ms | null {
    if (this.timeline === null) return null;
    try {
      return by.unit === 'hop' ? nextHop(this.chunks, by.root, atMs, direction) : this.timeline.stepFrom(atMs, direction);
    } catch {
      return null; // the next step breaks a rule: the run's failure says so
    }
  }

  private picture(view: PaintView, atMs: Ms): string {
    this.retraceAround(atMs);
    return toSvg(this.history, view, atMs);
  }
  private retraceAround(atMs: Ms): void {
    if (this.timeline !== null && atMs <= this.timeline.computedMs && !covers(this.history, atMs * 1e6, LOOKBACK_MS * 1e6)) addChunk(this.history, this.timeline.retrace(atMs - LOOKBACK_MS, atMs + LOOKBACK_MS));
  }
  private fitCanvas(): void {
    if (this.canvas === null || this.view === null) return;
    const width = Math.max(1, Math.round(this.view.width * this.view.pixelRatio));
    const height = Math.max(1, Math.round(this.view.height * this.view.pixelRatio));
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }
  private paintNow(): void {
    const { atMs, serials } = this.wanted!;
    this.wanted = null;
    let dots = 0;
    if (this.pen !== null && this.view !== null) {
      this.fitCanvas();
      this.shownMs = atMs;
      this.retraceAround(atMs);
      dots = paint(this.pen, this.history, this.view, atMs).dots;
      this.paintedAt = this.env.wall();
    }
    for (const serial of serials) this.env.post({ type: 'painted', serial, atMs, dots });
  }
}

/** Null where the moment itself breaks a rule: the run's failure says so. */
function lookAt(timeline: Timeline, atMs: Ms): Look | null {
  try {
    const world = timeline.at(atMs);
    return {
      atMs: world.nowMs, events: world.events, fingerprint: world.fingerprint, layers: world.inspect(),
      params: Object.fromEntries(world.layerIds.map((id) => [id, world.paramsOf(id) ?? {}])),
      nodes: world.conditions(), ledger: world.ledger(), summary: world.summary(),
    };
  } catch {
    return null;
  }
}

function failureOf(error: unknown, timeline: Timeline | null): RunFailure {
  const atMs = timeline?.computedMs ?? 0;
  const seed = timeline?.plan.seed ?? 0;
  if (error instanceof BrokenInvariant) return { kind: 'invariant', message: `${error.rule} (${error.where})`, detail: error.why, atMs: error.atMs, seed };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError && timeline !== null) return { kind: 'limit', message, atMs, seed };
  return { kind: timeline === null ? 'document' : 'engine', message, ...(error instanceof Error && error.stack !== undefined && { detail: error.stack }), atMs, seed };
}

function sabotage(how: 'throw' | 'reject' | 'loop' | 'close'): void {
  if (how === 'throw') throw new Error('sabotage');
  if (how === 'reject') void Promise.reject(new Error('sabotage'));
  if (how === 'loop') for (;;) { /* for ever: only terminate() helps */ }
  if (how === 'close') (globalThis as { close?: () => void }).close?.();
}
