import { words } from '../common/format.ts';
import { useActions, useSession } from '../common/session.tsx';
import { Button } from '../common/ui.tsx';
import css from './Gallery.module.css';

/** Runs opened or edited lately, as the browser remembers them. Nothing where it remembers none. */
export function RecentRuns() {
  const actions = useActions();
  const { catalogue, recent } = useSession();
  const runs = recent.runs().filter(({ pattern }) => catalogue.some(({ id }) => id === pattern)).slice(0, 6);
  if (runs.length === 0) return null;
  return (
    <section className={css.recent} aria-labelledby="recent-runs" data-testid="recent">
      <h2 id="recent-runs">Lately</h2>
      <ul>
        {runs.map((run, i) => (
          <li key={`${run.pattern}/${run.scenario}/${run.variant}/${i}`}>
            <Button size="small" onClick={() => void actions.openDocument(run.document)}>{catalogue.find(({ id }) => id === run.pattern)!.title}: {words(run.scenario)}, {words(run.variant)}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
