/** For the tests of this folder: chunks from plain rows, a view, and a pen that writes down what it is told. */
import type { Chunk, HopTable, MarkTable } from '../kernel/trace.ts';
import type { PaintTheme, PaintView } from '../protocol/paint.ts';
import { HOP, MARK, MS } from './codes.ts';
import type { Pen } from './pen.ts';

export interface HopRow {
  call: number; root: number; parent: number; sentMs: number; arriveMs: number; link: number; op: number;
  kind: number; outcome: number; attempt: number; flags: number;
}
export interface MarkRow { call: number; root: number; atMs: number; layer: number; kind: number; outcome: number }

const column = <T>(rows: readonly T[], name: keyof T, factor = 1) => rows.map((row) => (row[name] as number) * factor);

/** A chunk of rows in any order; what a row leaves out is 0, its root is its call, and it is a request of 100 ms from moment 0 on. */
export function chunkOf(fromMs: number, untilMs: number, hops: readonly Partial<HopRow>[], marks: readonly Partial<MarkRow>[] = []): Chunk {
  const plain = { parent: 0, sentMs: 0, link: 0, op: 0, kind: HOP.request, outcome: 0, attempt: 0, flags: 0 };
  const h = hops.map((hop): HopRow => {
    const row = { ...plain, call: 1, ...hop };
    return { ...row, root: row.root ?? row.call, arriveMs: row.arriveMs ?? row.sentMs + 100 };
  }).sort((a, b) => a.sentMs - b.sentMs);
  const m = marks.map((mark): MarkRow => {
    const row = { call: 1, atMs: 0, layer: 0, kind: MARK.refused, outcome: 0, ...mark };
    return { ...row, root: row.root ?? row.call };
  }).sort((a, b) => a.atMs - b.atMs);
  const hopTable: HopTable = {
    length: h.length,
    call: Float64Array.from(column(h, 'call')), root: Float64Array.from(column(h, 'root')), parent: Float64Array.from(column(h, 'parent')),
    sentNs: Float64Array.from(column(h, 'sentMs', MS)), arriveNs: Float64Array.from(column(h, 'arriveMs', MS)),
    link: Int32Array.from(column(h, 'link')), op: Int32Array.from(column(h, 'op')), kind: Uint8Array.from(column(h, 'kind')),
    outcome: Uint8Array.from(column(h, 'outcome')), attempt: Uint8Array.from(column(h, 'attempt')), flags: Uint8Array.from(column(h, 'flags')),
  };
  const markTable: MarkTable = {
    length: m.length,
    call: Float64Array.from(column(m, 'call')), root: Float64Array.from(column(m, 'root')), atNs: Float64Array.from(column(m, 'atMs', MS)),
    layer: Int32Array.from(column(m, 'layer')), kind: Uint8Array.from(column(m, 'kind')), outcome: Uint8Array.from(column(m, 'outcome')),
  };
  return {
    fromNs: fromMs * MS, untilNs: untilMs * MS, hops: hopTable, marks: markTable, samples: new Float64Array(0),
    notes: { length: 0, atNs: new Float64Array(0), layer: new Int32Array(0), name: new Int32Array(0), call: new Float64Array(0), data: [] },
    moves: {
      length: 0, atNs: new Float64Array(0), layer: new Int32Array(0), instance: new Int32Array(0),
      from: new Int32Array(0), to: new Int32Array(0), event: new Int32Array(0),
    },
    effects: { length: 0, atNs: new Float64Array(0), layer: new Int32Array(0), name: new Int32Array(0), holds: new Uint8Array(0), data: [] },
  };
}

/** Colours named after their roles. */
export const theme: PaintTheme = {
  ink: 'ink', ok: 'ok', error: 'error', late: 'late', refused: 'refused', throttled: 'throttled', retry: 'retry', faint: 'faint', surface: 'surface',
};
/** Two nodes and a link from (100, 100) to (300, 100); layer 0 has its plate at (90, 100). One simulated ms takes one wall ms. */
export const viewOf = (changes: Partial<PaintView> = {}): PaintView => ({
  width: 400, height: 200, pixelRatio: 1, zoom: { k: 1, x: 0, y: 0 },
  links: [{ points: [{ x: 100, y: 100 }, { x: 300, y: 100 }] }],
  plates: [{ x: 90, y: 100 }], nodes: [{ x: 50, y: 100 }, { x: 350, y: 100 }],
  theme, speed: 1, reducedMotion: false, root: 0, ...changes,
});

/** One thing that came onto the paper. */
export interface Drawn {
  readonly how: 'fill' | 'stroke' | 'rect' | 'text';
  readonly colour: string;
  readonly alpha: number;
  /** Path commands, or the rectangle, or the text with its place. */
  readonly what: readonly (string | number)[];
}
export class RecordingPen implements Pen {
  fillStyle: unknown = 'unset';
  strokeStyle: unknown = 'unset';
  lineWidth = -1;
  lineCap = 'unset';
  lineJoin = 'unset';
  globalAlpha = 0.5;
  font = 'unset';
  textAlign = 'unset';
  textBaseline = 'unset';
  /** Everything in order, as text, with what the pen was set to. */
  readonly calls: string[] = [];
  readonly drawn: Drawn[] = [];
  private path: (string | number)[] = [];

  private note(name: string, ...values: unknown[]): void { this.calls.push(`${name} ${values.join(' ')}`); }
  private put(how: Drawn['how'], colour: unknown, what: readonly (string | number)[]): void {
    this.drawn.push({ how, colour: String(colour), alpha: this.globalAlpha, what });
    this.note(how, colour, this.globalAlpha, how === 'stroke' ? [this.lineWidth, this.lineCap, this.lineJoin] : '', how === 'text' ? [this.font, this.textAlign, this.textBaseline] : '', ...what);
  }
  setTransform(...values: number[]): void { this.note('setTransform', ...values); }
  clearRect(...values: number[]): void { this.note('clearRect', ...values); }
  setLineDash(segments: number[]): void { this.note('setLineDash', ...segments); }
  beginPath(): void { this.path = []; }
  moveTo(x: number, y: number): void { this.path.push('M', x, y); }
  lineTo(x: number, y: number): void { this.path.push('L', x, y); }
  arc(x: number, y: number, radius: number, from: number, to: number, back = false): void { this.path.push(back ? 'a' : 'A', x, y, radius, from, to); }
  closePath(): void { this.path.push('Z'); }
  fill(): void { this.put('fill', this.fillStyle, this.path); }
  stroke(): void { this.put('stroke', this.strokeStyle, this.path); }
  fillRect(...rectangle: [number, number, number, number]): void { this.put('rect', this.fillStyle, rectangle); }
  fillText(text: string, x: number, y: number): void { this.put('text', this.fillStyle, [text, x, y]); }
}
