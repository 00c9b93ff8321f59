import { momentText } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { ShareButton } from '../timeline/Share.tsx';
import { Button } from '../common/ui.tsx';
import css from './FailureCard.module.css';

const TITLES = { invariant: 'A rule was broken', engine: 'The engine stopped', document: 'This run can’t be built', limit: 'A limit was reached' } as const;

/** A run that ended by itself: what broke, when, under which seed, and the ways on. Also says so while a run is being brought back. */
export function FailureCard() {
  const actions = useActions();
  const failure = useRun((run) => run.failure);
  const recovering = useRun((run) => run.status === 'recovering') ?? false;
  const canUndo = useSelect((state) => state.canUndo);
  // Reached in time: before that moment the run is as good as any.
  const reached = useSelect((state) => failure !== null && failure !== undefined && (failure.kind === 'document' || state.clock.atMs >= Math.min(failure.atMs, state.run?.computedMs ?? 0) - 1));
  if (recovering) return <div className={css.bar} role="status"><Icon name="restart" /> The simulation stopped and is being restored from its document…</div>;
  if (failure === null || failure === undefined) return null;
  if (!reached) return <div className={css.bar} role="status"><Icon name="warn" /> {TITLES[failure.kind]} at {momentText(failure.atMs)}. <Button size="small" onClick={() => actions.seek(failure.atMs)}>Go there</Button></div>;
  return (
    <section className={css.card} role="alert" data-testid="failure">
      <h2><Icon name="warn" />{TITLES[failure.kind]}</h2>
      <p>{failure.message}</p>
      {failure.detail !== undefined && (failure.detail.length > 200 ? <details className={css.detail}><summary>Details</summary><pre>{failure.detail}</pre></details> : <p className={css.detail}>{failure.detail}</p>)}
      <dl>
        <div><dt>at</dt><dd>{momentText(failure.atMs)}</dd></div>
        <div><dt>seed</dt><dd>{failure.seed}</dd></div>
      </dl>
      <div className={css.ways}>
        {canUndo && <Button look="primary" icon="undo" onClick={() => actions.undo()}>Go back to before the change</Button>}
        <Button icon="restart" onClick={() => actions.restart()}>To the start</Button>
        <Button onClick={() => actions.resetParams()}>Reset settings</Button>
        <ShareButton label="Link to this moment" />
      </div>
    </section>
  );
}
