import { describe, expect, test } from 'vitest';
import { drive } from '../../kernel/harness.ts';
import type { Call, Json, Outcome } from '../../kernel/contract.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { choreographer } from './choreographer.ts';
import { choreographyStory, type ChoreographyParams } from './choreography.params.ts';
import { EVENT_STEPS, REACTIONS } from './topologies.ts';

const OK: Outcome = { kind: 'ok' };
/** One service of the dance. The broker answers publishes as told, one after the other, then well; events arrive as the broker would bring them. */
function dancer(id: keyof typeof REACTIONS, params: Partial<ChoreographyParams> = {}, publishes: readonly (Outcome | 'lost')[] = []) {
  const initial = initialParams(choreographyStory.params);
  let next = 0;
  const payloads: Json[] = [];
  const rig = drive(choreographer, {
    layer: id, setup: { self: id, downstream: ['broker'], nodes: [id, 'broker'] },
    params: { ...initial, reactions: REACTIONS[id], steps: EVENT_STEPS, workTime: { kind: 'constant', ms: 50 }, undoTime: { kind: 'constant', ms: 50 }, broker: 'broker', ...params } as unknown as ChoreographyParams,
    below: (call) => {
      payloads.push(call.payload);
      const answer = publishes[next++] ?? OK;
      return answer === 'lost' ? undefined : { afterMs: 20, outcome: answer };
    },
  });
  const context = { order: 's1', customer: 'e1', item: 'item', amount: 40, quantity: 1 };
  let delivery = 0;
  /** The harness's messages come from outside; a delivery of the broker is known by who sent it, so the events here come straight. */
  const hear = (atMs: number, topic: string, saga = 's1', hops = 1): void => rig.message(atMs, { topic, entity: saga, payload: { saga, hops, context, delivery: ++delivery } as Json });
  const start = (atMs: number, saga = 's1'): Call => rig.request(atMs, { op: 'saga.start', entity: 'e1', payload: { sagaId: saga } });
  const published = (): string[] => rig.decisions('note').flatMap(({ name, data }) => (name === 'eventPublished' ? [(data as { topic: string }).topic] : []));
  const modes = (): string[] => [...rig.state.books.holdings.values()].map(({ step, mode }) => `${step} ${mode}`);
  return { rig, hear, start, published, modes, payloads };
}

describe('the dance', () => {
  test('begins with an order, and ends where it began', () => {
    const { rig, hear, start, published } = dancer('order');
    const call = start(0);
    rig.advance(1000);
    expect(published()).toEqual(['orderCreated']);
    expect(rig.inspect().meters).toMatchObject({ openSagas: 1 });
    hear(1000, 'shipmentBooked');
    rig.advance(2000);
    expect(rig.outcomeOf(call)).toEqual({ kind: 'ok', value: { sagaId: 's1', status: 'COMPLETED' } });
    expect(rig.decisions('effect').map(({ name }) => name)).toEqual(['done', 'sagaBegan', 'done', 'sagaEnded']);
  });
  test('ends undone when the refusal has come all the way back', () => {
    const { rig, hear, start, modes } = dancer('order');
    const call = start(0);
    hear(1000, 'creditReleased');
    rig.advance(2000);
    expect(rig.outcomeOf(call)).toMatchObject({ kind: 'permanentError', detail: expect.stringContaining('COMPENSATED') });
    expect(modes()).toEqual(['create undone']);
  });
  test('each does its part and says what came of it', () => {
    const { rig, hear, published, modes, payloads } = dancer('customer');
    hear(0, 'orderCreated', 's1', 3);
    hear(1000, 'cardCharged');
    hear(2000, 'orderCreated', 's2');
    hear(3000, 'stockRefused', 's2');
    hear(4000, 'nobodyCares');
    rig.advance(5000);
    expect(published()).toEqual(['creditReserved', 'creditReserved', 'creditReleased']);
    expect(payloads[0]).toMatchObject({ topic: 'creditReserved', value: { saga: 's1', hops: 4, context: { customer: 'e1', amount: 40 } } });
    expect(modes()).toEqual(['credit confirmed', 'credit undone']);
  });
  test('says so when it refuses', () => {
    const { rig, hear, published } = dancer('payment', { refuseRatio: 1 });
    hear(0, 'stockReserved');
    rig.advance(1000);
    expect(published()).toEqual(['cardDeclined']);
  });
  test('tries a local action again that failed for now', () => {
    const { rig, hear, published } = dancer('shipping', { transientRatio: 0.6, retryMs: 100 });
    hear(0, 'cardCharged');
    rig.advance(200);
    expect(published()).toEqual([]);
    rig.setParams(200, { transientRatio: 0 });
    rig.advance(1000);
    expect([published(), rig.notes().includes('handlingRetried')]).toEqual([['shipmentBooked'], true]);
  });
});

describe('events', () => {
  test('one that comes twice is answered twice and done once', () => {
    const { rig, hear, published } = dancer('inventory');
    hear(0, 'creditReserved');
    hear(1000, 'creditReserved');
    rig.advance(2000);
    expect(published()).toEqual(['stockReserved', 'stockReserved']);
    expect(rig.decisions('effect').map(({ name }) => name)).toEqual(['done']);
  });
  test('with an outbox a publish is repeated until it is taken, also after a crash', () => {
    const lost = dancer('customer', {}, ['lost', { kind: 'overload' }, OK]);
    lost.hear(0, 'orderCreated');
    lost.rig.advance(3000);
    expect([lost.published(), lost.rig.state.outbox.size]).toEqual([['creditReserved'], 0]);
    const crashed = dancer('customer', {}, ['lost', OK]);
    crashed.hear(0, 'orderCreated');
    crashed.rig.crash(60);
    crashed.rig.restart(500);
    crashed.rig.advance(1000);
    expect([crashed.published(), crashed.rig.notes().includes('republished')]).toEqual([['creditReserved'], true]);
  });
  test('without one it is forgotten', () => {
    const lost = dancer('customer', { outbox: false }, ['lost']);
    lost.hear(0, 'orderCreated');
    lost.rig.advance(3000);
    expect([lost.published(), lost.rig.notes().includes('eventForgotten')]).toEqual([[], true]);
    const crashed = dancer('customer', { outbox: false }, ['lost', OK]);
    crashed.hear(0, 'orderCreated');
    crashed.rig.crash(60);
    crashed.rig.restart(500);
    crashed.rig.advance(5000);
    expect(crashed.published()).toEqual([]);
  });
  test('straight to the listeners, each gets a message', () => {
    const { rig, hear } = dancer('customer', { broker: '', listeners: ['order', 'inventory'] });
    hear(0, 'orderCreated');
    rig.advance(1000);
    expect(rig.decisions('cast').map(({ to, post }) => `${post.topic} to ${to}`)).toEqual(['creditReserved to order', 'creditReserved to inventory']);
  });
  test('the consequence of too many others is stopped', () => {
    const { rig, hear, modes } = dancer('inventory', { maxHops: 5 });
    hear(0, 'creditReserved', 's1', 6);
    hear(100, 'creditReserved', 's2', 5);
    rig.advance(1000);
    expect([rig.notes().includes('cycleStopped'), modes()]).toEqual([true, ['stock held']]);
  });
});

describe('the watchdog', () => {
  test('barks until the saga has ended, and after a crash as well', () => {
    const { rig, start, published } = dancer('order', { watchdogMs: 2000 });
    start(0);
    rig.advance(2500);
    rig.crash(3000);
    rig.restart(3500);
    rig.advance(6500);
    expect(published().filter((topic) => topic === 'sagaOverdue').length).toBeGreaterThanOrEqual(2);
  });
  test('whoever decides says again what it decided, or decides that nothing more will come', () => {
    const { rig, hear, published, modes } = dancer('payment');
    hear(0, 'stockReserved');
    hear(1000, 'sagaOverdue');
    hear(2000, 'sagaOverdue', 's2');
    hear(3000, 'stockReserved', 's2'); // too late
    rig.advance(4000);
    expect(published()).toEqual(['cardCharged', 'cardCharged', 'cardDeclined']);
    expect(modes()).toEqual(['charge held', 'charge tombstoned']);
    expect(rig.notes()).toContain('zombieStopped');
  });
});

test('a request that is none is refused, and a repeated one is the same saga', () => {
  const { rig, start, hear } = dancer('order');
  expect(rig.outcomeOf(rig.request(0, { op: 'saga.sing' }))).toMatchObject({ kind: 'permanentError' });
  const other = dancer('customer').rig;
  expect(other.outcomeOf(other.request(0, { op: 'saga.start' }))).toMatchObject({ kind: 'permanentError', detail: 'unknownOperation: saga.start' });
  const [a, b] = [start(10), start(20)];
  hear(1000, 'shipmentBooked');
  rig.advance(2000);
  expect([rig.outcomeOf(a)?.kind, rig.outcomeOf(b)?.kind, rig.outcomeOf(start(3000))?.kind]).toEqual(['ok', 'ok', 'ok']);
});
