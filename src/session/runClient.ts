/**
 * One run and its host, as the page holds them: sends what is wanted, assembles what comes back, and brings the run back when the host
 * dies (the document is all that is needed). A host can vanish without any event, so silence while work is due counts as death.
 */
import type { Ms } from '../kernel/contract.ts';
import type { Followed, Found, FromWorker, Leg, Look, Search, StepUnit, ToWorker } from '../protocol/messages.ts';
import type { PaintView } from '../protocol/paint.ts';
import type { RunDocument } from '../runs/document.ts';
import type { ResolvedScenario } from '../runs/plan.ts';
import type { Port, Spawn } from './port.ts';
import { RunData } from './runData.ts';
import type { RunState } from './types.ts';

/** Silence that counts as death, while an answer is due. */
const SILENCE_MS = 2000;
const CHECK_EVERY_MS = 500;
/** This many deaths inside a minute, and the run stays down with a message. */
const MAX_DEATHS = 3;
const DEATH_WINDOW_MS = 60_000;

type Waiting = { readonly resolve: (message: FromWorker | null) => void };
export type Measured = { readonly summary: Readonly<Record<string, number>>; readonly fingerprint: string; readonly events: number };
type Hit = { readonly root: number; readonly call: number; readonly text: string } | null;

export class RunClient {
  state: RunState;
  private readonly data = new RunData();
  private readonly spawn: Spawn;
  private readonly changed: (state: RunState) => void;
  private readonly wall: () => number;
  private port: Port | null = null;
  private starting = 0;
  private queued: [ToWorker, Transferable[] | undefined][] = [];
  private run = 0;
  private serial = 0;
  private readonly waiting = new Map<number, Waiting>();
  private heardAt = 0;
  private deaths: number[] = [];
  private watchdog: ReturnType<typeof setInterval> | null = null;
  private view: PaintView | null = null;
  private onStaged: () => void = () => undefined;
  /** Resolves when there is a stage to paint on. */
  readonly staged = new Promise<void>((resolve) => { this.onStaged = resolve; });
  private paintAt: Ms = 0;
  /** Waits for a host to be handed to. */
  private canvas: HTMLCanvasElement | null = null;
  private gone = false;

  constructor(spawn: Spawn, document: RunDocument, resolved: ResolvedScenario, changed: (state: RunState) => void, wall: () => number) {
    this.spawn = spawn;
    this.changed = changed;
    this.wall = wall;
    this.state = {
      document, resolved, status: 'loading', revision: 0, computedMs: 0, durationMs: resolved.durationMs, events: 0, fingerprint: null, layerIds: [],
      samples: this.data.samples, notes: [], moves: [], effects: [], look: null, summary: null, failure: null, canvasEpoch: 0,
    };
    void this.start();
    this.send({ type: 'open', document });
  }

  private set(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
    this.changed(this.state);
  }

  private async start(): Promise<void> {
    const attempt = ++this.starting;
    this.heardAt = this.wall();
    this.watchdog ??= setInterval(() => this.watch(), CHECK_EVERY_MS);
    try {
      const port = await this.spawn((message) => { if (attempt === this.starting) this.hear(message); }, (reason) => { if (attempt === this.starting) this.died(reason); });
      if (this.gone || attempt !== this.starting) { port.terminate(); return; }
      this.port = port;
      this.heardAt = this.wall();
      const queued = this.queued;
      this.queued = [];
      for (const [message, transfer] of queued) port.post(message, transfer);
      this.handCanvas(port);
    } catch (error) {
      this.died(error instanceof Error ? error.message : String(error));
    }
  }
  private send(message: ToWorker, transfer?: Transferable[]): void {
    if (this.gone) return;
    if (this.port === null) this.queued.push([message, transfer]);
    else this.port.post(message, transfer);
  }

  private get due(): boolean { return this.waiting.size > 0 || this.state.status === 'computing' || this.state.status === 'loading' || this.state.status === 'recovering'; }
  private watch(): void {
    if (!this.due) { this.heardAt = this.wall(); return; }
    // A page that was itself asleep must not blame its worker: only time that passed while awake counts.
    if (this.port !== null && this.wall() - this.heardAt > SILENCE_MS) this.died('it no longer answers');
  }
  private died(reason: string): void {
    if (this.gone) return;
    this.port?.terminate();
    this.port = null;
    this.queued = [];
    for (const { resolve } of this.waiting.values()) resolve(null);
    this.waiting.clear();
    const now = this.wall();
    this.deaths = [...this.deaths.filter((at) => now - at < DEATH_WINDOW_MS), now];
    const canvasEpoch = this.state.canvasEpoch + 1;
    if (this.deaths.length >= MAX_DEATHS) {
      this.starting++;
      this.set({ status: 'failed', canvasEpoch, failure: { kind: 'engine', message: `The simulation stopped ${MAX_DEATHS} times within a minute (${reason}).`, detail: 'Reload the page, or reset the run to its defaults.', atMs: this.state.computedMs, seed: this.state.document.seed } });
      return;
    }
    this.set({ status: 'recovering', canvasEpoch });
    void this.start();
    this.send({ type: 'open', document: this.state.document });
    if (this.view !== null) this.send({ type: 'view', view: this.view });
  }

  private hear(message: FromWorker): void {
    this.heardAt = this.wall();
    switch (message.type) {
      case 'opened':
        this.run = message.run;
        if (message.fromMs === 0) this.data.reset(message.sampleNames, message.layerIds, message.durationMs);
        else this.data.truncate(message.fromMs);
        this.set({ status: 'computing', revision: this.state.revision + 1, durationMs: message.durationMs, layerIds: message.layerIds, computedMs: message.fromMs, summary: null, fingerprint: null, failure: null, ...this.lists() });
        return;
      case 'chunk':
        if (message.run !== this.run) return;
        this.data.add(message.chunk);
        this.set({ computedMs: message.computedMs, events: message.events, ...this.lists() });
        return;
      case 'finished':
        if (message.run !== this.run) return;
        this.set({ status: 'finished', computedMs: this.state.durationMs, summary: message.summary, fingerprint: message.fingerprint, events: message.events });
        this.send({ type: 'paint', atMs: this.paintAt });
        return;
      case 'failed':
        this.set({ status: 'failed', failure: message.failure });
        return;
      case 'crashed': this.died(message.message); return;
      case 'painted': case 'looked': case 'stepped': case 'measured': case 'hitResult': case 'followed': case 'lanes': case 'searched': case 'pictured': {
        const waiting = this.waiting.get(message.serial);
        this.waiting.delete(message.serial);
        waiting?.resolve(message);
        return;
      }
      case 'searching': this.onSearching?.(message.runs, message.ofRuns); return;
      case 'ready': case 'heartbeat': return;
    }
  }
  private lists(): Pick<RunState, 'notes' | 'moves' | 'effects' | 'samples'> {
    const { notes, moves, effects, samples } = this.data;
    return { notes, moves, effects, samples };
  }
  private ask<T extends FromWorker>(make: (serial: number) => ToWorker): Promise<T | null> {
    const serial = ++this.serial;
    return new Promise((resolve) => {
      this.waiting.set(serial, { resolve: resolve as (message: FromWorker | null) => void });
      this.send(make(serial));
    });
  }

  revise(document: RunDocument, resolved: ResolvedScenario): void {
    this.set({ document, resolved, status: 'loading' });
    this.send({ type: 'revise', document });
  }
  paint(atMs: Ms): void { this.paintAt = atMs; this.send({ type: 'paint', atMs }); }
  /** Resolves when the frame for the moment is on the canvas. */
  async painted(atMs: Ms): Promise<void> { this.paintAt = atMs; await this.ask((serial) => ({ type: 'paint', atMs, serial })); }
  async look(atMs: Ms): Promise<Look | null> {
    const answer = await this.ask<Extract<FromWorker, { type: 'looked' }>>((serial) => ({ type: 'look', atMs, serial }));
    if (answer !== null) this.set({ look: answer.look });
    return answer?.look ?? null;
  }
  async step(atMs: Ms, by: StepUnit, direction: 1 | -1): Promise<Ms | null> {
    return (await this.ask<Extract<FromWorker, { type: 'stepped' }>>((serial) => ({ type: 'step', atMs, by, direction, serial })))?.atMs ?? null;
  }
  async measure(document: RunDocument): Promise<Measured | null> {
    const answer = await this.ask<Extract<FromWorker, { type: 'measured' }>>((serial) => ({ type: 'measure', document, serial }));
    return answer === null || answer.failure !== undefined ? null : answer;
  }
  async hit(x: number, y: number, atMs: Ms): Promise<Hit> {
    return (await this.ask<Extract<FromWorker, { type: 'hitResult' }>>((serial) => ({ type: 'hit', x, y, atMs, serial })))?.hit ?? null;
  }
  async follow(root: number): Promise<Followed | null> {
    return (await this.ask<Extract<FromWorker, { type: 'followed' }>>((serial) => ({ type: 'follow', root, serial })))?.followed ?? null;
  }
  async lanes(fromMs: Ms, untilMs: Ms): Promise<{ readonly legs: readonly Leg[]; readonly cut: boolean }> {
    return (await this.ask<Extract<FromWorker, { type: 'lanes' }>>((serial) => ({ type: 'lanes', fromMs, untilMs, serial }))) ?? { legs: [], cut: false };
  }
  /** The marks of a moment as an SVG element; empty when the host is gone. */
  async picture(view: PaintView, atMs: Ms): Promise<string> {
    return (await this.ask<Extract<FromWorker, { type: 'pictured' }>>((serial) => ({ type: 'picture', view, atMs, serial })))?.svg ?? '';
  }
  private onSearching: ((runs: number, ofRuns: number) => void) | null = null;
  private searching = 0;
  /** Null when it was cancelled or its host died. */
  async search(search: Search, onProgress: (runs: number, ofRuns: number) => void): Promise<{ readonly runs: number; readonly found: Found | null; readonly problem?: string } | null> {
    this.onSearching = onProgress;
    return this.ask<Extract<FromWorker, { type: 'searched' }>>((serial) => { this.searching = serial; return { type: 'search', search, serial }; });
  }
  cancelSearch(): void {
    this.send({ type: 'cancelSearch', serial: this.searching });
    this.waiting.get(this.searching)?.resolve(null);
    this.waiting.delete(this.searching);
  }
  attachCanvas(canvas: HTMLCanvasElement): void {
    this.canvas = canvas;
    if (this.port !== null) this.handCanvas(this.port);
  }
  private handCanvas(port: Port): void {
    const { canvas } = this;
    if (canvas === null) return;
    this.canvas = null;
    if (port.offscreen) {
      const offscreen = canvas.transferControlToOffscreen();
      this.send({ type: 'canvas', canvas: offscreen }, [offscreen]);
    } else this.send({ type: 'canvas', canvas: canvas as unknown as OffscreenCanvas });
    this.send({ type: 'paint', atMs: this.paintAt });
  }
  setView(view: PaintView): void { this.view = view; this.onStaged(); this.send({ type: 'view', view }); this.send({ type: 'paint', atMs: this.paintAt }); }
  /** Tests only. */
  sabotage(how: 'throw' | 'reject' | 'loop' | 'close'): void { this.send({ type: 'sabotage', how }); }

  destroy(): void {
    this.gone = true;
    if (this.watchdog !== null) clearInterval(this.watchdog);
    this.port?.terminate();
    for (const { resolve } of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }
}
