import { lazy, Suspense, useState } from 'react';
import { useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';

const Presenter = lazy(async () => ({ default: (await import('./Presenter.tsx')).Presenter }));

/** Opens the presenter mode, whose code is loaded only then. */
export function PresentButton() {
  const { film } = useSession();
  const [presenting, setPresenting] = useState(false);
  // An embed has no page to give way; it has no films either.
  if (film === undefined) return null;
  const begin = () => {
    setPresenting(true);
    // Full screen must be asked for in the click itself. Where it is forbidden, the window has to do.
    void document.documentElement.requestFullscreen?.().catch(() => undefined);
  };
  return (
    <>
      <Button size="small" icon="fit" data-testid="present" title="Full screen, large type, clicker keys" onClick={begin}>Present</Button>
      {presenting && <Suspense fallback={null}><Presenter onEnd={() => setPresenting(false)} /></Suspense>}
    </>
  );
}
