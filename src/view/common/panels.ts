/** Which panel is in front: of the open ones the last. */
import type { PanelId, SessionState } from '../../session/types.ts';
import type { PageSession } from './session.tsx';

export const frontPanel = ({ panels }: Pick<SessionState, 'panels'>): PanelId | null => panels.at(-1) ?? null;

/** Brings a panel to the front, opening it if need be. */
export function showPanel({ store, actions }: PageSession, panel: PanelId): void {
  if (frontPanel(store.getState()) === panel) return;
  if (store.getState().panels.includes(panel)) actions.togglePanel(panel);
  actions.togglePanel(panel);
}
