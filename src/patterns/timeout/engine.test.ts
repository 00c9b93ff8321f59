import { expect, test } from 'vitest';
import { OK, TIMEOUT, type Call } from '../../kernel/contract.ts';
import { engines } from './engine.ts';
import { perTryStory, timeoutStory } from './params.ts';
import { DEFAULTS, LETTERS, timeoutRig, type TimeoutRig } from './testing.ts';

const answer = (rig: TimeoutRig, atMs: number, call: Call, index: number, letter: keyof typeof LETTERS): void => rig.answer(atMs, rig.attemptsOf(call)[index]!, LETTERS[letter]!);

test('a child has its parent’s deadline less the reserve, and never more than the own limit', () => {
  const rig = timeoutRig({ totalMs: 500, hopReserveMs: 30 });
  rig.request(100, { deadlineMs: 400 });
  rig.request(100, { deadlineMs: 5000 });
  rig.request(100);
  expect([...rig.state.attempts.values()].map(({ call }) => call.deadlineMs)).toEqual([370, 600, 600]);
});

test('a fixed limit looks at nobody’s deadline and tells nobody of its own', () => {
  const rig = timeoutRig({ mode: 'fixed', totalMs: 500 });
  const call = rig.request(0, { deadlineMs: 100 });
  expect([...rig.state.attempts.values()].map(({ call: sent }) => sent.deadlineMs)).toEqual([Infinity]);
  rig.advance(499);
  expect(rig.outcomeOf(call)).toBeUndefined();
  rig.advance(500);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
});

test('the caller is answered exactly at the limit, once, and what comes later is no success', () => {
  const rig = timeoutRig({ totalMs: 200, cancelDownstream: false });
  const call = rig.request(0);
  const [attempt] = rig.attemptsOf(call);
  rig.advance(200);
  rig.answer(250, attempt!, OK);
  expect(rig.decisions('reply').map(({ atMs, outcome }) => [atMs, outcome.kind])).toEqual([[200, 'timeout']]);
  expect(rig.count('falseTimeout')).toBe(1);
  expect(rig.inspect().meters).toMatchObject({ falseTimeouts: 1, orphaned: 1, orphans: 0, timedOut: 1 });
});
test('an answer at the very limit is in time', () => {
  const rig = timeoutRig({ totalMs: 200 });
  const call = rig.request(0);
  rig.answer(200, rig.attemptsOf(call)[0]!, OK);
  expect(rig.outcomeOf(call)).toEqual(OK);
  expect(rig.timers()).toEqual([]);
});

test('a false timeout is one whose answer comes within twice the limit', () => {
  const rig = timeoutRig({ totalMs: 200, cancelDownstream: false });
  const calls = [rig.request(0), rig.request(0), rig.request(0)];
  const ids = calls.map((call) => rig.attemptsOf(call)[0]!);
  rig.answer(400, ids[0]!, OK);
  rig.answer(400.1, ids[1]!, OK);
  rig.answer(400.2, ids[2]!, LETTERS['f']!);
  expect(rig.state.falseTimeouts).toBe(1);
  expect(rig.state.orphanMs).toBeCloseTo(200 + 200.1 + 200.2);
});

test('too little left is refused at once', () => {
  const rig = timeoutRig({ hopReserveMs: 20, minUsefulMs: 10 });
  const enough = rig.request(0, { deadlineMs: 30 });
  const less = rig.request(0, { deadlineMs: 29.9 });
  expect(rig.outcomeOf(enough)).toBeUndefined();
  const gone = rig.request(50, { deadlineMs: 40 });
  for (const call of [less, gone]) expect(rig.outcomeOf(call)).toMatchObject({ kind: 'rejected', by: 'deadline' });
  expect(rig.count('rejected')).toBe(2);
  expect(rig.sends()).toHaveLength(1);
});

test('a cancel takes its time, and then the orphan is over', () => {
  const rig = timeoutRig({ totalMs: 100, cancelMs: { kind: 'constant', ms: 7 } });
  rig.request(0);
  rig.advance(106);
  expect(rig.state.orphans.size).toBe(1);
  expect(rig.decisions('cancel')).toEqual([]);
  rig.advance(107);
  expect(rig.decisions('cancel')).toMatchObject([{ atMs: 107, outcome: { kind: 'timeout' } }]);
  expect(rig.state.orphans.size).toBe(0);
  expect(rig.state.orphanMs).toBe(7);
  expect(rig.count('cancelDelivered')).toBe(1);
});
test('a caller that gives up takes its attempts along, unless nothing is cancelled', () => {
  const rig = timeoutRig();
  const call = rig.request(0);
  rig.giveUp(10, call);
  expect(rig.decisions('cancel')).toHaveLength(1);
  expect(rig.count('cancelled')).toBe(1);
  const deaf = timeoutRig({ cancelDownstream: false });
  deaf.giveUp(10, deaf.request(0));
  expect(deaf.decisions('cancel')).toEqual([]);
  deaf.advance(60_010);
  expect(deaf.state.orphans.size).toBe(0);
});

test('retry: an attempt whose time is up is made again at once, while there is time', () => {
  const rig = timeoutRig({ onTimeout: 'retry', maxRetries: 4, perTryMs: 300, totalMs: 1000 });
  const call = rig.request(0);
  rig.advance(2000);
  expect(rig.sends().map(({ atMs, attempt }) => [atMs, attempt])).toEqual([[0, 0], [300, 1], [600, 2], [900, 3]]);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
  expect(rig.decisions('reply')[0]!.atMs).toBe(1000);
});
test('retry: no more than so many, and none of what may not happen twice', () => {
  const rig = timeoutRig({ onTimeout: 'retry', maxRetries: 1, perTryMs: 300, totalMs: 5000, idempotency: 'byKey' });
  const plain = rig.request(0);
  const keyed = rig.request(0, { idempotencyKey: 'k' });
  rig.advance(600);
  expect(rig.sends()).toHaveLength(3);
  for (const call of [plain, keyed]) expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
});
test('errors are passed on at once: a limit is no retry', () => {
  const rig = timeoutRig({ onTimeout: 'retry', maxRetries: 2 });
  const call = rig.request(0);
  answer(rig, 10, call, 0, 'f');
  expect(rig.outcomeOf(call)).toEqual({ kind: 'transientError' });
  expect(rig.count('failed')).toBe(1);
});
test('a timeout that the callee reports is tried again as well', () => {
  const rig = timeoutRig({ onTimeout: 'retry', maxRetries: 1 });
  const call = rig.request(0);
  answer(rig, 10, call, 0, 't');
  expect(rig.sends()).toHaveLength(2);
  answer(rig, 20, call, 0, 'o');
  expect(rig.outcomeOf(call)).toEqual(OK);
});
test('fallback: a stale answer when time is up, an error when it is an error', () => {
  const rig = timeoutRig({ onTimeout: 'fallback', totalMs: 100, connectMs: 10 });
  const slow = rig.request(0), bad = rig.request(0);
  answer(rig, 10, bad, 0, 'p');
  rig.advance(100);
  expect(rig.outcomeOf(slow)).toMatchObject({ kind: 'stale' });
  expect(rig.outcomeOf(bad)).toMatchObject({ kind: 'permanentError' });
  expect(rig.count('fellBack')).toBe(1);
});

test('after clean-up: the limit is as long as the cancelled work takes to end', () => {
  const rig = timeoutRig({ mode: 'fixed', totalMs: 100, connectMs: 10, enforce: 'afterCleanUp', cancelMs: { kind: 'constant', ms: 300 } });
  const call = rig.request(0), lucky = rig.request(0);
  rig.answer(250, rig.attemptsOf(lucky)[0]!, OK);
  rig.advance(1000);
  expect(rig.decisions('reply').map(({ atMs, call: id, outcome }) => [atMs, id, outcome.kind])).toEqual([[250, lucky.id, 'ok'], [400, call.id, 'timeout']]);
  expect(rig.count('answeredLate')).toBe(2);
});

test('connecting: once for each node, anew after an attempt without an answer', () => {
  const rig = timeoutRig({ connect: 'whenBroken', connectMs: 50, onTimeout: 'retry', maxRetries: 1, perTryMs: 200 });
  const first = rig.request(0);
  answer(rig, 5, first, 0, 'o'); // connected
  answer(rig, 15, first, 0, 'o');
  const second = rig.request(20);
  expect(rig.sends().map(({ op }) => op)).toEqual(['connect', 'call', 'call']);
  rig.advance(220); // no answer: the connection is made anew, and nobody is there
  rig.advance(270);
  expect(rig.sends().map(({ op }) => op)).toEqual(['connect', 'call', 'call', 'connect']);
  expect(rig.outcomeOf(second)).toEqual(TIMEOUT);
  expect(rig.count('connectTimedOut')).toBe(1);
});
test('connecting: what was never sent may always be tried again', () => {
  const rig = timeoutRig({ connect: 'always', connectMs: 50, onTimeout: 'retry', maxRetries: 1, idempotency: 'none' });
  const call = rig.request(0);
  rig.advance(50);
  expect(rig.sends().map(({ atMs, op }) => [atMs, op])).toEqual([[0, 'connect'], [50, 'connect']]);
  answer(rig, 60, call, 0, 'o');
  rig.advance(1060); // now it was sent, and may have been done
  expect(rig.sends()).toHaveLength(3);
  expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
});
test('connecting: a refusal is an answer', () => {
  const rig = timeoutRig({ connect: 'always' });
  const call = rig.request(0);
  answer(rig, 5, call, 0, 'f');
  expect(rig.outcomeOf(call)).toEqual({ kind: 'transientError' });
});

test('adaptive: the ceiling until the quantile is known, then the quantile between floor and ceiling', () => {
  const rig = timeoutRig({ mode: 'adaptive', adaptiveQuantile: 0.9, adaptiveWindow: 10, adaptiveFloorMs: 30, adaptiveCapMs: 2000 });
  const serve = (atMs: number, tookMs: number): number => {
    const call = rig.request(atMs);
    const { deadlineMs } = rig.state.tickets.get(call.id)!;
    rig.answer(atMs + tookMs, rig.attemptsOf(call)[0]!, OK);
    return deadlineMs - atMs;
  };
  for (let i = 1; i <= 10; i++) expect(serve(i * 1000, i * 10)).toBe(2000);
  expect(serve(20_000, 5)).toBe(90);
  for (let i = 1; i <= 10; i++) serve(20_000 + i * 1000, 5);
  expect(serve(40_000, 5)).toBe(30);
  expect(rig.count('limitMoved')).toBeGreaterThan(0);
});
test('adaptive: a limit too low doubles, until calls end within it', () => {
  const rig = timeoutRig({ mode: 'adaptive', adaptiveQuantile: 0.5, adaptiveWindow: 10, adaptiveFloorMs: 1, adaptiveCapMs: 2000 }, { below: () => ({ afterMs: 100, outcome: OK }) });
  for (let i = 0; i < 10; i++) rig.request(i * 3000);
  rig.advance(30_000);
  expect(rig.state.limitMs).toBe(100);
  rig.state.limitMs = 20;
  for (let i = 10; i < 40; i++) rig.request(i * 3000);
  rig.advance(150_000);
  expect(rig.state.limitMs).toBe(100);
});

test('replicas: each further attempt goes to the next one', () => {
  const rig = timeoutRig({ replicas: ['x', 'y', 'z'], onTimeout: 'retry', maxRetries: 4, perTryMs: 100 }, { uniform: () => 0.4 });
  rig.request(0);
  rig.advance(400);
  expect(rig.sends().map(({ to }) => to)).toEqual(['y', 'z', 'x', 'y', 'z']);
});

test('parameters changed in mid-run are for the calls after', () => {
  const rig = timeoutRig({ totalMs: 200 });
  const before = rig.request(0);
  rig.setParams(10, { ...DEFAULTS, totalMs: 500 });
  const after = rig.request(10);
  rig.advance(200);
  expect(rig.outcomeOf(before)).toEqual(TIMEOUT);
  expect(rig.outcomeOf(after)).toBeUndefined();
});

test('views: waterfall, ring, results, budget', () => {
  const rig = timeoutRig({ hedge: 'delay', hedgeDelayMs: 50, throttle: true, totalMs: 1000 });
  const call = rig.request(0, { op: 'read', deadlineMs: 400 });
  rig.advance(50);
  answer(rig, 80, call, 1, 'o');
  const { views } = rig.inspect();
  expect(views!['waterfall']).toEqual([{
    call: call.id, op: 'read', sinceMs: 0,
    attempts: [{ attempt: 1, kind: 'first', waitMs: 0, fromMs: 0, untilMs: 80, outcome: 'lost', won: false }, { attempt: 2, kind: 'hedge', waitMs: 50, fromMs: 50, untilMs: 80, outcome: 'ok', won: true }],
  }]);
  expect(views!['ring']).toMatchObject({ totalMs: 400, leftMs: 320, hops: [{ leftMs: 380, spentMs: 80 }, { leftMs: 330, spentMs: 30 }] });
  expect(views!['results']).toMatchObject({ succeeded: 1, hedgesSent: 1, hedgesWon: 1, extraLoadPercent: 100, meanLeftMs: 320 });
  expect(views!['throttle']).toMatchObject({ level: 10, capacity: 10 });
});

test('trouble is told once when it begins and once when it ends', () => {
  const rig = timeoutRig({ totalMs: 50, connectMs: 10 });
  for (let i = 0; i < 30; i++) rig.request(i * 20);
  rig.advance(3000);
  for (let i = 0; i < 100; i++) {
    const call = rig.request(3000 + i * 20);
    answer(rig, 3001 + i * 20, call, 0, 'o');
  }
  expect([rig.count('troubleStarted'), rig.count('troubleEnded')]).toEqual([1, 1]);
});

test('both places of the layer are one engine with the same notes and parameters', () => {
  expect(Object.keys(timeoutStory.notes)).toEqual(Object.keys(perTryStory.notes));
  expect(engines['per-try']).toBe(engines.timeout);
  expect(perTryStory.params).toBe(timeoutStory.params);
});
