/** What is refused and what is warned of, with the reason and the nearest legal value; and what presets are. */
import { expect, test } from 'vitest';
import { Report } from '../../runs/document-problem.ts';
import { checkRelations, checkValues } from '../../runs/validate-params.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { outboxStory } from './params.ts';

function judge(params: Readonly<Record<string, unknown>>): { problems: string[]; warnings: string[] } {
  const report = new Report(20);
  checkValues(outboxStory, params, '', report);
  if (report.clean) checkRelations(outboxStory, { ...initialParams(outboxStory.params), ...params }, '', report);
  return { problems: report.problems.map(({ message }) => message), warnings: report.warnings.map(({ message }) => message) };
}
test.each([
  [{ pollIntervalMs: 0 }, 'pollIntervalMs'], [{ pollIntervalMs: -5 }, 'pollIntervalMs'], [{ batchSize: 0 }, 'batchSize'], [{ batchSize: 2.5 }, 'batchSize'], [{ maxAttempts: 0 }, 'maxAttempts'],
  [{ order: 'global', claim: 'rowLock' }, 'parallel claims break the global order'], [{ claim: 'rowLock', cursor: 'positionHighWater' }, 'one cursor would move past rows'],
  [{ claim: 'partitionByKey', relay: 'cdc' }, 'a replication slot has one reader'], [{ claim: 'partitionByKey', shard: 2, shards: 2 }, 'shares are numbered from 0'],
  [{ topic: '' }, 'topic'], [{ backoffBaseMs: 500, backoffMaxMs: 100 }, 'the first wait would be longer'], [{ poll: 5 }, 'poll'], [{ publishTimeoutMs: Number.NaN }, 'publishTimeoutMs'],
] as const)('refused: %j', (params, word) => { expect(judge(params).problems.join(' ')).toContain(word); });
test.each([
  [{ cursor: 'positionMax' }, 'is lost for ever'], [{ markPolicy: 'beforePublish' }, 'loses up to a batch'], [{ claim: 'none' }, 'publish everything twice'], [{ leaseMs: 400 }, 'loses its lease between two polls'],
  [{ claim: 'rowLock', leaseMs: 5000 }, 'claimed again while it is being published'],
] as const)('warned of: %j', (params, word) => {
  const { problems, warnings } = judge(params);
  expect(problems).toEqual([]);
  expect(warnings.join(' ')).toContain(word);
});
test('every preset is legal; the original is as its sketch, and libraries as documented', () => {
  for (const { params } of Object.values(outboxStory.presets)) expect(judge(params).problems).toEqual([]);
  expect(outboxStory.presets.original!.params).toMatchObject({ pollIntervalMs: 5000, claim: 'none', order: 'none', retention: 'keep' });
  expect(outboxStory.presets.massTransit!.params).toMatchObject({ batchSize: 100, publishTimeoutMs: 5000 });
  expect(outboxStory.presets.debezium!.params).toMatchObject({ relay: 'cdc', batchSize: 2048 });
  expect(initialParams(outboxStory.params)).toMatchObject({ pollIntervalMs: 500, batchSize: 100, publishTimeoutMs: 5000, backoffBaseMs: 200, maxAttempts: 10, claim: 'singleLeader', cursor: 'flag', order: 'perAggregate', markPolicy: 'afterPublish', retention: 'delete' });
});
