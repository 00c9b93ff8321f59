import { lazy, Suspense, useState } from 'react';
import { useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';

const RecordDialog = lazy(async () => ({ default: (await import('./RecordDialog.tsx')).RecordDialog }));

/** Opens the recorder, whose code is loaded only then. Nothing where films can't be made. */
export function FilmButton() {
  const { film } = useSession();
  const [opened, setOpened] = useState(false);
  const [open, setOpen] = useState(false);
  if (film === undefined) return null;
  return (
    <>
      <Button size="small" icon="film" data-testid="film" title="Record the lesson, or a part of this run, as a video" onClick={() => { setOpened(true); setOpen(true); }}>Record</Button>
      {opened && <Suspense fallback={null}><RecordDialog open={open} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
