import { useState } from 'react';
import { inputClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';

interface Props {
  readonly id: string;
  readonly invalid: boolean;
  readonly problemId: string;
  readonly value: readonly number[];
  readonly onChange: (value: readonly number[]) => void;
  readonly onProblem: (problem: string | null) => void;
}
/** A list of numbers, by commas or spaces. */
export function NumbersInput({ id, invalid, problemId, value, onChange, onProblem }: Props) {
  const [text, setText] = useState(() => value.join(', '));
  return (
    <textarea className={`${inputClass} ${css.area}`} id={id} rows={2} spellCheck={false} value={text} aria-invalid={invalid} aria-describedby={invalid ? problemId : undefined}
      onChange={(event) => {
        setText(event.target.value);
        const parts = event.target.value.split(/[\s,;]+/).filter(Boolean);
        const wrong = parts.find((part) => Number.isNaN(Number(part)));
        if (wrong !== undefined) onProblem(`“${wrong}” is no number.`);
        else onChange(parts.map(Number));
      }} />
  );
}
