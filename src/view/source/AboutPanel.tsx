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
      <h2>Simulated</h2>
      <ul>{story.fidelity.simulated.map((text) => <li key={text}>{text}</li>)}</ul>
      <h2>Left out</h2>
      <ul>{story.fidelity.leftOut.map((text) => <li key={text}>{text}</li>)}</ul>
      <h2>Sources</h2>
      <ul>{story.sources.map(({ title, detail }) => <li key={title}><b>{title}</b>: {detail}</li>)}</ul>
      <h2>This run</h2>
      <dl>
        <div><dt>seed</dt><dd>{seed}</dd></div>
        <div><dt>events</dt><dd>{number(events)}</dd></div>
        <div><dt>fingerprint</dt><dd data-testid="fingerprint">{fingerprint ?? '…'}</dd></div>
      </dl>
      <p className={css.caveat}>The same document and seed give the same fingerprint on every machine, at any speed.</p>
    </div>
  );
}
