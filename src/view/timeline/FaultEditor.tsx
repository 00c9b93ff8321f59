import { useState, type FormEvent, type RefObject } from 'react';
import type { Fault } from '../../kernel/faults.ts';
import { strengthOf } from '../common/faultChoices.ts';
import { faultEnd, faultText } from '../common/faults.ts';
import { Popover } from '../common/Popover.tsx';
import { useActions } from '../common/session.tsx';
import { Button, inputClass } from '../common/ui.tsx';
import css from './FaultEditor.module.css';

interface Props {
  readonly index: number;
  readonly fault: Fault;
  readonly title: (node: string) => string;
  readonly durationMs: number;
  readonly onDone: () => void;
}
/** Exact numbers of a fault, beside its bar or mark. */
export function FaultPopover({ anchor, ...editor }: Props & { readonly anchor: RefObject<HTMLButtonElement | null> }) {
  return <Popover open onClose={editor.onDone} anchor={anchor} label={faultText(editor.fault, editor.title)}><FaultEditor {...editor} /></Popover>;
}
function FaultEditor({ index, fault, title, durationMs, onDone }: Props) {
  const actions = useActions();
  const strength = strengthOf(fault);
  const [from, setFrom] = useState(String(fault.fromMs / 1000));
  const [until, setUntil] = useState(String(faultEnd(fault, durationMs) / 1000));
  const [forever, setForever] = useState(fault.untilMs === undefined);
  const [amount, setAmount] = useState(String(strength?.value ?? ''));
  const [problem, setProblem] = useState<string | null>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const value = Number(amount);
    if (from.trim() === '' || until.trim() === '' || (strength !== null && amount.trim() === '')) { setProblem('A number is missing.'); return; }
    const base = strength === null ? fault : strength.with(value);
    const { untilMs: _, ...rest } = base;
    const next = { ...rest, fromMs: Math.round(Number(from) * 1000), ...(!forever && { untilMs: Math.round(Number(until) * 1000) }) } as Fault;
    const refused = actions.changeFault(index, next);
    if (refused === null) onDone();
    else setProblem(refused);
  };
  return (
    <form className={css.form} onSubmit={save}>
      <h2>{faultText(fault, title)}</h2>
      <label>From <span><input className={inputClass} type="number" min="0" max={durationMs / 1000} step="0.1" value={from} onChange={(event) => setFrom(event.target.value)} /> s</span></label>
      <label>Until <span><input className={inputClass} type="number" min="0" step="0.1" value={until} disabled={forever} onChange={(event) => setUntil(event.target.value)} /> s</span></label>
      <label className={css.check}><input type="checkbox" checked={forever} onChange={(event) => setForever(event.target.checked)} /> until the run ends</label>
      {strength !== null && (
        <label>{strength.label} <span><input className={inputClass} type="number" min={strength.min} max={strength.max} step={strength.step} value={amount} onChange={(event) => setAmount(event.target.value)} /> {strength.unit}</span></label>
      )}
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
      <div className={css.ways}>
        <Button size="small" icon="trash" look="quiet" onClick={() => { onDone(); actions.removeFault(index); }}>Delete</Button>
        <Button size="small" look="primary" type="submit">Apply</Button>
      </div>
    </form>
  );
}
