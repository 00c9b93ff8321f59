import { lazy, Suspense, useEffect } from 'react';
import { useRun, useSelect, WhichProvider } from '../common/session.tsx';
import { Caption } from '../lesson/Caption.tsx';
import { Announcer } from '../log/Announcer.tsx';
import { Stage } from '../stage/Stage.tsx';
import { Timeline } from '../timeline/Timeline.tsx';
import { Header } from './Header.tsx';
import { Headlines } from './Headlines.tsx';
import { Opening } from './Opening.tsx';
import { Panels } from './Panels.tsx';
import css from './PatternPage.module.css';
import { Situation } from './Situation.tsx';
import { useFileDrop } from './useFileDrop.ts';
import { useKeyboard } from './useKeyboard.ts';

const FailureCard = lazy(async () => ({ default: (await import('./FailureCard.tsx')).FailureCard }));

export function PatternPage({ dark }: { readonly dark: boolean }) {
  useKeyboard();
  useFileDrop();
  const title = useSelect((state) => state.card?.title ?? '');
  const broken = useRun((run) => run.failure !== null || run.status === 'recovering') ?? false;
  const comparing = useSelect((state) => state.other !== null);
  useEffect(() => {
    document.title = `${title} · Patternscope`;
    return () => { document.title = 'Patternscope'; };
  }, [title]);
  return (
    <div className={css.page}>
      <Header><ScenarioTitle /></Header>
      <main className={css.work}>
        <section className={css.scene} aria-label="Simulation">
          <Situation />
          <Headlines />
          <div className={css.area}>
            <div className={css.stages} data-comparing={comparing}>
              <div className={css.stage}><Stage dark={dark} {...(comparing && { heading: { title: 'A', detail: '' } })} /></div>
              {comparing && <WhichProvider value="other"><div className={css.stage}><Stage dark={dark} heading={{ title: 'B', detail: '' }} /></div></WhichProvider>}
              {broken && <Suspense fallback={null}><FailureCard /></Suspense>}
            </div>
            <Opening />
          </div>
          <Caption />
        </section>
        <Timeline />
        <Panels />
      </main>
      <Announcer />
    </div>
  );
}

function ScenarioTitle() {
  const card = useSelect((state) => state.card);
  if (card === null) return null;
  return <h1 className={css.title}><span>{card.number}</span>{card.title}</h1>;
}
