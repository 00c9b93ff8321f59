/** The page as a whole: gallery or pattern, and what lies over both. */
import { lazy, Suspense, useState } from 'react';
import { PageErrors } from './common/PageErrors.tsx';
import { SessionProvider, useSelect, type PageSession } from './common/session.tsx';
import { useTheme } from './common/theme.ts';
import { Gallery } from './gallery/Gallery.tsx';
import { Fatal } from './page/Fatal.tsx';
import { HelpDialog } from './page/HelpDialog.tsx';
import { Notices } from './page/Notices.tsx';
import { PageActions } from './page/pageActions.tsx';

const PatternPage = lazy(async () => ({ default: (await import('./page/PatternPage.tsx')).PatternPage }));

export function App({ session }: { readonly session: PageSession }) {
  return (
    <SessionProvider session={session}>
      <PageErrors><Page /></PageErrors>
    </SessionProvider>
  );
}

function Page() {
  const dark = useTheme();
  const pattern = useSelect((state) => state.card?.id ?? null);
  const loaded = useSelect((state) => state.story !== null);
  const fatal = useSelect((state) => state.fatal);
  const [help, setHelp] = useState(false);
  return (
    <PageActions value={{ openHelp: () => setHelp(true) }}>
      {fatal !== null ? <Fatal {...fatal} />
        : pattern === null || !loaded ? <Gallery />
        : <Suspense fallback={null}><PatternPage key={pattern} dark={dark} /></Suspense>}
      <Notices />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </PageActions>
  );
}
