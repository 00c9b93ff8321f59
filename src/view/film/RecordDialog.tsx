/** Records the lesson, or a part of the shown run, in the browser: what to record, how it comes along, and what came out. */
import { useEffect, useRef, useState } from 'react';
import type { FilmOptions, FilmRange } from '../../film/options.ts';
import { saveBlob, saveText } from '../common/saveText.ts';
import { useRun, useSelect, useSession } from '../common/session.tsx';
import { Button, Dialog, inputClass, selectClass } from '../common/ui.tsx';
import css from './RecordDialog.module.css';
import { startJob, type Job, type Recorded } from './recordJob.ts';

const SIZES = [[1920, 1080], [1280, 720], [960, 540], [640, 360]] as const;
const RATES = [60, 30, 15] as const;
const SPEEDS = [0.5, 1, 1.5, 2, 3] as const;
type State = { readonly kind: 'asking'; readonly problem?: string } | { readonly kind: 'recording'; readonly share: number; readonly what: string } | { readonly kind: 'done'; readonly film: Recorded };

export function RecordDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return <Dialog open={open} onClose={onClose} title="Record a film"><Recorder /></Dialog>;
}

function Recorder() {
  const { film, actions } = useSession();
  const dark = useSelect((state) => state.theme === 'dark');
  const durationMs = useRun((run) => run.durationMs) ?? 0;
  const hasTour = useSelect((state) => (state.story?.lesson.length ?? 0) > 0);
  const atMs = useSelect((state) => state.clock.atMs);
  const [what, setWhat] = useState<'tour' | 'range'>(hasTour ? 'tour' : 'range');
  const [from, setFrom] = useState(() => String(Math.floor(Math.max(0, atMs - 5000) / 1000)));
  const [until, setUntil] = useState(() => String(Math.round(Math.min(durationMs, atMs + 10_000) / 1000)));
  const [options, setOptions] = useState<FilmOptions>({ fps: 30, width: 1280, height: 720, theme: dark ? 'dark' : 'light', speed: 1 });
  const [state, setState] = useState<State>({ kind: 'asking' });
  const job = useRef<Job | null>(null);
  const made = useRef<Recorded | null>(null);
  useEffect(() => { actions.pause(); return () => { job.current?.cancel(); made.current?.close(); }; }, [actions]);

  const record = () => {
    const range: FilmRange | undefined = what === 'tour' ? undefined : { fromMs: Number(from) * 1000, untilMs: Number(until) * 1000 };
    setState({ kind: 'recording', share: 0, what: 'Beginning…' });
    const started = startJob((asked, part) => film!(asked, part), options, range, (share, text) => { if (job.current === started) setState({ kind: 'recording', share, what: text }); });
    job.current = started;
    started.done.then((result) => { made.current = result; setState({ kind: 'done', film: result }); }, (error: unknown) => { if (job.current === started) setState({ kind: 'asking', problem: error instanceof Error ? error.message : String(error) }); });
  };
  const cancel = () => { const running = job.current; job.current = null; running?.cancel(); setState({ kind: 'asking' }); };

  if (state.kind === 'recording') {
    return (
      <div className={css.dialog}>
        <progress className={css.progress} max={1} value={state.share} aria-label="Recording" data-testid="film-progress" />
        <p role="status">{state.what}, {Math.round(100 * state.share)} %. It is drawn from simulated time: a slow machine takes longer and drops nothing.</p>
        <Button icon="close" data-testid="film-cancel" onClick={cancel}>Cancel</Button>
      </div>
    );
  }
  if (state.kind === 'done') return <Done film={state.film} onAgain={() => { made.current?.close(); made.current = null; setState({ kind: 'asking' }); }} />;
  return (
    <form className={css.dialog} onSubmit={(event) => { event.preventDefault(); record(); }}>
      <fieldset>
        <legend>What</legend>
        <label><input type="radio" name="what" checked={what === 'tour'} disabled={!hasTour} onChange={() => setWhat('tour')} />The lesson, step by step, with its captions</label>
        <label><input type="radio" name="what" checked={what === 'range'} data-testid="film-range" onChange={() => setWhat('range')} />A part of the shown run</label>
        {what === 'range' && (
          <p className={css.row}>
            <label>from <input className={inputClass} type="number" required min={0} max={durationMs / 1000} step="any" value={from} data-testid="film-from" onChange={(event) => setFrom(event.target.value)} /> s</label>
            <label>until <input className={inputClass} type="number" required min={0} max={durationMs / 1000} step="any" value={until} data-testid="film-until" onChange={(event) => setUntil(event.target.value)} /> s</label>
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>How</legend>
        <p className={css.row}>
          <label>Size <select className={selectClass} value={options.width} data-testid="film-size" onChange={(event) => { const [width, height] = SIZES.find(([w]) => w === Number(event.target.value))!; setOptions({ ...options, width, height }); }}>{SIZES.map(([w, h]) => <option key={w} value={w}>{w} × {h}</option>)}</select></label>
          <label>Frames a second <select className={selectClass} value={options.fps} data-testid="film-fps" onChange={(event) => setOptions({ ...options, fps: Number(event.target.value) })}>{RATES.map((fps) => <option key={fps} value={fps}>{fps}</option>)}</select></label>
          <label>Speed <select className={selectClass} value={options.speed} data-testid="film-speed" onChange={(event) => setOptions({ ...options, speed: Number(event.target.value) })}>{SPEEDS.map((speed) => <option key={speed} value={speed}>{speed}×</option>)}</select></label>
          <label>Theme <select className={selectClass} value={options.theme} data-testid="film-theme" onChange={(event) => setOptions({ ...options, theme: event.target.value === 'dark' ? 'dark' : 'light' })}><option value="light">Light</option><option value="dark">Dark</option></select></label>
        </p>
      </fieldset>
      {state.problem !== undefined && <p role="alert" className={css.problem}>{state.problem}</p>}
      <Button type="submit" look="primary" icon="film" data-testid="film-start">Record</Button>
    </form>
  );
}

function Done({ film, onAgain }: { readonly film: Recorded; readonly onAgain: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [share, setShare] = useState<number | null>(null);
  useEffect(() => {
    const address = URL.createObjectURL(film.video);
    if (video.current !== null) video.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [film]);
  const gif = () => {
    setShare(0);
    void film.gif(setShare).then((blob) => saveBlob(`${film.name}.gif`, blob)).finally(() => setShare(null));
  };
  return (
    <div className={css.dialog} data-testid="film-done">
      {/* Its captions are in the picture; the same words are saved beside it. */}
      {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
      <video ref={video} className={css.video} controls muted playsInline aria-label="The film" />
      <p role="status">Done: {(film.video.size / 1_000_000).toFixed(1)} MB.</p>
      <p className={css.row}>
        <Button look="primary" icon="save" data-testid="film-save" onClick={() => saveBlob(`${film.name}.webm`, film.video)}>Video (WebM)</Button>
        <Button icon="save" onClick={() => saveText(`${film.name}.vtt`, 'text/vtt', film.captions)}>Captions</Button>
        <Button icon="save" onClick={() => saveBlob(`${film.name}-poster.png`, film.poster.png)}>Poster (PNG)</Button>
        <Button icon="save" onClick={() => saveText(`${film.name}-poster.svg`, 'image/svg+xml', film.poster.svg)}>Poster (SVG)</Button>
        <Button icon="save" disabled={share !== null} onClick={gif}>{share === null ? 'GIF' : `GIF, ${Math.round(100 * share)} %`}</Button>
        <Button onClick={onAgain}>Record another</Button>
      </p>
    </div>
  );
}
