declare module 'gifenc' {
  export type Palette = [number, number, number][];
  interface FrameOptions {
    readonly palette?: Palette;
    readonly delay?: number;
    readonly repeat?: number;
    readonly dispose?: number;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
  }
  export function GIFEncoder(): { writeFrame(pixels: Uint8Array, width: number, height: number, options: FrameOptions): void; finish(): void; bytes(): Uint8Array };
  export function quantize(rgba: Uint8Array, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
