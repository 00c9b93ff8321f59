import { describe, expect, test } from 'vitest';
import type { PaintView } from '../protocol/paint.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK, OUTCOME } from './codes.ts';
import { LANE_GAP } from './geometry.ts';
import { addChunk, createHistory, type PaintHistory } from './history.ts';
import { paint, perDotText } from './paint.ts';
import type { Pen } from './pen.ts';
import { chunkOf, RecordingPen, viewOf, type Drawn, type HopRow, type MarkRow } from './testing.ts';

type Fits<T extends Pen> = T;
/** The compiler checks that these are pens. */
export type Pens = Fits<CanvasRenderingContext2D> | Fits<OffscreenCanvasRenderingContext2D>;

const FORTH = 100 + LANE_GAP / 2, BACK = 100 - LANE_GAP / 2;
function historyOf(hops: readonly Partial<HopRow>[], marks: readonly Partial<MarkRow>[] = []): PaintHistory {
  const history = createHistory({ ops: [], layers: [], nodeOf: [0] });
  addChunk(history, chunkOf(0, 10_000, hops, marks));
  return history;
}
function painted(history: PaintHistory, atMs: number, changes: Partial<PaintView> = {}) {
  const pen = new RecordingPen();
  const result = paint(pen, history, viewOf(changes), atMs);
  return { pen, result };
}
/** What is drawn over the halos. */
const drawnFor = (hop: Partial<HopRow>, atMs = 50): readonly Drawn[] =>
  painted(historyOf([hop]), atMs).pen.drawn.filter(({ how, colour }) => how !== 'fill' || colour !== 'surface');
/** 'A' for each arc, 'a' for one against the clock, 'L' for each line. */
const outline = ({ what }: Drawn): string => what.filter((part) => typeof part === 'string').join('');
const reply = (outcome: number, flags = 0) => ({ kind: HOP.reply, outcome, flags });

describe('shapes and colours', () => {
  test('a request is a filled circle in ink', () => {
    expect(drawnFor({})).toEqual([{ how: 'fill', colour: 'ink', alpha: 1, what: ['A', 200, FORTH, 4, 0, Math.PI * 2] }]);
  });
  test('an ok answer is a ring', () => {
    const [ring] = drawnFor(reply(OUTCOME.ok)) as [Drawn];
    expect([ring.colour, outline(ring), ring.what.slice(1, 3)]).toEqual(['ok', 'AZMaZ', [200, BACK]]);
  });
  test('errors are crosses', () => {
    for (const outcome of [OUTCOME.transientError, OUTCOME.permanentError, OUTCOME.overload]) {
      const [cross] = drawnFor(reply(outcome)) as [Drawn];
      expect([cross.colour, outline(cross)]).toEqual(['error', 'MLLLLLLLLLLLZ']);
    }
  });
  test('a timeout is half filled: a disc without the right half of its inside', () => {
    const [half] = drawnFor(reply(OUTCOME.timeout)) as [Drawn];
    expect([half.colour, outline(half)]).toEqual(['late', 'AZMaZ']);
    expect(half.what.slice(-4, -1).map(Number)).toEqual([4, Math.PI / 2, -Math.PI / 2]);
  });
  test('a refusal is a square', () => {
    expect(drawnFor(reply(OUTCOME.rejected))).toEqual([{ how: 'rect', colour: 'refused', alpha: 1, what: [195.5, BACK - 4.5, 9, 9] }]);
    const [square] = painted(historyOf([], [{ atMs: 50, kind: MARK.refused, outcome: OUTCOME.rejected }]), 60).pen.drawn.filter(({ how }) => how === 'rect');
    expect(square).toMatchObject({ colour: 'refused', what: [expect.any(Number), expect.any(Number), 9, 9] });
  });
  test('throttled is a yellow triangle with a dark outline', () => {
    const [body, edge] = drawnFor(reply(OUTCOME.throttled)) as [Drawn, Drawn];
    expect([body.how, body.colour, outline(body)]).toEqual(['fill', 'throttled', 'MLLZ']);
    expect([edge.how, edge.colour, edge.what]).toEqual(['stroke', 'ink', body.what]);
  });
  test('a retry is a circle with the number of the attempt, counted from 1, and an arc behind it', () => {
    const [disc, number, arc] = drawnFor({ attempt: 1 }) as [Drawn, Drawn, Drawn];
    expect([disc.how, disc.colour, outline(disc)]).toEqual(['fill', 'retry', 'A']);
    expect([number.how, number.colour, number.what]).toEqual(['text', 'surface', ['2', 200, FORTH + 0.5]]);
    expect([arc.how, arc.colour, outline(arc)]).toEqual(['stroke', 'retry', 'A']);
    expect(Math.cos((Number(arc.what[4]) + Number(arc.what[5])) / 2)).toBeCloseTo(-1);
  });
  test('a message is an envelope', () => {
    const [body, flap] = drawnFor({ kind: HOP.message, root: 0 }) as [Drawn, Drawn];
    expect([body.how, body.colour, body.what.slice(2)]).toEqual(['rect', 'ink', [12, 8]]);
    expect([flap.how, flap.colour, outline(flap)]).toEqual(['stroke', 'surface', 'MLL']);
  });
  test('a cancel is a bar across the way', () => {
    const [tick] = drawnFor({ kind: HOP.cancel }).filter(({ colour }) => colour === 'ink') as [Drawn];
    const ys = tick.what.filter((_, i) => i % 3 === 2).map(Number), xs = tick.what.filter((_, i) => i % 3 === 1).map(Number);
    expect([Math.max(...ys) - Math.min(...ys), Math.round((Math.max(...xs) - Math.min(...xs)) * 10) / 10]).toEqual([9, 1.8]);
  });
  test('a copy has a second outline', () => {
    const [disc, around] = drawnFor({ flags: DUPLICATE }) as [Drawn, Drawn];
    expect([outline(disc), outline(around), around.colour]).toEqual(['A', 'AZMaZ', 'ink']);
    expect(Number(around.what[3])).toBeGreaterThan(Number(disc.what[3]) + 2);
  });
  test('an orphan is a hollow grey circle', () => {
    const [hollow] = drawnFor(reply(OUTCOME.ok, LATE)) as [Drawn];
    expect([hollow.colour, outline(hollow)]).toEqual(['faint', 'AZMaZ']);
  });
  test('a lost one ends in four short rays that fade', () => {
    const [burst] = drawnFor({ flags: LOST }, 50 + 225) as [Drawn];
    expect([burst.colour, burst.alpha, outline(burst)]).toEqual(['ink', 0.5, 'MLLLZ'.repeat(4)]);
  });
  test('a served stale value is a ring with a point', () => {
    expect(drawnFor(reply(OUTCOME.stale)).map((each) => [each.colour, outline(each)])).toEqual([['ok', 'AZMaZ'], ['ok', 'A']]);
  });
  test('all looks differ without colour', () => {
    const looks = [{}, { attempt: 1 }, { kind: HOP.message }, { kind: HOP.cancel }, { flags: DUPLICATE }, ...[0, 1, 3, 5, 6, 7, 8].map((code) => reply(code))]
      .map((hop) => JSON.stringify(drawnFor(hop).map((each) => [each.how, outline(each), each.what.filter((part, i) => typeof part === 'number' && i > 2)])));
    expect(new Set(looks).size).toBe(looks.length);
  });
});

describe('a frame', () => {
  const busy = historyOf(
    [{ call: 90, sentMs: 80, arriveMs: 120 }, ...Array.from({ length: 40 }, (_, i) => ({ call: i + 1, sentMs: i * 5, arriveMs: i * 5 + 200, kind: i % 4, outcome: i % 9, attempt: i % 3, flags: i % 5 }))],
    Array.from({ length: 12 }, (_, i) => ({ call: i + 100, atMs: 90 + i, kind: 3 + (i % 3), outcome: i % 9 })),
  );

  test('starts with an empty canvas at the device\'s resolution', () => {
    const { calls } = painted(busy, 100, { pixelRatio: 2, width: 640, height: 360 }).pen;
    expect(calls.slice(0, 3)).toEqual(['setTransform 2 0 0 2 0 0', 'setLineDash ', 'clearRect 0 0 640 360']);
  });
  test('is the same whatever was painted before, and whatever the pen was set to', () => {
    const once = painted(busy, 100).pen.calls;
    const pen = new RecordingPen();
    const view = viewOf();
    for (const ms of [50, 180, 100]) paint(pen, busy, view, ms);
    paint(pen, busy, viewOf({ root: 3 }), 90);
    const before = pen.calls.length;
    paint(pen, busy, viewOf(), 100);
    expect(pen.calls.slice(before)).toEqual(once);
  });
  test('leaves the history as it is', () => {
    const copy = structuredClone(busy.segments);
    painted(busy, 100);
    expect(busy.segments).toEqual(copy);
  });
  test('draws a streak under a fast one', () => {
    const [streak] = painted(historyOf([{ sentMs: 1000, arriveMs: 1040 }]), 1020).pen.drawn as [Drawn];
    expect(streak).toEqual({ how: 'stroke', colour: 'ink', alpha: 0.5, what: ['M', 100, FORTH, 'L', 200, FORTH] });
  });
  test('puts a ring around the followed request and makes the others faint', () => {
    const { drawn } = painted(historyOf([{ call: 1 }, { call: 2, sentMs: 5, arriveMs: 105 }]), 50, { root: 2 }).pen;
    expect(drawn.filter(({ colour }) => colour === 'ink').map((each) => [each.what[1], each.alpha, outline(each)])).toEqual([
      [200, 0.25, 'A'], [190, 1, 'A'], [190, 1, 'AZMaZ'],
    ]);
  });
  test('with reduced motion counts what lies on each other', () => {
    const { drawn } = painted(historyOf([{ call: 1 }, { call: 2 }, { call: 3 }]), 10, { reducedMotion: true }).pen;
    expect(drawn.filter(({ how }) => how === 'text').map(({ what }) => what[0])).toEqual(['×3']);
    expect(drawn.some(({ how }) => how === 'stroke')).toBe(false);
  });
});

describe('levels of detail', () => {
  /** So many in flight at 1000 ms on 40 long links, so that none is dense. */
  const links = Array.from({ length: 40 }, (_, i) => ({ points: [{ x: 0, y: i * 10 }, { x: 1000, y: i * 10 }] }));
  const wide = { width: 1000, height: 400, links };
  const inFlight = (count: number) => historyOf(Array.from({ length: count }, (_, i) =>
    ({ call: i + 1, link: i % 40, sentMs: 500, arriveMs: 1500 + i, kind: i % 2, outcome: i % 9, attempt: i % 7 === 0 ? 1 : 0 })));
  const kinds = (drawn: readonly Drawn[]) => new Set(drawn.map(({ how }) => how));

  test('up to 400 every mark has a halo', () => {
    const { drawn } = painted(inFlight(400), 1000, wide).pen;
    expect(drawn.filter(({ colour, how }) => colour === 'surface' && how === 'fill')).toHaveLength(400);
  });
  test('up to 1,500 marks have their shapes', () => {
    const { pen, result } = painted(inFlight(1500), 1000, wide);
    expect(result).toEqual({ dots: 1500, aggregated: false, perDot: 1 });
    expect(kinds(pen.drawn)).toEqual(new Set(['fill', 'rect', 'stroke', 'text']));
    expect(pen.drawn.filter(({ colour, how }) => colour === 'surface' && how === 'fill')).toHaveLength(0);
  });
  test('more are stamped with rectangles', () => {
    const { pen, result } = painted(inFlight(1501), 1000, wide);
    expect(result).toEqual({ dots: 1501, aggregated: false, perDot: 1 });
    expect(kinds(pen.drawn)).toEqual(new Set(['rect']));
  });
  test('above 2,500 links become bands with fewer dots, and a label says what a dot stands for', () => {
    const { pen, result } = painted(inFlight(8000), 1000, wide);
    expect(result.aggregated).toBe(true);
    expect([2, 5, 10, 20, 50]).toContain(result.perDot);
    expect(result.dots * result.perDot).toBeGreaterThan(6000);
    expect(pen.drawn.at(-1)).toMatchObject({ how: 'text', colour: 'ink', what: [perDotText(result.perDot), 28, expect.any(Number)] });
  });
  test('a band is striped by outcome, each with its own dashes', () => {
    const history = historyOf(Array.from({ length: 1000 }, (_, i) => ({ call: i + 1, sentMs: i, arriveMs: i + 500, kind: HOP.reply, outcome: [0, 0, 1, 6][i % 4]! })));
    const { calls, drawn } = painted(history, 900).pen;
    expect(drawn.filter(({ how, alpha }) => how === 'stroke' && alpha < 1).map(({ colour }) => colour)).toEqual(['ok', 'refused', 'error']);
    expect(calls.filter((call) => /^setLineDash \d/.test(call)).length).toBeGreaterThanOrEqual(2);
  });
  test('colours change once per look, not per mark', () => {
    let changes = 0;
    const pen = new Proxy(new RecordingPen(), { set(target, name, value) { if (name === 'fillStyle') changes++; return Reflect.set(target, name, value, target); } });
    paint(pen, inFlight(1400), viewOf(wide), 1000);
    expect(changes).toBeLessThan(20);
  });
  test('large numbers are grouped', () => {
    expect([5, 500, 2000, 1_000_000].map(perDotText)).toEqual(['1 dot = 5 requests', '1 dot = 500 requests', '1 dot = 2,000 requests', '1 dot = 1,000,000 requests']);
  });
});
