import { useState, type RefObject } from 'react';
import { capital, momentText, words } from '../common/format.ts';
import { linkFaults, nodeFaults, type FaultChoice } from '../common/faultChoices.ts';
import { Popover, type Place } from '../common/Popover.tsx';
import { useLayers } from '../common/engines.ts';
import { pressControl } from '../common/pressControl.ts';
import { useActions, useInspection, useRun, useSelect, useSession } from '../common/session.tsx';
import { showPanel } from '../common/panels.ts';
import { Button, inputClass } from '../common/ui.tsx';
import css from './StageMenu.module.css';

export type MenuTarget =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  | { readonly kind: 'layer'; readonly layer: string; readonly node: string };

interface Props {
  readonly target: MenuTarget | null;
  readonly anchor: RefObject<Place | null>;
  readonly onClose: () => void;
  readonly title: (node: string) => string;
}
/** What can be done to a thing on the stage, at the shown moment. */
export function StageMenu({ target, anchor, onClose, title }: Props) {
  const label = target === null ? '' : target.kind === 'node' ? title(target.node) : target.kind === 'link' ? `${title(target.from)} → ${title(target.to)}` : capital(words(target.layer));
  return (
    <Popover open={target !== null} onClose={onClose} anchor={anchor} label={label} className={css.menu}>
      <h2 className={css.title}>{label}</h2>
      {target?.kind === 'node' && <FaultButtons choices={nodeFaults(target.node)} onDone={onClose} />}
      {target?.kind === 'link' && <FaultButtons choices={linkFaults(target.from, target.to)} onDone={onClose} />}
      {target?.kind === 'layer' && <LayerActions layer={target.layer} onDone={onClose} />}
      {target !== null && target.kind !== 'link' && <SettingsButton node={target.node} layer={target.kind === 'layer' ? target.layer : undefined} onDone={onClose} />}
    </Popover>
  );
}

/** Buttons that break something now, for a while. */
export function FaultButtons({ choices, onDone }: { readonly choices: readonly FaultChoice[]; readonly onDone: () => void }) {
  const { store } = useSession();
  const actions = useActions();
  const [seconds, setSeconds] = useState('10');
  const [problem, setProblem] = useState<string | null>(null);
  const playing = useSelect((state) => state.clock.playing);
  const add = (choice: FaultChoice) => {
    const { clock, run } = store.getState();
    const span = Number(seconds) * 1000;
    if (!(span > 0)) { setProblem('How long must be more than 0 seconds.'); return; }
    // Not after the shown moment, so that what it does shows at once.
    const fromMs = Math.floor(clock.atMs);
    const untilMs = Math.min(fromMs + span, run?.durationMs ?? Infinity);
    const refused = untilMs <= fromMs ? 'The run ends here: go back a little first.' : actions.addFault(choice.make({ fromMs, untilMs }));
    if (refused === null) onDone();
    else setProblem(refused);
  };
  return (
    <>
      <div className={css.span}>
        <span>{playing ? 'from now on' : <>from <Moment /></>}</span>
        <label>for <input className={inputClass} type="number" inputMode="decimal" min="0.1" step="1" value={seconds} onChange={(event) => setSeconds(event.target.value)} /> s</label>
      </div>
      <div className={css.choices}>
        {choices.map((choice, i) => <Button key={choice.label} size="small" title={choice.help} {...(i === 0 && { 'data-first': true })} onClick={() => add(choice)}>{choice.label}</Button>)}
      </div>
      {problem !== null && <p className={css.problem} role="alert">{problem}</p>}
    </>
  );
}
function Moment() {
  const atMs = useSelect((state) => state.clock.atMs);
  return <time>{momentText(atMs)}</time>;
}

function LayerActions({ layer, onDone }: { readonly layer: string; readonly onDone: () => void }) {
  const actions = useActions();
  const info = useLayers().get(layer);
  const inspection = useInspection(layer);
  const controls = Object.entries(info?.story?.controls ?? {});
  return (
    <>
      <p className={css.mode} data-tone={inspection?.tone ?? 'calm'}>{info?.story?.title}{inspection?.mode !== undefined && `: ${inspection.mode}`}</p>
      {controls.length > 0 && (
        <div className={css.choices}>
          {controls.map(([name, label]) => <Button key={name} size="small" onClick={() => { pressControl(actions, layer, name); onDone(); }}>{label}</Button>)}
        </div>
      )}
    </>
  );
}

function SettingsButton({ node, layer, onDone }: { readonly node: string; readonly layer: string | undefined; readonly onDone: () => void }) {
  const session = useSession();
  const machine = useLayers().get(layer ?? '')?.story?.machine !== undefined;
  const calls = useRun((run) => run.resolved.links.some(({ from }) => from === node)) ?? false;
  const show = (panel: 'controls' | 'machine' | 'stack') => { showPanel(session, panel); onDone(); };
  return (
    <div className={css.foot}>
      <Button size="small" look="quiet" icon="settings" onClick={() => show('controls')}>Show settings</Button>
      {calls && <Button size="small" look="quiet" icon="list" data-testid="edit-stack" onClick={() => show('stack')}>Edit the stack</Button>}
      {machine && <Button size="small" look="quiet" icon="branch" onClick={() => show('machine')}>State chart</Button>}
    </div>
  );
}
