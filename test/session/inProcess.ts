/** A session in Node: the host runs in this process, frames come when the test says so. */
import { createSession, type Session, type SessionDeps } from '../../src/session/session.ts';
import type { Spawn } from '../../src/session/port.ts';
import type { FromWorker } from '../../src/protocol/messages.ts';
import { RunHost } from '../../src/worker/host.ts';

export interface Bench {
  readonly session: Session;
  /** Lets a frame pass, `ms` of wall time after the one before. */
  frame(ms: number): void;
  /** Resolves when the condition holds and edits are checked at once; the host works meanwhile. */
  until(holds: () => boolean): Promise<void>;
  readonly hosts: { readonly kill: () => void }[];
}

export function bench(more: Partial<SessionDeps> = {}): Bench {
  let wallMs = 0;
  let waiting: ((wallMs: number) => void) | null = null;
  const hosts: { kill: () => void }[] = [];
  const spawn: Spawn = async (onMessage, onDeath) => {
    let open = true;
    const post = (message: FromWorker): void => { setImmediate(() => { if (open) onMessage(message); }); };
    const host = new RunHost({ post, defer: (callback) => { setImmediate(() => { if (open) callback(); }); }, wall: () => performance.now() });
    hosts.push({ kill: () => { open = false; onDeath('killed by the test'); } });
    return { offscreen: false, post: (message) => { setImmediate(() => { if (open) host.handle(message); }); }, terminate: () => { open = false; } };
  };
  const session = createSession({
    spawn,
    frames: (callback) => { waiting = callback; return () => { waiting = null; }; },
    wall: () => performance.now(),
    ...more,
  });
  return {
    session, hosts,
    frame(ms) {
      wallMs += ms;
      const callback = waiting;
      waiting = null;
      callback?.(wallMs);
    },
    until: async (holds) => {
      await session.editable();
      await new Promise<void>((resolve) => {
        const look = (): void => { if (holds()) resolve(); else setImmediate(look); };
        look();
      });
    },
  };
}
