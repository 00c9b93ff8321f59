import type { RefObject } from 'react';
import type { Branch } from '../../session/types.ts';
import { momentText } from '../common/format.ts';
import { Popover } from '../common/Popover.tsx';
import { useActions } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Branches.module.css';

interface Props {
  readonly rows: readonly { readonly branch: Branch; readonly depth: number }[];
  readonly current: number;
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}
export function BranchList({ rows, current, anchor, onClose }: Props) {
  const actions = useActions();
  return (
    <Popover open onClose={onClose} anchor={anchor} label="Branches of this run">
      <ul className={css.branches}>
        {rows.map(({ branch, depth }) => (
          <li key={branch.id} style={{ paddingLeft: depth * 14 }}>
            <button type="button" aria-current={branch.id === current} onClick={() => { actions.switchBranch(branch.id); onClose(); }}>
              {branch.title}{branch.forkedAtMs !== null && <small>from {momentText(branch.forkedAtMs)}</small>}
            </button>
            {branch.id !== current && <Button size="small" look="quiet" icon="compare" title="Compare with this branch" onClick={() => { actions.compareWith(branch.document); onClose(); }}>Compare</Button>}
          </li>
        ))}
      </ul>
    </Popover>
  );
}
