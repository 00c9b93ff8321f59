/** Hosts of runs for the benchmarks: the product's own, in a worker of Node, or in this process where a test has no bundle to start one from. */
import { MessageChannel, parentPort, Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker } from '../../src/protocol/messages.ts';
import type { Spawn } from '../../src/session/port.ts';
import { RunHost } from '../../src/worker/host.ts';

/** What `src/worker/worker.ts` does in a browser. */
export function serveHost(): void {
  const port = parentPort!;
  const { port1, port2 } = new MessageChannel();
  let deferred: (() => void)[] = [];
  port1.on('message', () => {
    const due = deferred;
    deferred = [];
    for (const callback of due) callback();
  });
  const host = new RunHost({
    post: (message, transfer = []) => port.postMessage(message, transfer as never),
    defer(callback) { deferred.push(callback); port2.postMessage(null); },
    wall: () => performance.now(),
  });
  port.on('message', (message: ToWorker) => host.handle(message));
}

export const inWorkers = (entry: string): Spawn => async (onMessage, onDeath) => {
  const worker = new Worker(entry);
  worker.on('message', (message: FromWorker) => onMessage(message));
  worker.on('error', (error) => onDeath(error.message));
  return { offscreen: false, post: (message, transfer = []) => worker.postMessage(message, transfer as never), terminate: () => { void worker.terminate(); } };
};

export const inProcess: Spawn = async (onMessage) => {
  let open = true;
  const host = new RunHost({
    post: (message) => { setImmediate(() => { if (open) onMessage(message); }); },
    defer: (callback) => { setImmediate(() => { if (open) callback(); }); },
    wall: () => performance.now(),
  });
  return { offscreen: false, post: (message) => { setImmediate(() => { if (open) host.handle(message); }); }, terminate: () => { open = false; } };
};
