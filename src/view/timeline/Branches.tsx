import { lazy, Suspense, useRef, useState } from 'react';
import type { Branch } from '../../session/types.ts';
import { useSelect } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';

const BranchList = lazy(async () => ({ default: (await import('./BranchList.tsx')).BranchList }));

/** Branches as a tree in depth-first order. */
export function branchTree(branches: readonly Branch[]): readonly { readonly branch: Branch; readonly depth: number }[] {
  const under = (parent: number | null, depth: number): { branch: Branch; depth: number }[] =>
    branches.filter((branch) => branch.parent === parent).flatMap((branch) => [{ branch, depth }, ...under(branch.id, depth + 1)]);
  return under(null, 0);
}

/** Runs that forked in the past, once there is more than one. */
export function Branches() {
  const branches = useSelect((state) => state.branches);
  const current = useSelect((state) => state.branch);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (branches.length < 2) return null;
  const rows = branchTree(branches);
  return (
    <>
      <Button ref={button} icon="branch" aria-expanded={open} title="Branches of this run" data-testid="branches" onClick={() => setOpen(true)}>{rows.findIndex(({ branch }) => branch.id === current) + 1} of {branches.length}</Button>
      {open && <Suspense fallback={null}><BranchList rows={rows} current={current} anchor={button} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
