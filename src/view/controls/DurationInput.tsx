import { useState } from 'react';
import type { Distribution } from '../../kernel/distributions.ts';
import { inputClass, selectClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';
import { DISTRIBUTIONS, meanOf, ofKind } from './distributionForms.ts';

interface Props {
  readonly id: string;
  readonly invalid: boolean;
  readonly problemId: string;
  readonly value: Distribution;
  readonly onChange: (value: Distribution) => void;
}
/** A duration: its distribution, and that distribution's own numbers. */
export function DurationInput({ id, invalid, problemId, value, onChange }: Props) {
  const [shown, setShown] = useState(value);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const form = DISTRIBUTIONS[shown.kind];
  const fields = shown as unknown as Readonly<Record<string, number | readonly number[] | undefined>>;
  const set = (next: Distribution) => { setShown(next); onChange(next); };
  const type = (name: string, text: string, list: boolean) => {
    setTexts({ ...texts, [name]: text });
    const numbers = text.split(/[\s,;]+/).filter(Boolean).map(Number);
    if (numbers.length === 0 || numbers.some(Number.isNaN)) return;
    set({ ...shown, [name]: list ? numbers : numbers[0]! } as Distribution);
  };
  return (
    <div className={css.duration}>
      <select className={selectClass} id={id} value={shown.kind} onChange={(event) => { setTexts({}); set(ofKind(event.target.value as Distribution['kind'], meanOf(shown))); }}>
        {Object.entries(DISTRIBUTIONS).map(([kind, { title }]) => <option key={kind} value={kind}>{title}</option>)}
      </select>
      {form.fields.map(({ name, label, unit, list = false }) => {
        const current = fields[name];
        const text = texts[name] ?? (Array.isArray(current) ? (current as readonly number[]).join(', ') : String(current ?? ''));
        return (
          <label key={name}>
            {label}
            <input className={inputClass} {...(list ? { type: 'text' } : { type: 'number', step: 'any', min: 0 })} inputMode="decimal" value={text} aria-invalid={invalid} aria-describedby={invalid ? problemId : undefined} onChange={(event) => type(name, event.target.value, list)} />
            <span>{unit}</span>
          </label>
        );
      })}
    </div>
  );
}
