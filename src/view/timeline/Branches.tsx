import { useRef, useState } from 'react';
import type { Branch } from '../../session/types.ts';
import { momentText } from '../common/format.ts';
import { Popover } from '../common/Popover.tsx';
import { useActions, useSelect } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Branches.module.css';

/** Branches as a tree in depth-first order. */
export function branchTree(branches: readonly Branch[]): readonly { readonly branch: Branch; readonly depth: number }[] {
  const under = (parent: number | null, depth: number): { branch: Branch; depth: number }[] =>
    branches.filter((branch) => branch.parent === parent).flatMap((branch) => [{ branch, depth }, ...under(branch.id, depth + 1)]);
  return under(null, 0);
}

/** Runs that forked in the past, once there is more than one. */
export function Branches() {
  const actions = useActions();
  const branches = useSelect((state) => state.branches);
  const current = useSelect((state) => state.branch);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (branches.length < 2) return null;
  const rows = branchTree(branches);
  return (
    <>
      <Button ref={button} icon="branch" aria-expanded={open} title="Branches of this run" data-testid="branches" onClick={() => setOpen(true)}>{rows.findIndex(({ branch }) => branch.id === current) + 1} of {branches.length}</Button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="Branches of this run">
        <ul className={css.branches}>
          {rows.map(({ branch, depth }) => (
            <li key={branch.id} style={{ paddingLeft: depth * 14 }}>
              <button type="button" aria-current={branch.id === current} onClick={() => { actions.switchBranch(branch.id); setOpen(false); }}>
                {branch.title}{branch.forkedAtMs !== null && <small>from {momentText(branch.forkedAtMs)}</small>}
              </button>
              {branch.id !== current && <Button size="small" look="quiet" icon="compare" title="Compare with this branch" onClick={() => { actions.compareWith(branch.document); setOpen(false); }}>Compare</Button>}
            </li>
          ))}
        </ul>
      </Popover>
    </>
  );
}
