/** Pictures to an animated GIF: one table of colours, and of each picture only what differs from the one before. */
import { applyPalette, GIFEncoder, quantize, type Palette } from 'gifenc';

/** A GIF counts time in hundredths of a second. */
const CENTI = 10;
const COLOURS = 255;

export class GifWriter {
  private readonly gif = GIFEncoder();
  private readonly width: number;
  private readonly height: number;
  private readonly delayMs: number;
  private palette: Palette | null = null;
  private shown: Uint8Array | null = null;
  private waiting: { readonly pixels: Uint8Array; readonly transparent: boolean; frames: number } | null = null;

  constructor({ width, height, fps }: { readonly width: number; readonly height: number; readonly fps: number }) {
    this.width = width;
    this.height = height;
    this.delayMs = Math.max(2, Math.round(1000 / fps / CENTI)) * CENTI;
  }
  /** `samples`: pictures (RGBA) from here and there in the film, of which the colours are taken. */
  begin(samples: readonly Uint8ClampedArray[]): void {
    const all = new Uint8Array(samples.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const sample of samples) { all.set(sample, at); at += sample.length; }
    this.palette = quantize(all, COLOURS);
  }
  /** The next picture (RGBA). One that shows nothing new lengthens the one before. */
  add(rgba: Uint8ClampedArray): void {
    const palette = this.palette!;
    const clear = palette.length;
    const indexed = applyPalette(rgba, palette);
    const before = this.shown;
    this.shown = indexed;
    if (before === null) { this.waiting = { pixels: indexed, transparent: false, frames: 1 }; return; }
    let same = true;
    const changed = new Uint8Array(indexed.length).fill(clear);
    for (let i = 0; i < indexed.length; i++) if (indexed[i] !== before[i]) { changed[i] = indexed[i]!; same = false; }
    if (same) { this.waiting!.frames++; return; }
    this.write();
    this.waiting = { pixels: changed, transparent: true, frames: 1 };
  }
  private write(): void {
    const { waiting } = this;
    if (waiting === null) return;
    const palette = [...this.palette!, [0, 0, 0] as [number, number, number]];
    this.gif.writeFrame(waiting.pixels, this.width, this.height, {
      ...(!waiting.transparent && { palette }), delay: waiting.frames * this.delayMs, repeat: 0, dispose: 1,
      ...(waiting.transparent && { transparent: true, transparentIndex: this.palette!.length }),
    });
    this.waiting = null;
  }
  finish(): Uint8Array<ArrayBuffer> {
    this.write();
    this.gif.finish();
    return new Uint8Array(this.gif.bytes());
  }
}
