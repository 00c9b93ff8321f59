import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Distribution } from '../../kernel/distributions.ts';
import type { Json } from '../../kernel/contract.ts';
import type { Param } from '../../kernel/story.ts';
import { Info, selectClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';
import { DataInput } from './DataInput.tsx';
import { DurationInput } from './DurationInput.tsx';
import { NumberInput } from './NumberInput.tsx';
import { NumbersInput } from './NumbersInput.tsx';
import { nearestIn, plainProblem } from './refusal.ts';

export interface ParamProps {
  readonly id: string;
  readonly param: Param;
  readonly value: unknown;
  readonly base: unknown;
  readonly changed: boolean;
  /** What is wrong with the value, or null. */
  readonly onChange: (value: unknown) => string | null;
}
/** How long a value must rest before the run is computed again. */
const REST_MS = 300;

/** A parameter with its label, help, and what was refused. */
export function ParamControl({ id, param, value, base, changed, onChange }: ParamProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [epoch, setEpoch] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const put = (next: unknown): void => { clearTimeout(timer.current); setProblem(onChange(next)); };
  const later = (next: unknown): void => { clearTimeout(timer.current); timer.current = setTimeout(() => put(next), REST_MS); };
  // Values that come from elsewhere (undo, preset) replace what was typed.
  const takeOver = (next: unknown): void => { put(next); setEpoch((n) => n + 1); };
  const nearest = problem === null ? undefined : nearestIn(problem);
  const shared = { id, invalid: problem !== null, problemId: `${id}-problem` };
  const inner = ((): ReactNode => {
    switch (param.kind) {
      case 'number': return <NumberInput key={epoch} {...shared} param={param} value={value as number} onChange={later} onProblem={setProblem} />;
      case 'choice': return (
        <select className={selectClass} id={id} value={value as string} onChange={(event) => put(event.target.value)}>
          {param.options.map((option) => <option key={option} value={option}>{param.optionLabels?.[option] ?? option}</option>)}
        </select>
      );
      case 'flag': return <input type="checkbox" className={css.flag} id={id} checked={value === true} onChange={(event) => put(event.target.checked)} />;
      case 'duration': return <DurationInput key={epoch} {...shared} value={value as Distribution} onChange={later} />;
      case 'numbers': return <NumbersInput key={epoch} {...shared} value={value as readonly number[]} onChange={later} onProblem={setProblem} />;
      case 'data': return <DataInput key={epoch} {...shared} value={value as Json} shape={param.shape} onChange={later} onProblem={setProblem} />;
    }
  })();
  const wide = param.kind === 'duration' || param.kind === 'numbers' || param.kind === 'data';
  return (
    <div className={css.param} data-changed={changed} data-wide={wide} data-kind={param.kind}>
      <div className={css.label}>
        <label htmlFor={id} title={param.help}>{param.label}</label>
        <Info about={`About ${param.label}`}><p>{param.help}</p></Info>
        {changed && <button type="button" className={css.back} title="Back to the value of this variant" aria-label={`Reset ${param.label}`} onClick={() => takeOver(base)}>reset</button>}
      </div>
      <div className={css.input}>{inner}</div>
      {problem !== null && (
        <p className={css.problem} role="alert" id={`${id}-problem`}>
          {plainProblem(problem, param.label)}
          {nearest !== undefined && <button type="button" onClick={() => takeOver(nearest)}>use nearest ({typeof nearest === 'object' ? JSON.stringify(nearest) : String(nearest)})</button>}
        </p>
      )}
    </div>
  );
}
