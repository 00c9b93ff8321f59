import { describe, expect, test } from 'vitest';
import { OK, TIMEOUT, type Call, type Context, type Engine, type Outcome } from './contract.ts';
import { drive, driveStack } from './harness.ts';

const always = { inspect: () => ({}), invariants: [] } as const;

/** Passes calls on and gives up on one after `afterMs`. */
const limit: Engine<{ afterMs: number }, { open: Map<number, Call> }> = {
  ...always,
  init: () => ({ open: new Map() }),
  onRequest(state, call, ctx) {
    state.open.set(call.id, call);
    ctx.after(ctx.params.afterMs, call.id);
    ctx.forward(call);
  },
  onReply(state, call, outcome, ctx) {
    if (!state.open.delete(call.id)) return;
    ctx.clear(call.id);
    ctx.reply(call, outcome);
  },
  onTimer(state, key, ctx) {
    const call = state.open.get(Number(key))!;
    state.open.delete(call.id);
    ctx.note('gaveUp', { call: call.id });
    ctx.cancel(call, TIMEOUT);
    ctx.reply(call, TIMEOUT);
  },
};
/** Tries once more after a failure. */
const again: Engine<null, Map<number, Call>> = {
  ...always,
  init: () => new Map(),
  onRequest(state, call, ctx) { state.set(ctx.again(call, 0).id, call); },
  onReply(state, attempt, outcome, ctx) {
    const asked = state.get(attempt.id)!;
    state.delete(attempt.id);
    if (outcome.kind !== 'ok' && attempt.attempt === 0) state.set(ctx.again(asked, 1).id, asked);
    else ctx.reply(asked, outcome);
  },
};
/** Counts what passes. */
const counter = (): Engine<{ most: number }, { seen: number; cancelled: number }> => ({
  ...always,
  gauges: ['seen'],
  init: () => ({ seen: 0, cancelled: 0 }),
  onRequest(state, call, ctx) {
    ctx.gauge(0, ++state.seen);
    ctx.forward(call);
  },
  onCancel(state, call, ctx) {
    state.cancelled++;
    ctx.cancel(call);
  },
  onControl(state, control, ctx) { ctx.note('heard', { control, seen: state.seen }); },
  onParams(_, before, ctx) { ctx.note('changed', { from: before.most, to: ctx.params.most }); },
  invariants: [{ name: 'not too many', why: 'Only so many calls may pass.', holds: ({ seen }, { most }) => seen <= most }],
});

describe('one engine', () => {
  test('a list of times and inputs gives a list of decisions', () => {
    const rig = drive(limit, { params: { afterMs: 100 } });
    expect(rig.run([
      [0, { kind: 'request', as: 'a' }],
      [50, { kind: 'answer', call: 'a', outcome: OK }],
      [60, { kind: 'request', as: 'b' }],
      [500, { kind: 'advance' }],
    ])).toEqual([
      { atMs: 0, layer: 'layer', kind: 'timerSet', key: 1, dueMs: 100 },
      { atMs: 0, layer: 'layer', kind: 'forward', call: 1 },
      { atMs: 50, layer: 'layer', kind: 'timerCleared', key: 1 },
      { atMs: 50, layer: 'layer', kind: 'reply', call: 1, outcome: OK },
      { atMs: 60, layer: 'layer', kind: 'timerSet', key: 2, dueMs: 160 },
      { atMs: 60, layer: 'layer', kind: 'forward', call: 2 },
      { atMs: 160, layer: 'layer', kind: 'note', name: 'gaveUp', data: { call: 2 } },
      { atMs: 160, layer: 'layer', kind: 'cancel', call: 2, outcome: TIMEOUT },
      { atMs: 160, layer: 'layer', kind: 'reply', call: 2, outcome: TIMEOUT },
    ]);
    expect(rig.outcomeOf('a')).toEqual(OK);
    expect(rig.outcomeOf('b')).toEqual(TIMEOUT);
    expect(rig.notes()).toEqual(['gaveUp']);
    expect(rig.timers()).toEqual([]);
    expect(rig.nowMs).toBe(500);
  });

  test('an answer comes before a timer of the same instant, a request after it', () => {
    const rig = drive(limit, { params: { afterMs: 100 } });
    const first = rig.request(0);
    rig.answer(100, first, OK);
    expect(rig.outcomeOf(first)).toEqual(OK);
    const second = rig.request(100);
    rig.request(200);
    expect(rig.outcomeOf(second)).toEqual(TIMEOUT);
  });

  test('timers of one instant fire as they were set, completions first', () => {
    const order: string[] = [];
    const rig = drive({
      ...always, init: () => null,
      onControl(_: null, __: string, ctx: Context) {
        ctx.after(10, 'second');
        ctx.after(10, 'third');
        ctx.after(10, 'first', 'completion');
        ctx.after(5, 'moved');
        ctx.after(20, 'moved');
        ctx.after(7, 'never');
        ctx.clear('never');
      },
      onTimer(_: null, key: string | number) { order.push(String(key)); },
    }, { params: null });
    rig.control(0, 'go');
    rig.advance(20);
    expect(order).toEqual(['first', 'second', 'third', 'moved']);
  });

  test('time does not go back', () => {
    const rig = drive(limit, { params: { afterMs: 100 } });
    rig.advance(10);
    expect(() => rig.request(9)).toThrow('time cannot go back: it is 10 ms, and 9 ms was asked for');
    expect(() => rig.advance(Number.NaN)).toThrow('time cannot go back');
  });

  test('a rule is checked after every input, and says what broke and why', () => {
    const rig = drive(counter(), { params: { most: 1 }, layer: 'gate' });
    rig.request(0);
    expect(() => rig.request(5)).toThrow('not too many (gate, at 5 ms): Only so many calls may pass.');
  });

  test('parameters and buttons reach the engine, gauges are kept aside', () => {
    const rig = drive(counter(), { params: { most: 5 } });
    rig.request(0);
    rig.setParams(1, { most: 9 });
    rig.control(2, 'look');
    expect(rig.decisions('note').map(({ data }) => data)).toEqual([{ from: 5, to: 9 }, { control: 'look', seen: 1 }]);
    expect(rig.decisions().map(({ kind }) => kind)).toEqual(['forward', 'note', 'note']);
    expect(rig.decisions('gauge')).toEqual([{ atMs: 0, layer: 'layer', kind: 'gauge', name: 'seen', value: 1 }]);
    expect(rig.state).toEqual({ seen: 1, cancelled: 0 });
  });

  test.each<[string, (call: Call, ctx: Context) => void, string]>([
    ['answering twice', (call, ctx) => { ctx.reply(call, OK); ctx.reply(call, OK); }, 'was answered twice by the same layer'],
    ['forwarding twice', (call, ctx) => { ctx.forward(call); ctx.forward(call); }, 'was forwarded twice; another attempt needs again()'],
    ['answering what it asks itself', (_, ctx) => ctx.reply(ctx.send('below', { op: 'x' }), OK), 'was made by this layer or below it'],
    ['a timer in the past', (_, ctx) => ctx.after(-1, 'late'), 'timer late was set -1 ms ahead'],
  ])('%s is an error', (_, onRequest, message) => {
    const rig = drive({ ...always, init: () => null, onRequest: (__: null, call: Call, ctx: Context) => onRequest(call, ctx) }, { params: null });
    expect(() => rig.request(0)).toThrow(message);
  });

  test('draws are the middle unless told otherwise', () => {
    const engine: Engine<null, { drawn: number[] }> = {
      ...always, init: () => ({ drawn: [] }),
      onRequest(state, call, ctx) { state.drawn.push(ctx.uniform('coin', call), ctx.work({ kind: 'uniform', minMs: 0, maxMs: 100 }, call)); ctx.reply(call, OK); },
    };
    const plain = drive(engine, { params: null });
    plain.request(0);
    expect(plain.state.drawn).toEqual([0.5, 50]);
    const told = drive(engine, { params: null, uniform: (purpose, call) => (purpose === 'coin' ? call!.id / 10 : 0.25) });
    told.request(0);
    expect(told.state.drawn).toEqual([0.1, 25]);
  });
});

describe('what is below', () => {
  test('may answer by itself after a while', () => {
    const rig = drive(limit, { params: { afterMs: 100 }, below: (call) => ({ afterMs: call.op === 'slow' ? 150 : 30, outcome: OK }) });
    const fast = rig.request(0);
    const slow = rig.request(0, { op: 'slow' });
    rig.advance(1000);
    expect([rig.outcomeOf(fast), rig.outcomeOf(slow)]).toEqual([OK, TIMEOUT]);
  });

  test('cannot answer what never went out', () => {
    const rig = drive({ ...always, init: () => null, onRequest() {} }, { params: null });
    const call = rig.request(0);
    expect(rig.wentOut(call)).toBe(false);
    expect(() => rig.answer(1, call, OK)).toThrow('call 1 has not gone out');
    expect(() => rig.answer(1, 7, OK)).toThrow('there is no call "7"');
  });
});

describe('a stack', () => {
  const stack = (answers: Outcome[]) =>
    driveStack([
      { layer: 'again', engine: again, params: null },
      { layer: 'count', engine: counter(), params: { most: 9 } },
      { layer: 'limit', engine: limit, params: { afterMs: 100 } },
    ], { below: () => ({ afterMs: 10, outcome: answers.shift()! }), copyStates: true });

  test('calls go down and answers come up, to the layer that made the call', () => {
    const rig = stack([TIMEOUT, OK]);
    const call = rig.request(0);
    rig.advance(50);
    expect(rig.outcomeOf(call)).toEqual(OK);
    expect(rig.stateOf('count')).toMatchObject({ seen: 2 });
    expect(rig.decisions('send').map(({ layer, attempt }) => [layer, attempt])).toEqual([['again', 0], ['again', 1]]);
  });

  test('what a layer below answers at once comes when send has returned its call', () => {
    const refuses = { ...always, init: () => null, onRequest: (_: null, call: Call, ctx: Context) => ctx.reply(call, { kind: 'rejected', by: 'test' }) };
    const rig = driveStack([{ engine: again, params: null }, { engine: refuses, params: null }]);
    expect(rig.outcomeOf(rig.request(0))).toEqual({ kind: 'rejected', by: 'test' });
  });

  test('who gives up is not answered, those below hear of it, and what comes later is late', () => {
    const rig = driveStack([{ engine: counter(), params: { most: 9 } }, { engine: limit, params: { afterMs: 100 } }]);
    const call = rig.request(0);
    rig.giveUp(20, call);
    expect(rig.stateOf('layer0')).toEqual({ seen: 1, cancelled: 1 });
    rig.answer(30, call, OK);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'cancelled' });
    expect(rig.transcript()).toContain('late 1 ok: its sender has given up');
  });

  test('an answer stops at the layer that has answered already', () => {
    const rig = driveStack([{ engine: limit, params: { afterMs: 10 } }, { engine: counter(), params: { most: 9 } }]);
    const call = rig.request(0);
    rig.answer(50, call, OK);
    expect(rig.outcomeOf(call)).toEqual(TIMEOUT);
    expect(rig.transcript()).toContain('late 1 ok: layer0 has answered already');
  });

  test('a layer sees only calls to its targets', () => {
    const rig = driveStack([{ engine: counter(), params: { most: 0 }, to: ['elsewhere'] }]);
    expect(rig.wentOut(rig.request(0))).toBe(true);
  });
});

describe('a crash', () => {
  test('takes timers and open calls, and a restart begins anew', () => {
    const rig = drive(limit, { params: { afterMs: 100 } });
    const call = rig.request(0);
    rig.crash(50);
    rig.request(60);
    rig.advance(200);
    rig.restart(300);
    rig.answer(310, call, OK);
    expect(rig.state.open.size).toBe(0);
    expect(rig.outcomeOf(call)).toBeUndefined();
    expect(rig.transcript()).toContain('lost 1: the node has crashed since');
    expect(() => rig.restart(400)).toThrow('only a crashed node can restart');
  });
});

test('a transcript reads from top to bottom', () => {
  const rig = driveStack([{ layer: 'count', engine: counter(), params: { most: 9 } }, { layer: 'limit', engine: limit, params: { afterMs: 100 } }]);
  rig.request(0, { op: 'pay', entity: 'order-1' }, 'a');
  rig.control(20.5, 'look');
  rig.advance(100);
  expect(rig.transcript({ without: ['timerSet'], sentences: { gaveUp: { text: '{layer} gave up on call {call}' } } })).toBe([
    '          0 ms  request 1 pay order-1 (a)',
    '                  [count] forward 1',
    '                  [limit] forward 1',
    '       20.5 ms  control look',
    '                  [count] note heard (control look, seen 1)',
    '        100 ms  timer 1',
    '                  [limit] — limit gave up on call 1',
    '                  [limit] cancel 1 timeout',
    '                  [limit] reply 1 timeout',
    '',
  ].join('\n'));
});
