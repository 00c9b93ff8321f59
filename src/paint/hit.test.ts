import { describe, expect, test } from 'vitest';
import type { PaintView } from '../protocol/paint.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, OUTCOME } from './codes.ts';
import { LANE_GAP } from './geometry.ts';
import { addChunk, createHistory } from './history.ts';
import { hitTest } from './hit.ts';
import { chunkOf, viewOf, type HopRow, type MarkRow } from './testing.ts';

const FORTH = 100 + LANE_GAP / 2, BACK = 100 - LANE_GAP / 2;
function hitAt(x: number, y: number, hops: readonly Partial<HopRow>[], marks: readonly Partial<MarkRow>[] = [], atMs = 50, changes: Partial<PaintView> = {}) {
  const history = createHistory({ ops: ['browse', 'pay'], layers: ['breaker'], nodeOf: [0] });
  addChunk(history, chunkOf(0, 1000, hops, marks));
  return hitTest(history, viewOf(changes), atMs, x, y);
}

describe('under the pointer', () => {
  test('is the nearest mark within 12 px', () => {
    const hops = [{ call: 1042, kind: HOP.reply, attempt: 1 }, { call: 7, sentMs: 45, arriveMs: 145, op: 1 }];
    expect(hitAt(203, BACK - 2, hops)).toEqual({ root: 1042, call: 1042, text: 'browse #1042 · reply ok · attempt 2' });
    expect(hitAt(108, FORTH + 3, hops)).toEqual({ root: 7, call: 7, text: 'pay #7 · request' });
    expect(hitAt(200, BACK - 12, hops)).not.toBeNull();
    expect(hitAt(200, BACK - 12.5, hops)).toBeNull();
  });
  test('counts in px of the zoomed canvas', () => {
    const zoom = { k: 2, x: -100, y: -50 };
    expect(hitAt(300, 150 + LANE_GAP / 2, [{ call: 3 }], [], 50, { zoom })).toMatchObject({ call: 3 });
  });
  test('a call on behalf of another is called by the user\'s request', () => {
    expect(hitAt(200, FORTH, [{ call: 9, root: 4, parent: 4 }])).toEqual({ root: 4, call: 9, text: 'browse #4 · request' });
  });
  test.each([
    [{ kind: HOP.message, root: 0 }, 'browse #5 · message'],
    [{ kind: HOP.message, root: 0, flags: DUPLICATE }, 'browse #5 · message · duplicate'],
    [{ flags: LOST }, 'browse #5 · request · lost'],
    [{ kind: HOP.cancel }, 'browse #5 · cancel'],
    [{ op: 77 }, 'call #5 · request'],
  ])('a hop in words: %j', (hop, text) => {
    expect(hitAt(200, FORTH, [{ call: 5, ...hop }])?.text).toBe(text);
  });
  test('an orphan\'s answer', () => {
    expect(hitAt(200, BACK, [{ call: 5, kind: HOP.reply, outcome: OUTCOME.transientError, flags: LATE }])?.text).toBe('browse #5 · reply transient error · nobody waits any more');
  });
  test.each([
    [{ kind: MARK.refused, outcome: OUTCOME.rejected }, '#5 · refused by breaker: rejected'],
    [{ kind: MARK.gaveUp, outcome: OUTCOME.timeout }, '#5 · caller gave up: timeout'],
    [{ kind: MARK.late }, '#5 · answer came too late: ok'],
  ])('a spot in words: %j', (mark, text) => {
    expect(hitAt(90, 100, [], [{ call: 5, atMs: 49, ...mark }], mark.kind === MARK.refused ? 49 + 112.5 : 50)?.text).toBe(text);
  });
  test('nothing in an empty history', () => {
    expect(hitTest(createHistory(), viewOf(), 0, 100, 100)).toBeNull();
  });
});
