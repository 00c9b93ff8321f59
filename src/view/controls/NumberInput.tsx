import { useEffect, useRef, useState } from 'react';
import type { Param } from '../../kernel/story.ts';
import { unitName } from '../common/format.ts';
import { inputClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';
import { fromShare, roundFor, toShare, type NumberParam } from './sliderScale.ts';

interface Props {
  readonly id: string;
  readonly invalid: boolean;
  readonly problemId: string;
  readonly param: Extract<Param, { kind: 'number' }>;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly onProblem: (problem: string | null) => void;
}
const STOPS = 200;

/** A slider for the hand and a field for exact numbers. What was typed stays until it is accepted or replaced. */
export function NumberInput({ id, invalid, problemId, param, value, onChange, onProblem }: Props) {
  const scale: NumberParam = param;
  const [text, setText] = useState(String(value));
  const touched = useRef(false);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value && touched.current) return;
    shown.current = value;
    touched.current = false;
    setText(String(value));
  }, [value]);
  const type = (next: string) => {
    touched.current = true;
    setText(next);
    const number = Number(next);
    if (next.trim() === '' || Number.isNaN(number)) { onProblem(`${param.label} must be a number from ${param.min} to ${param.max}.`); return; }
    onChange(number);
  };
  const unit = unitName[param.unit];
  const typed = Number(text);
  return (
    <>
      <input type="range" className={css.slider} min={0} max={STOPS} step={1} value={Math.round(toShare(scale, Number.isNaN(typed) ? value : typed) * STOPS)} aria-label={`${param.label}, slider`}
        aria-valuetext={`${text} ${unit}`} onChange={(event) => type(String(roundFor(scale, fromShare(scale, Number(event.target.value) / STOPS))))} />
      <input className={`${inputClass} ${css.number}`} id={id} type="number" inputMode="decimal" min={param.min} max={param.max} step={param.step ?? (param.integer === true ? 1 : 'any')} value={text}
        aria-invalid={invalid} aria-describedby={invalid ? problemId : undefined} title={`${param.min} to ${param.max}${unit === '' ? '' : ` ${unit}`}`} onChange={(event) => type(event.target.value)} />
      <span className={css.unit}>{unit}</span>
    </>
  );
}
