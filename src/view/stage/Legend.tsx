import { lazy, Suspense, useRef, useState } from 'react';
import { Popover } from '../common/Popover.tsx';
import { IconButton } from '../common/ui.tsx';

const LegendMarks = lazy(async () => ({ default: (await import('./LegendMarks.tsx')).LegendMarks }));

export function Legend() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton ref={button} size="small" icon="list" label="What the marks mean" aria-expanded={open} onClick={() => setOpen(true)} />
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label="What the marks mean"><Suspense>{open && <LegendMarks />}</Suspense></Popover>
    </>
  );
}
