import { secondsText } from '../common/format.ts';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Button, Empty } from '../common/ui.tsx';
import css from './LessonPanel.module.css';
import { useBeats, useCurrentBeat } from './useBeats.ts';

/** The lesson of the pattern: what has happened, what comes next, and where others go wrong. */
export function LessonPanel() {
  const actions = useActions();
  const story = useSelect((state) => state.story);
  const beats = useBeats();
  const current = useCurrentBeat(beats);
  const computing = useRun((run) => run.computedMs < run.durationMs && run.status !== 'failed') ?? true;
  if (story === null) return null;
  const happening = beats.map((placed, i) => ({ ...placed, i })).filter(({ atMs }) => atMs !== null);
  const missing = beats.length - happening.length;
  return (
    <div className={css.lesson}>
      <p className={css.problem}>{story.problem}</p>
      {beats.length === 0 ? <Empty><p>This pattern has no lesson yet.</p></Empty> : (
        <ol className={css.beats}>
          {happening.map(({ beat, atMs, text, i }) => (
            <li key={i} data-state={i === current ? 'now' : i < current ? 'reached' : 'ahead'} aria-current={i === current ? 'step' : undefined}>
              <button type="button" onClick={() => { if (atMs !== null) { actions.seek(atMs); if (beat.focus !== undefined) actions.select({ kind: 'node', id: beat.focus }); } }}>
                <b>{beat.title}</b><time>{secondsText(atMs ?? 0)}</time>
              </button>
              {i <= current && <p>{text}</p>}
              {i <= current && beat.invite !== undefined && <p className={css.invite}>{beat.invite}</p>}
            </li>
          ))}
        </ol>
      )}
      {missing > 0 && !computing && <p className={css.absent}>{missing === 1 ? 'One step' : `${missing} steps`} of the lesson {missing === 1 ? 'does' : 'do'} not happen in this run: {beats.filter(({ atMs }) => atMs === null).map(({ beat }) => beat.title).join(', ')}.</p>}
      {story.pitfalls.length > 0 && (
        <section>
          <h2>Where it goes wrong</h2>
          <ul className={css.pitfalls}>
            {story.pitfalls.map((pitfall) => (
              <li key={pitfall.title}>
                <p><b>{pitfall.title}.</b> {pitfall.text}</p>
                <div>
                  <Button size="small" icon="warn" onClick={() => show(pitfall.scenario, pitfall.variant)}>See it</Button>
                  <Button size="small" icon="settings" onClick={() => show(pitfall.scenario, pitfall.fixed)}>See the fix</Button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
  function show(scenario: string, variant: string): void {
    actions.setScenario(scenario);
    actions.setVariant(variant);
  }
}
