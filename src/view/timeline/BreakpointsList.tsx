import { useMemo, useState, type FormEvent, type RefObject } from 'react';
import type { Breakpoint } from '../../runs/document.ts';
import { useLayers } from '../common/engines.ts';
import { words } from '../common/format.ts';
import { Popover } from '../common/Popover.tsx';
import { useActions, useRun } from '../common/session.tsx';
import { Button, IconButton, inputClass, selectClass } from '../common/ui.tsx';
import css from './Breakpoints.module.css';

type Kind = Breakpoint['kind'];
const KINDS: Readonly<Record<Kind, string>> = {
  note: 'a note', mode: 'a mode', metric: 'a threshold', time: 'a time', invariant: 'a broken rule', firstRetry: 'the first retry',
};

function breakpointText(breakpoint: Breakpoint): string {
  switch (breakpoint.kind) {
    case 'time': return `at ${breakpoint.atMs / 1000} s`;
    case 'note': return `${breakpoint.layer === undefined ? 'any layer' : words(breakpoint.layer)}: ${words(breakpoint.note)}`;
    case 'mode': return `${words(breakpoint.layer)} becomes ${words(breakpoint.mode)}`;
    case 'metric': return `${breakpoint.metric} ${breakpoint.is} ${breakpoint.value}`;
    case 'invariant': return 'a rule breaks';
    case 'firstRetry': return 'the first retry';
  }
}

interface Props {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}
/** The list of breakpoints and a form for another one. */
export function BreakpointsList({ anchor, onClose }: Props) {
  const actions = useActions();
  const breakpoints = useRun((run) => run.document.breakpoints) ?? [];
  const remove = (index: number) => actions.setBreakpoints(breakpoints.filter((_, i) => i !== index));
  return (
    <Popover open onClose={onClose} anchor={anchor} label="Breakpoints">
      <div className={css.breakpoints}>
        <h2>Play stops exactly at</h2>
        {breakpoints.length === 0 ? <p>Nothing yet: it plays to the end.</p> : (
          <ul>
            {breakpoints.map((breakpoint, i) => (
              <li key={JSON.stringify(breakpoint)}><span>{breakpointText(breakpoint)}</span><IconButton size="small" icon="trash" label={`Remove: ${breakpointText(breakpoint)}`} onClick={() => remove(i)} /></li>
            ))}
          </ul>
        )}
        <NewBreakpoint onAdd={(breakpoint) => actions.setBreakpoints([...breakpoints, breakpoint])} />
      </div>
    </Popover>
  );
}

function NewBreakpoint({ onAdd }: { readonly onAdd: (breakpoint: Breakpoint) => void }) {
  const layers = useLayers();
  const moves = useRun((run) => run.moves);
  const metrics = useRun((run) => run.samples.names) ?? [];
  const notes = useMemo(() => [...layers.values()].flatMap((layer) => Object.entries(layer.story?.notes ?? {}).filter(([, note]) => note.quiet !== true).map(([note]) => ({ layer: layer.id, note }))), [layers]);
  const modes = useMemo(() => [...new Map((moves ?? []).map((move) => [`${move.layer}/${move.to}`, { layer: move.layer, mode: move.to }])).values()], [moves]);
  const [kind, setKind] = useState<Kind>('note');
  const [choice, setChoice] = useState('0');
  const [is, setIs] = useState<'above' | 'below'>('above');
  const [number, setNumber] = useState('');
  const value = Number(number);
  const legal = number.trim() !== '' && Number.isFinite(value);
  const made = (): Breakpoint | null => {
    const index = Number(choice);
    switch (kind) {
      case 'note': return notes[index] === undefined ? null : { kind, ...notes[index] };
      case 'mode': return modes[index] === undefined ? null : { kind, ...modes[index] };
      case 'metric': return metrics[index] === undefined || !legal ? null : { kind, metric: metrics[index], is, value };
      case 'time': return legal && value >= 0 ? { kind, atMs: value * 1000 } : null;
      case 'invariant': case 'firstRetry': return { kind };
    }
  };
  const breakpoint = made();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (breakpoint !== null) { onAdd(breakpoint); setNumber(''); }
  };
  const options = kind === 'note' ? notes.map(({ layer, note }) => `${words(layer)}: ${words(note)}`) : kind === 'mode' ? modes.map(({ layer, mode }) => `${words(layer)}: ${words(mode)}`) : kind === 'metric' ? metrics : [];
  return (
    <form className={css.form} onSubmit={submit}>
      <select className={selectClass} aria-label="Kind of breakpoint" data-first value={kind} onChange={(event) => { setKind(event.target.value as Kind); setChoice('0'); }}>
        {Object.entries(KINDS).map(([id, text]) => <option key={id} value={id}>{text}</option>)}
      </select>
      {options.length > 0 && (
        <select className={selectClass} aria-label="Which" value={choice} onChange={(event) => setChoice(event.target.value)}>
          {options.map((text, i) => <option key={text} value={i}>{text}</option>)}
        </select>
      )}
      {kind === 'metric' && <select className={selectClass} aria-label="Side" value={is} onChange={(event) => setIs(event.target.value as 'above' | 'below')}><option>above</option><option>below</option></select>}
      {(kind === 'metric' || kind === 'time') && <input className={inputClass} type="number" step="any" aria-label={kind === 'time' ? 'Seconds' : 'Value'} placeholder={kind === 'time' ? 'seconds' : 'value'} value={number} onChange={(event) => setNumber(event.target.value)} />}
      <Button type="submit" size="small" icon="plus" disabled={breakpoint === null}>Add</Button>
    </form>
  );
}
