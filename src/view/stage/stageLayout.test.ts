import { describe, expect, test } from 'vitest';
import { along } from './lines.ts';
import { bestLayout, stageLayout, type Box } from './stageLayout.ts';
import type { StageLayer, StageNode, Topology } from './topology.ts';

const layer = (id: string, place: StageLayer['place'], to?: string[]): StageLayer => ({ id, engine: id, place, ...(to && { to }) });
const node = (id: string, role: StageNode['role'], ...layers: StageLayer[]): StageNode => ({ id, title: id, role, layers });
const shop: Topology = {
  nodes: [
    node('browse', 'client', layer('browse', 'app')), node('checkout', 'client', layer('checkout', 'app')),
    node('gateway', 'gateway', layer('limit', 'in'), layer('gateway', 'app'), layer('breaker', 'out', ['payments']), layer('timeout', 'out', ['payments'])),
    node('catalog', 'service', layer('catalog', 'app')), node('payments', 'external', layer('payments', 'app')),
  ],
  links: [{ from: 'browse', to: 'gateway' }, { from: 'checkout', to: 'gateway' }, { from: 'gateway', to: 'catalog' }, { from: 'gateway', to: 'payments' }],
};
const overlap = (a: Box, b: Box) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe.each(['row', 'column'] as const)('the stage as a %s', (orientation) => {
  const layout = stageLayout(shop, orientation);
  const main = (box: Box) => (orientation === 'row' ? box.x : box.y);
  const plate = (id: string) => layout.plates.find((it) => it.layer === id)!;
  const card = (id: string) => layout.nodes.find((it) => it.node.id === id)!;

  test('nothing overlaps and all is inside', () => {
    const boxes: Box[] = [...layout.nodes, ...layout.plates];
    boxes.forEach((a, i) => {
      expect(a.x).toBeGreaterThanOrEqual(-0.01);
      expect(a.y).toBeGreaterThanOrEqual(-0.01);
      expect(a.x + a.w).toBeLessThanOrEqual(layout.width + 0.01);
      expect(a.y + a.h).toBeLessThanOrEqual(layout.height + 0.01);
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    });
  });
  test('incoming policies stand before the card, outgoing ones after it, in the order of the stack', () => {
    expect(main(plate('limit'))).toBeLessThan(main(card('gateway')));
    expect(main(card('gateway'))).toBeLessThan(main(plate('breaker')));
    expect(main(plate('breaker'))).toBeLessThan(main(plate('timeout')));
  });
  test('links run from caller to callee through the plates of their own calls only', () => {
    const line = layout.links[3]!;
    const inside = (id: string, points: typeof line.points) => Array.from({ length: 200 }, (_, i) => along(points, i / 199)).some(({ x, y }) => {
      const box = plate(id);
      return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
    });
    expect(inside('breaker', line.points)).toBe(true);
    expect(inside('breaker', layout.links[2]!.points)).toBe(false);
    const first = line.points[0]!, from = card('gateway');
    expect(orientation === 'row' ? first.x : first.y).toBeCloseTo(orientation === 'row' ? from.x + from.w : from.y + from.h);
  });
});

test('a call back is drawn from the left side of its caller to the right side of its callee', () => {
  const layout = stageLayout({ nodes: [node('c', 'client'), node('a', 'service'), node('b', 'service')], links: [{ from: 'c', to: 'a' }, { from: 'a', to: 'b' }, { from: 'b', to: 'a' }] }, 'row');
  const points = layout.links[2]!.points;
  expect(points[0]!.x).toBeGreaterThan(points.at(-1)!.x);
});
test('a narrow stage runs from top to bottom', () => {
  expect(bestLayout(shop, 340, 420, 12).orientation).toBe('column');
  expect(bestLayout(shop, 960, 520, 24).orientation).toBe('row');
});

describe('a long chain in a wide frame', () => {
  const ids = ['users', 'a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const chain: Topology = {
    nodes: ids.map((id, i) => node(id, i === 0 ? 'client' : 'service', layer(`${id}-check`, 'in'), layer(id, 'app'), layer(`${id}-limit`, 'out'))),
    links: ids.slice(1).map((id, i) => ({ from: ids[i]!, to: id })),
  };
  const row = stageLayout(chain, 'row');
  const folds = bestLayout(chain, 900, 480, 20);

  test('is folded into two lines, larger than in one, and nothing overlaps', () => {
    expect(folds.width).toBeLessThan(row.width * 0.7);
    const boxes: Box[] = [...folds.nodes, ...folds.plates];
    boxes.forEach((a, i) => {
      expect([a.x, a.y].every((at) => at >= -0.01)).toBe(true);
      expect(a.x + a.w <= folds.width + 0.01 && a.y + a.h <= folds.height + 0.01).toBe(true);
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(false);
    });
  });
  test('each link still runs from its caller to its callee, without a jump, and past no other card', () => {
    const card = (id: string) => folds.nodes.find((it) => it.node.id === id)!;
    for (const { from, to, points } of folds.links) {
      expect(points[0]!.x).toBeCloseTo(card(from).x + card(from).w);
      expect(points.at(-1)!.x).toBeCloseTo(card(to).x);
      for (let share = 0.02; share < 0.99; share += 0.01) {
        const { x, y } = along(points, share);
        for (const { node: { id }, ...box } of folds.nodes) if (id !== from && id !== to) expect(overlap({ x, y, w: 0, h: 0 }, box)).toBe(false);
      }
    }
  });
});
