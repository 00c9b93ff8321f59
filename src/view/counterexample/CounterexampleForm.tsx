import { useId, useMemo, type ReactNode } from 'react';
import { useLayers } from '../common/engines.ts';
import { number } from '../common/format.ts';
import { useLook, useRun } from '../common/session.tsx';
import { Button, inputClass, selectClass } from '../common/ui.tsx';
import css from './Counterexample.module.css';
import { CrashPoints } from './CrashPoints.tsx';
import { pointGroups, pointsOf, problemOf, runsOf, searchOf, type Crashes, type SearchForm } from './searchForm.ts';
import { useSearchJob } from './searchJob.ts';

const CRASHES: readonly (readonly [Crashes, string])[] = [['none', 'none'], ['chosen', 'chosen steps'], ['all', 'every step']];

export function CounterexampleForm({ form, onChange }: { readonly form: SearchForm; readonly onChange: (form: SearchForm) => void }) {
  const id = useId();
  const { job, state } = useSearchJob();
  const layers = useLayers();
  const rules = useLook((look) => look.ledger.map(({ name }) => name).join('\n'))?.split('\n').filter(Boolean) ?? [];
  const document = useRun((run) => run.document);
  const faults = useRun((run) => run.resolved.faults.length) ?? 0;
  const groups = useMemo(() => pointGroups(layers.values()), [layers]);
  const points = pointsOf(form, groups);
  const problem = problemOf(form, points.length);
  const runs = runsOf(form, points.length);
  const running = state.phase === 'running';
  const put = (change: Partial<SearchForm>) => onChange({ ...form, ...change });
  const figure = (label: string, name: 'seeds' | 'occurrences' | 'downSeconds' | 'maxRuns', most: number, after?: ReactNode) => (
    <label className={css.field}><span>{label}</span><span>
      <input className={inputClass} type="number" inputMode="decimal" min={name === 'downSeconds' ? 0.001 : 1} max={most} step={name === 'downSeconds' ? 'any' : 1} value={Number.isNaN(form[name]) ? '' : form[name]}
        onChange={(event) => put({ [name]: event.target.value === '' ? NaN : Number(event.target.value) })} />{after}
    </span></label>
  );
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); if (problem === null && !running) void job.start(searchOf(form, points), runs.done, faults, document); }}>
      <p className={css.intro}>Runs this document again and again with other seeds, and with crashes at steps, until a rule breaks. Then it opens that run where it breaks.</p>
      <fieldset className={css.fields} disabled={running}>
        <legend className={css.legend}>What to try</legend>
        <label className={css.field}><span>Rule to break</span>
          <select className={selectClass} value={form.rule ?? ''} onChange={(event) => put({ rule: event.target.value === '' ? null : event.target.value })}>
            <option value="">any</option>
            {rules.map((rule) => <option key={rule} value={rule}>{rule}</option>)}
          </select>
        </label>
        {figure('Seeds, from 1 to', 'seeds', 200)}
        {figure('At most so many runs', 'maxRuns', 100_000)}
        <div className={css.field} role="radiogroup" aria-labelledby={`${id}-crashes`}>
          <span id={`${id}-crashes`}>Crash at</span>
          <span className={css.choices}>{CRASHES.map(([value, text]) => (
            <label key={value}><input type="radio" name={`${id}-crashes`} checked={form.crashes === value} onChange={() => put({ crashes: value })} /> {text}</label>
          ))}</span>
        </div>
        {form.crashes === 'chosen' && <CrashPoints groups={groups} chosen={form.chosen} onChange={(chosen) => put({ chosen })} />}
        {form.crashes !== 'none' && (
          <>
            {figure('At the first so many times of each', 'occurrences', 5)}
            {figure('Down for', 'downSeconds', 86_400, ' s')}
          </>
        )}
      </fieldset>
      <div className={css.go}>
        <p className={css.count} data-problem={problem !== null}>{problem ?? <><b>{number(runs.done)}</b> {runs.done === 1 ? 'run' : 'runs'}{runs.done < runs.all && <> of {number(runs.all)}; raise the limit to try them all</>}{points.length > 0 && <>, {number(points.length)} {points.length === 1 ? 'step' : 'steps'} to crash at</>}</>}</p>
        {/* Two buttons, not one that changes: else the click that cancels would also send the form. */}
        {running ? <Button key="cancel" onClick={() => job.cancel()} data-testid="counterexample-cancel">Cancel</Button>
          : <Button key="start" type="submit" look="primary" disabled={problem !== null} data-testid="counterexample-start">Start</Button>}
      </div>
    </form>
  );
}
