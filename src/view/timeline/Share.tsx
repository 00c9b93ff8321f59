import { lazy, Suspense, useRef, useState } from 'react';
import { useActions } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import type { Shared } from './ShareWays.tsx';

const ShareWays = lazy(async () => ({ default: (await import('./ShareWays.tsx')).ShareWays }));

/** The address of this very moment: document, time, what is selected and open. */
export function ShareButton({ label = 'Share' }: { readonly label?: string }) {
  const actions = useActions();
  const [shared, setShared] = useState<Shared | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const share = async () => {
    const { link, tooLong } = await actions.momentLink();
    const address = new URL(link, location.href).href;
    let copied = false;
    try {
      if (!tooLong) { await navigator.clipboard.writeText(address); copied = true; }
    } catch {
      // Forbidden here: the field below can be copied by hand.
    }
    setShared({ link: address, tooLong, copied });
  };
  return (
    <>
      <Button ref={button} icon="share" title="Copy a link to this moment" data-testid="share" aria-expanded={shared !== null} onClick={() => void share()}>{label}</Button>
      {shared !== null && <Suspense fallback={null}><ShareWays shared={shared} anchor={button} onClose={() => setShared(null)} /></Suspense>}
    </>
  );
}
