/**
 * Makes a film frame by frame from simulated time. However slow the machine, no frame is dropped, and the same film has the same frames. It
 * is made in segments that begin with a key frame, so that a film that was broken off goes on where it was.
 */
import { webVtt } from './captions.ts';
import { pickCodec, SegmentEncoder, toBase64, webm, type FilmCodec, type Packet } from './encode.ts';
import { FRAME, frameSvg, type FrameColors } from './frame.ts';
import { GifWriter } from './gif.ts';
import type { FilmOptions, FilmRange } from './options.ts';
import { planFilm, type FilmPlan, type FilmRun } from './plan.ts';

/** A run that can be looked at at any moment. */
export interface FilmSource {
  readonly run: FilmRun;
  /** The stage as an SVG document of the frame's size. */
  stageAt(atMs: number): Promise<string>;
  boxOf(node: string): { readonly x: number; readonly y: number; readonly w: number; readonly h: number } | undefined;
}
/** Everything that a film is about. */
export interface FilmScene {
  readonly name: string;
  readonly steps: number;
  readonly colors: FrameColors;
  readonly sources: readonly FilmSource[];
  close(): void;
}
export interface Segment {
  readonly index: number;
  /** Of each frame: SHA-256 of what is drawn (the same on any machine) and of its pixels (the same in any run of one browser). */
  readonly hashes: readonly { readonly drawing: string; readonly pixels: string }[];
  readonly packets: readonly Packet[];
}
export interface Film {
  readonly name: string;
  readonly options: FilmOptions;
  readonly codec: FilmCodec;
  readonly frames: number;
  readonly filmMs: number;
  /** So many segments there are; each can be made by itself. */
  readonly segments: number;
  /** Changes when any frame would: segments of another key are of another film. */
  readonly key: string;
  /** Makes one segment; `onFrame` hears how many frames of it are done. Rejects with "cancelled" after `close`. */
  segment(index: number, onFrame?: (done: number) => void): Promise<Segment>;
  /** The whole file of all segments, in order. */
  webm(segments: readonly Segment[]): Promise<Uint8Array<ArrayBuffer>>;
  webmBase64(segments: readonly Segment[]): Promise<string>;
  /** An animated GIF, of so many frames a second and so wide. */
  gif(how?: { readonly fps?: number; readonly width?: number }, onFrame?: (done: number, of: number) => void): Promise<Uint8Array<ArrayBuffer>>;
  gifBase64(how?: { readonly fps?: number; readonly width?: number }): Promise<string>;
  /** The captions as WebVTT. */
  captions(): string;
  /** One telling frame. */
  poster(): Promise<{ readonly svg: string; readonly png: string }>;
  /** Ends what is under way and lets go of the runs. */
  close(): void;
}
const SEGMENT_MS = 4000;
const CANCELLED = 'The recording was cancelled.';

export async function makeFilm(scene: FilmScene, options: FilmOptions, range?: FilmRange): Promise<Film> {
  const codec = await pickCodec(options);
  const runs = scene.sources.map(({ run }) => run);
  const plan = planFilm(runs, options, range);
  if (plan.frames.length === 0) throw new Error('There is nothing to film: the range is empty.');
  const perSegment = Math.max(1, Math.round((SEGMENT_MS * options.fps) / 1000));
  const segments = Math.ceil(plan.frames.length / perSegment);
  let closed = false;
  const check = (): void => { if (closed) throw new Error(CANCELLED); };
  const draw = drawer(scene, check);
  const picture = pictures(options, scene.colors.surface);

  const film: Film = {
    name: scene.name, options, codec, frames: plan.frames.length, filmMs: plan.filmMs, segments,
    key: (await digest(new TextEncoder().encode(JSON.stringify([options, codec, runs, plan.frames, scene.colors, await draw(plan, plan.frames.length - 1)])))).slice(0, 24),
    async segment(index, onFrame) {
      if (!(index >= 0 && index < segments)) throw new Error(`There is no segment ${index}: there are 0 to ${segments - 1}.`);
      const encoder = new SegmentEncoder(codec, options);
      const hashes: { drawing: string; pixels: string }[] = [];
      try {
        const from = index * perSegment, until = Math.min(plan.frames.length, from + perSegment);
        let before = '';
        for (let i = from; i < until; i++) {
          check();
          const svg = await draw(plan, i);
          if (svg !== before) {
            await picture.show(svg);
            hashes.push({ drawing: await digest(new TextEncoder().encode(svg)), pixels: await digest(picture.pixels().data) });
          } else hashes.push(hashes.at(-1)!);
          before = svg;
          await encoder.add(picture.canvas);
          onFrame?.(i - from + 1);
        }
        return { index, hashes, packets: await encoder.finish() };
      } finally {
        encoder.close();
      }
    },
    webm: (done) => webm([...done].sort((a, b) => a.index - b.index).flatMap(({ packets }) => packets), codec, options),
    webmBase64: async (done) => toBase64(await film.webm(done)),
    async gif({ fps = 6, width = 720 } = {}, onFrame) {
      const small = { width, height: 2 * Math.round((width * options.height) / options.width / 2) };
      const rough = planFilm(runs, { fps, speed: options.speed }, range);
      const canvas = pictures(small, scene.colors.surface);
      const gif = new GifWriter({ ...small, fps });
      const samples: Uint8ClampedArray[] = [];
      for (const share of [0.1, 0.35, 0.6, 0.9]) {
        await canvas.show(await draw(rough, Math.floor(share * (rough.frames.length - 1))));
        samples.push(canvas.pixels().data);
      }
      gif.begin(samples);
      for (let i = 0; i < rough.frames.length; i++) {
        check();
        await canvas.show(await draw(rough, i));
        gif.add(canvas.pixels().data);
        onFrame?.(i + 1, rough.frames.length);
      }
      return gif.finish();
    },
    gifBase64: async (how) => toBase64(await film.gif(how)),
    captions: () => webVtt(plan),
    async poster() {
      const svg = await draw(plan, plan.poster);
      await picture.show(svg);
      const blob = await new Promise<Blob | null>((done) => { picture.canvas.toBlob(done, 'image/png'); });
      if (blob === null) throw new Error('The poster could not be drawn.');
      return { svg, png: toBase64(new Uint8Array(await blob.arrayBuffer())) };
    },
    close() { closed = true; scene.close(); },
  };
  return film;
}

/** Draws frames as SVG; the stage is asked for again only when time has moved. */
function drawer({ sources, steps, colors }: FilmScene, check: () => void): (plan: FilmPlan, index: number) => Promise<string> {
  let last: { readonly chapter: number; readonly atMs: number; readonly stage: string } | null = null;
  return async (plan, index) => {
    const frame = plan.frames[index]!;
    const source = sources[frame.chapter]!;
    if (last?.chapter !== frame.chapter || last.atMs !== frame.atMs) last = { chapter: frame.chapter, atMs: frame.atMs, stage: await source.stageAt(frame.atMs) };
    check();
    return frameSvg({ run: source.run, frame, steps, stage: last.stage, boxOf: (node) => source.boxOf(node), colors });
  };
}

/** A canvas of the film's size that shows drawings in its middle. */
function pictures({ width, height }: Pick<FilmOptions, 'width' | 'height'>, ground: string) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false })!;
  const scale = Math.min(width / FRAME.width, height / FRAME.height);
  const shown = { w: FRAME.width * scale, h: FRAME.height * scale };
  return {
    canvas,
    async show(svg: string): Promise<void> {
      const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      try {
        const image = new Image();
        image.src = address;
        await image.decode();
        context.fillStyle = ground;
        context.fillRect(0, 0, width, height);
        context.drawImage(image, (width - shown.w) / 2, (height - shown.h) / 2, shown.w, shown.h);
      } finally {
        URL.revokeObjectURL(address);
      }
    },
    pixels: () => context.getImageData(0, 0, width, height),
  };
}

async function digest(bytes: BufferSource): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
