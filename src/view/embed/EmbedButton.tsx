import { lazy, Suspense, useState } from 'react';
import { IconButton } from '../common/ui.tsx';

const CopyDialog = lazy(async () => ({ default: (await import('./CopyDialog.tsx')).CopyDialog }));

/** Opens the copy dialog, whose code is loaded only then. */
export function EmbedButton() {
  const [opened, setOpened] = useState(false);
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="embed" label="Embed or copy this moment" data-testid="embed" onClick={() => { setOpened(true); setOpen(true); }} />
      {opened && <Suspense fallback={null}><CopyDialog open={open} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
