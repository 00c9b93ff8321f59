/** What must hold whatever the settings and whatever comes. The harness checks every invariant after each step. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryParams } from '../../../test/support/arbitraryParams.ts';
import { OK, type Json, type Outcome } from '../../kernel/contract.ts';
import { limitStory, type LimitParams } from './params.ts';
import { DEFAULTS, limitRig, type LimitRig } from './testing.ts';

const levels = fc.constantFrom<Json>([], [{ name: 'all', keyBy: 'none', capacity: 12, ratePerSecond: 9 }], [
  { name: 'all', keyBy: 'none', capacity: 30, ratePerSecond: 20 }, { name: 'tenant', keyBy: 'tenant', capacity: 15, ratePerSecond: 10 }, { name: 'route', keyBy: 'clientRoute', capacity: 5, ratePerSecond: 5 },
]);
const data = { levels, store: fc.constantFrom('store', ''), costs: fc.constantFrom<Json>({}, { read: 1, write: 5, export: 20 }, { read: 0.1, write: 0 }) };
const anyParams = arbitraryParams(limitStory, { data, fixed: { syncMs: 700 } }) as fc.Arbitrary<LimitParams>;
/** Small buckets, few keys, short waits: so that scripts go round. */
const lively = arbitraryParams(limitStory, {
  data, fixed: { capacity: 6, ratePerSecond: 8, initial: 2, maxWaitMs: 600, fillMs: 250, syncMs: 300, leaseTokens: 3, leaseMs: 700, storeTimeoutMs: 60, storeDownMs: 200, maxKeys: 4, nodeCount: 2 },
}) as fc.Arbitrary<LimitParams>;

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(OK, { kind: 'overload' }, { kind: 'ok', value: { cost: 3 } }, { kind: 'ok', value: { cost: 0.5 } }, { kind: 'transientError' });
type Step = { afterMs: number } & (
  | { do: 'ask'; client: string; op: string; cost: number; deadlineMs: number | undefined } | { do: 'answer'; which: number; outcome: Outcome; store: number }
  | { do: 'giveUp'; which: number } | { do: 'control'; control: string } | { do: 'params'; params: LimitParams } | { do: 'crash' });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: fc.nat(40) }, { weight: 3, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(4000) }),
    fc.oneof(
      { weight: 14, arbitrary: fc.record({
        do: fc.constant('ask' as const), client: fc.constantFrom('acme/kim', 'acme/lee', 'zen/noa', 'B', 'C', 'D'), op: fc.constantFrom('read', 'write', 'export', 'x'), cost: fc.constantFrom(0, 0.1, 1, 1, 4, 40), deadlineMs: fc.option(fc.nat(1000), { nil: undefined }),
      }) },
      { weight: 10, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(30), outcome, store: fc.nat(12) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('giveUp' as const), which: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('control' as const), control: fc.constantFrom('sync', 'refill') }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('params' as const), params: fc.oneof(anyParams, lively) }) },
      { weight: 1, arbitrary: fc.constant({ do: 'crash' as const }) },
    ),
  ).map(([afterMs, step]) => ({ afterMs, ...step })),
  { maxLength: 80, size: 'max' },
);

/** What some store might answer, or that it failed. */
function storeSays(op: string, payload: Json, tokens: number): Outcome {
  if (tokens > 9) return { kind: 'transientError' };
  const { rows } = payload as unknown as { rows: { key: string; level: string; cost: number }[] };
  const allowed = tokens > 3;
  const verdict = { allowed, remaining: tokens, limit: 12, retryAfterMs: allowed ? 0 : 10 * tokens + 1, resetAfterMs: 1, waitMs: allowed && tokens % 2 === 0 ? tokens : 0, key: rows[0]!.key, level: rows[0]!.level };
  const value: unknown = op === 'take' ? verdict : op === 'lease' ? { ...verdict, granted: allowed ? tokens : 0 } : op === 'sync' ? { levels: rows.map(() => tokens - 5) }
    : op === 'read' ? { states: rows.map(() => ({ bucket: { base: tokens, sinceNs: 0, lastNs: 0 }, gcra: null })) } : null;
  return { kind: 'ok', value: value as Json };
}
const openAtStore = (rig: LimitRig): { call: number; op: string }[] =>
  rig.decisions('send').filter(({ to, call }) => to === 'store' && rig.outcomeOf(call) === undefined);

function play(start: LimitParams, script: readonly Step[], copyStates: boolean): { rig: LimitRig; calls: number[] } {
  const known = new Map<number, Json>();
  const rig = limitRig({}, {
    base: start, copyStates, uniform: (purpose, call) => ((purpose.length * 7 + (call?.id ?? 3) * 13) % 97) / 97,
    below: (call) => { known.set(call.id, call.payload); return undefined; },
  });
  let calls: number[] = [];
  for (const step of script) {
    const atMs = rig.nowMs + step.afterMs;
    switch (step.do) {
      case 'ask': calls.push(rig.request(atMs, { op: step.op, cost: step.cost, payload: { client: step.client }, entity: `id${step.cost}`, deadlineMs: step.deadlineMs === undefined ? Infinity : atMs + step.deadlineMs }).id); break;
      case 'answer': {
        rig.advance(atMs);
        const open = openAtStore(rig);
        const out = calls.filter((id) => rig.wentOut(id) && rig.outcomeOf(id) === undefined);
        const at = step.which % Math.max(1, open.length + out.length);
        if (at < open.length) rig.answer(atMs, open[at]!.call, storeSays(open[at]!.op, known.get(open[at]!.call)!, step.store));
        else if (out.length > 0) rig.answer(atMs, out[at - open.length]!, step.outcome);
        break;
      }
      case 'giveUp': {
        rig.advance(atMs);
        const open = calls.filter((id) => rig.outcomeOf(id) === undefined);
        if (open.length > 0) rig.giveUp(atMs, open[step.which % open.length]!);
        break;
      }
      case 'control': rig.control(atMs, step.control); break;
      case 'params': rig.setParams(atMs, step.params as never); break;
      case 'crash': rig.crash(atMs); rig.restart(atMs + 5); calls = []; break;
    }
  }
  return { rig, calls };
}
/** Whatever is still open is answered, until all is over. */
function finish({ rig, calls }: { rig: LimitRig; calls: number[] }): void {
  rig.setParams(rig.nowMs, { topology: 'perNode' });
  for (let round = 0; round < 400; round++) {
    const open = calls.filter((id) => rig.outcomeOf(id) === undefined);
    if (open.length === 0) return;
    const out = open.find((id) => rig.wentOut(id));
    if (out !== undefined) { rig.answer(rig.nowMs, out, OK); continue; }
    const nextMs = rig.timers().filter(({ key }) => typeof key === 'number' || String(key).startsWith('hold')).reduce((next, { dueMs }) => Math.min(next, dueMs), Infinity);
    if (nextMs === Infinity) return;
    rig.advance(nextMs);
  }
}

test.each([['any settings', anyParams, 30], ['lively ones', lively, 60]] as const)('the rules hold under %s and any script, and every call is answered', (_, drawn, numRuns) => {
  fc.assert(fc.property(drawn, steps, (start, script) => {
    const played = play(start, script, true);
    finish(played);
    for (const id of played.calls) expect(played.rig.outcomeOf(id)).toBeDefined();
    expect([played.rig.state.held.size, played.rig.state.askedFor.size]).toEqual([0, 0]);
  }), { numRuns });
});

test('a copied state decides as the original does', () => {
  fc.assert(fc.property(lively, steps, (start, script) => {
    expect(isDeepStrictEqual(play(start, script, false).rig.decisions(), play(start, script, true).rig.decisions())).toBe(true);
  }), { numRuns: 40 });
});

const asks = fc.array(fc.record({ gapMs: fc.nat(300), client: fc.constantFrom('A', 'B'), cost: fc.integer({ min: 0, max: 8 }) }), { minLength: 20, maxLength: 120 });
const friendly = fc.record({ capacity: fc.integer({ min: 1, max: 12 }), ratePerSecond: fc.constantFrom(0.5, 1, 2, 4, 5, 8, 10, 20, 50) });
const decisions = (params: Partial<LimitParams>, list: readonly { gapMs: number; client: string; cost: number }[]): unknown[] => {
  const rig = limitRig({ ...params, costs: {} });
  let atMs = 0;
  return list.map(({ gapMs, client, cost }) => [rig.ask((atMs += gapMs), client, 'call', { cost }), rig.outcome()]);
};
test('GCRA and bucket: the same decisions and the same Retry-After, one level or three', () => {
  const three = [{ name: 'all', keyBy: 'none', capacity: 16, ratePerSecond: 20 }, { name: 'tenant', keyBy: 'tenant', capacity: 14, ratePerSecond: 10 }];
  fc.assert(fc.property(friendly, asks, fc.boolean(), fc.constantFrom('police', 'shape'), (limit, list, many, action) => {
    const params = { ...limit, levels: many ? three : [], action } as Partial<LimitParams>;
    expect(decisions({ ...params, algo: 'gcra' }, list)).toEqual(decisions(params, list));
  }), { numRuns: 40 });
});

test('what is refused changes nothing: without it, all the rest goes the same way', () => {
  fc.assert(fc.property(friendly, asks, (limit, list) => {
    const rig = limitRig({ ...limit, costs: {} });
    let atMs = 0;
    const seen = list.map((one) => ({ ...one, atMs: (atMs += one.gapMs), passed: rig.ask(atMs, one.client, 'call', { cost: one.cost }) }));
    const again = limitRig({ ...limit, costs: {} });
    for (const { client, cost, passed, atMs: at } of seen) if (passed) expect(again.ask(at, client, 'call', { cost })).toBe(true);
  }), { numRuns: 40 });
});

test('forgetting full buckets never makes a token: who is not served by the shared bucket keeps within his own', () => {
  const clients = fc.array(fc.record({ gapMs: fc.nat(120), client: fc.integer({ min: 0, max: 9 }).map((n) => `u${n}`), cost: fc.integer({ min: 1, max: 3 }) }), { minLength: 30, maxLength: 100 });
  fc.assert(fc.property(friendly, clients, fc.integer({ min: 1, max: 6 }), (limit, list, maxKeys) => {
    const rig = limitRig({ ...limit, maxKeys, costs: {} });
    const own = new Map<string, { at: number; level: number }>();
    let atMs = 0;
    for (const { gapMs, client, cost } of list) {
      atMs += gapMs;
      const passed = rig.ask(atMs, client, 'call', { cost });
      const bucket = own.get(client) ?? { at: 0, level: limit.capacity };
      const his = passed && rig.state.last!.key === `client ${client}`;
      const level = Math.min(limit.capacity, bucket.level + ((atMs - bucket.at) * limit.ratePerSecond) / 1000) - (his ? cost : 0);
      own.set(client, { at: atMs, level });
      expect(level).toBeGreaterThanOrEqual(-1e-9);
    }
  }), { numRuns: 40 });
});

test('the default settings are those of the story', () => {
  expect(DEFAULTS).toMatchObject({ capacity: 100, ratePerSecond: 10, keyBy: 'client', refill: 'greedy', algo: 'bucket', failMode: 'localFallback', maxKeys: 10_000, retryAfterJitter: 0.2 });
});
