import type { SessionActions } from '../../session/types.ts';

/** A button of a layer, pressed at the shown moment. (`useControl` is no hook, whatever its name.) */
export const pressControl = (actions: SessionActions, layer: string, control: string): void => actions.useControl(layer, control);
