import { expect, test } from 'vitest';
import { Report } from '../../runs/document-problem.ts';
import { checkRelations, checkValues } from '../../runs/validate-params.ts';
import { timeoutStory } from './params.ts';
import { DEFAULTS } from './testing.ts';

/** What is said of these settings: `path: message`. */
function said(params: Readonly<Record<string, unknown>>, level: 'refuse' | 'warn' = 'refuse'): string[] {
  const report = new Report(20);
  checkValues(timeoutStory, params, 'timeout', report);
  if (report.clean) checkRelations(timeoutStory, { ...DEFAULTS, ...params }, 'timeout', report);
  return (level === 'refuse' ? report.problems : report.warnings).map(({ path }) => path.split('.').at(-1)!);
}

test('what comes out of the box is legal', () => {
  expect(said({})).toEqual([]);
  expect(said({}, 'warn')).toEqual([]);
});

test.each([
  ['totalMs', { totalMs: 0 }], ['totalMs', { totalMs: -1 }], ['totalMs', { totalMs: Infinity }], ['totalMs', { totalMs: NaN }], ['perTryMs', { perTryMs: 0 }], ['connectMs', { connectMs: 0 }],
  ['perTryMs', { onTimeout: 'retry', perTryMs: 6000 }], ['perTryMs', { hedge: 'onPerTryTimeout', perTryMs: 6000 }], ['connectMs', { onTimeout: 'retry', connectMs: 1001 }], ['connectMs', { connectMs: 5001 }],
  ['hedgeDelayMs', { hedge: 'delay', hedgeDelayMs: 5000 }], ['hedgeDelayMs', { hedge: 'quantile', hedgeDelayMs: 5000 }],
  ['maxHedges', { hedge: 'delay', idempotency: 'none' }], ['maxHedges', { maxHedges: 5 }], ['maxHedges', { maxHedges: 1.5 }],
  ['hedgeQuantile', { hedgeQuantile: 0 }], ['hedgeQuantile', { hedgeQuantile: 1 }], ['adaptiveQuantile', { adaptiveQuantile: 1 }], ['adaptiveQuantile', { adaptiveQuantile: 1.2 }],
  ['hopReserveMs', { totalMs: 300, connectMs: 100, hopReserveMs: 300 }], ['minUsefulMs', { totalMs: 300, connectMs: 100, minUsefulMs: 301 }],
  ['maxTokens', { maxTokens: 0 }], ['maxTokens', { maxTokens: 1001 }], ['tokenRatio', { tokenRatio: 0 }], ['adaptiveFloorMs', { adaptiveFloorMs: 6000 }], ['hedgeBudgetPct', { hedgeBudgetPct: 101 }],
  ['replicas', { replicas: 'x' }], ['replicas', { replicas: ['x', 'x'] }], ['mode', { mode: 'magic' }], ['nothing', { nothing: 1 }],
])('%s is refused: %j', (path, params) => {
  expect(said(params)).toContain(path);
});

test('legal where they do not meet: limits of tries without tries, hedges of calls that may happen twice', () => {
  expect(said({ totalMs: 300, perTryMs: 1000, connectMs: 100 })).toEqual([]);
  expect(said({ hedge: 'delay', maxHedges: 4 })).toEqual([]);
  expect(said({ hedge: 'delay', maxHedges: 0, idempotency: 'none' })).toEqual([]);
});

test('warned of: hedging a fifth of the calls without a throttle', () => {
  expect(said({ hedge: 'delay', hedgeBudgetPct: 30 }, 'warn')).toEqual(['hedgeBudgetPct']);
  expect(said({ hedge: 'delay', hedgeBudgetPct: 30, throttle: true }, 'warn')).toEqual([]);
});
