/**
 * The spawn ladder: a module worker; in an opaque origin a classic worker from a blob that imports it; else the same host on the page, in slices.
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

/** The one policy of the site: only our own worker may become a script's address. */
interface ScriptUrls { createScriptURL(address: string): string }
const policy: ScriptUrls | undefined = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: ScriptUrls): ScriptUrls } }).trustedTypes
  ?.createPolicy('patternscope', { createScriptURL: (address) => { if (!ours.has(address)) throw new TypeError(`${address} is not a script of this site.`); return address; } });
const ours = new Set<string>();
function trusted(address: string): string {
  ours.add(address);
  return policy === undefined ? address : policy.createScriptURL(address);
}

const moduleWorker = async (): Promise<Worker> => new Worker(trusted(new URL(workerUrl, import.meta.url).href), { type: 'module', name: 'patternscope run' });
/** Where the origin is opaque no address of a worker is its own, but a blob is. Only a classic worker starts from one; it may import modules. */
async function blobWorker(): Promise<Worker> {
  const source = `import(${JSON.stringify(new URL(workerUrl, import.meta.url).href)}).catch((error) => { setTimeout(() => { throw error; }); });`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    return new Worker(trusted(address), { name: 'patternscope run' });
  } finally {
    ours.delete(address);
    // Its script is read when it starts; soon after that nobody needs the blob.
    setTimeout(() => URL.revokeObjectURL(address), READY_WITHIN_MS);
  }
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
