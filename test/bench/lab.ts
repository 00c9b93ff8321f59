/**
 * Measures pieces of work beside the reference loop, in one process.
 *
 * - Time is the processor time of the whole process (`process.cpuUsage`: with the threads of collector and compiler), so that others on the machine
 *   disturb little. The pieces of one `measure` and the reference take turns, run for run, so that what disturbs one disturbs all; ratios are
 *   formed within a turn.
 * - Bytes are those allocated on the JavaScript heap: what it grew by, plus what each collection in between freed (`v8.GCProfiler` gives the heap
 *   before and after each; it agrees to the byte with objects of known size). Contents of typed arrays lie outside of that heap and are not counted.
 */
import { GCProfiler } from 'node:v8';
import { referenceLoop } from './reference.ts';

export interface Piece {
  readonly name: string;
  /** Does its work once and returns how many events that were. */
  readonly work: () => number | Promise<number>;
}
/** What one piece took: one entry a run. */
export interface Measurement {
  readonly group: string;
  readonly name: string;
  readonly nsPerEvent: number[];
  readonly wallNsPerEvent: number[];
  /** Its events a second over those of the reference in the same turn. */
  readonly ofReference: number[];
  readonly bytesPerEvent: number[];
}
/** A figure of its own kind, made of measurements; some have a target in speed.md. One value a run. */
export interface Figure {
  readonly group: string;
  readonly name: string;
  readonly unit: string;
  readonly values: number[];
  readonly target?: Target;
}
export interface Target {
  /** `T1` … `T12`. */
  readonly id: string;
  readonly is: 'atLeast' | 'atMost';
  readonly than: number;
  /** Whether the median has to reach it or every run. */
  readonly of: 'median' | 'worst';
}
export interface Scale {
  /** Timed runs of each piece. */
  readonly runs: number;
  /** Warming a piece up ends after so many ms of processor time at the latest. */
  readonly warmMs: number;
  /** Factor on the amount of work. */
  readonly size: number;
  /** What takes seconds is run only once. */
  readonly quick: boolean;
}
export interface Report {
  readonly measurements: Measurement[];
  readonly figures: Figure[];
}
/** A piece that takes longer is run once in a quick measurement, and needs no further warming. */
const DEAR_MS = 1500;
export const REFERENCE = 'reference loop: W1 on a bare heap';

export class Lab implements Report {
  readonly measurements: Measurement[] = [];
  readonly figures: Figure[] = [];
  readonly scale: Scale;
  private readonly group: string;

  constructor(group: string, scale: Scale) {
    this.group = group;
    this.scale = scale;
  }

  /** Only to see that everything runs. */
  get tiny(): boolean { return this.scale.size < 0.1; }
  /** So much work at full size. */
  size(full: number): number { return Math.max(1, Math.round(full * this.scale.size)); }

  /** Measures the pieces in turns with the reference; returns what they took, in their order. */
  async measure(...pieces: readonly Piece[]): Promise<Measurement[]> {
    const customers = this.tiny ? 100 : 250_000;
    const all: readonly Piece[] = [{ name: REFERENCE, work: () => referenceLoop(customers) }, ...pieces];
    const taken = all.map(({ name }): Measurement => ({ group: this.group, name, nsPerEvent: [], wallNsPerEvent: [], ofReference: [], bytesPerEvent: [] }));
    let dear = false;
    for (const { work } of all) dear = (await this.warm(work)) > DEAR_MS || dear;
    // What one piece taught the compiler may have thrown out what it had made of another: a turn that does not count.
    if (!dear) for (const { work } of all) await work();
    const runs = dear && this.scale.quick ? 1 : this.scale.runs;
    for (let run = 0; run < runs; run++) {
      for (const [i, { work }] of all.entries()) {
        const { cpuMs, wallMs, bytes, result } = await this.time(work);
        taken[i]!.nsPerEvent.push((cpuMs * 1e6) / result);
        taken[i]!.wallNsPerEvent.push((wallMs * 1e6) / result);
        taken[i]!.bytesPerEvent.push(bytes / result);
        taken[i]!.ofReference.push(taken[0]!.nsPerEvent[run]! / taken[i]!.nsPerEvent[run]!);
      }
    }
    this.measurements.push(...taken.filter(({ name }) => !this.measurements.some((known) => known.name === name)));
    return taken.slice(1);
  }

  /** Runs a piece until the compiler is done with it: four times and more while it still gets faster. Returns what the last run took, in ms. */
  async warm(work: () => unknown): Promise<number> {
    let spent = 0, last = Infinity;
    for (let run = 1; ; run++) {
      const { cpuMs } = await this.time(work);
      spent += cpuMs;
      const steady = run >= 4 && spent >= this.scale.warmMs / 2 && cpuMs > last * 0.95;
      if (spent >= this.scale.warmMs || steady) return cpuMs;
      last = cpuMs;
    }
  }

  /**
   * One piece of work: ms of processor and of wall time, and bytes allocated. No collection is forced before it: while no world is alive one would
   * throw away the shapes of its objects, and with them all that the compiler had made for them.
   */
  async time<T>(work: () => T | Promise<T>): Promise<{ readonly cpuMs: number; readonly wallMs: number; readonly bytes: number; readonly result: T }> {
    const profiler = new GCProfiler();
    profiler.start();
    const heap = process.memoryUsage().heapUsed;
    const wall = performance.now();
    const cpu = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - wall;
    let bytes = process.memoryUsage().heapUsed - heap;
    for (const { beforeGC, afterGC } of profiler.stop().statistics) bytes += beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize;
    return { cpuMs: (user + system) / 1000, wallMs, bytes: Math.max(0, bytes), result };
  }

  figure(name: string, unit: string, values: readonly number[], target?: Target): void {
    this.figures.push({ group: this.group, name, unit, values: [...values], ...(target !== undefined && { target }) });
  }
}

export const atLeast = (id: string, than: number): Target => ({ id, is: 'atLeast', than, of: 'median' });
export const atMost = (id: string, than: number, of: Target['of'] = 'median'): Target => ({ id, is: 'atMost', than, of });
/** Run for run, how often `b` fits into `a`. */
export const over = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value / b[i]!);
