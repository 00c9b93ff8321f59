import { describe, expect, test } from 'vitest';
import { HICCUP, NO, OK, sagaRig, TRIP_MS } from './rig.ts';
import { orderSteps } from './sagaTypes.ts';

const END = 200_000;
const QUIET = ['logged', 'stepStarted', 'stepSucceeded'];

describe('forward', () => {
  test('does the steps in order, confirms past the pivot, and answers when the saga has ended', () => {
    const rig = sagaRig();
    const call = rig.start(0);
    rig.advance(END);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'chargeCard', 'confirm', 'confirm', 'bookShipment']);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'ok', value: expect.objectContaining({ sagaId: 's1', sagaType: 'order', status: 'COMPLETED', currentStep: 4, completedSteps: ['credit', 'stock', 'charge', 'ship'] }) });
    expect(rig.moves()).toEqual(['begin', 'stepSucceeded', 'stepSucceeded', 'pivotPassed', 'stepSucceeded', 'lastStepSucceeded']);
    expect(rig.timers()).toEqual([]);
  });
  test('sends nothing before it is in the log', () => {
    const rig = sagaRig({ fsyncMs: 50 });
    rig.start(0);
    rig.advance(49);
    expect(rig.sent()).toEqual([]);
    rig.advance(50);
    expect(rig.sent()).toEqual(['reserveCredit']);
    rig.advance(50 + TRIP_MS + 49); // the answer is there, but not on disk
    expect(rig.sent()).toEqual(['reserveCredit']);
    rig.advance(50 + TRIP_MS + 50);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock']);
  });
  test('what steps answer becomes part of the context, as in the original contract', () => {
    const rig = sagaRig({}, { reserveCredit: { kind: 'ok', value: { creditId: 'c7' } } });
    rig.start(0, 's1', { context: { amount: 25 } });
    rig.advance(END);
    expect(rig.ask(END, 'saga.results', { sagaId: 's1' })).toMatchObject({ kind: 'ok', value: { status: 'COMPLETED', results: { creditId: 'c7', amount: 25, customer: 'e1', order: 's1' } } });
  });
  test('commands name the saga and step, and carry a key that a repeat shares', () => {
    const rig = sagaRig({}, { reserveCredit: [HICCUP, OK] });
    rig.start(0, 's1', { context: { amount: 25 } });
    rig.advance(END);
    const [first, second] = rig.commands();
    expect([first!.attempt, second!.attempt]).toEqual([0, 1]);
    for (const call of [first!, second!]) {
      expect(call).toMatchObject({ op: 'reserveCredit', idempotencyKey: 's1/credit/act', entity: 's1', deadlineMs: call.createdMs + 1000 });
      expect(call.payload).toEqual({ saga: 's1', step: 'credit', deed: 'act', account: 'e1', amount: 25, gives: false, provisional: true, mode: 'lock' });
    }
  });
  test('a step is tried again with growing waits, and the saga turns back when it gives up', () => {
    const rig = sagaRig({ stepAttempts: 3, retryDelayMs: 200 }, { reserveStock: HICCUP });
    rig.start(0);
    rig.advance(END);
    const times = rig.decisions('send').filter(({ op }) => op === 'reserveStock').map(({ atMs }) => atMs);
    expect([times[1]! - times[0]!, times[2]! - times[1]!]).toEqual([TRIP_MS + 200, TRIP_MS + 400]);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'reserveStock 2', 'reserveStock 3', 'releaseStock', 'releaseCredit']);
    expect(rig.mode()).toBe('compensated');
  });
  test('whoever is throttled waits at least as long as it was told', () => {
    const rig = sagaRig({}, { reserveStock: [{ kind: 'throttled', retryAfterMs: 3000 }, OK] });
    rig.start(0);
    rig.advance(END);
    const [first, second] = rig.decisions('send').filter(({ op }) => op === 'reserveStock').map(({ atMs }) => atMs);
    expect(second! - first!).toBe(TRIP_MS + 3000);
  });
  test('past the pivot a step is tried for ever', () => {
    const rig = sagaRig({ retryMaxDelayMs: 1000 }, { bookShipment: [...Array.from({ length: 30 }, () => HICCUP), OK] });
    rig.start(0);
    rig.advance(END);
    expect(rig.mode()).toBe('completed');
    expect(rig.sent()).not.toContain('voidCharge');
  });
});

describe('backward', () => {
  test('a refusal undoes what was done, last first, and not the refused step', () => {
    const rig = sagaRig({}, { chargeCard: NO });
    const call = rig.start(0);
    rig.advance(END);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'chargeCard', 'releaseStock', 'releaseCredit']);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'permanentError', detail: 'COMPENSATED: charge: refused: no' });
    expect(rig.moves().slice(-4)).toEqual(['stepFailed', 'compensationSucceeded', 'compensationSucceeded', 'allUndone']);
  });
  test('COMPENSATED can be seen (defect a of the sketch: it is overwritten with FAILED)', () => {
    const rig = sagaRig({}, { chargeCard: NO });
    rig.start(0);
    rig.advance(END);
    expect(rig.ask(END, 'saga.status', { sagaId: 's1' })).toMatchObject({ value: { status: 'COMPENSATED', completedSteps: ['credit', 'stock'] } });
    const sketch = sagaRig({}, { chargeCard: NO }, { preset: 'original' });
    sketch.start(0);
    sketch.advance(END);
    expect(sketch.ask(END, 'saga.status', { sagaId: 's1' })).toMatchObject({ value: { status: 'FAILED' } });
  });
  test('parallel: all compensations go out at once', () => {
    const rig = sagaRig({ compensationOrder: 'parallel' }, { chargeCard: NO });
    rig.start(0);
    rig.advance(END);
    const undone = rig.decisions('send').filter(({ op }) => op.startsWith('release'));
    expect(new Set(undone.map(({ atMs }) => atMs)).size).toBe(1);
    expect(rig.mode()).toBe('compensated');
  });
  test('a failing compensation is tried again, then the saga is stuck (defect b: it is skipped)', () => {
    const rig = sagaRig({ compensationAttempts: 3 }, { chargeCard: NO, releaseStock: HICCUP });
    const call = rig.start(0);
    rig.advance(END);
    expect(rig.sent().slice(3)).toEqual(['releaseStock', 'releaseStock 2', 'releaseStock 3']);
    expect(rig.mode()).toBe('stuck');
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'transientError', detail: expect.stringContaining('stuck: undo of stock') });
    expect(rig.inspect().meters).toMatchObject({ stuck: 1 });
    const sketch = sagaRig({}, { chargeCard: NO, releaseStock: HICCUP }, { preset: 'original' });
    sketch.start(0);
    sketch.advance(END);
    expect(sketch.notes(...QUIET)).toContain('compensationSkipped');
    expect(sketch.sent().slice(3)).toEqual(['releaseStock', 'releaseCredit']);
  });
  test('an operator has what is stuck tried again, by button or by request', () => {
    const script = { chargeCard: NO, releaseStock: [HICCUP, HICCUP, OK] };
    const rig = sagaRig({ compensationAttempts: 2 }, script);
    rig.start(0);
    rig.advance(10_000);
    expect(rig.mode()).toBe('stuck');
    rig.control(10_000, 'retryStuck');
    rig.advance(END);
    expect(rig.mode()).toBe('compensated');
    const asked = sagaRig({ compensationAttempts: 2 }, script);
    asked.start(0);
    asked.advance(10_000);
    expect(asked.ask(10_000, 'saga.retry', { sagaId: 's1' })).toMatchObject({ kind: 'ok' });
    asked.advance(END);
    expect(asked.mode()).toBe('compensated');
    expect(asked.ask(END, 'saga.retry', { sagaId: 's1' })).toMatchObject({ detail: expect.stringContaining('notStuck') });
  });
  test('of two steps with one name the sketch undoes the first twice and the second never (defect e)', () => {
    const twice = [{ name: 'a', service: 'order', action: 'doFirst', compensation: 'undoFirst', kind: 'compensable' }, { name: 'a', service: 'order', action: 'doSecond', compensation: 'undoSecond', kind: 'compensable' }, { name: 'c', service: 'payment', action: 'fail', compensation: null, kind: 'compensable' }];
    const sketch = sagaRig({ sagas: { order: twice } }, { fail: NO }, { preset: 'original' });
    sketch.start(0);
    sketch.advance(END);
    expect(sketch.sent().slice(3)).toEqual(['undoFirst', 'undoFirst']);
    expect(() => sagaRig({ sagas: { order: twice } })).toThrow('duplicateStep');
  });
});

describe('no answer', () => {
  const lost = { chargeCard: 'lost' } as const;
  test('means perhaps: the step that timed out is undone too (defect f: it is left as it is)', () => {
    const rig = sagaRig({ stepAttempts: 1 }, lost);
    rig.start(0);
    rig.advance(END);
    expect(rig.sent().slice(3)).toEqual(['voidCharge', 'releaseStock', 'releaseCredit']);
    const sketch = sagaRig({ stepTimeoutMs: 1000 }, lost, { preset: 'original' });
    sketch.start(0);
    sketch.advance(END);
    expect(sketch.sent().slice(3)).toEqual(['releaseStock', 'releaseCredit']);
  });
  test.each([[true, 'completed'], [false, 'compensated']])('asked what became of it, the answer %s makes it %s', (done, mode) => {
    const rig = sagaRig({ stepAttempts: 1, onUnknown: 'queryStatus' }, { ...lost, query: [HICCUP, { kind: 'ok', value: { done } }] });
    rig.start(0);
    rig.advance(END);
    expect(rig.mode()).toBe(mode);
    expect(rig.sent()).not.toContain('voidCharge');
    expect(rig.sent().filter((op) => op.startsWith('query'))).toHaveLength(2);
  });
  test('a pivot that cannot be undone is asked for until its outcome is known', () => {
    const steps = (orderSteps as { name: string }[]).map((step) => (step.name === 'charge' ? { ...step, compensation: null } : step));
    const rig = sagaRig({ sagas: { order: steps }, stepAttempts: 2, sagaTimeoutMs: 4000, stepTimeoutMs: 500 }, { chargeCard: ['lost', 'lost', 'lost', 'lost', 'lost', 'lost', NO] });
    rig.start(0);
    rig.advance(END);
    expect(rig.sent().filter((op) => op.startsWith('chargeCard'))).toHaveLength(7);
    expect(rig.mode()).toBe('compensated');
  });
  test('a saga that takes too long turns back, but not past its pivot', () => {
    const slow = sagaRig({ sagaTimeoutMs: 2000, stepTimeoutMs: 2000 }, { reserveStock: 'lost' });
    slow.start(0);
    slow.advance(END);
    expect(slow.notes()).toContain('sagaTimedOut');
    expect(slow.moves()).toContain('sagaTimedOut');
    expect(slow.sent()).toEqual(['reserveCredit', 'reserveStock', 'releaseStock', 'releaseCredit']);
    const past = sagaRig({ sagaTimeoutMs: 2000, stepTimeoutMs: 500 }, { bookShipment: ['lost', 'lost', 'lost', 'lost', 'lost', OK] });
    past.start(0);
    past.advance(END);
    expect(past.mode()).toBe('completed');
  });
});

describe('requests', () => {
  const detail = (rig: ReturnType<typeof sagaRig>, op: string, payload: object, entity = ''): string | undefined => (rig.ask(rig.nowMs + 1, op, payload, entity) as { detail?: string }).detail;

  test('every refusal has a name', () => {
    const rig = sagaRig({ duplicateId: 'refuse' });
    rig.start(0);
    rig.advance(10);
    expect(detail(rig, 'saga.start', { sagaId: 's1' })).toMatch(/^duplicateSagaId: "s1" is RUNNING/);
    expect(detail(rig, 'saga.start', { sagaId: 's2', type: 'moonFlight' })).toMatch(/^unknownSagaType: "moonFlight"; there are order/);
    expect(detail(rig, 'saga.status', { sagaId: 'nobody' })).toMatch(/^sagaNotFound/);
    expect(detail(rig, 'saga.results', { sagaId: 's1' })).toMatch(/^notFinished/);
    expect(detail(rig, 'saga.retry', { sagaId: 's1' })).toMatch(/^notStuck/);
    expect(detail(rig, 'saga.sing', {})).toMatch(/^unknownOperation/);
    expect(detail(rig, 'saga.register', { type: 'order', steps: orderSteps })).toMatch(/^duplicateSagaType/);
    expect(detail(rig, 'saga.register', { type: 'none', steps: [] })).toMatch(/^noSteps/);
    const far = [{ name: 'a', service: 'mars', action: 'land', kind: 'pivot' }];
    expect(rig.ask(rig.nowMs + 1, 'saga.register', { type: 'far', steps: far })).toMatchObject({ kind: 'ok' });
    expect(detail(rig, 'saga.start', { sagaId: 's3', type: 'far' })).toMatch(/^unknownService/);
    rig.advance(END);
    expect(detail(rig, 'saga.abort', { sagaId: 's1' })).toMatch(/^tooLate: "s1" is COMPLETED/);
    expect(rig.notes().filter((note) => note === 'sagaRefused').length).toBeGreaterThan(8);
  });
  test('a registered saga survives a crash once its registration is answered', () => {
    const rig = sagaRig();
    expect(rig.ask(0, 'saga.register', { type: 'gift', steps: orderSteps })).toEqual({ kind: 'ok', value: { type: 'gift', steps: 6 } });
    rig.crash(100);
    rig.restart(200);
    rig.start(300, 'g1', { type: 'gift' });
    rig.advance(END);
    expect(rig.mode('g1')).toBe('completed');
  });
  test('a start that comes twice is one saga, and both callers get its answer (defect d: the second overwrites)', () => {
    const rig = sagaRig();
    const [first, second] = [rig.start(0), rig.start(5)];
    rig.advance(END);
    expect(rig.sent().filter((op) => op === 'reserveCredit')).toHaveLength(1);
    expect([rig.outcomeOf(first), rig.outcomeOf(second)]).toEqual([expect.objectContaining({ kind: 'ok' }), expect.objectContaining({ kind: 'ok' })]);
    expect(rig.outcomeOf(rig.start(END + 1))).toMatchObject({ kind: 'ok' });
    const sketch = sagaRig({}, {}, { preset: 'original' });
    sketch.start(0);
    sketch.start(5);
    sketch.advance(END);
    expect(sketch.sent().filter((op) => op === 'reserveCredit')).toHaveLength(2);
    expect(sketch.notes()).toContain('overwritten');
  });
  test('the sketch calls an unknown type completed (defect c)', () => {
    const sketch = sagaRig({}, {}, { preset: 'original' });
    const call = sketch.start(0, 's1', { type: 'moonFlight' });
    sketch.advance(END);
    expect(sketch.outcomeOf(call)).toMatchObject({ kind: 'ok', value: { status: 'COMPLETED', completedSteps: [] } });
  });
  test('accepted: the start is answered when it is logged', () => {
    const rig = sagaRig({ startAnswers: 'accepted', fsyncMs: 5 });
    const call = rig.start(0);
    rig.advance(4);
    expect(rig.outcomeOf(call)).toBeUndefined();
    rig.advance(5);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'ok', value: { sagaId: 's1', sagaType: 'order', status: 'STARTED' } });
  });
  test('too many open sagas are refused with overload', () => {
    const rig = sagaRig({ maxOpen: 1 });
    rig.start(0);
    expect(rig.outcomeOf(rig.start(1, 's2'))).toMatchObject({ kind: 'overload', detail: expect.stringContaining('tooManySagas') });
  });
  test('lists sagas by status, and finds one by its customer', () => {
    const rig = sagaRig({}, { chargeCard: [NO, OK] });
    rig.start(0, 'a');
    rig.advance(5000);
    rig.start(5000, 'b');
    expect(rig.ask(5010, 'saga.list', { status: 'compensated' })).toEqual({ kind: 'ok', value: { sagas: [{ sagaId: 'a', status: 'COMPENSATED' }] } });
    expect(rig.ask(5050, 'saga.status', {}, 'e1')).toMatchObject({ value: { sagaId: 'b', status: 'RUNNING' } });
  });
});

describe('calling it off', () => {
  test('waits for the step that is out, then undoes it too', () => {
    const rig = sagaRig();
    const call = rig.start(0);
    expect(rig.ask(150, 'saga.abort', { sagaId: 's1' })).toEqual({ kind: 'ok', value: { sagaId: 's1', status: 'ABORT_REQUESTED' } });
    expect(rig.mode()).toBe('abortRequested');
    rig.advance(END);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'releaseStock', 'releaseCredit']);
    expect(rig.outcomeOf(call)).toMatchObject({ detail: 'COMPENSATED: called off' });
  });
  test('is too late when the step that is out is the pivot, and it succeeds', () => {
    const rig = sagaRig();
    rig.start(0);
    rig.ask(250, 'saga.abort', { sagaId: 's1' });
    rig.advance(END);
    expect(rig.moves()).toEqual(['begin', 'stepSucceeded', 'stepSucceeded', 'abortAsked', 'pivotPassed', 'stepSucceeded', 'lastStepSucceeded']);
  });
  test('a step that waits for its next attempt gets none', () => {
    const rig = sagaRig({ retryDelayMs: 5000 }, { reserveStock: HICCUP });
    rig.start(0);
    rig.advance(400);
    rig.ask(400, 'saga.abort', { sagaId: 's1' });
    rig.advance(END);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'releaseStock', 'releaseCredit']);
  });
  test('comes to nothing where there is nothing to turn back from', () => {
    const rig = sagaRig({ unknownType: 'completeEmpty', fsyncMs: 50 });
    rig.start(0, 's1', { type: 'moonFlight' });
    expect(rig.ask(10, 'saga.abort', { sagaId: 's1' })).toMatchObject({ detail: expect.stringContaining('tooLate') });
    rig.advance(END);
    expect(rig.mode()).toBe('completed');
  });
  test('a button calls off whatever can be', () => {
    const rig = sagaRig();
    rig.start(0, 'a');
    rig.start(240, 'b');
    rig.control(330, 'abortAll'); // a is past its pivot
    rig.advance(END);
    expect([rig.mode('a'), rig.mode('b')]).toEqual(['completed', 'compensated']);
  });
});

describe('a crash', () => {
  test('resumes each saga from the log, repeating the command of which nothing is known (defect g: it forgets)', () => {
    const rig = sagaRig();
    rig.start(0);
    rig.crash(150); // credit is done and logged, stock is out
    rig.restart(1000);
    expect(rig.decisions('effect').filter(({ name }) => name === 'recovered').map(({ data }) => data)).toEqual([{ node: 'node', known: ['s1'] }]);
    rig.advance(END);
    expect(rig.sent()).toEqual(['reserveCredit', 'reserveStock', 'reserveStock', 'chargeCard', 'confirm', 'confirm', 'bookShipment']);
    expect(rig.mode()).toBe('completed');
    const sketch = sagaRig({}, {}, { preset: 'original' });
    sketch.start(0);
    sketch.crash(150);
    sketch.restart(1000);
    sketch.advance(END);
    expect(sketch.state.sagas.size + sketch.state.finished.size).toBe(0);
  });
  test('a command that may have gone out before the crash is undone, however clearly its repeat is refused', () => {
    const rig = sagaRig({ stepAttempts: 1 }, { reserveStock: ['lost', { kind: 'overload' }] });
    rig.start(0);
    rig.crash(150);
    rig.restart(1000);
    rig.advance(END);
    expect(rig.sent().slice(1)).toEqual(['reserveStock', 'reserveStock', 'releaseStock', 'releaseCredit']);
  });
  test('a decision that was not yet on disk never happened', () => {
    const rig = sagaRig({ fsyncMs: 50 });
    rig.start(0);
    rig.crash(20);
    rig.restart(1000);
    rig.advance(END);
    expect(rig.state.sagas.size).toBe(0);
    expect(rig.sent()).toEqual([]);
  });
  test('on the way back it goes on undoing; what it had not heard of is undone again', () => {
    const rig = sagaRig({}, { chargeCard: NO });
    rig.start(0);
    rig.crash(350); // releaseStock is out
    rig.restart(1000);
    rig.advance(END);
    expect(rig.sent().slice(3)).toEqual(['releaseStock', 'releaseStock', 'releaseCredit']);
    expect(rig.mode()).toBe('compensated');
  });
  test('past the pivot it goes forward, and a stuck saga is still stuck', () => {
    const rig = sagaRig();
    rig.start(0);
    rig.crash(310); // the charge is logged
    rig.restart(1000);
    rig.advance(END);
    expect(rig.mode()).toBe('completed');
    const stuck = sagaRig({ compensationAttempts: 1 }, { chargeCard: NO, releaseStock: [HICCUP, OK] });
    stuck.start(0);
    stuck.advance(5000);
    stuck.crash(5000);
    stuck.restart(6000);
    expect(stuck.mode()).toBe('stuck');
    stuck.control(7000, 'retryStuck');
    stuck.advance(END);
    expect(stuck.mode()).toBe('compensated');
  });
});

test.each([
  ['none', 40, 'overwrite', 'overwrite'], ['semanticLock', 40, 'lock', 'commutative'], ['commutative', 40, 'commutative', 'commutative'],
  ['pessimisticView', 40, 'commutative', 'commutative'], ['rereadValue', 40, 'reread', 'reread'], ['versionFile', 40, 'file', 'file'],
  ['byValue', 99, 'commutative', 'commutative'], ['byValue', 100, 'lock', 'commutative'],
] as const)('the countermeasure %s tells participants for an amount of %d: credit %s, stock %s', (isolation, amount, credit, stock) => {
  const rig = sagaRig({ isolation, riskAmount: 100 });
  rig.start(0, 's1', { context: { amount } });
  rig.advance(END);
  const modeOf = (op: string) => (rig.commands().find((call) => call.op === op)!.payload as { mode: string }).mode;
  expect([modeOf('reserveCredit'), modeOf('reserveStock')]).toEqual([credit, stock]);
});

test('the state is plain data and a copied one goes on the same', () => {
  const play = (copyStates: boolean): string => {
    const rig = sagaRig({ compensationOrder: 'parallel' }, { chargeCard: [NO, OK], releaseCredit: [HICCUP, OK] }, { copyStates });
    rig.start(0, 'a');
    rig.start(40, 'b');
    rig.crash(330);
    rig.restart(700);
    rig.start(800, 'c');
    rig.advance(END);
    expect(structuredClone(rig.state)).toEqual(rig.state);
    return rig.transcript();
  };
  expect(play(true)).toBe(play(false));
});
