/**
 * `npm run bench`: how fast the simulator is here. Each figure is the median of several runs, beside its ratio to a reference loop run in
 * the same process, so that figures compare across machines. `-- --json` prints JSON; `-- --compare a.json b.json` compares two of those.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Plan } from '../../src/kernel/contract.ts';
import { createTrace, takeChunk } from '../../src/kernel/trace.ts';
import { World } from '../../src/kernel/world.ts';
import { documentFrom } from '../../src/headless/index.ts';
import { loadRun } from '../../src/runs/runner.ts';
import { referenceLoop } from './reference.ts';
import { timersOnly, wholeRequest } from './worlds.ts';

const RUNS = 7;
interface Row { readonly name: string; readonly median: number; readonly min: number; readonly max: number; readonly unit: string; readonly ratio: number | null; readonly bytesPerEvent: number | null }
const rows: Row[] = [];

/** Units a second of processor time, in millions unless `scale` says otherwise: `work` returns how many units it did. */
function rate(name: string, unit: string, work: () => number, reference: number | null, scale = 1): number {
  const rates: number[] = [];
  let bytes = 0, units = 0;
  for (let i = 0; i <= RUNS; i++) {
    globalThis.gc?.();
    const heap = process.memoryUsage().heapUsed;
    const cpu = process.cpuUsage();
    const done = work();
    const { user, system } = process.cpuUsage(cpu);
    if (i === 0) continue; // warms up
    rates.push((done / (user + system)) * scale);
    bytes += Math.max(0, process.memoryUsage().heapUsed - heap);
    units += done;
  }
  rates.sort((a, b) => a - b);
  const median = rates[RUNS >> 1]!;
  rows.push({ name, unit: `${scale === 1 ? 'M ' : ''}${unit}/s`, median, min: rates[0]!, max: rates.at(-1)!, ratio: reference === null ? null : median / reference, bytesPerEvent: bytes / units });
  return median;
}
function runPlan(plan: Plan, tracing: boolean): World {
  const trace = tracing ? createTrace() : null;
  const world = new World(plan, { check: 'off', fingerprint: tracing, trace });
  for (let ms = 1000; ms <= plan.durationMs; ms += 1000) {
    world.runUntil(ms);
    if (trace !== null) takeChunk(trace, 0, 0);
  }
  return world;
}
const requests = (plan: Plan, tracing: boolean): number => runPlan(plan, tracing).counters.ended;

function table(): void {
  console.log(`${'benchmark'.padEnd(52)}${'median'.padStart(9)}${'min'.padStart(9)}${'max'.padStart(9)}  unit${' '.repeat(14)}of reference   bytes`);
  for (const r of rows) {
    console.log(`${r.name.padEnd(52)}${r.median.toFixed(3).padStart(9)}${r.min.toFixed(3).padStart(9)}${r.max.toFixed(3).padStart(9)}  ${r.unit.padEnd(18)}${r.ratio === null ? '' : r.ratio.toFixed(3).padStart(9)}   ${r.bytesPerEvent === null ? '' : r.bytesPerEvent.toFixed(0).padStart(8)}`);
  }
}
function compare(a: string, b: string): void {
  const read = (file: string) => new Map((JSON.parse(readFileSync(file, 'utf8')) as Row[]).map((row) => [row.name, row]));
  const left = read(a), right = read(b);
  for (const [name, row] of right) {
    const old = left.get(name);
    if (old !== undefined) console.log(`${name.padEnd(52)} ${(row.median / old.median).toFixed(3)} × (${old.median.toFixed(3)} → ${row.median.toFixed(3)} ${row.unit})${row.ratio !== null && old.ratio !== null ? `, of reference ${(row.ratio / old.ratio).toFixed(3)} ×` : ''}`);
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, compare: { type: 'boolean' } } });
if (values.compare === true) compare(positionals[0]!, positionals[1]!);
else {
  const reference = rate('reference loop, M/M/1 on a bare heap', 'events', () => referenceLoop(300_000), null);
  rate('kernel events alone, M/M/1 by timers (T1)', 'events', () => runPlan(timersOnly(300_000), false).events, reference);
  rate('kernel, M/M/1 over the network, trace off', 'events', () => runPlan(wholeRequest(200_000), false).events, reference);
  rate('kernel, M/M/1 over the network, trace on', 'events', () => runPlan(wholeRequest(200_000), true).events, reference);
  const customers = reference / 2;
  rate('whole requests, metrics on, trace off (T2)', 'requests', () => requests(wholeRequest(200_000), false), customers);
  rate('the same with intervals and fingerprint (T3)', 'requests', () => requests(wholeRequest(200_000), true), customers);
  rate('whole requests through five layers (T8)', 'requests', () => requests(wholeRequest(200_000, 5), false), customers);
  const flagship = (await loadRun(await documentFrom('circuit-breaker/hanging-payments/with'))).plan;
  rate('breaker flagship, all recording on (T6)', 'simulated s', () => { runPlan(flagship, true); return flagship.durationMs / 1000; }, null, 1e6);
  const world = runPlan(flagship, false);
  rate('checkpoints of the flagship', 'checkpoints', () => { for (let i = 0; i < 200; i++) world.checkpoint(); return 200; }, null, 1e6);
  if (values.json === true) console.log(JSON.stringify(rows, null, 2));
  else table();
}
