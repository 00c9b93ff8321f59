/** The page for an audience: the stage and large words, moments to go through by a clicker, and notes for whoever speaks. Nothing pops up. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { computed, goToBeat, playTo, tourState } from '../../session/tour.ts';
import type { SessionState } from '../../session/types.ts';
import { momentText, secondsText } from '../common/format.ts';
import { fill } from '../common/sentence.ts';
import { useFollow, useSelect, useSession } from '../common/session.tsx';
import { Button, IconButton } from '../common/ui.tsx';
import { still } from '../common/theme.ts';
import { placedBeat, stepCount, useCurrentBeat, useTour } from '../lesson/useTour.ts';
import { cueAt, cuesOf, nextCue, type Cue } from './cues.ts';
import css from './Presenter.module.css';
import { openSpeakerWindow } from './speakerWindow.ts';

const FORWARD = new Set(['PageDown', 'ArrowRight', 'ArrowDown', ' ', 'Enter', 'n']);
const BACK = new Set(['PageUp', 'ArrowLeft', 'ArrowUp', 'Backspace', 'p']);

function fillScreen(full: boolean): void {
  if (full === (document.fullscreenElement !== null)) return;
  // Where it is forbidden, the window has to do.
  void (full ? document.documentElement.requestFullscreen() : document.exitFullscreen()).catch(() => undefined);
}

const cuesNow = (state: SessionState): readonly Cue[] => (state.run === null ? [] : cuesOf(tourState(state), state.run));

export function Presenter({ onEnd }: { readonly onEnd: () => void }) {
  const session = useSession();
  const run = useSelect((state) => state.run);
  const tour = useTour();
  const beat = useCurrentBeat(tour);
  const cues = useMemo(() => (run === null ? [] : cuesOf(tour, run)), [tour, run]);
  const at = useSelect((state) => cueAt(cues, state.clock.atMs));
  const [list, setList] = useState(true);
  const [notes, setNotes] = useState(false);
  const [other, setOther] = useState<Window | null>(null);
  const [black, setBlack] = useState(false);
  const [full, setFull] = useState(document.fullscreenElement !== null);
  const box = useRef<HTMLElement>(null);
  /** Where it is on its way to: asked on again, it goes there at once. */
  const target = useRef<number | null>(null);

  const go = useCallback((index: number, how: 'play' | 'jump') => {
    const cue = cues[index];
    if (cue === undefined) return;
    target.current = index;
    const { actions } = session;
    const way = cue.kind === 'beat' ? goToBeat(session, cue.beat, how) : how === 'play' ? playTo(session, cue.atMs) : (actions.pause(), actions.seek(cue.atMs), Promise.resolve(true));
    void way.then(() => { if (target.current === index) target.current = null; });
  }, [cues, session]);
  const asked = useRef(0);
  const move = useCallback(async (direction: 1 | -1) => {
    const { store } = session;
    // A step that stands at the very start of another run is shown while that run is still computed: asked on from there means the next.
    const here = () => cueAt(cuesNow(store.getState()), store.getState().clock.atMs);
    const under = target.current;
    if (direction === 1 && under !== null && under !== here()) { go(under, 'jump'); return; }
    const mine = ++asked.current;
    await computed(session);
    if (mine !== asked.current) return;
    const next = nextCue(cuesNow(store.getState()), here(), direction);
    if (next !== null) go(next, direction === 1 && !still() ? 'play' : 'jump');
  }, [go, session]);
  const end = useCallback(() => {
    fillScreen(false);
    onEnd();
  }, [onEnd]);

  const openNotes = () => {
    const opened = openSpeakerWindow(() => setOther(null));
    // Where windows are forbidden, the page has to do.
    if (opened === null) setNotes(true);
    else setOther(opened);
  };

  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset.presenting = '';
    box.current?.focus();
    return () => { delete dataset.presenting; };
  }, []);
  useEffect(() => () => other?.close(), [other]);
  useEffect(() => { document.documentElement.dataset.presenting = list ? 'list' : ''; }, [list]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (ctrlKey || metaKey || altKey) return;
      // A button that has the focus takes its own keys. (An element of the other window is none of this one's classes.)
      const on = event.target as Partial<Element> | null;
      if ((key === ' ' || key === 'Enter') && (on?.closest?.('button') ?? null) !== null) { event.stopPropagation(); return; }
      if (FORWARD.has(key)) void move(1);
      else if (BACK.has(key)) void move(-1);
      else if (key === 'Home') go(0, 'jump');
      else if (key === 'b' || key === '.') setBlack((it) => !it);
      else if (key === 's') setNotes((it) => !it);
      else if (key === 'l') setList((it) => !it);
      else if (key === 'f') fillScreen(document.fullscreenElement === null);
      else if (key === 'Escape') end();
      else if (key === 'Tab') return;
      // None of the page's own shortcuts acts meanwhile.
      event.stopPropagation();
      event.preventDefault();
    };
    let wasFull = document.fullscreenElement !== null;
    const onFull = () => {
      const isFull = document.fullscreenElement !== null;
      // Browsers leave the full screen when a window opens: the presentation goes on, and f fills the screen again.
      if (wasFull && !isFull && other === null) onEnd();
      wasFull = isFull;
      setFull(isFull);
    };
    // The clicker speaks to whichever window was touched last.
    for (const from of [window, other]) from?.addEventListener('keydown', onKey, true);
    document.addEventListener('fullscreenchange', onFull);
    return () => {
      for (const from of [window, other]) from?.removeEventListener('keydown', onKey, true);
      document.removeEventListener('fullscreenchange', onFull);
    };
  }, [move, go, end, onEnd, other]);

  const placed = placedBeat(tour, beat);
  const count = stepCount(tour);
  const aside = placed?.beat.aside;
  const next = nextCue(cues, at, 1);
  const speaker = <Speaker aside={aside} next={next === null ? null : cues[next]!.title} onNext={() => void move(1)} onBack={() => void move(-1)} />;
  return createPortal(
    <section ref={box} className={css.presenter} tabIndex={-1} aria-label="Presentation" data-testid="presenter" data-list={list}>
      {list && (
        <nav className={css.cues} aria-label="Moments">
          <ol>
            {cues.map((cue, i) => (
              <li key={cue.kind === 'beat' ? `beat ${cue.beat}` : `${cue.title} ${cue.atMs}`}>
                <button type="button" data-testid={`cue-${i}`} data-kind={cue.kind} aria-current={i === at ? 'step' : undefined} disabled={cue.kind === 'beat' && !cue.there} onClick={() => go(i, 'jump')}>
                  <span>{cue.title}</span>{cue.atMs !== null && <time>{secondsText(cue.atMs)}</time>}
                </button>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className={css.words}>
        <div className={css.said}>
          <div className={css.caption} aria-live="polite" data-testid="present-caption">
            {placed !== undefined && <><h2>{placed.beat.title}</h2><p>{fill(placed.beat.text, placed.data)}</p></>}
          </div>
          {notes && speaker}
        </div>
        <div className={css.bar}>
          <IconButton size="tall" icon="left" label="Moment before (Page Up)" data-testid="cue-back" onClick={() => void move(-1)} />
          <IconButton size="tall" icon="right" label="Next moment (Page Down)" data-testid="cue-next" onClick={() => void move(1)} />
          <Clock />
          <span>{count > 0 && beat >= 0 ? `Step ${beat + 1} of ${count}` : ''}</span>
          <span className={css.ways}>
            <Button size="small" aria-pressed={list} onClick={() => setList(!list)}>Moments (l)</Button>
            <Button size="small" aria-pressed={notes} data-testid="speaker-notes" onClick={() => setNotes(!notes)}>Notes (s)</Button>
            <Button size="small" aria-pressed={other !== null} data-testid="notes-window" onClick={() => { if (other === null) openNotes(); else other.close(); }}>Notes in a window</Button>
            {document.fullscreenEnabled && <Button size="small" aria-pressed={full} onClick={() => fillScreen(!full)}>Full screen (f)</Button>}
            <Button size="small" icon="close" data-testid="present-end" onClick={end}>End (Esc)</Button>
          </span>
        </div>
      </div>
      {black && <button type="button" className={css.black} aria-label="Show the screen again (b)" data-testid="black" onClick={() => setBlack(false)} />}
      {other !== null && createPortal(<><h1 className={css.now}>{placed?.beat.title ?? ''}</h1>{speaker}</>, other.document.body)}
    </section>,
    document.body,
  );
}

/** What the audience need not read. */
function Speaker({ aside, next, onNext, onBack }: { readonly aside: string | undefined; readonly next: string | null; readonly onNext: () => void; readonly onBack: () => void }) {
  return (
    <aside className={css.notes} aria-label="Notes for the speaker" data-testid="notes">
      <p>{aside ?? 'No note for this moment.'}</p>
      <p className={css.next}>{next === null ? 'This is the last moment.' : `Next: ${next}`}</p>
      <p className={css.ways}><Button size="small" icon="left" onClick={onBack}>Back</Button><Button size="small" icon="right" onClick={onNext}>Next</Button></p>
    </aside>
  );
}

function Clock() {
  const time = useRef<HTMLSpanElement>(null);
  useFollow((state) => state.clock.atMs, (atMs) => { if (time.current !== null) time.current.textContent = momentText(atMs); });
  return <span ref={time} className={css.clock}>0.000 s</span>;
}
