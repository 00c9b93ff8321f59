/** The page as a whole: gallery or pattern, and what lies over both. */
import { lazy, Suspense, useState, type ComponentType } from 'react';
import { PageErrors } from './common/PageErrors.tsx';
import { SessionProvider, useSelect, type PageSession } from './common/session.tsx';
import { useTheme } from './common/theme.ts';
import { Fatal } from './page/Fatal.tsx';
import { Notices } from './page/Notices.tsx';
import { PageActions } from './page/pageActions.tsx';

// A pattern's page needs no gallery, the gallery no pattern's page, and few ask for the keys.
/** The gallery, loaded when it is first drawn, or before, so that it is there with the first frame. */
export class GalleryLoader {
  Gallery: ComponentType;
  private readonly get: () => Promise<ComponentType>;
  constructor(get: () => Promise<ComponentType>) {
    this.get = get;
    this.Gallery = lazy(async () => ({ default: await get() }));
  }
  async load(): Promise<void> { this.Gallery = await this.get(); }
}
const HelpDialog = lazy(async () => ({ default: (await import('./page/HelpDialog.tsx')).HelpDialog }));
const PatternPage = lazy(async () => ({ default: (await import('./page/PatternPage.tsx')).PatternPage }));

export function App({ session, gallery }: { readonly session: PageSession; readonly gallery: GalleryLoader }) {
  return (
    <SessionProvider session={session}>
      <PageErrors><Page gallery={gallery} /></PageErrors>
    </SessionProvider>
  );
}

function Page({ gallery: { Gallery } }: { readonly gallery: GalleryLoader }) {
  const dark = useTheme();
  const pattern = useSelect((state) => state.card?.id ?? null);
  const loaded = useSelect((state) => state.story !== null);
  const fatal = useSelect((state) => state.fatal);
  const [help, setHelp] = useState<'never' | 'open' | 'closed'>('never');
  return (
    <PageActions value={{ openHelp: () => setHelp('open') }}>
      {fatal !== null ? <Fatal {...fatal} />
        : pattern === null || !loaded ? <Suspense fallback={null}><Gallery /></Suspense>
        : <Suspense fallback={null}><PatternPage key={pattern} dark={dark} /></Suspense>}
      <Notices />
      {help !== 'never' && <Suspense fallback={null}><HelpDialog open={help === 'open'} onClose={() => setHelp('closed')} /></Suspense>}
    </PageActions>
  );
}
