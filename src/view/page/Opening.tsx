import { useState } from 'react';
import { Icon } from '../common/icons.tsx';
import { useActions, useFollow, useRun, useSelect } from '../common/session.tsx';
import css from './Opening.module.css';

/** The first frame of a scenario: one button, and what to watch. It goes as soon as time moves. */
export function Opening() {
  const actions = useActions();
  const scenario = useSelect((state) => state.story?.scenarios[state.run?.document.scenario ?? '']);
  const atOpening = useSelect((state) => !state.clock.playing && state.clock.atMs === (scenario?.openAtMs ?? 0));
  const failed = useRun((run) => run.status === 'failed') ?? false;
  const [started, setStarted] = useState<unknown>(null);
  useFollow((state) => state.clock, (clock) => { if (scenario !== undefined && (clock.playing || clock.atMs !== (scenario.openAtMs ?? 0))) setStarted(scenario); });
  if (scenario === undefined || !atOpening || failed || started === scenario) return null;
  return (
    <div className={css.opening} data-opening="">
      <div className={css.card}>
        <button type="button" className={css.play} aria-label="Play the scenario" data-testid="opening-play" onClick={() => actions.play()}><Icon name="play" size={30} /></button>
        <div>
          <h2>{scenario.title}</h2>
          <p>{scenario.summary}</p>
        </div>
      </div>
    </div>
  );
}
