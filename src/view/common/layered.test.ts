import { describe, expect, test } from 'vitest';
import { layered, spread } from './layered.ts';

const options = { crossGap: 20, passCross: 10, portGap: () => 10 };
const node = (id: string, first = false) => ({ id, cross: 60, first });

describe('layered', () => {
  test('ranks follow the longest path from the clients', () => {
    const { rankOf } = layered([node('c', true), node('g'), node('a'), node('b')], [{ from: 'c', to: 'g' }, { from: 'g', to: 'a' }, { from: 'a', to: 'b' }, { from: 'g', to: 'b' }], options);
    expect(Object.fromEntries(rankOf)).toEqual({ c: 0, g: 1, a: 2, b: 3 });
  });
  test('a poller stands next to what it polls, not among the clients', () => {
    const { rankOf } = layered([node('c', true), node('a'), node('db'), node('relay')], [{ from: 'c', to: 'a' }, { from: 'a', to: 'db' }, { from: 'relay', to: 'db' }], options);
    expect(rankOf.get('relay')).toBe(1);
  });
  test('rows keep the order of declaration where that crosses nothing', () => {
    const { at } = layered([node('c', true), node('d', true), node('x'), node('y')], [{ from: 'c', to: 'x' }, { from: 'd', to: 'y' }], options);
    expect(at.get('c')!).toBeLessThan(at.get('d')!);
    expect(at.get('x')!).toBeLessThan(at.get('y')!);
  });
  test('rows change places where declaration would cross', () => {
    const { at } = layered([node('c', true), node('d', true), node('x'), node('y')], [{ from: 'c', to: 'y' }, { from: 'd', to: 'x' }], options);
    expect((at.get('c')! - at.get('d')!) * (at.get('y')! - at.get('x')!)).toBeGreaterThan(0);
  });
  test('boxes of a rank never overlap, and nothing lies below zero', () => {
    const ids = Array.from({ length: 9 }, (_, i) => `s${i}`);
    const { at } = layered([node('c', true), ...ids.map((id) => node(id))], ids.map((to) => ({ from: 'c', to })), options);
    const places = ids.map((id) => at.get(id)!).sort((a, b) => a - b);
    expect(places[0]!).toBeGreaterThanOrEqual(30 - 1e-9);
    for (let i = 1; i < places.length; i++) expect(places[i]! - places[i - 1]!).toBeGreaterThanOrEqual(80 - 1e-9);
  });
  test('a lone chain is straight', () => {
    const { at, lines } = layered([node('c', true), node('g'), node('s')], [{ from: 'c', to: 'g' }, { from: 'g', to: 's' }], options);
    expect(new Set([...at.values()].map((x) => Math.round(x))).size).toBe(1);
    expect(new Set(lines.flatMap((line) => line.at.map((x) => Math.round(x)))).size).toBe(1);
  });
  test('an edge that closes a cycle is drawn backwards and a long one passes each rank', () => {
    const { lines } = layered([node('c', true), node('a'), node('b')], [{ from: 'c', to: 'a' }, { from: 'a', to: 'b' }, { from: 'b', to: 'a' }, { from: 'c', to: 'b' }], options);
    expect(lines.map(({ reversed }) => reversed)).toEqual([false, false, true, false]);
    expect(lines[3]!.ranks).toEqual([0, 1, 2]);
  });
  test('nothing at all is no trouble', () => expect(layered([], [], options).cross).toBe(0));
});

describe('spread', () => {
  test('what fits stays where it wants to be', () => expect(spread([10, 100], [20, 20], 5)).toEqual([10, 100]));
  test('what collides is pushed apart evenly', () => expect(spread([50, 50], [20, 20], 10)).toEqual([35, 65]));
});
