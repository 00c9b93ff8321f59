import { useState } from 'react';
import type { Json } from '../../kernel/contract.ts';
import { inputClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';

interface Props {
  readonly id: string;
  readonly invalid: boolean;
  readonly problemId: string;
  readonly value: Json;
  readonly shape: string;
  readonly onChange: (value: Json) => void;
  readonly onProblem: (problem: string | null) => void;
}
/** Structured data as JSON. */
export function DataInput({ id, invalid, problemId, value, shape, onChange, onProblem }: Props) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 1));
  return (
    <>
      <textarea className={`${inputClass} ${css.area}`} id={id} rows={Math.min(10, text.split('\n').length + 1)} spellCheck={false} value={text} aria-invalid={invalid} aria-describedby={`${id}-shape${invalid ? ` ${problemId}` : ''}`}
        onChange={(event) => {
          setText(event.target.value);
          try {
            onChange(JSON.parse(event.target.value) as Json);
          } catch (error) {
            onProblem(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
          }
        }} />
      <small className={css.shape} id={`${id}-shape`}>{shape}</small>
    </>
  );
}
