/** Makes a whole film in the page, with progress and a way to stop. */
import type { FilmAsked, FilmRange } from '../../film/options.ts';
import type { Film, Segment } from '../../film/record.ts';

export interface Recorded {
  readonly name: string;
  readonly video: Blob;
  readonly captions: string;
  readonly poster: { readonly svg: string; readonly png: Blob };
  /** Asked for on its own: it takes as long again. */
  gif(onProgress: (share: number) => void): Promise<Blob>;
  close(): void;
}
export interface Job {
  readonly done: Promise<Recorded>;
  cancel(): void;
}
type Begin = (asked: FilmAsked, range?: FilmRange) => Promise<Film>;
const STOPPED = 'The recording was cancelled.';

/** `onProgress` hears 0 to 1, and what is being done. */
export function startJob(begin: Begin, asked: FilmAsked, range: FilmRange | undefined, onProgress: (share: number, what: string) => void): Job {
  let film: Film | null = null;
  let stopped = false;
  const run = async (): Promise<Recorded> => {
    // Nothing is heard before whoever began it holds the job.
    await Promise.resolve();
    onProgress(0, 'Computing the runs…');
    const made = await begin(asked, range);
    film = made;
    if (stopped) { made.close(); throw new Error(STOPPED); }
    const { segments, frames } = made;
    const done: Segment[] = [];
    let before = 0;
    for (let i = 0; i < segments; i++) {
      done.push(await made.segment(i, (count) => onProgress((before + count) / frames, `Frame ${before + count} of ${frames}`)));
      before += done.at(-1)!.hashes.length;
    }
    const poster = await made.poster();
    return {
      name: made.name, captions: made.captions(),
      video: new Blob([await made.webm(done)], { type: 'video/webm' }),
      poster: { svg: poster.svg, png: new Blob([Uint8Array.from(atob(poster.png), (letter) => letter.charCodeAt(0))], { type: 'image/png' }) },
      gif: async (heard) => new Blob([await made.gif({}, (count, of) => heard(count / of))], { type: 'image/gif' }),
      close: () => made.close(),
    };
  };
  return { done: run(), cancel() { stopped = true; film?.close(); } };
}
