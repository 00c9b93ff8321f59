/** Entry of the run worker: a host, a port, and reports of what would otherwise vanish silently. */
import type { FromWorker, ToWorker } from '../protocol/messages.ts';
import { RunHost } from './host.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);
const channel = new MessageChannel();
let deferred: (() => void)[] = [];
channel.port1.addEventListener('message', () => {
  const due = deferred;
  deferred = [];
  for (const callback of due) callback();
});
channel.port1.start();

const host = new RunHost({
  post,
  defer(callback) { deferred.push(callback); channel.port2.postMessage(null); },
  wall: () => performance.now(),
});
scope.addEventListener('message', (event: MessageEvent<ToWorker>) => host.handle(event.data));
// An unhandled rejection or error in a worker raises no event on the page.
scope.addEventListener('unhandledrejection', (event) => post({ type: 'crashed', message: String((event as PromiseRejectionEvent).reason) }));
scope.addEventListener('error', (event) => post({ type: 'crashed', message: (event as ErrorEvent).message }));
