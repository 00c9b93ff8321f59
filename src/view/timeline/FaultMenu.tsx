import { useState, type RefObject } from 'react';
import { linkFaults, nodeFaults } from '../common/faultChoices.ts';
import { Popover } from '../common/Popover.tsx';
import { useRun, useSelect } from '../common/session.tsx';
import { selectClass } from '../common/ui.tsx';
import { FaultButtons } from '../stage/StageMenu.tsx';
import css from './Timeline.module.css';

interface Props {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}
/** Whom to break, and how. */
export function FaultMenu({ anchor, onClose }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const selection = useSelect((state) => state.selection);
  const nodes = useRun((run) => run.resolved.nodes) ?? [], links = useRun((run) => run.resolved.links) ?? [];
  const selected = selection?.kind === 'node' ? `node:${selection.id}` : selection?.kind === 'link' ? `link:${selection.from}>${selection.to}`
    : selection?.kind === 'layer' ? `node:${nodes.find((node) => node.layers.some(({ id }) => id === selection.id))?.id ?? ''}` : null;
  const preferred = nodes.findLast(({ role }) => role !== 'client')?.id ?? nodes[0]?.id ?? '';
  const target = chosen ?? selected ?? `node:${preferred}`;
  const title = (id: string): string => nodes.find((node) => node.id === id)?.title ?? id;
  const [from = '', to = ''] = target.slice(5).split('>');
  return (
    <Popover open onClose={onClose} anchor={anchor} label="Break something" className={css.addMenu}>
      <label className={css.target}>
        <span>Break</span>
        <select className={selectClass} value={target} onChange={(event) => setChosen(event.target.value)}>
          <optgroup label="Nodes">{nodes.map((node) => <option key={node.id} value={`node:${node.id}`}>{node.title}</option>)}</optgroup>
          <optgroup label="Links">{links.map((link) => <option key={`${link.from}>${link.to}`} value={`link:${link.from}>${link.to}`}>{title(link.from)} → {title(link.to)}</option>)}</optgroup>
        </select>
      </label>
      <FaultButtons choices={target.startsWith('node:') ? nodeFaults(from) : linkFaults(from, to)} onDone={onClose} />
    </Popover>
  );
}
