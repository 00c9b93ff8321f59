import { describe, expect, test } from 'vitest';
import { HOP, MARK } from './codes.ts';
import { LANE_GAP } from './geometry.ts';
import { addChunk, createHistory } from './history.ts';
import { paint } from './paint.ts';
import { toSvg } from './svg.ts';
import { chunkOf, RecordingPen, theme, viewOf } from './testing.ts';

const FORTH = 100 + LANE_GAP / 2;
const history = createHistory();
addChunk(history, chunkOf(
  0, 1000,
  Array.from({ length: 30 }, (_, i) => ({ call: i + 1, sentMs: i * 3, arriveMs: i * 3 + 120, kind: i % 4, outcome: i % 9, attempt: i % 3, flags: i % 8 })),
  [{ call: 90, atMs: 90, kind: MARK.refused, outcome: 6 }],
));

describe('a still', () => {
  test('has an element for everything that the canvas gets, in the same order and colours', () => {
    const pen = new RecordingPen();
    paint(pen, history, viewOf(), 100);
    const elements = [...toSvg(history, viewOf(), 100).matchAll(/<(path|rect|text) [^>]*?(?:fill="none" stroke|fill)="(\w+)"/g)].map(([, , colour]) => colour);
    expect(pen.drawn.length).toBeGreaterThan(40);
    expect(elements).toEqual(pen.drawn.map(({ colour }) => colour));
  });
  test('draws a request as a circle of two arcs at its place', () => {
    const one = createHistory();
    addChunk(one, chunkOf(0, 1000, [{}]));
    expect(toSvg(one, viewOf(), 50)).toContain(`<path d="M204 ${FORTH}A4 4 0 0 1 196 ${FORTH}A4 4 0 0 1 204 ${FORTH}" fill="ink"/>`);
  });
  test('draws a ring as two circles against each other', () => {
    const one = createHistory();
    addChunk(one, chunkOf(0, 1000, [{ kind: HOP.reply }]));
    const ring = /<path d="([^"]+)" fill="ok"\/>/.exec(toSvg(one, viewOf(), 50))?.[1];
    expect(ring?.match(/A\S+ \S+ 0 0 \d/g)).toEqual(['A4.7 4.7 0 0 1', 'A4.7 4.7 0 0 1', 'A2.6 2.6 0 0 0', 'A2.6 2.6 0 0 0']);
  });
  test('is one svg in CSS px, whatever the resolution of the canvas, and says what it is', () => {
    const svg = toSvg(history, viewOf({ pixelRatio: 2 }), 100.25);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="400" height="200" viewBox="0 0 400 200" role="img" aria-label="\d+ marks at 100.25 ms">/);
    expect(svg).toBe(toSvg(history, viewOf({ pixelRatio: 1 }), 100.25));
  });
  test('escapes what comes from outside', () => {
    const hostile = '"/><script>alert(\'1&2\')</script>';
    const all = Object.fromEntries(Object.keys(theme).map((role) => [role, hostile])) as unknown as typeof theme;
    const svg = toSvg(history, viewOf({ theme: all }), 100);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&quot;/&gt;&lt;script&gt;alert(&#39;1&amp;2&#39;)&lt;/script&gt;');
  });
  test('has dashes and the label when links are bands', () => {
    const heavy = createHistory();
    addChunk(heavy, chunkOf(0, 1000, Array.from({ length: 1000 }, (_, i) => ({ call: i + 1, sentMs: i, arriveMs: i + 400, kind: HOP.reply, outcome: i % 2 }))));
    const svg = toSvg(heavy, viewOf(), 900);
    expect(svg).toMatch(/stroke="error" [^>]*stroke-dasharray="7 4" opacity="0.75"/);
    expect(svg).toMatch(/<text [^>]*>1 dot = \d+ requests<\/text>/);
  });
});
