/**
 * The spawn ladder: a module worker; in an opaque origin a classic worker from a blob; else the same host on the page, in slices.
 */
import type { FromWorker } from '../protocol/messages.ts';
import type { Port, Spawn } from '../session/port.ts';
// oxlint-disable-next-line import/default -- the bundler makes the default export of an address import
import workerUrl from '../worker/worker.ts?worker&url';

/** How long a fresh worker may take to say that it is ready (its script may be on a slow line). */
const READY_WITHIN_MS = 15_000;

export const spawn: Spawn = async (onMessage, onDeath) => {
  const force = new URLSearchParams(location.search).get('host');
  for (const rung of force === 'page' ? [] : [moduleWorker, blobWorker]) {
    try {
      return await start(await rung(), onMessage, onDeath);
    } catch {
      // The next rung serves.
    }
  }
  return onPage(onMessage);
};

const moduleWorker = async (): Promise<Worker> => new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'patternscope run' });
async function blobWorker(): Promise<Worker> {
  const source = await (await fetch(new URL(workerUrl, import.meta.url))).text();
  return new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
}

function start(worker: Worker, onMessage: (message: FromWorker) => void, onDeath: (reason: string) => void): Promise<Port> {
  return new Promise((resolve, reject) => {
    let ready = false;
    const timer = setTimeout(() => { worker.terminate(); reject(new Error('the worker did not start')); }, READY_WITHIN_MS);
    worker.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      if (!ready && event.data.type === 'ready') {
        ready = true;
        clearTimeout(timer);
        resolve({ offscreen: typeof OffscreenCanvas !== 'undefined', post: (message, transfer = []) => worker.postMessage(message, transfer), terminate: () => worker.terminate() });
      }
      onMessage(event.data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (ready) onDeath(event.message || 'it raised an error');
      else { clearTimeout(timer); reject(new Error(event.message)); }
    });
  });
}

/** The last rung: the page computes, a slice at a time. */
async function onPage(onMessage: (message: FromWorker) => void): Promise<Port> {
  const { RunHost } = await import('../worker/host.ts');
  let open = true;
  const host = new RunHost({
    post: (message) => { if (open) queueMicrotask(() => onMessage(message)); },
    defer: (callback) => { setTimeout(() => { if (open) callback(); }, 0); },
    wall: () => performance.now(),
  });
  return { offscreen: false, post: (message) => queueMicrotask(() => { if (open) host.handle(message); }), terminate: () => { open = false; } };
}
