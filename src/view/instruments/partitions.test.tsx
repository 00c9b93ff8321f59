import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { partitionLanes, Partitions } from './Partitions.tsx';

const value = [{ topic: 'orders', partition: 1, end: 120, kept: 9, lanes: [{ to: 'mail', inFlight: 2, lag: 9 }, { to: 'search', inFlight: 0, lag: 0 }] }, { topic: 'orders', partition: 2, end: 0, kept: 0, lanes: [] }];
const draw = (it: unknown): string => renderToStaticMarkup(<Partitions value={it as never} label="Here" />);

test('the lanes say in words what they draw: end, lag and what is handed out', () => {
  const markup = draw(value);
  expect(markup).toContain('orders 1, end at 120: mail lags by 9, 2 of them handed out; search lags by 0, 0 of them handed out');
  expect(markup).toContain('orders 2, end at 0: nobody listens');
  expect(markup).not.toMatch(/NaN|undefined|width="-/);
});
test('a cursor that lags further than the others is still inside', () => {
  const far = draw([{ topic: 'a', partition: 0, end: 5000, kept: 4000, lanes: [{ to: 'slow', inFlight: 10, lag: 4000 }] }]);
  for (const [, x] of far.matchAll(/ x="([-\d.]+)"/g)) expect(Number(x)).toBeGreaterThanOrEqual(0);
});
test('empty ones say so; other data is a table', () => {
  expect(draw([])).toContain('Nothing has been published yet');
  expect(partitionLanes([{ strange: 1 }])).toBeNull();
  for (const odd of [undefined, 7, 'text', [1], {}, [{}], [{ end: 1, partition: 0, lanes: 'x' }]]) expect(() => draw(odd)).not.toThrow();
});
