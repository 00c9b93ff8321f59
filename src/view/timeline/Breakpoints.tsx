import { lazy, Suspense, useRef, useState } from 'react';
import { useRun } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';

const BreakpointsList = lazy(async () => ({ default: (await import('./BreakpointsList.tsx')).BreakpointsList }));

/** Where play stops by itself; kept in the document, so a link has them too. */
export function BreakpointsButton() {
  const count = useRun((run) => run.document.breakpoints.length) ?? 0;
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <Button ref={button} icon="flag" title="Where play stops by itself" data-testid="breakpoints" aria-expanded={open} onClick={() => setOpen(true)}>
        {count === 0 ? 'Stop at…' : `Stop at (${count})`}
      </Button>
      {open && <Suspense fallback={null}><BreakpointsList anchor={button} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
