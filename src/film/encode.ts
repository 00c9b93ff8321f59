/** Pictures to video: encoded by the browser (WebCodecs), put into a WebM file by mediabunny. */
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Output, WebMOutputFormat } from 'mediabunny';
import type { FilmOptions } from './options.ts';

export type FilmCodec = 'vp9' | 'vp8';
/** One encoded picture; its bytes as base64, so that it can be kept as JSON. */
export interface Packet {
  readonly key: boolean;
  readonly data: string;
}
type Size = Pick<FilmOptions, 'width' | 'height' | 'fps'>;

/** Level 3.1 holds 1280 × 720 at 30 frames a second; anything larger asks for 5.1. */
const codecText = (codec: FilmCodec, { width, height, fps }: Size): string => (codec === 'vp8' ? 'vp8' : width * height * fps <= 27_648_000 ? 'vp09.00.31.08' : 'vp09.00.51.08');
const config = (codec: FilmCodec, size: Size): VideoEncoderConfig => ({
  codec: codecText(codec, size), width: size.width, height: size.height, framerate: size.fps,
  // Flat colours and thin lines: sharp from about a twelfth of a bit per pixel on.
  bitrate: Math.max(500_000, Math.round(size.width * size.height * size.fps * 0.09)), bitrateMode: 'variable', latencyMode: 'quality',
});

/** What this browser can encode; throws with the reason where it can't. */
export async function pickCodec(size: Size): Promise<FilmCodec> {
  if (typeof VideoEncoder === 'undefined') throw new Error(isSecureContext ? 'This browser cannot encode video (it has no WebCodecs). Chrome, Edge, Firefox 130 and Safari 17 can.' : 'Video can only be encoded on a page that is served by https or from this machine.');
  for (const codec of ['vp9', 'vp8'] as const) if ((await VideoEncoder.isConfigSupported(config(codec, size))).supported === true) return codec;
  throw new Error(`This browser can encode neither VP9 nor VP8 at ${size.width} × ${size.height}.`);
}

/** Encodes pictures that begin with a key frame of their own, so that they can be put behind others. */
export class SegmentEncoder {
  readonly packets: Packet[] = [];
  private readonly encoder: VideoEncoder;
  private readonly size: Size;
  private count = 0;
  private problem: Error | null = null;

  constructor(codec: FilmCodec, size: Size) {
    this.size = size;
    this.encoder = new VideoEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        this.packets.push({ key: chunk.type === 'key', data: toBase64(bytes) });
      },
      error: (error) => { this.problem = error; },
    });
    this.encoder.configure(config(codec, size));
  }
  async add(picture: CanvasImageSource): Promise<void> {
    if (this.problem !== null) throw this.problem;
    const spanUs = 1_000_000 / this.size.fps;
    const frame = new VideoFrame(picture, { timestamp: Math.round(this.count * spanUs), duration: Math.round(spanUs) });
    this.encoder.encode(frame, { keyFrame: this.count === 0 });
    frame.close();
    this.count++;
    // So many pictures wait at most: they are large.
    if (this.encoder.encodeQueueSize > 8) await new Promise<void>((done) => { this.encoder.addEventListener('dequeue', () => done(), { once: true }); });
  }
  async finish(): Promise<readonly Packet[]> {
    await this.encoder.flush();
    this.encoder.close();
    if (this.problem !== null) throw this.problem;
    return this.packets;
  }
  close(): void { if (this.encoder.state !== 'closed') this.encoder.close(); }
}

/** All packets of a film, in order, as the bytes of a WebM file. */
export async function webm(packets: readonly Packet[], codec: FilmCodec, size: Size): Promise<Uint8Array<ArrayBuffer>> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source, { frameRate: size.fps });
  await output.start();
  const decoderConfig: VideoDecoderConfig = { codec: codecText(codec, size), codedWidth: size.width, codedHeight: size.height, colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } };
  for (let i = 0; i < packets.length; i++) await source.add(new EncodedPacket(fromBase64(packets[i]!.data), packets[i]!.key ? 'key' : 'delta', i / size.fps, 1 / size.fps), i === 0 ? { decoderConfig } : undefined);
  await output.finalize();
  return new Uint8Array(target.buffer!);
}

const PIECE = 32_768;
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return btoa(text);
}
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
