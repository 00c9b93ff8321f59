/**
 * Many runs that differ in little, each for one figure, side by side in hosts of their own: what a map is made of. The runs come in the
 * order in which they were asked for, so the first of them may be a coarse picture. A host that dies gives its runs to the others.
 */
import type { FromWorker, ToWorker } from '../protocol/messages.ts';
import type { RunDocument } from '../runs/document.ts';
import type { Port, Spawn } from './port.ts';

/** As many as the machine has cores: two where it doesn't say, and no more than eight. */
const hostsHere = (): number => Math.max(2, Math.min(8, globalThis.navigator?.hardwareConcurrency ?? 2));
/** So many runs lie ready at each host, that it never waits for the page. */
const AHEAD = 2;

export interface GridRuns {
  /** Null: all runs are done. Else why not; 'cancelled' when somebody did that. */
  readonly done: Promise<string | null>;
  cancel(): void;
}

/** `onValue` gets the index of a run and its figure, NaN where the run has none. Documents must be valid. */
export function runGrid(spawn: Spawn, documents: readonly RunDocument[], figure: string, onValue: (index: number, value: number) => void): GridRuns {
  const waiting = documents.map((_, i) => i);
  const hosts = new Set<{ port: Port | null; readonly running: Set<number> }>();
  let left = documents.length;
  let over = false;
  let finish: (problem: string | null) => void = () => undefined;
  const done = new Promise<string | null>((resolve) => { finish = resolve; });
  const end = (problem: string | null): void => {
    if (over) return;
    over = true;
    for (const { port } of hosts) port?.terminate();
    finish(problem);
  };
  const feed = (): void => {
    if (over) return;
    for (const host of hosts) {
      while (host.port !== null && host.running.size < AHEAD && waiting.length > 0) {
        const index = waiting.shift()!;
        host.running.add(index);
        host.port.post({ type: 'measure', document: documents[index]!, serial: index, figure } satisfies ToWorker);
      }
    }
  };
  const start = (): void => {
    const host: { port: Port | null; readonly running: Set<number> } = { port: null, running: new Set() };
    hosts.add(host);
    const died = (reason: string): void => {
      hosts.delete(host);
      host.port?.terminate();
      waiting.unshift(...host.running);
      if (hosts.size === 0) end(`the simulation stopped: ${reason}`);
      else feed();
    };
    const hear = (message: FromWorker): void => {
      if (over) return;
      if (message.type === 'crashed') died(message.message);
      if (message.type !== 'measured' || !host.running.delete(message.serial)) return;
      // A run that breaks a rule or throws has no figure; the map shows it as such.
      onValue(message.serial, message.failure === undefined ? (message.summary[figure] ?? NaN) : NaN);
      if (--left === 0) end(null);
      else feed();
    };
    spawn(hear, died).then((port) => {
      if (over || !hosts.has(host)) { port.terminate(); return; }
      host.port = port;
      feed();
    }, (error: unknown) => died(String(error)));
  };
  if (documents.length === 0) end(null);
  else for (let i = Math.min(hostsHere(), documents.length); i > 0; i--) start();
  return { done, cancel: () => end('cancelled') };
}
