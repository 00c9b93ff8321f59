import { useRef, useState } from 'react';
import type { ScaleLinear } from 'd3-scale';
import type { Intervention } from '../../kernel/contract.ts';
import { useLayers, type LayerInfo } from '../common/engines.ts';
import { momentText, words } from '../common/format.ts';
import { Icon } from '../common/icons.tsx';
import { Popover } from '../common/Popover.tsx';
import { spoken } from '../common/sentence.ts';
import { useActions, useRun } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Timeline.module.css';

export function interventionText(what: Intervention, layer: LayerInfo | undefined): string {
  if (what.kind === 'control') return `${words(what.layer)}: ${layer?.story?.controls?.[what.control] ?? words(what.control)}`;
  const changes = Object.entries(what.params).map(([name, value]) => `${layer?.story?.params[name]?.label ?? words(name)} = ${spoken(value)}`);
  return `${words(what.layer)}: ${changes.length > 4 ? `${changes.length} settings` : changes.join(', ')}`;
}

/** Things a person did at a moment: small flags, each can be taken back. */
export function InterventionMarks({ scale }: { readonly scale: ScaleLinear<number, number> }) {
  const interventions = useRun((run) => run.resolved.interventions) ?? [];
  return interventions.map((what, i) => <Mark key={`${what.atMs}/${i}`} index={i} what={what} x={scale(what.atMs)} />);
}
function Mark({ index, what, x }: { readonly index: number; readonly what: Intervention; readonly x: number }) {
  const actions = useActions();
  const layer = useLayers().get(what.layer);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const text = interventionText(what, layer);
  return (
    <>
      <button ref={button} type="button" className={css.flag} style={{ left: x - 12 }} aria-label={`${text}, at ${momentText(what.atMs)}`} title={`${text}, at ${momentText(what.atMs)}`} data-testid={`intervention-${index}`}
        onClick={() => setOpen(true)} onKeyDown={(event) => { if (event.key === 'Delete' || event.key === 'Backspace') { actions.removeIntervention(index); event.preventDefault(); } }}>
        <Icon name="flag" size={14} />
      </button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="A change by hand">
        <p>{text}</p>
        <p className={css.when}>at {momentText(what.atMs)}</p>
        <div className={css.ways}>
          <Button size="small" look="quiet" onClick={() => { actions.seek(what.atMs); setOpen(false); }}>Go there</Button>
          <Button size="small" icon="trash" onClick={() => { setOpen(false); actions.removeIntervention(index); }}>Take it back</Button>
        </div>
      </Popover>
    </>
  );
}
