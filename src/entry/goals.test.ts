import { expect, test } from 'vitest';
import { momentOf } from './goals.ts';

type Run = Parameters<typeof momentOf>[1];
const note = (name: string, atMs: number, layer = 'breaker') => ({ name, atMs, layer, data: undefined, call: 0 });
const run = {
  notes: [note('opened', 3000), note('halfOpened', 8000), note('opened', 9000), note('admitted', 9500, 'gate')],
  moves: [{ atMs: 3000, layer: 'breaker', instance: '', from: 'closed', to: 'open', event: 'TRIP' }],
  samples: { names: ['busy'], rows: 3, values: { busy: Float64Array.of(1, Number.NaN, 7) } },
  failure: null, layerIds: ['breaker', 'gate'], durationMs: 10_000,
  resolved: { nodes: [{ id: 'gateway', layers: [{ id: 'breaker' }] }, { id: 'shop', layers: [{ id: 'gate' }] }] },
} as unknown as Run;

test('the first moment after the shown one at which a goal holds', () => {
  expect(momentOf({ note: 'opened' }, run, 0)).toBe(3000);
  expect(momentOf({ note: 'opened' }, run, 3000)).toBe(9000);
  expect(momentOf({ note: 'opened', after: 0 }, run, 5000)).toBe(3000);
  expect(momentOf({ mode: 'open', node: 'gateway' }, run, 0)).toBe(3000);
  expect(momentOf({ metric: 'busy', above: 5 }, run, 0)).toBe(300);
  expect(momentOf({ t: 10_000 }, run, 0)).toBe(10_000);
});

test('what never happens is refused with what was seen instead', () => {
  expect(() => momentOf({ note: 'opened' }, run, 9500)).toThrow('did not come after 9500 ms; it came at 3000 ms, 9000 ms');
  expect(() => momentOf({ note: 'opend' }, run, 0)).toThrow('Did you mean "opened"?');
  expect(() => momentOf({ note: 'opened', node: 'shop' }, run, 0)).toThrow('never came');
  expect(() => momentOf({ mode: 'opne' }, run, 0)).toThrow('Did you mean "open"? Entered were open at 3000 ms');
  expect(() => momentOf({ metric: 'busy', above: 8 }, run, 0)).toThrow('busy stayed between 1 and 7');
  expect(() => momentOf({ metric: 'busi', above: 8 }, run, 0)).toThrow('Did you mean "busy"?');
  expect(() => momentOf({ metric: 'busy' }, run, 0)).toThrow('above or below');
  expect(() => momentOf({ note: 'opened', layer: 'braker' }, run, 0)).toThrow('Did you mean "breaker"?');
  expect(() => momentOf({ note: 'opened', node: 'gatway' }, run, 0)).toThrow('Did you mean "gateway"?');
  expect(() => momentOf({ invariant: true }, run, 0)).toThrow('No rule was broken');
  expect(() => momentOf({ t: 10_001 }, run, 0)).toThrow('ends at 10000 ms');
});
