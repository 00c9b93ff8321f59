import { describe, expect, it } from 'vitest';
import { documentOfName, parseRunName, runName } from './names.ts';
import { fixtureShelf as shelf } from '../../test/fuzz/fixture.ts';

describe('the name of a run', () => {
  it('has one to three parts', () => {
    expect(parseRunName('retry')).toEqual({ pattern: 'retry' });
    expect(parseRunName('retry/blips')).toEqual({ pattern: 'retry', scenario: 'blips' });
    expect(parseRunName(' retry/blips/with/ ')).toEqual({ pattern: 'retry', scenario: 'blips', variant: 'with' });
    for (const text of ['', '/', 'a//b', 'a/b/c/d', 'a b', 'é', '../../etc/x', 'x'.repeat(400)]) expect(parseRunName(text)).toBeUndefined();
    expect(runName({ pattern: 'retry', scenario: 'blips', variant: 'with' })).toBe('retry/blips/with');
  });
  it('means a document, with what opens where a part is left out', async () => {
    expect((await documentOfName('circuit-breaker/calm', shelf)).document).toMatchObject({ pattern: 'circuit-breaker', scenario: 'calm', variant: 'with', seed: 7 });
    expect((await documentOfName('retry', shelf)).document).toMatchObject({ pattern: 'retry', scenario: 'blips', variant: 'with' });
  });
  it('gets the nearest name where it is misspelt', async () => {
    const nearest = async (text: string) => (await documentOfName(text, shelf)).problems.map((problem) => problem.nearest);
    expect(await nearest('circuit-braker')).toEqual(['circuit-breaker']);
    expect(await nearest('circuit-breaker/hanging-paymnts')).toEqual(['hanging-payments']);
    expect(await nearest('circuit-breaker/hanging-payments/whit')).toEqual(['with']);
    expect((await documentOfName('a/b/c/d', shelf)).problems).toHaveLength(1);
  });
});
