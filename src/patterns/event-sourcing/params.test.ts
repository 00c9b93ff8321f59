import { expect, test } from 'vitest';
import { validateParams } from '../../runs/validate-params.ts';
import { crudStory } from './crud.params.ts';
import { sourcingStory } from './params.ts';
import { projectionStory } from './projection.params.ts';
import { storeStory } from './store.params.ts';

test.each([['commands', sourcingStory], ['store', storeStory], ['projection', projectionStory], ['rows', crudStory]])('the defaults of %s are legal and warn of nothing', (_, story) => {
  expect(validateParams(story, {})).toMatchObject({ problems: [], warnings: [] });
});

test.each([[{ snapshotEvery: -1 }, 'snapshotEvery'], [{ snapshotEvery: 1.5 }, 'snapshotEvery'], [{ maxRetries: 11 }, 'maxRetries'], [{ schema: 4 }, 'schema'], [{ schema: 0 }, 'schema'], [{ concurrency: 'hope' }, 'concurrency'], [{ depositShare: 1.1 }, 'depositShare']])(
  '%j is refused, naming %s', (params, path) => { expect(validateParams(sourcingStory, params).problems.map((problem) => problem.path)).toContain(path); });

test('too long a history is refused, with the longest legal one', () => {
  expect(validateParams(storeStory, { accounts: 100, historyEvents: 1000 }).problems[0]).toMatchObject({ path: 'historyEvents', nearest: 200 });
  expect(validateParams(storeStory, { dedupWindow: -1 }).problems[0]).toMatchObject({ path: 'dedupWindow', nearest: 0 });
});

test('no retry, no snapshot at all, and a window without ids are warned of', () => {
  const warned = (story: typeof sourcingStory | typeof storeStory, params: object): string[] => validateParams(story, params).warnings.map(({ path }) => path);
  expect(warned(sourcingStory, { maxRetries: 0 })).toEqual(['maxRetries']);
  expect(warned(sourcingStory, { maxRetries: 0, serial: true })).toEqual([]);
  expect(warned(sourcingStory, { snapshotEvery: 0 })).toEqual(['snapshotEvery']);
  expect(warned(storeStory, { dedupIds: false })).toEqual(['dedupWindow']);
});
