import { lazy, Suspense, useRef, type ComponentType, type KeyboardEvent } from 'react';
import type { PanelId } from '../../session/types.ts';
import { PanelErrors } from '../common/PanelErrors.tsx';
import { InLane } from '../common/lanes.tsx';
import { frontPanel, showPanel } from '../common/panels.ts';
import { useSelect, useSession } from '../common/session.tsx';
import { LessonPanel } from '../lesson/LessonPanel.tsx';
import css from './Panels.module.css';

const load = <K extends string>(name: K, panel: () => Promise<Record<K, ComponentType>>) => lazy(async () => ({ default: (await panel())[name] }));
const PANELS: Readonly<Record<PanelId, { readonly title: string; readonly Panel: ComponentType }>> = {
  lesson: { title: 'Lesson', Panel: LessonPanel },
  controls: { title: 'Controls', Panel: load('ControlsPanel', () => import('../controls/ControlsPanel.tsx')) },
  stack: { title: 'Stack', Panel: load('StackPanel', () => import('../stack/StackPanel.tsx')) },
  map: { title: 'Map', Panel: load('MapPanel', () => import('../stability/MapPanel.tsx')) },
  machine: { title: 'States', Panel: load('MachinePanel', () => import('../machine/MachinePanel.tsx')) },
  sequence: { title: 'Sequence', Panel: load('SequencePanel', () => import('../sequence/SequencePanel.tsx')) },
  instruments: { title: 'Inside', Panel: load('InstrumentsPanel', () => import('../instruments/InstrumentsPanel.tsx')) },
  charts: { title: 'Charts', Panel: load('ChartsPanel', () => import('../charts/ChartsPanel.tsx')) },
  log: { title: 'Log', Panel: load('LogPanel', () => import('../log/LogPanel.tsx')) },
  request: { title: 'Request', Panel: load('RequestPanel', () => import('../log/RequestPanel.tsx')) },
  source: { title: 'Code', Panel: load('SourcePanel', () => import('../source/SourcePanel.tsx')) },
  settings: { title: 'Settings', Panel: load('SettingsPanel', () => import('../source/SettingsPanel.tsx')) },
  about: { title: 'About', Panel: load('AboutPanel', () => import('../source/AboutPanel.tsx')) },
};
const ORDER: readonly PanelId[] = ['lesson', 'controls', 'stack', 'machine', 'sequence', 'instruments', 'charts', 'map', 'log', 'request', 'source', 'settings', 'about'];

/** One panel at a time, by tabs. */
export function Panels() {
  const session = useSession();
  const front = useSelect(frontPanel) ?? 'lesson';
  const following = useSelect((state) => state.followed !== null);
  const hasMachine = useSelect((state) => state.card?.machines !== undefined);
  const hasSource = useSelect((state) => state.card?.source !== undefined);
  const hasSettings = useSelect((state) => (state.story?.settings?.length ?? 0) > 0);
  const shown = ORDER.filter((id) => (id !== 'request' || following) && (id !== 'machine' || hasMachine) && (id !== 'source' || hasSource) && (id !== 'settings' || hasSettings));
  const current = shown.includes(front) ? front : 'lesson';
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = shown.indexOf(current);
    const next = event.key === 'ArrowRight' ? shown[(at + 1) % shown.length] : event.key === 'ArrowLeft' ? shown.at(at - 1)
      : event.key === 'Home' ? shown[0] : event.key === 'End' ? shown.at(-1) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    showPanel(session, next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  const { Panel, title } = PANELS[current];
  return (
    <aside className={css.panels} aria-label="Panels">
      <div className={css.tabs} role="tablist" aria-label="Panels" tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
        {shown.map((id) => (
          <button key={id} type="button" role="tab" id={`tab-${id}`} aria-selected={id === current} aria-controls="panel" tabIndex={id === current ? 0 : -1} data-testid={`tab-${id}`}
            onClick={() => showPanel(session, id)}>{PANELS[id].title}</button>
        ))}
      </div>
      <div className={css.panel} role="tabpanel" id="panel" aria-labelledby={`tab-${current}`} tabIndex={0}>
        <PanelErrors key={current} title={title}>
          <InLane late={5}><Suspense fallback={<p className={css.loading} role="status">Loading…</p>}><Panel /></Suspense></InLane>
        </PanelErrors>
      </div>
    </aside>
  );
}
