import type { Headline } from '../../kernel/story.ts';
import { secondsText, words } from '../common/format.ts';
import { metricHelp } from '../common/metricHelp.ts';
import { useRun } from '../common/session.tsx';

/** How a headline number is measured, in sentences. */
export function HeadlineHelp({ headline: { metric, better }, window }: { readonly headline: Headline; readonly window: { readonly fromMs: number; readonly untilMs: number; readonly label: string } }) {
  const nodes = useRun((run) => run.resolved.nodes);
  return (
    <>
      <p>{metricHelp(metric, (id) => nodes?.find((node) => node.id === id)?.title ?? words(id))}</p>
      <p>Measured {window.label}: from {secondsText(window.fromMs)} to {secondsText(window.untilMs)} of simulated time, by an observer outside the pattern. {better === 'higher' ? 'Higher is better.' : 'Lower is better.'}</p>
      <p><code>{metric}</code></p>
    </>
  );
}
