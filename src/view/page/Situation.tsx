import { useRef, useState } from 'react';
import type { Variant } from '../../kernel/story.ts';
import { Popover } from '../common/Popover.tsx';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Button, selectClass } from '../common/ui.tsx';
import css from './Situation.module.css';
import { VARIANT_MARKS, Variants } from './Variants.tsx';

/** Which scenario and which variant of it, in one sentence. */
export function Situation() {
  const actions = useActions();
  const story = useSelect((state) => state.story);
  const scenarioId = useRun((run) => run.document.scenario), variantId = useRun((run) => run.document.variant);
  const scenario = story?.scenarios[scenarioId ?? ''];
  if (story === null || scenario === undefined) return <div className={css.situation} />;
  const scenarios = Object.entries(story.scenarios);
  const variants = Object.entries(scenario.variants);
  const variant = scenario.variants[variantId ?? ''];
  return (
    <div className={css.situation}>
      <div className={css.row}>
        {scenarios.length > 1 && (
          <label className={css.scenario}>
            <span>Scenario</span>
            <select className={selectClass} value={scenarioId} data-testid="scenario" onChange={(event) => void actions.setScenario(event.target.value)}>
              {scenarios.map(([id, { title }]) => <option key={id} value={id}>{title}</option>)}
            </select>
          </label>
        )}
        <Variants scenario={scenario} shown={variantId ?? ''} />
        <Compare variants={variants} shown={variantId ?? ''} />
      </div>
      <p className={css.summary}>{variant?.summary}</p>
    </div>
  );
}

function Compare({ variants, shown }: { readonly variants: readonly (readonly [string, Variant])[]; readonly shown: string }) {
  const actions = useActions();
  const other = useSelect((state) => state.other?.document.variant ?? null);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const rest = variants.filter(([id]) => id !== shown);
  if (rest.length === 0) return null;
  if (other !== null) {
    const title = variants.find(([id]) => id === other)?.[1].title ?? other;
    return <Button icon="close" className={css.compare} aria-pressed title="End the comparison" data-testid="compare" onClick={() => actions.compareWith(null)}>B: {title}</Button>;
  }
  const start = (id: string) => { actions.compareWith({ variant: id }); setOpen(false); };
  const baseline = rest.length === 1 ? rest[0] : undefined;
  return (
    <>
      <Button ref={button} icon="compare" className={css.compare} data-testid="compare" aria-expanded={baseline === undefined ? open : undefined}
        onClick={() => { if (baseline !== undefined) start(baseline[0]); else setOpen(true); }}>Compare</Button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="Compare with">
        <p className={css.choose}>Side by side, same traffic and faults:</p>
        <ul className={css.list}>
          {rest.map(([id, { title, kind }]) => <li key={id}><Button look="quiet" icon={VARIANT_MARKS[kind]} onClick={() => start(id)}>{title}</Button></li>)}
        </ul>
      </Popover>
    </>
  );
}
