import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOP, LOST, MARK, MS } from './codes.ts';
import { addChunk, bytesOf, covers, createHistory, eachActive, eachSpot, forget, truncate, type Clock, type PaintHistory } from './history.ts';
import { clockOf } from './scene.ts';
import { chunkOf, viewOf, type HopRow, type MarkRow } from './testing.ts';

const clockAt = (atMs: number, speed = 1): Clock => clockOf(viewOf({ speed }), atMs);
function activeAt(history: PaintHistory, clock: Clock): number[] {
  const calls: number[] = [];
  eachActive(history, clock, ({ hops }, row) => calls.push(hops.call[row]!));
  return calls;
}
function spotsAt(history: PaintHistory, clock: Clock): number[] {
  const calls: number[] = [];
  eachSpot(history, clock, ({ spots }, row) => calls.push(spots.call[row]!));
  return calls;
}
/** Consecutive chunks of 100 ms with a hop (call = its moment) every 10 ms. */
function steady(chunks: number): PaintHistory {
  const history = createHistory();
  for (let c = 0; c < chunks; c++) {
    const hops = Array.from({ length: 10 }, (_, i) => ({ call: c * 100 + i * 10 + 1, sentMs: c * 100 + i * 10, arriveMs: c * 100 + i * 10 + 95 }));
    addChunk(history, chunkOf(c * 100, c * 100 + 100, hops));
  }
  return history;
}

describe('what is in flight', () => {
  test('from the instant of sending up to that of arrival', () => {
    const history = createHistory();
    addChunk(history, chunkOf(0, 1000, [{ call: 7, sentMs: 100, arriveMs: 300 }]));
    const seen = [99.999999, 100, 299.999999, 300].map((ms) => activeAt(history, clockAt(ms)).length);
    expect(seen).toEqual([0, 1, 1, 0]);
  });

  test('what was sent in an earlier chunk is still on its way in a later one, in order of sending', () => {
    expect(activeAt(steady(5), clockAt(205))).toEqual([111, 121, 131, 141, 151, 161, 171, 181, 191, 201].filter((call) => call + 94 > 205));
  });

  test('a fast one lingers, a lost one is seen up to its middle and a little after', () => {
    const history = createHistory();
    addChunk(history, chunkOf(0, 1000, [{ call: 1, sentMs: 100, arriveMs: 110 }, { call: 2, sentMs: 500, arriveMs: 700, flags: LOST }]));
    expect([109, 159, 161].map((ms) => activeAt(history, clockAt(ms)))).toEqual([[1], [1], []]);
    expect([599, 1049, 1051].map((ms) => activeAt(history, clockAt(ms)))).toEqual([[2], [2], []]);
  });

  const hopRow = fc.record({ sent: fc.nat(99), took: fc.oneof(fc.nat(20), fc.nat(400), fc.constant(3000)), flags: fc.constantFrom(0, 0, 0, LOST) });
  const markRow = fc.record({ at: fc.nat(99), kind: fc.constantFrom(MARK.refused, MARK.gaveUp, MARK.late, MARK.started, MARK.ended) });
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), hops: fc.array(hopRow, { maxLength: 150 }), marks: fc.array(markRow, { maxLength: 12 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), back: fc.integer({ min: 1, max: 350 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), keep: fc.integer({ min: 0, max: 500 }) }) },
  );
  test('the search finds exactly what a plain filter over all kept rows finds, whatever was added, revised and forgotten', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), fc.array(fc.nat(2000), { minLength: 4, maxLength: 8 }), fc.constantFrom(0.02, 1, 7), (steps, moments, speed) => {
      const history = createHistory();
      let kept: { from: number; until: number; hops: HopRow[]; marks: MarkRow[] }[] = [];
      let now = 0, call = 0;
      for (const one of steps) {
        if (one.kind === 'add') {
          const hops = one.hops.map(({ sent, took, flags }) => ({ call: ++call, sentMs: now + sent, arriveMs: now + sent + took, flags }));
          const marks = one.marks.map(({ at, kind }) => ({ call: ++call, atMs: now + at, kind }));
          addChunk(history, chunkOf(now, now + 100, hops, marks));
          kept.push({ from: now, until: now + 100, hops: hops as HopRow[], marks: marks as MarkRow[] });
          now += 100;
        } else if (one.kind === 'truncate') {
          const from = Math.max(0, now - one.back);
          truncate(history, from * MS);
          kept = kept.filter((chunk) => chunk.from <= from).map((chunk) => ({
            ...chunk, until: Math.min(chunk.until, from),
            hops: chunk.hops.filter(({ sentMs }) => sentMs <= from), marks: chunk.marks.filter(({ atMs }) => atMs <= from),
          }));
          now = from;
        } else {
          forget(history, { beforeNs: (now - one.keep) * MS });
          kept = kept.filter(({ until }) => until > now - one.keep);
        }
      }
      for (const atMs of [...moments, now]) {
        const expectedHops = kept.flatMap(({ hops }) => hops).filter(({ sentMs, arriveMs, flags }) => {
          const end = flags === LOST ? (sentMs + arriveMs) / 2 + 450 * speed : arriveMs - sentMs < 83 * speed ? arriveMs + 50 * speed : arriveMs;
          return sentMs <= atMs && atMs < end;
        });
        const expectedSpots = kept.flatMap(({ marks }) => marks).filter(({ atMs: at, kind }) =>
          kind !== MARK.started && kind !== MARK.ended && at <= atMs && atMs < at + (kind === MARK.gaveUp ? 900 : 450) * speed);
        const sorted = (calls: number[]) => calls.sort((a, b) => a - b);
        const clock = clockAt(atMs, speed);
        expect(sorted(activeAt(history, clock))).toEqual(sorted(expectedHops.map((hop) => hop.call)));
        expect(sorted(spotsAt(history, clock))).toEqual(sorted(expectedSpots.map((mark) => mark.call)));
      }
      const gaveUp = kept.flatMap(({ marks }) => marks).filter(({ kind }) => kind === MARK.gaveUp);
      expect([...history.gaveUp.keys()].sort((a, b) => a - b)).toEqual(gaveUp.map((mark) => mark.call).sort((a, b) => a - b));
    }), { numRuns: 300 });
  });
});

describe('keeping and forgetting', () => {
  test('chunks cut in the middle of an instant, gone back to and traced again give the run without gaps and doubles', () => {
    // A run in events; each instant has several. A checkpoint is a place between two events.
    const runOf = (gaps: readonly number[]) => {
      let ms = 0;
      return gaps.map((gap, i) => ({ call: i + 1, sentMs: ms += gap, arriveMs: ms + 35, kind: i % 5 === 4 ? HOP.cancel : HOP.request, mark: i % 3 === 0 }));
    };
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('ahead' as const), events: fc.integer({ min: 1, max: 30 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('revise' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('retrace' as const), part: fc.double({ min: 0, max: 1, noNaN: true }), forMs: fc.nat(30) }) },
    );
    fc.assert(fc.property(fc.array(fc.constantFrom(0, 0, 0, 1, 10), { minLength: 60, maxLength: 120 }), fc.array(action, { minLength: 2, maxLength: 14 }), (gaps, actions) => {
      const run = runOf(gaps);
      const history = createHistory();
      const timeOf = (event: number) => (event === 0 ? 0 : run[event - 1]!.sentMs);
      const add = (from: number, until: number, untilMs = timeOf(until)) => {
        const events = run.slice(from, until);
        addChunk(history, chunkOf(timeOf(from), untilMs, events, events.filter(({ mark }) => mark).map(({ call, sentMs }) => ({ call, atMs: sentMs, kind: MARK.gaveUp }))));
      };
      let lead = 0;
      for (const one of actions) {
        if (one.kind === 'ahead') {
          const until = Math.min(run.length, lead + one.events);
          add(lead, until);
          lead = until;
        } else if (one.kind === 'revise') {
          lead = Math.floor(one.part * lead);
          truncate(history, timeOf(lead) * MS);
        } else {
          // Whole instants, even those of which the lead has done a part.
          const from = Math.floor(one.part * lead);
          const untilMs = Math.min(timeOf(from) + one.forMs, timeOf(lead));
          const until = run.filter(({ sentMs }) => sentMs <= untilMs).length;
          if (until > from) add(from, until, untilMs);
        }
      }
      // What is left of the instant at which the lead stands may be there already.
      const sure = run.slice(0, lead), perhaps = new Set(run.slice(lead).filter(({ sentMs }) => sentMs === timeOf(lead)).map(({ call }) => call));
      const hops = history.segments.flatMap((segment) => Array.from(segment.hops.call)).filter((call) => !perhaps.has(call));
      expect(hops.sort((a, b) => a - b)).toEqual(sure.map(({ call }) => call));
      const spots = history.segments.flatMap((segment) => Array.from(segment.spots.call)).filter((call) => !perhaps.has(call));
      expect(spots.sort((a, b) => a - b)).toEqual(sure.filter(({ mark, kind }) => mark || kind === HOP.cancel).map(({ call }) => call));
      expect(sure.filter(({ call }) => history.gaveUp.has(call)).length).toBe(new Set(spots).size);
      for (const { hops: table } of history.segments) expect(table.sentNs).toEqual(table.sentNs.toSorted());
    }), { numRuns: 400 });
  });

  test('a revised run: what was sent before goes on, what was sent later is replaced', () => {
    const history = steady(5);
    truncate(history, 250 * MS);
    expect(activeAt(history, clockAt(260))).toEqual([171, 181, 191, 201, 211, 221, 231, 241, 251]);
    expect(covers(history, 251 * MS)).toBe(false);
    addChunk(history, chunkOf(250, 400, [{ call: 9000, sentMs: 255 }]));
    expect(activeAt(history, clockAt(260))).toContain(9000);
    expect(covers(history, 400 * MS)).toBe(true);
  });

  test('a chunk that comes again replaces what it overlaps', () => {
    const history = steady(3);
    addChunk(history, chunkOf(50, 150, [{ call: 9000, sentMs: 149 }]));
    expect(activeAt(history, clockAt(149))).toEqual([9000]);
    expect(activeAt(history, clockAt(165))).toEqual([9000, 161]);
    expect(covers(history, 300 * MS, 300 * MS)).toBe(true);
  });

  test('over a budget the chunks farthest from the shown moment go, never the one that is shown', () => {
    const history = steady(10);
    const all = bytesOf(history);
    expect(all).toBeGreaterThan(100 * 50);
    expect(forget(history, { maxBytes: all / 2, aroundNs: 420 * MS })).toBe(5);
    expect(bytesOf(history)).toBeLessThanOrEqual(all / 2);
    expect([150, 250, 450, 650, 750].map((ms) => covers(history, ms * MS))).toEqual([false, true, true, true, false]);
    forget(history, { maxBytes: 0, aroundNs: 420 * MS });
    expect(history.segments).toHaveLength(1);
    expect(covers(history, 420 * MS)).toBe(true);
  });

  test('by default the oldest go; what went may come back', () => {
    const history = steady(4);
    forget(history, { maxBytes: bytesOf(history) / 2 });
    expect(covers(history, 350 * MS, 100 * MS)).toBe(true);
    expect(covers(history, 350 * MS, 200 * MS)).toBe(false);
    const again = steady(2);
    for (const { hops } of again.segments) addChunk(history, { ...chunkOf(hops.sentNs[0]! / MS, hops.sentNs[0]! / MS + 100, []), hops });
    expect(covers(history, 400 * MS, 400 * MS)).toBe(true);
    expect(activeAt(history, clockAt(205))).toEqual(activeAt(steady(4), clockAt(205)));
  });

  test('covers says whether everything up to a moment is there; the last instant belongs to the chunk', () => {
    const history = createHistory();
    expect(covers(history, 0)).toBe(false);
    addChunk(history, chunkOf(0, 100, []));
    addChunk(history, chunkOf(200, 300, []));
    expect([0, 100, 150, 200, 300, 301].map((ms) => covers(history, ms * MS))).toEqual([true, true, false, true, true, false]);
    expect(covers(history, 250 * MS, 60 * MS)).toBe(false);
  });

  test('a cancel without a mark tells that the caller gave up; with a mark it is told once', () => {
    const history = createHistory();
    addChunk(history, chunkOf(0, 100, [{ call: 1, sentMs: 50, kind: 3, link: 4 }, { call: 2, sentMs: 60, kind: 3, link: 5 }], [{ call: 2, atMs: 60, kind: MARK.gaveUp, outcome: 7 }]));
    const { spots } = history.segments[0]!;
    expect([Array.from(spots.call), Array.from(spots.link), Array.from(spots.outcome)]).toEqual([[1, 2], [4, 5], [3, 7]]);
    expect([...history.gaveUp]).toEqual([[2, 60 * MS], [1, 50 * MS]]);
  });
});
