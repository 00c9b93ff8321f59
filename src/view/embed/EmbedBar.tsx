import { lazy, Suspense } from 'react';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { selectClass } from '../common/ui.tsx';
import { Clock, Edits, PlaybackButtons, Speed } from '../timeline/Playback.tsx';
import css from './EmbedPage.module.css';
import { useHasControl } from './options.ts';

const AddFault = lazy(async () => ({ default: (await import('../timeline/AddFault.tsx')).AddFault }));

/** The buttons that the host chose. */
export function EmbedBar() {
  const [play, restart, step, speed, variant, breaks, undo] = [useHasControl('play'), useHasControl('restart'), useHasControl('step'), useHasControl('speed'), useHasControl('variant'), useHasControl('break'), useHasControl('undo')];
  if (![play, restart, step, speed, variant, breaks, undo].includes(true)) return null;
  return (
    <div className={css.bar}>
      <PlaybackButtons className={css.transport} show={{ restart, notes: step, events: false, play }} />
      <Clock className={css.clock} />
      {speed && <Speed className={css.choice} />}
      {variant && <Variant />}
      {undo && <Edits className={undefined} />}
      {breaks && <Suspense fallback={null}><AddFault /></Suspense>}
    </div>
  );
}

function Variant() {
  const actions = useActions();
  const variants = useSelect((state) => state.story?.scenarios[state.run?.document.scenario ?? '']?.variants);
  const shown = useRun((run) => run.document.variant);
  return (
    <label className={css.choice}>
      <span>Variant</span>
      <select className={selectClass} value={shown} aria-label="Variant" data-testid="variant" onChange={(event) => actions.setVariant(event.target.value)}>
        {Object.entries(variants ?? {}).map(([id, { title }]) => <option key={id} value={id}>{title}</option>)}
      </select>
    </label>
  );
}
