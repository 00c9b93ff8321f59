import { useState } from 'react';
import type { Param } from '../../kernel/story.ts';
import type { LayerInfo } from '../common/engines.ts';
import { pressControl } from '../common/pressControl.ts';
import { useActions, useInspection, useRun, useSelect } from '../common/session.tsx';
import { Button, selectClass } from '../common/ui.tsx';
import css from './ControlsPanel.module.css';
import { ParamControl } from './ParamControl.tsx';

interface Props {
  readonly layer: LayerInfo;
  readonly title: string;
  readonly open: boolean;
}
export function LayerControls({ layer, title, open }: Props) {
  const actions = useActions();
  const [shown, setShown] = useState(open);
  const mode = useInspection(layer.id)?.mode;
  const { story } = layer;
  if (story === undefined) return null;
  const params = Object.entries(story.params);
  const presets = Object.entries(story.presets ?? {});
  const controls = Object.entries(story.controls ?? {});
  return (
    <details className={css.layer} open={shown} onToggle={(event) => setShown(event.currentTarget.open)} data-testid={`controls-${layer.id}`}>
      <summary><b>{title}</b><span>{story.title}, {layer.nodeTitle}</span>{mode !== undefined && <em>{mode}</em>}</summary>
      {shown && (
        <div className={css.body}>
          {(presets.length > 0 || params.length > 0) && (
            <div className={css.presets}>
              {presets.length > 0 && (
                <select className={selectClass} value="" aria-label={`Presets for ${title}`} onChange={(event) => { if (event.target.value !== '') actions.applyPreset(layer.id, event.target.value); }}>
                  <option value="">Set like …</option>
                  {presets.map(([id, preset]) => <option key={id} value={id} title={preset.source}>{preset.title}</option>)}
                </select>
              )}
              <ResetLayer layer={layer.id} />
            </div>
          )}
          {controls.length > 0 && (
            <div className={css.buttons} role="group" aria-label={`Do with ${title}`}>
              {controls.map(([name, label]) => <Button key={name} size="small" onClick={() => pressControl(actions, layer.id, name)} data-testid={`control-${layer.id}-${name}`}>{label}</Button>)}
            </div>
          )}
          {groups(params).map(([group, members]) => (
            <fieldset key={group} className={css.group}>
              {group !== '' && <legend>{group}</legend>}
              {members.map(([name, param]) => <Bound key={name} layer={layer.id} name={name} param={param} />)}
            </fieldset>
          ))}
          {params.length === 0 && <p className={css.nothing}>No settings.</p>}
        </div>
      )}
    </details>
  );
}

/** Parameters by group, in the order in which groups first appear. */
function groups(params: readonly (readonly [string, Param])[]): readonly (readonly [string, readonly (readonly [string, Param])[]])[] {
  const byGroup = new Map<string, (readonly [string, Param])[]>();
  for (const entry of params) {
    const group = entry[1].group ?? '';
    byGroup.set(group, [...(byGroup.get(group) ?? []), entry]);
  }
  return [...byGroup];
}

function ResetLayer({ layer }: { readonly layer: string }) {
  const actions = useActions();
  const changed = useRun((run) => run.document.params[layer] !== undefined || run.document.interventions.some((what) => what.kind === 'params' && what.layer === layer)) ?? false;
  return <Button size="small" look="quiet" icon="undo" disabled={!changed} onClick={() => actions.resetParams(layer)}>Reset</Button>;
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** One parameter with its value: that of the shown moment when changes count from there, else that of the start. */
function Bound({ layer, name, param }: { readonly layer: string; readonly name: string; readonly param: Param }) {
  const actions = useActions();
  const now = useSelect((state) => state.editFrom === 'now');
  const told = useRun((run) => run.resolved.nodes.flatMap((node) => node.layers).find(({ id }) => id === layer));
  const live = useRun((run) => (now ? run.look?.params[layer]?.[name] : undefined));
  const value = live ?? told?.params[name] ?? param.initial;
  return <ParamControl id={`${layer}-${name}`} param={param} value={value} changed={told !== undefined && !same(value, told.base[name])} base={told?.base[name] ?? param.initial} onChange={(next) => actions.setParam(layer, name, next)} />;
}
