/** Closed forms: Little, Erlang’s loss, waiting places, waits of M/M/c. Twenty seeds, within three standard errors. `LONG_THEORY=1` runs ten times as long. */
import { expect, test } from 'vitest';
import { deviation, mean } from '../../../test/conformance/claims.ts';
import { arrivals, role, runSeeds, stopwatch } from '../../../test/theory/experiment.ts';
import { erlangB, erlangC, finiteQueue, waitInMMc } from '../../../test/theory/formulas.ts';
import { engine } from './engine.ts';
import type { BulkheadParams } from './params.ts';
import { DEFAULTS } from './testing.ts';

const SERVICE_MS = 10;
const LONGER = process.env['LONG_THEORY'] === undefined ? 1 : 10;
/** Callers with a bulkhead before a service that has room for everybody: the permits are the servers. */
const runs = (erlangs: number, params: Partial<BulkheadParams>, runMs: number) => runSeeds({
  nodes: [
    { id: 'callers', layers: [arrivals('users', erlangs), { id: 'bulkhead', engine, params: { ...DEFAULTS, ...params } }, stopwatch('inside')] },
    { id: 'service', layers: [role('service-app', 'service', { concurrency: 10_000, queueCapacity: 0, serviceTime: { kind: 'exponential', meanMs: SERVICE_MS } })] },
  ],
  links: ['callers>service'], warmUpMs: 500, runMs: runMs * LONGER,
}, 20);
const share = (run: Record<string, number>, note: string): number => (run[`bulkhead.note.${note}`] ?? 0) / run['callers.offered']!;
/** `sharp`: the standard error is no more than this share of what theory says, else the comparison says nothing. */
function agrees(what: string, measured: readonly number[], theory: number, sharp: number): void {
  const error = deviation(measured) / Math.sqrt(measured.length);
  expect(Math.abs(mean(measured) - theory), `${what}: ${mean(measured).toPrecision(5)} ± ${error.toPrecision(2)}, theory says ${theory.toPrecision(5)}`).toBeLessThanOrEqual(3 * error);
  expect(error, `${what}: the runs are too short to tell`).toBeLessThan(sharp * theory);
}

test('what the formulas give: 12.2 %, 0.9 %, and with a mean service time of 50 ms waits of 2.2 and 33 ms', () => {
  expect(erlangB(10, 8)).toBeCloseTo(0.122, 3);
  expect(finiteQueue(10, 20, 8).loss).toBeCloseTo(0.009, 3);
  expect([erlangC(10, 6.5), 50 * waitInMMc(10, 6.5)].map((x) => x.toPrecision(2))).toEqual(['0.15', '2.2']);
  expect([erlangC(10, 9), 50 * waitInMMc(10, 9)].map((x) => x.toPrecision(2))).toEqual(['0.67', '33']);
});

test('Erlang B: ten permits, 8 erlangs: 12.2 % are refused; and Little: permits in use = rate × time', () => {
  const seen = runs(8, { maxConcurrentCalls: 10 }, 5000);
  agrees('refused', seen.map((run) => share(run, 'rejected')), erlangB(10, 8), 0.04);
  agrees('permits in use', seen.map((run) => run['bulkhead.inFlightMean']!), 8 * (1 - erlangB(10, 8)), 0.01);
  agrees('Little: in use/(rate × time)', seen.map((run) => run['bulkhead.inFlightMean']! / ((run['bulkhead.note.permitted']! / (5000 * LONGER)) * run['inside.meanMs']!)), 1, 0.01);
});

test('ten waiting places more: 0.9 %', () => {
  const seen = runs(8, { maxConcurrentCalls: 10, queueCapacity: 10, limitWait: false }, 10_000);
  agrees('refused', seen.map((run) => share(run, 'rejected')), finiteQueue(10, 20, 8).loss, 0.12);
});

test.each([[6.5, 5000, 0.1], [9, 10_000, 0.12]])('M/M/c: ten permits, %f erlangs: how many wait, and how long', (erlangs, runMs, sharp) => {
  const seen = runs(erlangs, { maxConcurrentCalls: 10, queueCapacity: 10_000, limitWait: false }, runMs);
  agrees('have to wait', seen.map((run) => share(run, 'queued')), erlangC(10, erlangs), 0.05);
  agrees('wait, ms', seen.map((run) => run['bulkhead.queuedMean']! / (run['callers.offered']! / (runMs * LONGER))), SERVICE_MS * waitInMMc(10, erlangs), sharp);
});

test('a thread pool without a queue is the same loss system: core and most of ten', () => {
  const seen = runs(8, { kind: 'threadPool', coreSize: 10, maxSize: 10, queueCapacity: 0 }, 4000);
  agrees('refused', seen.map((run) => share(run, 'rejected')), erlangB(10, 8), 0.05);
});
