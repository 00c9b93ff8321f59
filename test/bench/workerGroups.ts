/** Page and worker: what goes between them, and many runs at once (T12). */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { FromWorker, PageChunk } from '../../src/protocol/messages.ts';
import type { RunDocument } from '../../src/runs/document.ts';
import { documentFrom } from '../../src/headless/index.ts';
import { cellDocument, coarseFirst, type Grid } from '../../src/session/grid.ts';
import { runGrid } from '../../src/session/gridRuns.ts';
import type { Spawn } from '../../src/session/port.ts';
import { RunData } from '../../src/session/runData.ts';
import { Timeline } from '../../src/worker/timeline.ts';
import { FLAGSHIP, flagship } from './documents.ts';
import { atMost, type Lab } from './lab.ts';

/** One run in a worker, from its document to the last message: everything the page hears and files, but no painting. */
async function runInHost(spawn: Spawn, document: RunDocument): Promise<{ events: number; records: number }> {
  const data = new RunData();
  let records = 0;
  const ended = await new Promise<{ events: number; host: Awaited<ReturnType<Spawn>> }>((resolve, reject) => {
    const started = spawn((message: FromWorker) => {
      if (message.type === 'opened') data.reset(message.sampleNames, message.layerIds, message.durationMs);
      if (message.type === 'chunk') { data.add(message.chunk); records += recordsOf(message.chunk); }
      if (message.type === 'failed') reject(new Error(message.failure.message));
      if (message.type === 'finished') void started.then((port) => resolve({ events: message.events, host: port }));
    }, (reason) => reject(new Error(reason)));
    started.then((port) => port.post({ type: 'open', document }), reject);
  });
  ended.host.terminate();
  return { events: ended.events, records };
}
const recordsOf = (chunk: PageChunk): number => chunk.samples.length + chunk.notes.length + chunk.moves.length + chunk.effects.length;

/** The worker's message with its samples transferred and its notes cloned, over a real channel and into the lists of the page. */
export async function stream(lab: Lab, spawn: Spawn): Promise<void> {
  const { plan, resolved, document } = await flagship(lab.tiny ? 2000 : 120_000);
  const timeline = new Timeline(plan, resolved, () => performance.now());
  const chunks: PageChunk[] = [];
  let names = 0;
  while (!timeline.finished) {
    timeline.compute(20);
    const chunk = timeline.takeChunk();
    chunks.push({ fromMs: chunk.fromNs / 1e6, untilMs: chunk.untilNs / 1e6, samples: chunk.samples, notes: chunk.notes, moves: chunk.moves, effects: chunk.effects, namesFrom: names, names: timeline.names.list.slice(names) });
    names = timeline.names.list.length;
  }
  const { port1, port2 } = new MessageChannel();
  const times = lab.size(20);
  await lab.measure({
    name: 'worker → page, flagship’s chunks (an event: one record)',
    work() {
      let records = 0;
      for (let i = 0; i < times; i++) {
        const data = new RunData();
        data.reset(timeline.world.sampleNames, timeline.world.layerIds, plan.durationMs);
        for (const chunk of chunks) {
          const samples = chunk.samples.slice(); // a transferred buffer is gone
          port1.postMessage({ type: 'chunk', run: 1, chunk: { ...chunk, samples }, computedMs: chunk.untilMs, events: 0 }, [samples.buffer as ArrayBuffer]);
          const { message } = receiveMessageOnPort(port2) as { message: Extract<FromWorker, { type: 'chunk' }> };
          data.add(message.chunk);
          records += recordsOf(message.chunk);
        }
      }
      return records;
    },
  });
  port1.close();
  const seconds: number[] = [];
  for (let i = 0; i < lab.scale.runs; i++) seconds.push((await lab.time(() => runInHost(spawn, document))).wallMs / 1000);
  lab.figure('flagship in a fresh worker, from start to last message, wall time', 's', seconds);
}

/** A grid of 20 × 20 runs of 60 s, as the stability map asks for them: coarse first, one figure each. Twice: it is a mean over 400 runs already. */
async function map(lab: Lab, spawn: Spawn, words: string, name: string, grid: Grid): Promise<void> {
  const base = await documentFrom(name, { durationMs: 60_000 });
  const side = lab.tiny ? 1 : lab.scale.quick ? 6 : 20;
  const thin = (axis: Grid['x']): Grid['x'] => ({ ...axis, values: Array.from({ length: side }, (_, i) => axis.values[Math.floor((i + 0.5) * (axis.values.length / side))]!) });
  const thinned: Grid = { ...grid, x: thin(grid.x), y: thin(grid.y) };
  const documents = coarseFirst(side, side).map((cell) => cellDocument(base, thinned, cell));
  const wall: number[] = [], busy: number[] = [];
  for (let i = 0; i < (lab.scale.quick ? 1 : 2); i++) {
    let missing = 0;
    const { wallMs, cpuMs } = await lab.time(async () => {
      const problem = await runGrid(spawn, documents, grid.metric, (_index, value) => { if (Number.isNaN(value)) missing++; }).done;
      if (problem !== null) throw new Error(problem);
    });
    if (missing > 0) throw new Error(`${missing} of ${documents.length} runs have no ${grid.metric}`);
    const share = 400 / documents.length;
    wall.push((wallMs / 1000) * share);
    busy.push((cpuMs / 2000) * share);
  }
  lab.figure(`map of 400 ${words} runs, two workers, processor time of each`, 's', busy, atMost('T12', 10));
  lab.figure(`map of 400 ${words} runs, two workers, wall time`, 's', wall);
}
const between = (from: number, to: number): number[] => Array.from({ length: 20 }, (_, i) => Math.round(from + ((to - from) * i) / 19));

/** Axes as the page proposes them: a rate and the length of a queue, from a fifth of their value to half as much again. */
export const breakerMap = (lab: Lab, spawn: Spawn): Promise<void> => map(lab, spawn, 'breaker', FLAGSHIP, {
  x: { layer: 'browse-users', param: 'ratePerSecond', values: between(12, 90) }, y: { layer: 'gateway-app', param: 'queueCapacity', values: between(20, 150) }, metric: 'browse.goodputPerSecond',
});
const SHOP = { x: { layer: 'order-users', param: 'ratePerSecond', values: between(26, 200) }, y: { layer: 'shop-app', param: 'queueCapacity', values: between(60, 450) }, metric: 'callers.goodRatio' } as const;
export const retryMap = (lab: Lab, spawn: Spawn): Promise<void> => map(lab, spawn, 'retry', 'retry/retry-storm/with', SHOP);
/** Without a budget half of the runs are storms: four times the calls. */
export const stormMap = (lab: Lab, spawn: Spawn): Promise<void> => map(lab, spawn, 'storming retry', 'retry/retry-storm/naive', SHOP);
