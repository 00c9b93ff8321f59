/** The page inside the frame: as much of a pattern's page as its host asked for, at any width from 320 px. */
import { useEffect } from 'react';
import type { StepDetail } from '../../embed/contract.ts';
import { PageErrors } from '../common/PageErrors.tsx';
import { SessionProvider, useRun, useSelect, useSession, type PageSession } from '../common/session.tsx';
import { useTheme } from '../common/theme.ts';
import { Announcer } from '../log/Announcer.tsx';
import { Notices } from '../page/Notices.tsx';
import { Opening } from '../page/Opening.tsx';
import { Stage } from '../stage/Stage.tsx';
import { EmbedBar } from './EmbedBar.tsx';
import { EmbedCaption } from './EmbedCaption.tsx';
import css from './EmbedPage.module.css';
import { EmbedPanels } from './EmbedPanels.tsx';
import type { EmbedTour } from './EmbedTour.tsx';
import { EmbedTrack } from './EmbedTrack.tsx';
import { FullLink } from './FullLink.tsx';
import { OptionsProvider, useHasControl, useHasPanel, useOptions, type OptionsStore } from './options.ts';
import type { TourPlayer } from './tourPlayer.ts';
import { useEmbedKeys } from './useEmbedKeys.ts';

interface Props {
  readonly session: PageSession;
  readonly options: OptionsStore;
  /** The address of the shown moment on the site. */
  readonly fullAddress: () => Promise<string>;
  /** The site, with a slash at its end. */
  readonly site: string;
  /** Loaded only where the address asks for the guided tour. */
  readonly tour?: { readonly Tour: typeof EmbedTour; readonly player: TourPlayer; readonly onStep: (detail: StepDetail) => void } | undefined;
}
export function EmbedPage({ session, options, ...parts }: Props) {
  return (
    <SessionProvider session={session}>
      <OptionsProvider value={options}>
        <PageErrors><Embed {...parts} /></PageErrors>
      </OptionsProvider>
    </SessionProvider>
  );
}

function Embed({ fullAddress, site, tour }: Pick<Props, 'fullAddress' | 'site' | 'tour'>) {
  const dark = useTheme();
  const card = useSelect((state) => state.card);
  const fatal = useSelect((state) => state.fatal);
  const loaded = useSelect((state) => state.story !== null);
  const scenario = useSelect((state) => state.story?.scenarios[state.run?.document.scenario ?? '']);
  const variant = useSelect((state) => scenario?.variants[state.run?.document.variant ?? '']?.title);
  const hasStage = useHasPanel('stage'), hasTimeline = useHasPanel('timeline');
  const hasFull = useHasControl('full'), hasPlay = useHasControl('play');
  const readOnly = useOptions((it) => it.readOnly);
  const canBreak = useHasControl('break');
  const fill = useOptions(({ height }) => height === 'fill');
  useEmbedKeys(tour?.player);
  useEffect(() => { document.title = card === null ? 'Patternscope' : `${card.title} · Patternscope`; }, [card]);
  if (card === null || !loaded) return <Choose site={site} {...(fatal !== null && { fatal })} />;
  return (
    <main className={css.embed} data-fill={fill} aria-label={`${card.title}: simulation`}>
      <header className={css.head}>
        <h1>{card.title}</h1>
        <p title={scenario?.title}>{scenario?.title}{variant !== undefined && <> · {variant}</>}</p>
        {hasFull && <FullLink address={fullAddress} />}
      </header>
      <div className={css.body}>
        <section className={css.scene} aria-label="Simulation" data-stage={hasStage}>
          {tour !== undefined && <tour.Tour player={tour.player} onStep={tour.onStep} full={hasFull ? <FullLink address={fullAddress} words="Explore it in Patternscope" testId="tour-full" /> : null} />}
          {hasStage && (
            <div className={css.area}>
              <div className={css.stage}><Stage dark={dark} readOnly={readOnly || !canBreak} /></div>
              {hasPlay && tour === undefined && <Opening />}
            </div>
          )}
          <Failure />
          {hasStage && tour === undefined && <EmbedCaption />}
          {hasTimeline && <EmbedTrack />}
          <EmbedBar />
        </section>
        <EmbedPanels />
      </div>
      <Notices />
      <Announcer />
    </main>
  );
}

function Failure() {
  const failure = useRun((run) => run.failure);
  const reached = useSelect(({ run, clock }) => run?.failure !== null && run !== null && (run.failure.kind === 'document' || clock.atMs >= Math.min(run.failure.atMs, run.computedMs) - 1));
  if (failure === null || failure === undefined || !reached) return null;
  return <p className={css.failure} role="alert" data-testid="failure">{failure.message}</p>;
}

/** An address without a pattern, or with one that does not exist. */
function Choose({ site, fatal }: { readonly site: string; readonly fatal?: { readonly title: string; readonly detail: string } }) {
  const { catalogue } = useSession();
  return (
    <main className={css.choose}>
      <h1>{fatal?.title ?? 'Which pattern shall be shown here?'}</h1>
      <p>{fatal?.detail ?? 'The address of this frame names none.'}</p>
      <ul>{catalogue.map(({ id, title }) => <li key={id}><a href={`${site}embed/${id}/${location.search}`}>{title}</a></li>)}</ul>
    </main>
  );
}
