import { faultText } from '../common/faults.ts';
import { durationText, momentText, number } from '../common/format.ts';
import { useActions, useRun } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Counterexample.module.css';
import { useSearchJob, type SearchState } from './searchJob.ts';

/** So much before the moment at which it breaks. */
const BEFORE_MS = 200;

/** How far the search has come, and what came of it. */
export function SearchResult({ onOpened }: { readonly onOpened: () => void }) {
  const { state } = useSearchJob();
  return (
    <div className={css.result} data-testid="counterexample-result" data-phase={state.phase} aria-live="polite" aria-atomic="true">
      {state.phase === 'running' && <Progress state={state} />}
      {state.phase === 'none' && <p><b>{number(state.runs)} {state.runs === 1 ? 'run' : 'runs'}, none broke it.</b></p>}
      {state.phase === 'cancelled' && <p>Cancelled.</p>}
      {state.phase === 'failed' && <p className={css.failed} role="alert">The search stopped: {state.problem}</p>}
      {state.phase === 'found' && <FoundRun state={state} onOpened={onOpened} />}
    </div>
  );
}

function Progress({ state: { runs, ofRuns, perSecond } }: { readonly state: Extract<SearchState, { readonly phase: 'running' }> }) {
  return (
    <>
      <progress className={css.progress} {...(runs > 0 && { value: runs })} max={Math.max(1, ofRuns)} aria-label="Runs done" />
      <p aria-live="off">{number(runs)} of {number(ofRuns)} runs{perSecond > 0 && `, ${number(Math.round(perSecond * 10) / 10)} a second`}</p>
    </>
  );
}

function FoundRun({ state: { found, runs, crash }, onOpened }: { readonly state: Extract<SearchState, { readonly phase: 'found' }>; readonly onOpened: () => void }) {
  const actions = useActions();
  const nodes = useRun((run) => run.resolved.nodes);
  const title = (id: string): string => nodes?.find((node) => node.id === id)?.title ?? id;
  const open = async () => {
    await actions.openDocument(found.document);
    actions.seek(Math.max(0, found.atMs - BEFORE_MS));
    onOpened();
  };
  return (
    <>
      <p className={css.broken}><b>{found.rule}</b> broke in run {number(runs)}.</p>
      <p>{found.why}</p>
      <dl>
        <div><dt>Seed</dt><dd>{found.document.seed}</dd></div>
        <div><dt>Crash</dt><dd>{crash === null ? 'none: the seed alone did it' : `${faultText(crash, title)}${crash.kind === 'crashAt' && crash.downMs !== undefined ? `, for ${durationText(crash.downMs)}` : ''}`}</dd></div>
        <div><dt>Breaks at</dt><dd>{momentText(found.atMs)}</dd></div>
      </dl>
      <Button look="primary" icon="play" data-testid="counterexample-open" onClick={() => void open()}>Open it there</Button>
    </>
  );
}
