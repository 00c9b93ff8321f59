import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Engine, Outcome } from '../kernel/contract.ts';
import { CANCELLED, OK } from '../kernel/contract.ts';
import { drive, driveStack } from '../kernel/harness.ts';
import { DISCIPLINES } from './disciplines.ts';
import { STATION_GAUGES, STATION_RULES, adjust, arrive, complete, createStation, describe as inWords, expireInQueue, giveUp, inspectStation, jobOf, stepAside } from './station.ts';
import type { Job, Station, StationContext, StationParams } from './station.ts';

const WORK_MS = 10;
interface Desk { station: Station; asideMs: number }
/** The smallest engine on a station: every call is worked on for 10 ms; `aside` calls then wait 10 ms more without their slot. */
const begin = (job: Job, ctx: StationContext): void => ctx.after(WORK_MS, job.call.id, 'completion');
const desk: Engine<StationParams, Desk> = {
  gauges: STATION_GAUGES,
  init: (params) => ({ station: createStation(params), asideMs: 10 }),
  onRequest({ station }, call, ctx) {
    const job = jobOf(call, ctx.nowMs);
    if (arrive(station, job, ctx)) begin(job, ctx);
  },
  onTimer({ station, asideMs }, key, ctx) {
    const job = station.jobs.get(key as number);
    if (job === undefined || expireInQueue(station, job, ctx)) return;
    if (job.call.op === 'aside' && job.cell >= 0) {
      stepAside(station, job, ctx, (next) => begin(next, ctx));
      ctx.after(asideMs, key);
    } else complete(station, job, OK, ctx, (next) => begin(next, ctx));
  },
  onCancel({ station }, call, ctx) {
    const job = station.jobs.get(call.id);
    if (giveUp(station, call, ctx) !== 'interrupt') return;
    ctx.clear(call.id);
    complete(station, job!, CANCELLED, ctx, (next) => begin(next, ctx));
  },
  onParams({ station }, _before, ctx) {
    adjust(station, ctx, (job) => begin(job, ctx));
  },
  inspect: ({ station }, _params, nowMs) => inspectStation(station, nowMs),
  invariants: STATION_RULES,
};
const usual: StationParams = { concurrency: 1, queueCapacity: 10, discipline: 'fifo', dropExpired: 'never', cancelPropagation: true, interruptible: false };
const rigOf = (params: Partial<StationParams> = {}) => drive(desk, { params: { ...usual, ...params }, copyStates: true });
type Rig = ReturnType<typeof rigOf>;
/** When each of these calls was answered, and how. */
const answers = (rig: Rig): [number, number, string][] => rig.decisions('reply').map(({ atMs, call, outcome }) => [atMs, call, outcome.kind]);

/** What its gauges say now. */
const levels = (rig: Rig) => Object.fromEntries(rig.decisions('gauge').map(({ name, value }) => [name, value]));

describe('a station', () => {
  test('works on as many calls as it has slots, and on the next as soon as one is free', () => {
    const rig = rigOf({ concurrency: 2 });
    for (let i = 0; i < 4; i++) rig.request(i);
    expect(levels(rig)).toEqual({ queue: 2, busy: 2 });
    rig.advance(100);
    expect(answers(rig)).toEqual([[10, 1, 'ok'], [11, 2, 'ok'], [20, 3, 'ok'], [21, 4, 'ok']]);
    expect(levels(rig)).toEqual({ queue: 0, busy: 0 });
  });

  test('refuses with overload, at once, what finds slot and queue full', () => {
    const rig = rigOf({ queueCapacity: 1 });
    for (let i = 0; i < 3; i++) rig.request(1);
    expect(answers(rig)).toEqual([[1, 3, 'overload']]);
    expect(rig.notes()).toEqual(['queueFull']);
  });

  test('a slot freed at an instant serves an arrival of that instant', () => {
    const rig = rigOf({ queueCapacity: 0 });
    rig.request(0);
    rig.request(WORK_MS);
    rig.advance(20);
    expect(answers(rig)).toEqual([[10, 1, 'ok'], [20, 2, 'ok']]);
  });

  test('has freed the slot when its answer is heard: a new call in the same breath finds it', () => {
    // A gate above the station lets one call through at a time and sends the next one as soon as it hears an answer.
    const gate: Engine<null, { inside: boolean; held: number[]; calls: Map<number, Parameters<StationContext['forward']>[0]> }> = {
      init: () => ({ inside: false, held: [], calls: new Map() }),
      onRequest(state, call, ctx) {
        if (state.inside) { state.held.push(call.id); state.calls.set(call.id, call); return; }
        state.inside = true;
        ctx.forward(call);
      },
      onReply(state, call, outcome, ctx) {
        const next = state.held.shift();
        if (next === undefined) state.inside = false;
        else ctx.forward(state.calls.get(next)!);
        ctx.reply(call, outcome);
      },
      inspect: () => ({}), invariants: [],
    };
    const rig = driveStack([{ engine: gate, params: null }, { engine: desk, params: { ...usual, queueCapacity: 0 } }]);
    const calls = [rig.request(0), rig.request(0), rig.request(0)];
    rig.advance(100);
    expect(calls.map((call) => rig.outcomeOf(call)?.kind)).toEqual(['ok', 'ok', 'ok']);
  });

  test('one that has stepped aside frees its slot and is still answered', () => {
    const rig = rigOf();
    rig.request(0, { op: 'aside' });
    rig.request(0);
    rig.advance(15);
    expect(rig.inspect().meters).toMatchObject({ away: 1, utilisation: 1 });
    expect(levels(rig)).toEqual({ queue: 0, busy: 1 });
    rig.advance(100);
    // Both end at 20 ms; work comes before other timers of the instant.
    expect(answers(rig)).toEqual([[20, 2, 'ok'], [20, 1, 'ok']]);
  });
});

describe('a deadline that passes in the queue', () => {
  const run = (dropExpired: StationParams['dropExpired']) => {
    const rig = rigOf({ dropExpired });
    rig.request(0);
    rig.request(0, { deadlineMs: 4 });
    rig.request(0);
    rig.advance(100);
    return answers(rig);
  };
  test('does not matter when nothing is dropped', () => expect(run('never')).toEqual([[10, 1, 'ok'], [20, 2, 'ok'], [30, 3, 'ok']]));
  test('ends the call when its turn comes', () => expect(run('atHead')).toEqual([[10, 2, 'timeout'], [10, 1, 'ok'], [20, 3, 'ok']]));
  test('ends the call when it passes', () => expect(run('atDeadline')).toEqual([[4, 2, 'timeout'], [10, 1, 'ok'], [20, 3, 'ok']]));

  test('is known on arrival', () => {
    const rig = rigOf({ dropExpired: 'atHead' });
    rig.request(5, { deadlineMs: 5 });
    rig.request(5, { deadlineMs: 5.000001 });
    rig.advance(20);
    expect(answers(rig)).toEqual([[5, 1, 'timeout'], [15, 2, 'ok']]);
  });

  test('starts to matter when the parameter changes', () => {
    const rig = rigOf();
    rig.request(0);
    rig.request(0, { deadlineMs: 2 });
    rig.request(0, { deadlineMs: 8 });
    rig.setParams(5, { dropExpired: 'atDeadline' });
    rig.advance(9);
    expect(answers(rig)).toEqual([[5, 2, 'timeout'], [8, 3, 'timeout']]);
  });

  test('leaves no timer behind', () => {
    const rig = rigOf({ dropExpired: 'atDeadline' });
    rig.request(0);
    rig.request(0, { deadlineMs: 500 });
    rig.advance(30);
    expect(rig.timers()).toEqual([]);
    rig.request(40);
    rig.request(40, { deadlineMs: 500 });
    rig.setParams(41, { dropExpired: 'atHead' });
    expect(rig.timers()).toHaveLength(1); // the work of the one in the slot
  });
});

describe('a caller that gives up', () => {
  const run = (params: Partial<StationParams>, which: number) => {
    const rig = rigOf(params);
    const calls = [rig.request(0), rig.request(0), rig.request(0)];
    rig.giveUp(5, calls[which]!);
    rig.advance(100);
    return answers(rig);
  };
  test('is served all the same when nobody heeds it', () => expect(run({ cancelPropagation: false }, 1)).toEqual([[10, 1, 'ok'], [20, 2, 'ok'], [30, 3, 'ok']]));
  test('leaves the queue', () => expect(run({}, 1)).toEqual([[5, 2, 'cancelled'], [10, 1, 'ok'], [20, 3, 'ok']]));
  test('keeps a slot to the end of the work', () => expect(run({}, 0)).toEqual([[10, 1, 'ok'], [20, 2, 'ok'], [30, 3, 'ok']]));
  test('frees the slot at once where work can be interrupted', () => expect(run({ interruptible: true }, 0)).toEqual([[5, 1, 'cancelled'], [15, 2, 'ok'], [25, 3, 'ok']]));
});

describe('a change in mid-run', () => {
  test('of the concurrency starts waiting work at once when it grows', () => {
    const rig = rigOf();
    for (let i = 0; i < 4; i++) rig.request(0);
    rig.setParams(3, { concurrency: 3 });
    rig.advance(100);
    expect(answers(rig)).toEqual([[10, 1, 'ok'], [13, 2, 'ok'], [13, 3, 'ok'], [20, 4, 'ok']]);
  });

  test('of the concurrency interrupts nothing when it shrinks', () => {
    const rig = rigOf({ concurrency: 3 });
    for (let i = 0; i < 4; i++) rig.request(i);
    rig.setParams(4, { concurrency: 1 });
    expect(rig.inspect().slots).toEqual({ used: 3, of: 1 });
    rig.advance(100);
    expect(answers(rig)).toEqual([[10, 1, 'ok'], [11, 2, 'ok'], [12, 3, 'ok'], [22, 4, 'ok']]);
  });

  test('of the order puts those that wait in the new order', () => {
    const rig = rigOf();
    rig.request(0);
    for (const priority of [1, 3, 2]) rig.request(0, { priority });
    rig.setParams(1, { discipline: 'priority' });
    rig.advance(100);
    expect(answers(rig).map(([, call]) => call)).toEqual([1, 3, 4, 2]);
  });
});

test('a picture cell belongs to one call from begin to end', () => {
  const rig = rigOf({ concurrency: 3 });
  for (let i = 0; i < 3; i++) rig.request(i);
  const cells = () => (rig.inspect().views!['slots'] as { cell: number; call: number }[]).map(({ cell, call }) => [cell, call]);
  expect(cells()).toEqual([[0, 1], [1, 2], [2, 3]]);
  rig.advance(11);
  expect(cells()).toEqual([[2, 3]]);
  rig.request(11.5);
  expect(cells()).toEqual([[2, 3], [1, 4]]);
});

test('every call is answered once, whatever comes: overload, deadlines, cancels and changes', () => {
  const input = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('request' as const), gap: fc.nat(6), priority: fc.nat(3), patience: fc.option(fc.nat(30), { nil: Infinity }), op: fc.constantFrom('call', 'aside') }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('giveUp' as const), gap: fc.nat(6), which: fc.nat(8) }) },
    { weight: 2, arbitrary: fc.record({
      kind: fc.constant('params' as const), gap: fc.nat(6),
      params: fc.record({
        concurrency: fc.integer({ min: 1, max: 4 }), queueCapacity: fc.nat(6), discipline: fc.constantFrom(...DISCIPLINES),
        dropExpired: fc.constantFrom('never' as const, 'atHead' as const, 'atDeadline' as const), cancelPropagation: fc.boolean(), interruptible: fc.boolean(),
      }, { requiredKeys: [] }),
    }) },
  );
  fc.assert(fc.property(fc.array(input, { maxLength: 120, size: 'max' }), (inputs) => {
    const rig = drive(desk, { params: usual });
    const calls: ReturnType<Rig['request']>[] = [];
    let nowMs = 0;
    for (const one of inputs) {
      nowMs += one.gap;
      if (one.kind === 'request') calls.push(rig.request(nowMs, { op: one.op, priority: one.priority, deadlineMs: nowMs + one.patience }));
      else if (one.kind === 'params') rig.setParams(nowMs, one.params);
      else if (calls.length > one.which) rig.giveUp(nowMs, calls[calls.length - 1 - one.which]!);
    }
    rig.advance(nowMs + 100_000);
    const replied = new Map<number, number>();
    for (const { call } of rig.decisions('reply')) replied.set(call, (replied.get(call) ?? 0) + 1);
    expect(calls.map(({ id }) => replied.get(id))).toEqual(calls.map(() => 1));
    expect(rig.timers()).toEqual([]);
    const { station } = rig.state;
    expect([station.jobs.size, station.permits.used, station.permits.waiting, station.away]).toEqual([0, 0, 0, 0]);
  }), { numRuns: 300 });
});

test.each<[Outcome, string]>([
  [{ kind: 'timeout' }, 'payments: timeout'],
  [{ kind: 'rejected', by: 'breaker' }, 'payments: refused by breaker'],
  [{ kind: 'overload', detail: 'queue full' }, 'payments: queue full'],
  [{ kind: 'overload' }, 'payments: overload'],
  [{ kind: 'throttled', retryAfterMs: 5 }, 'payments: throttled'],
  [{ kind: 'transientError', detail: 'ledger: timeout' }, 'payments: ledger: timeout'],
  [{ kind: 'permanentError' }, 'payments: permanentError'],
  [{ kind: 'cancelled' }, 'payments: cancelled'],
])('%j of payments in words is "%s"', (outcome, words) => expect(inWords('payments', outcome)).toBe(words));
