import { number } from '../common/format.ts';
import { useRun, useSelect } from '../common/session.tsx';
import css from './Source.module.css';

/** What is simulated and what is not, where it comes from, and how to recognise this very run. */
export function AboutPanel() {
  const story = useSelect((state) => state.story);
  const seed = useRun((run) => run.document.seed), events = useRun((run) => run.events) ?? 0, fingerprint = useRun((run) => run.fingerprint);
  if (story === null) return null;
  return (
    <div className={css.about}>
      <p>{story.problem}</p>
      <h3>Simulated</h3>
      <ul>{story.fidelity.simulated.map((text) => <li key={text}>{text}</li>)}</ul>
      <h3>Left out</h3>
      <ul>{story.fidelity.leftOut.map((text) => <li key={text}>{text}</li>)}</ul>
      <h3>Sources</h3>
      <ul>{story.sources.map(({ title, detail }) => <li key={title}><b>{title}</b>: {detail}</li>)}</ul>
      <h3>This run</h3>
      <dl>
        <div><dt>seed</dt><dd>{seed}</dd></div>
        <div><dt>events</dt><dd>{number(events)}</dd></div>
        <div><dt>fingerprint</dt><dd data-testid="fingerprint">{fingerprint ?? '…'}</dd></div>
      </dl>
      <p className={css.caveat}>The same document and seed give the same fingerprint on every machine, at any speed.</p>
    </div>
  );
}
