import { lazy, Suspense, useState, type ComponentType, type KeyboardEvent } from 'react';
import type { Panel as PanelName } from '../../embed/contract.ts';
import { PanelErrors } from '../common/PanelErrors.tsx';
import { useSelect } from '../common/session.tsx';
import css from './EmbedPage.module.css';
import { useOptions } from './options.ts';

const load = <K extends string>(name: K, panel: () => Promise<Record<K, ComponentType>>) => lazy(async () => ({ default: (await panel())[name] }));
const PANELS: Readonly<Partial<Record<PanelName, { readonly title: string; readonly Panel: ComponentType }>>> = {
  lesson: { title: 'Lesson', Panel: load('LessonPanel', () => import('../lesson/LessonPanel.tsx')) },
  controls: { title: 'Controls', Panel: load('ControlsPanel', () => import('../controls/ControlsPanel.tsx')) },
  machine: { title: 'States', Panel: load('MachinePanel', () => import('../machine/MachinePanel.tsx')) },
  sequence: { title: 'Sequence', Panel: load('SequencePanel', () => import('../sequence/SequencePanel.tsx')) },
  instruments: { title: 'Inside', Panel: load('InstrumentsPanel', () => import('../instruments/InstrumentsPanel.tsx')) },
  chart: { title: 'Charts', Panel: load('ChartsPanel', () => import('../charts/ChartsPanel.tsx')) },
  log: { title: 'Log', Panel: load('LogPanel', () => import('../log/LogPanel.tsx')) },
  source: { title: 'Code', Panel: load('SourcePanel', () => import('../source/SourcePanel.tsx')) },
};

/** The panels beside or under the stage, one at a time, by tabs where there are several. */
export function EmbedPanels() {
  const hasMachine = useSelect((state) => state.card?.machines !== undefined);
  const asked = useOptions(({ panels }) => panels);
  const readOnly = useOptions((it) => it.readOnly);
  const names = asked.filter((name) => PANELS[name] !== undefined && (name !== 'machine' || hasMachine) && (name !== 'controls' || !readOnly));
  const [chosen, setChosen] = useState<PanelName | null>(null);
  const current = chosen !== null && names.includes(chosen) ? chosen : names[0];
  if (current === undefined) return null;
  const { title, Panel } = PANELS[current]!;
  const onKeyDown = (event: KeyboardEvent) => {
    const at = names.indexOf(current);
    const next = event.key === 'ArrowRight' ? names[(at + 1) % names.length] : event.key === 'ArrowLeft' ? names.at(at - 1) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setChosen(next);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus({ preventScroll: true });
  };
  return (
    <aside className={css.panels} aria-label={names.length > 1 ? 'Panels' : title}>
      {names.length > 1 && (
        <div className={css.tabs} role="tablist" aria-label="Panels" tabIndex={-1} onKeyDown={onKeyDown}>
          {names.map((name) => (
            <button key={name} type="button" role="tab" id={`tab-${name}`} aria-selected={name === current} aria-controls="panel" tabIndex={name === current ? 0 : -1} data-testid={`tab-${name}`} onClick={() => setChosen(name)}>{PANELS[name]!.title}</button>
          ))}
        </div>
      )}
      <div className={css.panel} id="panel" tabIndex={0} {...(names.length > 1 ? { role: 'tabpanel', 'aria-labelledby': `tab-${current}` } : { role: 'region', 'aria-label': title })}>
        <PanelErrors key={current} title={title}><Suspense fallback={<p className={css.loading} role="status">Loading…</p>}><Panel /></Suspense></PanelErrors>
      </div>
    </aside>
  );
}
