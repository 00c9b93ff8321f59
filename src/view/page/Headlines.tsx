import { lazy, Suspense } from 'react';
import type { Headline } from '../../kernel/story.ts';
import { figure } from '../../session/compare.ts';
import { measured, secondsText, withUnit } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { useRun, useSelect } from '../common/session.tsx';
import { Info } from '../common/ui.tsx';
import css from './Headlines.module.css';
import { change, verdict } from './headlineFigures.ts';

const HeadlineHelp = lazy(async () => ({ default: (await import('./HeadlineHelp.tsx')).HeadlineHelp }));

/** The few numbers that the scenario is about, each beside what it would be otherwise. */
export function Headlines() {
  const headlines = useRun((run) => run.resolved.headlines);
  const measure = useRun((run) => run.resolved.measure);
  if (headlines === undefined || measure === undefined) return null;
  return (
    <section className={css.headlines} aria-label={`Measured ${measure.label}`} style={{ '--count': Math.min(4, headlines.length) } as React.CSSProperties}>
      {headlines.slice(0, 4).map((headline, i) => <Figure key={headline.metric} headline={headline} index={i} window={measure} />)}
      <p className={css.window}>{measure.label}, {secondsText(measure.fromMs)} to {secondsText(measure.untilMs)}</p>
    </section>
  );
}

interface FigureProps {
  readonly headline: Headline;
  readonly index: number;
  readonly window: { readonly fromMs: number; readonly untilMs: number; readonly label: string };
}
function Figure({ headline, index, window }: FigureProps) {
  const { label, metric, unit } = headline;
  const value = useRun((run) => (run.summary === null ? undefined : figure(run.summary, metric)));
  const progress = useRun((run) => Math.floor((100 * run.computedMs) / run.durationMs)) ?? 0;
  const failed = useRun((run) => run.status === 'failed') ?? false;
  const baseline = useBaseline(metric);
  const better = value === undefined || value === null ? 'same' : verdict(value, baseline.value, headline.better);
  const parts = measured(value, unit);
  return (
    <div className={css.figure} data-testid={`headline-${index}`} data-verdict={better}>
      <div className={css.label}>
        {label}
        <Info about={`How ${label} is measured`}>
          <Suspense fallback={null}><HeadlineHelp headline={headline} window={window} /></Suspense>
        </Info>
      </div>
      <div className={css.values}>
        {value === undefined
          ? <progress className={css.progress} max={100} value={failed ? 0 : progress} aria-label={`${label}: being computed`} />
          : value === null ? <span className={css.value}>–</span>
          : <span className={css.value}>{better !== 'same' && <i className={css.verdict} role="img" aria-label={`${better} than ${baseline.name ?? ''}:`}><Icon name={better === 'better' ? 'check' : 'warn'} /></i>}{parts.value}<span className={css.unit}>{parts.unit === '' || parts.unit === '/s' ? parts.unit : ` ${parts.unit}`}</span></span>}
        <span className={css.baseline}>
          {baseline.name !== null && <>{baseline.name} {baseline.value === undefined ? '…' : baseline.value === null ? '–' : withUnit(baseline.value, unit)}{baseline.name === 'B' && ` ${change(value, baseline.value)}`}</>}
        </span>
      </div>
    </div>
  );
}

/** The variant to hold a number against: the other run in a comparison, else the one without the pattern, else the first with it. */
function useBaseline(metric: string): { readonly name: string | null; readonly value: number | null | undefined } {
  const variants = useSelect((state) => state.story?.scenarios[state.run?.document.scenario ?? '']?.variants);
  const shown = useRun((run) => run.document.variant);
  const compared = useSelect((state) => state.other?.document.variant ?? null);
  const kind = variants?.[shown ?? '']?.kind;
  const entries = Object.entries(variants ?? {}).filter(([id]) => id !== shown);
  const wanted: readonly string[] = kind === 'without' ? ['with', 'fixed'] : ['without', 'with', 'fixed'];
  const id = compared ?? wanted.flatMap((kindWanted) => entries.filter(([, variant]) => variant.kind === kindWanted))[0]?.[0] ?? null;
  const value = useSelect((state) => {
    const summary = compared === null ? state.baselines[id ?? ''] : state.other?.summary;
    return summary === undefined || summary === null ? undefined : figure(summary, metric);
  });
  if (id === null || id === undefined) return { name: null, value: undefined };
  const names = { without: 'without', with: 'with', pitfall: 'pitfall', fixed: 'with the fix' } as const;
  return { name: compared === null ? names[variants?.[id]?.kind ?? 'without'] : 'B', value };
}
