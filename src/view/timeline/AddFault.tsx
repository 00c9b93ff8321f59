import { useEffect, useRef, useState } from 'react';
import { linkFaults, nodeFaults } from '../common/faults.ts';
import { Popover } from '../common/Popover.tsx';
import { useRun, useSelect } from '../common/session.tsx';
import { Button, selectClass } from '../common/ui.tsx';
import { FaultButtons } from '../stage/StageMenu.tsx';
import { FAULT_EVENT } from '../page/useKeyboard.ts';
import css from './Timeline.module.css';

/** Breaks something, without looking for it on the stage. */
export function AddFault() {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const selection = useSelect((state) => state.selection);
  const nodes = useRun((run) => run.resolved.nodes) ?? [], links = useRun((run) => run.resolved.links) ?? [];
  useEffect(() => {
    const show = () => setOpen(true);
    addEventListener(FAULT_EVENT, show);
    return () => removeEventListener(FAULT_EVENT, show);
  }, []);
  const selected = selection?.kind === 'node' ? `node:${selection.id}` : selection?.kind === 'link' ? `link:${selection.from}>${selection.to}`
    : selection?.kind === 'layer' ? `node:${nodes.find((node) => node.layers.some(({ id }) => id === selection.id))?.id ?? ''}` : null;
  const preferred = nodes.findLast(({ role }) => role !== 'client')?.id ?? nodes[0]?.id ?? '';
  const target = chosen ?? selected ?? `node:${preferred}`;
  const title = (id: string): string => nodes.find((node) => node.id === id)?.title ?? id;
  const [from = '', to = ''] = target.slice(5).split('>');
  return (
    <>
      <Button ref={button} icon="fault" className={css.addFault} title="Break something here (f)" data-testid="add-fault" aria-expanded={open} onClick={() => { setChosen(null); setOpen(true); }}>Break…</Button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="Break something" className={css.addMenu}>
        <label className={css.target}>
          <span>Break</span>
          <select className={selectClass} value={target} onChange={(event) => setChosen(event.target.value)}>
            <optgroup label="Nodes">{nodes.map((node) => <option key={node.id} value={`node:${node.id}`}>{node.title}</option>)}</optgroup>
            <optgroup label="Links">{links.map((link) => <option key={`${link.from}>${link.to}`} value={`link:${link.from}>${link.to}`}>{title(link.from)} → {title(link.to)}</option>)}</optgroup>
          </select>
        </label>
        <FaultButtons choices={target.startsWith('node:') ? nodeFaults(from) : linkFaults(from, to)} onDone={() => setOpen(false)} />
      </Popover>
    </>
  );
}
