import { useId, useState } from 'react';
import { useLayers, type LayerInfo } from '../common/engines.ts';
import { capital, words } from '../common/format.ts';
import { useActions, useRun, useSelect } from '../common/session.tsx';
import { Button, Empty, inputClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';
import { LayerControls } from './LayerControls.tsx';

/** Everything that can be set, layer by layer. What is selected on the stage stands first. */
export function ControlsPanel() {
  const actions = useActions();
  const layers = useLayers();
  const selection = useSelect((state) => state.selection);
  const pattern = useSelect((state) => state.card?.id ?? '');
  const changed = useRun((run) => Object.keys(run.document.params).length > 0 || run.document.interventions.length > 0) ?? false;
  const all = [...layers.values()].filter(({ story }) => story !== undefined);
  const isSelected = (layer: LayerInfo): boolean => (selection?.kind === 'layer' && selection.id === layer.id) || (selection?.kind === 'node' && selection.id === layer.node);
  const isOwn = (layer: LayerInfo): boolean => layer.engine === pattern || layer.engine.startsWith(`${pattern}/`);
  const rank = (layer: LayerInfo): number => (isSelected(layer) ? 0 : layer.engine === pattern ? 1 : isOwn(layer) ? 2 : 3);
  const sorted = all.toSorted((a, b) => rank(a) - rank(b));
  const anySelected = all.some(isSelected);
  return (
    <div className={css.controls}>
      <div className={css.top}>
        <EditFrom />
        <Seed />
        <Button size="small" icon="undo" disabled={!changed} onClick={() => actions.resetParams()}>Reset all</Button>
      </div>
      {sorted.length === 0 && <Empty><p>There is nothing to set here.</p></Empty>}
      {sorted.map((layer) => {
        // Another selection opens and closes layers anew.
        const open = anySelected ? isSelected(layer) : layer.engine === pattern;
        return <LayerControls key={`${layer.id}/${open}`} layer={layer} title={capital(words(layer.id))} open={open} />;
      })}
    </div>
  );
}

function EditFrom() {
  const actions = useActions();
  const from = useSelect((state) => state.editFrom);
  const name = useId();
  return (
    <fieldset className={css.from}>
      <legend>Changes count</legend>
      <label><input type="radio" name={name} checked={from === 'start'} onChange={() => actions.setEditFrom('start')} data-testid="edit-from-start" /><span>from the start</span></label>
      <label><input type="radio" name={name} checked={from === 'now'} onChange={() => actions.setEditFrom('now')} data-testid="edit-from-now" /><span>from this moment on</span></label>
    </fieldset>
  );
}

const MAX_SEED = 4294967295;
function Seed() {
  const actions = useActions();
  const seed = useRun((run) => run.document.seed) ?? 0;
  const [text, setText] = useState<string | null>(null);
  const put = () => {
    const value = Number(text);
    if (text !== null && text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= MAX_SEED && value !== seed) actions.setSeed(value);
    setText(null);
  };
  return (
    <label className={css.seed} title="The seed of all random draws: the same seed gives the same run">
      Seed
      <input className={inputClass} type="number" min={0} max={MAX_SEED} step={1} value={text ?? String(seed)} data-testid="seed"
        onChange={(event) => setText(event.target.value)} onBlur={put} onKeyDown={(event) => { if (event.key === 'Enter') put(); }} />
    </label>
  );
}
