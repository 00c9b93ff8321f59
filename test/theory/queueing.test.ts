import { describe, expect, test } from 'vitest';
import type { PlanNode } from '../../src/kernel/contract.ts';
import { SERVICE_MS, arrivals, exponential, expectAgreement, role, runSeeds, station, stopwatch } from './experiment.ts';
import { cobham, erlangB, finiteQueue, interactive, waitInMG1, waitInMMc } from './formulas.ts';

const values = (summaries: readonly Record<string, number>[], name: string): number[] => summaries.map((summary) => summary[name]!);
const SECONDS = 1000;

/** One client, one station. */
const queue = (erlangs: number, servers: number, params: Readonly<Record<string, unknown>>, runMs: number, warmUpMs = runMs / 10) => runSeeds({
  nodes: [{ id: 'users', layers: [arrivals('load', erlangs)] }, { id: 'server', layers: [station('station', servers, params)] }],
  links: ['users>server'], warmUpMs, runMs,
});
/** Mean time to an answer, in services, of those who were not refused (a refusal takes no time, as links take none): wait + 1. */
const answers = (summaries: readonly Record<string, number>[], user = 'users'): number[] =>
  summaries.map((s) => (s[`${user}.meanMs`]! * (s[`${user}.ok`]! + s[`${user}.overload`]!)) / s[`${user}.ok`]! / SERVICE_MS);

describe('an endless queue', () => {
  test.each([
    // Load of each server, servers, seconds: the nearer to 1, the longer it remembers.
    [0.5, 1, 60], [0.8, 1, 80], [0.9, 1, 200], [0.8, 4, 20], [0.8, 16, 15], [0.65, 10, 20],
  ])('M/M/c: load %f, c = %i', (rho, servers, seconds) => {
    const erlangs = rho * servers;
    const runs = queue(erlangs, servers, {}, seconds * SECONDS);
    const wait = waitInMMc(servers, erlangs);
    expectAgreement('answer in services', answers(runs), 1 + wait);
    expectAgreement('length of the queue', values(runs, 'station.queueMean'), erlangs * wait);
    expectAgreement('busy servers', values(runs, 'station.busyMean'), erlangs);
  });

  test.each([
    ['constant', { kind: 'constant', ms: SERVICE_MS }, 0],
    ['Erlang-4', { kind: 'erlang', k: 4, meanMs: SERVICE_MS }, 1 / 4],
    // 10 % take 55 ms, the rest 5 ms: mean 10, second moment 325.
    ['bimodal', { kind: 'bimodal', slowRatio: 0.1, fastMs: 5, slowMs: 55 }, 2.25],
  ] as const)('M/G/1 with %s service waits as Pollaczek and Khinchine say', (_name, serviceTime, variation) => {
    expectAgreement('answer in services', answers(queue(0.7, 1, { serviceTime }, 60 * SECONDS)), 1 + waitInMG1(0.7, variation));
  });

  test('last come, first served waits as long on average as first come, first served', () => {
    expectAgreement('answer in services', answers(queue(0.7, 1, { discipline: 'lifo' }, 60 * SECONDS)), 1 + waitInMMc(1, 0.7));
  });
});

describe('an end to the queue', () => {
  test.each([[1, 5, 0.9], [4, 10, 3.6], [4, 6, 6]])('M/M/c/K: c = %i, K = %i, %f erlangs', (servers, places, erlangs) => {
    const runs = queue(erlangs, servers, { queueCapacity: places - servers }, 1_200 * SECONDS / (erlangs * SERVICE_MS));
    const { loss, queue: waiting, busy, wait } = finiteQueue(servers, places, erlangs);
    expectAgreement('loss', runs.map((run) => run['users.overload']! / run['users.offered']!), loss);
    expectAgreement('answer in services', answers(runs), 1 + wait);
    expectAgreement('length of the queue', values(runs, 'station.queueMean'), waiting);
    expectAgreement('busy servers', values(runs, 'station.busyMean'), busy);
  });

  test.each([
    ['exponential', exponential(SERVICE_MS)],
    ['constant', { kind: 'constant', ms: SERVICE_MS }],
    ['bimodal', { kind: 'bimodal', slowRatio: 0.1, fastMs: 5, slowMs: 55 }],
  ] as const)('M/G/c/c loses what Erlang B says, %s service or any other', (_name, serviceTime) => {
    const runs = queue(8, 10, { queueCapacity: 0, serviceTime }, 4 * SECONDS);
    expectAgreement('loss', runs.map((run) => run['users.overload']! / run['users.offered']!), erlangB(10, 8));
  });
});

describe('priorities', () => {
  test.each([[1, [0.3, 0.3, 0.25]], [4, [1, 1.2, 1.2]]])('Cobham: c = %i, %j erlangs by class', (servers, loads) => {
    const users = loads.map((erlangs, k): PlanNode => ({ id: `users${k}`, layers: [arrivals(`load${k}`, erlangs, { priority: -k })] }));
    const runs = runSeeds({
      nodes: [...users, { id: 'server', layers: [station('station', servers, { discipline: 'priority' })] }],
      links: users.map(({ id }) => `${id}>server`), warmUpMs: 5 * SECONDS, runMs: (servers === 1 ? 80 : 25) * SECONDS,
    });
    cobham(servers, loads).forEach((wait, k) => expectAgreement(`answer of class ${k} in services`, answers(runs, `users${k}`), 1 + wait));
  });
});

describe('a fixed number of users', () => {
  test.each([[1, 12, 10], [3, 30, 8]])('M/M/c with a finite population: c = %i, %i users who think for %i services', (servers, users, think) => {
    const runs = runSeeds({
      nodes: [
        { id: 'users', layers: [role('load', 'client', { arrivals: 'closedLoop', users, thinkTime: exponential(think * SERVICE_MS) })] },
        { id: 'server', layers: [station('station', servers)] },
      ],
      links: ['users>server'], warmUpMs: 2 * SECONDS, runMs: 20 * SECONDS,
    });
    const { throughput, answer } = interactive(servers, users, think);
    expectAgreement('throughput for each service time', runs.map((run) => (run['users.goodputPerSecond']! * SERVICE_MS) / 1000), throughput);
    expectAgreement('answer time in services', runs.map((run) => run['users.meanMs']! / SERVICE_MS), answer);
  });
});

describe("Little's law holds at every station", () => {
  test.each([
    ['with the slot held during calls', true, 1_000],
    ['with the slot given back during calls', false, 1_000],
    ['with losses', true, 5],
  ])('%s', (_name, holdWhileCalling, queueCapacity) => {
    // From empty to empty the law is no approximation.
    const runMs = 20 * SECONDS;
    const calls = (to: string) => [{ op: '*', to, as: 'get' }];
    const nodes: PlanNode[] = [
      { id: 'users', layers: [arrivals('load', 1.5, { stopMs: runMs - 5 * SECONDS })] },
      { id: 'front', layers: [stopwatch('atFront'), station('frontDesk', 6, { queueCapacity, holdWhileCalling, calls: calls('middle') })] },
      { id: 'middle', layers: [stopwatch('atMiddle'), station('middleDesk', 3, { holdWhileCalling, calls: calls('data') })] },
      { id: 'data', layers: [stopwatch('atData'), role('shelf', 'store', { concurrency: 2, readTime: exponential(8) })] },
    ];
    for (const run of runSeeds({ nodes, links: ['users>front', 'front>middle', 'middle>data'], warmUpMs: 0, runMs }, 10)) {
      for (const [node, watch, desk] of [['front', 'atFront', 'frontDesk'], ['middle', 'atMiddle', 'middleDesk'], ['data', 'atData', 'shelf']] as const) {
        const arrivalsTimesStay = (run[`${node}.arrivals`]! / runMs) * run[`${watch}.meanMs`]!;
        expect(run[`${node}.inFlightMean`]!, `${node}: L against λW`).toBeCloseTo(arrivalsTimesStay, 8);
        const atDesk = run[`${desk}.queueMean`]! + run[`${desk}.busyMean`]!;
        // Who is away without a slot is neither in the queue nor busy.
        if (holdWhileCalling || node === 'data') expect(atDesk).toBeCloseTo(arrivalsTimesStay, 8);
        else expect(atDesk).toBeLessThan(arrivalsTimesStay * 0.95);
      }
      expect(run['front.arrivals']!).toBeGreaterThan(1_500);
      expect(run['users.overload']! > 0).toBe(queueCapacity === 5);
    }
  });
});
