/** The guided tour of an embed, loaded only where its address asks for it: what the step says, which it is, and the ways on and back. */
import { useEffect, useRef, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { StepDetail } from '../../embed/contract.ts';
import { neighbour } from '../../session/tour.ts';
import { useRun } from '../common/session.tsx';
import { Button, IconButton } from '../common/ui.tsx';
import { BeatWords, said } from '../lesson/BeatWords.tsx';
import { placedBeat, stepCount, useCurrentBeat, useTour } from '../lesson/useTour.ts';
import css from './EmbedTour.module.css';
import type { TourPlayer } from './tourPlayer.ts';

export { createTourPlayer } from './tourPlayer.ts';

interface Props {
  readonly player: TourPlayer;
  readonly onStep: (detail: StepDetail) => void;
  /** The link to the full page, for the end; null where the host wants none. */
  readonly full: ReactNode;
}
export function EmbedTour({ player, onStep, full }: Props) {
  const tour = useTour();
  const current = useCurrentBeat(tour);
  const { from, to, automatic } = useStore(player.way);
  const whole = useRun((run) => run.status === 'finished' || run.status === 'failed') ?? false;
  const { chapter, chapters } = tour;
  const beats = chapters.flatMap((it) => it.beats);
  const of = stepCount(tour);
  // On the way to another run the moments between belong to neither step.
  const shown = to === null || current === to || current === from ? current : -1;
  const placed = placedBeat(tour, shown);
  const coming = to ?? chapter?.from ?? 0;
  const ended = whole && to === null && shown >= 0 && neighbour(tour, current, 1) === null;
  const first = neighbour(tour, current, -1) === null;

  const told = useRef(-1);
  useEffect(() => {
    if (shown === told.current) return;
    if (placed === undefined || placed.atMs === null || (to !== null && to !== shown) || chapter === undefined) return;
    told.current = shown;
    onStep({ step: shown, of, title: placed.beat.title, text: said(placed), atMs: placed.atMs, scenario: chapter.scenario, variant: chapter.variant });
    // Told once a step, not whenever its run has grown.
    // eslint-disable-next-line react/exhaustive-deps
  }, [shown, chapter?.from, to]);

  return (
    <section className={css.tour} aria-label="Guided tour" data-testid="tour">
      <div className={css.progress} aria-hidden="true">{beats.map((_, i) => <i key={i} data-reached={i <= shown} />)}</div>
      <div className={css.walk} role="group" aria-label="Walk through the tour">
        <span className={css.count} data-testid="tour-step">{placed === undefined ? 'Before step' : 'Step'} {(placed === undefined ? coming : shown) + 1} of {of}</span>
        {automatic && <IconButton icon="pause" label="Stop going on by itself" data-testid="tour-stop" onClick={player.stop} />}
        <Button icon="left" title="Step before (p)" data-testid="tour-back" aria-disabled={first} onClick={() => { if (!first) void player.move(-1); }}>Back</Button>
        <Button look="primary" title={ended ? 'From the first step again' : 'Next step (n)'} data-testid="tour-next" onClick={() => { if (ended) player.again(); else void player.move(1); }}>{ended ? 'Again' : 'Next'}</Button>
      </div>
      <div className={css.words}>
        {/* Room for the longest of them, so that the host's page doesn't jump from step to step. */}
        {beats.map((beat, i) => <p key={i} className={css.room} aria-hidden="true"><BeatWords placed={{ beat, atMs: 99_000, data: tour.placed[i - (chapter?.from ?? 0)]?.data ?? {} }} />{i === of - 1 && full !== null && <span className={css.fullRoom} />}</p>)}
        <div className={css.caption} aria-live="polite" aria-atomic="true" data-testid="caption">
          {placed === undefined ? beats[coming] !== undefined && <p className={css.coming}>Next: <b>{beats[coming].title}</b></p> : <p key={shown}><BeatWords placed={placed} /></p>}
          {ended && full}
        </div>
      </div>
    </section>
  );
}
