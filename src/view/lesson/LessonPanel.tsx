import type { Beat } from '../../kernel/story.ts';
import { goToBeat } from '../../session/tour.ts';
import { capital, secondsText } from '../common/format.ts';
import { fill } from '../common/sentence.ts';
import { useActions, useRun, useSelect, useSession } from '../common/session.tsx';
import { Button, Empty, Kbd } from '../common/ui.tsx';
import css from './LessonPanel.module.css';
import { FilmButton } from '../film/FilmButton.tsx';
import { PresentButton } from '../presenter/PresentButton.tsx';
import { TourButtons } from './TourButtons.tsx';
import { stepCount, useCurrentBeat, useTour } from './useTour.ts';

/** The lesson of the pattern: a tour of what happens, what comes next, and where others go wrong. */
export function LessonPanel() {
  const session = useSession();
  const actions = useActions();
  const story = useSelect((state) => state.story);
  const tour = useTour();
  const current = useCurrentBeat(tour);
  const computing = useRun((run) => run.computedMs < run.durationMs && run.status !== 'failed') ?? true;
  if (story === null) return null;
  const { chapters, chapter, placed } = tour;
  const missing = placed.filter(({ atMs }) => atMs === null);
  const count = stepCount(tour);
  const step = (beat: Beat, i: number) => {
    const own = chapter === undefined ? undefined : placed[i - chapter.from];
    if (own?.atMs === null) return null;
    const reached = own === undefined ? chapter !== undefined && i < chapter.from : i <= current;
    return (
      <li key={i} data-state={i === current ? 'now' : reached ? 'reached' : 'ahead'} aria-current={i === current ? 'step' : undefined}>
        <button type="button" onClick={() => void goToBeat(session, i, 'jump')}><b>{beat.title}</b>{own !== undefined && <time>{secondsText(own.atMs ?? 0)}</time>}</button>
        {own !== undefined && reached && <p>{capital(fill(beat.text, own.data))}</p>}
        {own !== undefined && reached && beat.invite !== undefined && <p className={css.invite}>{beat.invite}</p>}
      </li>
    );
  };
  return (
    <div className={css.lesson}>
      <p className={css.problem}>{story.problem}</p>
      {count === 0 ? <Empty><p>This pattern has no lesson yet.</p></Empty> : (
        <>
          <div className={css.walk} role="group" aria-label="Walk through the lesson">
            <TourButtons tour={tour} current={current} />
            <span>Step {Math.max(1, current + 1)} of {count}</span>
            <span className={css.keys}><Kbd>p</Kbd> <Kbd>n</Kbd></span>
          </div>
          <div className={css.ways}><PresentButton /><FilmButton /></div>
          {chapters.map(({ scenario, variant, from, beats }) => (
            <section key={from} aria-label={chapters.length > 1 ? `Run: ${story.scenarios[scenario]!.variants[variant]!.title}` : undefined}>
              {chapters.length > 1 && <h3 className={css.chapter} aria-level={2}>{story.scenarios[scenario]!.variants[variant]!.title}</h3>}
              <ol className={css.beats}>{beats.map((beat, i) => step(beat, from + i))}</ol>
            </section>
          ))}
        </>
      )}
      {missing.length > 0 && !computing && <p className={css.absent}>{missing.length === 1 ? 'One step' : `${missing.length} steps`} of the lesson {missing.length === 1 ? 'does' : 'do'} not happen in this run: {missing.map(({ beat }) => beat.title).join(', ')}.</p>}
      {story.pitfalls.length > 0 && (
        <section>
          <h2>Where it goes wrong</h2>
          <ul className={css.pitfalls}>
            {story.pitfalls.map((pitfall) => (
              <li key={pitfall.title}>
                <p><b>{pitfall.title}.</b> {pitfall.text}</p>
                <div>
                  <Button size="small" icon="warn" onClick={() => void show(pitfall.scenario, pitfall.variant)}>See it</Button>
                  <Button size="small" icon="settings" onClick={() => void show(pitfall.scenario, pitfall.fixed)}>See the fix</Button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
  async function show(scenario: string, variant: string): Promise<void> {
    await actions.setScenario(scenario);
    actions.setVariant(variant);
  }
}
