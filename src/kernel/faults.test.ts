import { describe, expect, test } from 'vitest';
import type { Fault } from './faults.ts';
import { notesOf, runSketch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, server, type Act } from '../../test/support/tinyEngines.ts';

/** Calls at 0, 100, 200 …; each takes 10 ms there, 5 ms of work and 10 ms back. */
const every100 = (count = 4, more: Partial<Act> = {}): Act[] => Array.from({ length: count }, (_, i) => ({ atMs: i * 100, to: 'shop', op: `${i}`, ...more }));
const shop = (acts: readonly Act[], ...faults: Fault[]): Sketch => ({
  nodes: { user: acts, shop: [{ engine: server, params: { work: constant(5) } }] }, links: { 'user>shop': 10, 'shop>user': 10 }, faults, durationMs: 2000,
});
const heard = (...faults: Fault[]) => notesOf(shop(every100(), ...faults), 'took', 'did');
const allWell = ['25 user heard 0 ok', '125 user heard 1 ok', '225 user heard 2 ok', '325 user heard 3 ok'];
/** From before the second call to before the third. */
const second = { fromMs: 50, untilMs: 150 } as const;

test('without faults all is well', () => expect(heard()).toEqual(allWell));

describe('hang', () => {
  test('swallows requests sent while it lasts and answers given while it lasts', () => {
    expect(heard({ kind: 'hang', node: 'shop', ...second })).toEqual([allWell[0], ...allWell.slice(2)]);
    expect(heard({ kind: 'hang', node: 'shop', fromMs: 12, untilMs: 15 })).toEqual(allWell); // answered at its end
    expect(heard({ kind: 'hang', node: 'shop', fromMs: 12, untilMs: 16 })).toEqual(allWell.slice(1));
  });
  test('can be of one operation', () => expect(heard({ kind: 'hang', node: 'shop', op: '2', fromMs: 0 })).toEqual(allWell.filter((line) => !line.includes('2 ok'))));
  test('without an end lasts to the end of the run', () => expect(heard({ kind: 'hang', node: 'shop', fromMs: 150 })).toEqual(allWell.slice(0, 2)));
  test('of another node changes nothing', () => expect(heard({ kind: 'hang', node: 'user', fromMs: 0 })).toEqual(allWell));
});

describe('errors', () => {
  test('answer at once when the request comes in, and the engine never sees it', () => {
    expect(notesOf(shop(every100(), { kind: 'errors', node: 'shop', ratio: 1, ...second }), 'did')).toEqual([
      '10 shop took 0', allWell[0], '120 user heard 1 transientError: injected', '210 shop took 2', allWell[2], '310 shop took 3', allWell[3],
    ]);
  });
  test('can be permanent, or overload, or of one operation', () => {
    expect(heard({ kind: 'errors', node: 'shop', ratio: 1, outcome: 'permanentError', ...second })[1]).toBe('120 user heard 1 permanentError: injected');
    expect(heard({ kind: 'errors', node: 'shop', ratio: 1, outcome: 'overload', op: '1', fromMs: 0 })).toEqual([allWell[0], '120 user heard 1 overload: injected', ...allWell.slice(2)]);
  });
  test('come to a share of the requests', () => {
    const { world } = runSketch({ ...shop(Array.from({ length: 2000 }, (_, i) => ({ atMs: i / 2, to: 'shop' })), { kind: 'errors', node: 'shop', ratio: 0.3, fromMs: 0 }), seed: 5 }, { check: 'off' });
    const { 'user.transientError': failed } = world.summary();
    expect(failed! / 2000).toBeGreaterThan(0.3 - 4 * 0.0102);
    expect(failed! / 2000).toBeLessThan(0.3 + 4 * 0.0102);
  });
});

describe('latency', () => {
  test('multiplies the way there and the way back, of packets sent while it lasts', () => {
    expect(heard({ kind: 'latency', from: 'user', to: 'shop', factor: 3, ...second })).toEqual([allWell[0], '165 user heard 1 ok', ...allWell.slice(2)]);
    expect(heard({ kind: 'latency', from: 'user', to: 'shop', factor: 3, fromMs: 0, untilMs: 10 })[0]).toBe('45 user heard 0 ok'); // 30 there, 10 back
    expect(heard({ kind: 'latency', from: 'shop', to: 'user', factor: 3, ...second })[1]).toBe('165 user heard 1 ok'); // the link, whichever way it is named
  });
  test('of several faults multiplies, and may also shorten', () => {
    expect(heard({ kind: 'latency', factor: 3, ...second }, { kind: 'latency', to: 'shop', factor: 0.5, ...second })[1]).toBe('135 user heard 1 ok');
    expect(heard({ kind: 'latency', factor: 0.1, fromMs: 0 })).toEqual(['7 user heard 0 ok', '107 user heard 1 ok', '207 user heard 2 ok', '307 user heard 3 ok']);
  });
});

describe('lost packets', () => {
  const took = (...faults: Fault[]) => notesOf(shop(every100(2), ...faults), 'did');
  test('a lost request never reaches the callee', () => {
    expect(took({ kind: 'dropRequests', from: 'user', to: 'shop', ratio: 1, fromMs: 0, untilMs: 50 })).toEqual(['110 shop took 1', '125 user heard 1 ok']);
  });
  test('a lost reply was worked for', () => {
    expect(took({ kind: 'dropReplies', from: 'user', to: 'shop', ratio: 1, fromMs: 0, untilMs: 50 })).toEqual(['10 shop took 0', '110 shop took 1', '125 user heard 1 ok']);
  });
  test('requests and replies are lost by the direction of the call', () => {
    const none = ['10 shop took 0', '25 user heard 0 ok', '110 shop took 1', '125 user heard 1 ok'];
    expect(took({ kind: 'dropRequests', from: 'shop', to: 'user', ratio: 1, fromMs: 0 })).toEqual(none);
    expect(took({ kind: 'dropReplies', from: 'shop', to: 'user', ratio: 1, fromMs: 0 })).toEqual(none);
    expect(took({ kind: 'dropMessages', ratio: 1, fromMs: 0 })).toEqual(none);
  });
  test('requests and replies are lost independently of each other', () => {
    const acts = Array.from({ length: 4000 }, (_, i) => ({ atMs: i / 4, to: 'shop' }));
    const both = runSketch(shop(acts, { kind: 'dropRequests', ratio: 0.5, fromMs: 0 }, { kind: 'dropReplies', ratio: 0.5, fromMs: 0 }), { check: 'off' }).world.summary();
    expect(both['shop.arrivals']! / 4000).toBeCloseTo(0.5, 1);
    expect(both['user.ok']! / 4000).toBeGreaterThan(0.25 - 4 * 0.0069);
    expect(both['user.ok']! / 4000).toBeLessThan(0.25 + 4 * 0.0069);
    expect(both['user>shop.lost']).toBe(4000 - both['user.ok']!);
  });
  test('a lost message is gone', () => {
    const message = every100(3, { how: 'message' });
    expect(notesOf(shop(message, { kind: 'dropMessages', from: 'user', to: 'shop', ratio: 1, ...second }))).toEqual(['10 shop got 0', '210 shop got 2']);
    expect(notesOf(shop(message, { kind: 'dropMessages', op: '2', ratio: 1, fromMs: 0 }))).toEqual(['10 shop got 0', '110 shop got 1']);
    expect(notesOf(shop(message, { kind: 'dropRequests', ratio: 1, fromMs: 0 }))).toHaveLength(3);
  });
});

describe('duplicate', () => {
  const twice: Fault = { kind: 'duplicate', from: 'user', to: 'shop', ratio: 1, lagMs: 3, ...second };
  test('a request comes twice and is worked on twice, but answered once', () => {
    const seen = runSketch(shop(every100(2), twice));
    expect(seen.notes('started')).toEqual(['10 shop took 0', '15 shop did 0', '25 user heard 0 ok', '110 shop took 1', '113 shop took 1', '115 shop did 1', '118 shop did 1', '125 user heard 1 ok']);
    expect(seen.world.summary()).toMatchObject({ 'user.offered': 2, 'user.ok': 2, 'shop.arrivals': 3, 'shop.served': 3, 'shop.wasted': 0, 'user>shop.requests': 2 });
    expect(seen.text({ fromMs: 100, untilMs: 150, without: ['note', 'effect'] })).toBe([
      '          100 ms  #2 starts at user', '                  #2 1 user → shop, arrives at 110 ms', '                  #3 (of #2) 1 user → shop, a copy, arrives at 113 ms',
      '          110 ms  #2 is worked on by shop', '          113 ms  #3 (of #2) is worked on by shop',
      '          115 ms  #2 1 user ← shop: ok, arrives at 125 ms', '          118 ms  #3 (of #2) 1 user ← shop: ok, a copy, arrives at 128 ms',
      '          125 ms  #2 ends at user: ok', '          128 ms  #2 too late for user: ok', '',
    ].join('\n'));
  });
  test('work on a copy counts as wasted once nobody waits for it', () => {
    const late = runSketch(shop(every100(2), { ...twice, lagMs: 30 }));
    expect(late.notes('started').slice(-2)).toEqual(['140 shop took 1', '145 shop did 1']);
    expect(late.world.summary()).toMatchObject({ 'user.ok': 2, 'shop.wasted': 1 });
  });
  test('a message comes twice', () => {
    expect(notesOf(shop(every100(3, { how: 'message' }), twice))).toEqual(['10 shop got 0', '110 shop got 1', '113 shop got 1', '210 shop got 2']);
  });
  test('of what is lost there is no copy', () => {
    expect(notesOf(shop(every100(2), twice, { kind: 'dropRequests', ratio: 1, ...second }), 'did')).toEqual(['10 shop took 0', '25 user heard 0 ok']);
  });
});

describe('reorder', () => {
  test('holds a packet back by up to the lag, so that later ones overtake', () => {
    const rush = Array.from({ length: 40 }, (_, i): Act => ({ atMs: i, to: 'shop', op: String(i), how: 'message' }));
    const came = (fault: Fault) => notesOf(shop(rush, fault)).map((line) => { const [atMs, , , op] = line.split(' '); return { late: Number(atMs) - Number(op) - 10, op: Number(op) }; });
    const all = came({ kind: 'reorder', ratio: 1, lagMs: 20, fromMs: 0 });
    expect(all.map(({ op }) => op)).not.toEqual(rush.map((_, i) => i));
    expect(all.map(({ op }) => op).sort((a, b) => a - b)).toEqual(rush.map((_, i) => i));
    for (const { late } of all) { expect(late).toBeGreaterThanOrEqual(0); expect(late).toBeLessThan(20); }
    const [there, back] = runSketch(shop(every100(1), { kind: 'reorder', ratio: 1, lagMs: 20, fromMs: 0 })).trace.hops.arriveNs; // 10 and 25 ms without
    expect((back! - 25e6) / 2).not.toBe(there! - 10e6); // the answer has a draw of its own
    const some = came({ kind: 'reorder', ratio: 0.25, lagMs: 20, fromMs: 0 });
    const held = some.filter(({ late }) => late > 0.001).length;
    expect(held).toBeGreaterThan(2);
    expect(held).toBeLessThan(20);
  });
});

describe('partition', () => {
  const both: Sketch = { nodes: { a: [...every100(3, { to: 'b' })], b: [{ engine: server, params: { work: constant(5) } }], c: every100(3, { to: 'b' }).map((act) => ({ ...act, op: `c${act.op}` })) }, links: { 'a>b': 10, 'c>b': 10 }, durationMs: 500 };
  const lines = (fault: Fault) => notesOf({ ...both, faults: [fault] }, 'did').filter((line) => !line.includes('c'));
  const cut = { kind: 'partition', groupA: ['a'], groupB: ['b'] } as const;

  test('cuts both ways', () => {
    expect(lines({ ...cut, ...second })).toEqual(['10 b took 0', '25 a heard 0 ok', '210 b took 2', '225 a heard 2 ok']);
    expect(lines({ ...cut, fromMs: 5, untilMs: 20 })).toEqual(['10 b took 0', '110 b took 1', '125 a heard 1 ok', '210 b took 2', '225 a heard 2 ok']); // what is on its way arrives
  });
  test('cuts one way only', () => {
    expect(lines({ ...cut, oneWay: true, fromMs: 5, untilMs: 150 })).toEqual(['10 b took 0', '25 a heard 0 ok', '210 b took 2', '225 a heard 2 ok']);
    expect(lines({ kind: 'partition', groupA: ['b'], groupB: ['a'], oneWay: true, ...second })).toEqual(['10 b took 0', '25 a heard 0 ok', '110 b took 1', '210 b took 2', '225 a heard 2 ok']);
  });
  test('leaves others alone', () => {
    expect(notesOf({ ...both, faults: [{ ...cut, fromMs: 0 }] }, 'did').filter((line) => line.includes('heard'))).toEqual(['25 c heard c0 ok', '125 c heard c1 ok', '225 c heard c2 ok']);
  });
});

describe('several faults', () => {
  test('decide in the order of the list', () => {
    const error: Fault = { kind: 'errors', node: 'shop', ratio: 1, ...second };
    const lost: Fault = { kind: 'dropRequests', ratio: 1, ...second };
    expect(heard(error, lost)[1]).toBe('120 user heard 1 transientError: injected');
    expect(heard(lost, error)).toEqual([allWell[0], ...allWell.slice(2)]);
  });
  test('delays before the deciding one still count', () => {
    expect(heard({ kind: 'latency', factor: 2, ...second }, { kind: 'errors', node: 'shop', ratio: 1, ...second })[1]).toBe('140 user heard 1 transientError: injected');
  });
});

describe('the draws of a fault', () => {
  const acts = Array.from({ length: 200 }, (_, i): Act => ({ atMs: i * 5, to: 'shop', op: String(i) }));
  const failed = (...faults: Fault[]) => notesOf(shop(acts, ...faults), 'took', 'did').filter((line) => line.includes('injected')).map((line) => line.split(' ')[3]);
  const some: Fault = { kind: 'errors', node: 'shop', ratio: 0.3, fromMs: 0, untilMs: 900 };
  const alone = failed(some);

  test('stay the same when another fault is added before or after it, moved or removed', () => {
    expect(alone.length).toBeGreaterThan(30);
    expect(failed({ kind: 'latency', factor: 1, fromMs: 0 }, some)).toEqual(alone);
    expect(failed(some, { kind: 'dropReplies', ratio: 0, fromMs: 100 })).toEqual(alone);
    const others: Fault[] = [{ kind: 'duplicate', ratio: 0.2, lagMs: 1, fromMs: 100, untilMs: 200 }, { kind: 'reorder', ratio: 0, lagMs: 5, fromMs: 300 }];
    expect(failed(...others, some)).toEqual(alone);
    expect(failed({ ...others[0]!, fromMs: 500, untilMs: 600 }, some)).toEqual(alone);
  });
  test('stay the same when the fault itself is moved, shortened or written in another order', () => {
    expect(failed({ ...some, fromMs: 250 })).toEqual(alone.filter((op) => Number(op) >= 50));
    expect(failed({ untilMs: 400, fromMs: 0, ratio: 0.3, node: 'shop', kind: 'errors' })).toEqual(alone.filter((op) => Number(op) < 80));
    const { untilMs: _, ...endless } = some;
    expect(failed(endless).slice(0, alone.length)).toEqual(alone);
    expect(failed({ ...some, op: undefined })).toEqual(alone);
  });
  test('differ between faults that do different things', () => {
    expect(failed({ ...some, ratio: 0.30001 })).not.toEqual(alone);
  });
});
