/** How the page reaches a run's host: a worker, or the same host on the page. Entries make ports; tests hand in their own. */
import type { FromWorker, ToWorker } from '../protocol/messages.ts';

export interface Port {
  post(message: ToWorker, transfer?: Transferable[]): void;
  /** Whether a canvas can be handed over (else it is attached as it is). */
  readonly offscreen: boolean;
  terminate(): void;
}
/** Starts a host. `onMessage` gets what it says; `onDeath` is called when it is known to be gone. */
export type Spawn = (onMessage: (message: FromWorker) => void, onDeath: (reason: string) => void) => Promise<Port>;
