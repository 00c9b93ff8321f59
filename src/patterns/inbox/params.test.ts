/** What is refused and what is warned of, with the computed bound; and what presets are. */
import { expect, test } from 'vitest';
import { Report } from '../../runs/document-problem.ts';
import { checkRelations, checkValues } from '../../runs/validate-params.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { inboxStory } from './params.ts';

function judge(params: Readonly<Record<string, unknown>>): { problems: string[]; warnings: string[] } {
  const report = new Report(20);
  checkValues(inboxStory, params, '', report);
  if (report.clean) checkRelations(inboxStory, { ...initialParams(inboxStory.params), ...params }, '', report);
  return { problems: report.problems.map(({ message }) => message), warnings: report.warnings.map(({ message }) => message) };
}
test.each([
  [{ dedupWindowMs: 0 }, 'dedupWindowMs'], [{ maxAttempts: 0 }, 'maxAttempts'], [{ maxAttempts: 0, dlq: false }, 'maxAttempts'], [{ concurrency: 65 }, 'concurrency'], [{ backoffMs: Number.POSITIVE_INFINITY }, 'backoffMs'],
  [{ mode: 'transactional', ack: 'onReceive' }, 'loses the message'], [{ mode: 'once' }, 'mode'], [{ group: '' }, 'group'], [{ window: 5 }, 'window'], [{ visibilityMs: '5' }, 'visibilityMs'],
] as const)('refused: %j', (params, word) => { expect(judge(params).problems.join(' ')).toContain(word); });
test.each([
  [{ dedupWindowMs: 100_000 }, 'above visibilityMs · maxAttempts (150000)'], [{ visibilityMs: 150 }, 'at least what 99 of 100 messages take (184)'],
  [{ cleanupEveryMs: 3_600_000 }, 'at most dedupWindowMs (1800000)'], [{ dlq: false }, 'tried for ever'],
] as const)('warned of: %j', (params, word) => {
  const { problems, warnings } = judge(params);
  expect(problems).toEqual([]);
  expect(warnings.join(' ')).toContain(word);
});
test('every preset is legal; the original is as its sketch, and libraries as documented', () => {
  for (const { params } of Object.values(inboxStory.presets)) expect(judge(params).problems).toEqual([]);
  expect(inboxStory.presets.original!.params).toMatchObject({ mode: 'markFirst' });
  expect(inboxStory.presets.massTransit!.params).toMatchObject({ dedupWindowMs: 30 * 60_000, cleanupEveryMs: 10_000 });
  expect(inboxStory.presets.nServiceBus!.params).toMatchObject({ dedupWindowMs: 7 * 86_400_000, cleanupEveryMs: 60_000 });
  expect(inboxStory.presets.rabbitMq!.params).toMatchObject({ maxAttempts: 20 });
  expect(initialParams(inboxStory.params)).toMatchObject({ mode: 'transactional', ack: 'afterCommit', dedupWindowMs: 1_800_000, cleanupEveryMs: 10_000, visibilityMs: 30_000, maxAttempts: 5, backoffMs: 200, dlq: true, concurrency: 4, serializeBy: 'key', idSource: 'messageId', scope: 'consumer+id', outbox: true });
});
