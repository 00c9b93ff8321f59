import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Button } from '../common/ui.tsx';
import { FAULT_EVENT } from '../page/useKeyboard.ts';
import css from './Timeline.module.css';

const FaultMenu = lazy(async () => ({ default: (await import('./FaultMenu.tsx')).FaultMenu }));

/** Breaks something, without looking for it on the stage. */
export function AddFault() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const show = () => setOpen(true);
    addEventListener(FAULT_EVENT, show);
    return () => removeEventListener(FAULT_EVENT, show);
  }, []);
  return (
    <>
      <Button ref={button} icon="fault" className={css.addFault} title="Break something here (f)" data-testid="add-fault" aria-expanded={open} onClick={() => setOpen(true)}>Break…</Button>
      {open && <Suspense fallback={null}><FaultMenu anchor={button} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
