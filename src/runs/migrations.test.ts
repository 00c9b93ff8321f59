import { describe, expect, it } from 'vitest';
import { migrate } from './migrations.ts';
import { breakerStories as stories } from '../../test/fuzz/fixture.ts';
import { validateDocument } from './validate.ts';

const sketch = { version: 0, pattern: 'circuit-breaker', scenario: 'hanging-payments', variant: 'with', params: { openMs: 900, countSlow: true }, seed: 7 };

describe('migrations', () => {
  it('put the parameters of a version 0 document under the layer of the pattern itself', () => {
    const { document } = validateDocument(sketch, stories);
    expect(document).toMatchObject({ version: 1, params: { breaker: { openMs: 900, countSlow: true } }, seed: 7, variant: 'with' });
  });
  it('find that layer also where the document names no scenario, or a variant without it', () => {
    expect(validateDocument({ version: 0, pattern: 'circuit-breaker', params: { openMs: 900 } }, stories).document?.params).toEqual({ breaker: { openMs: 900 } });
    expect(validateDocument({ ...sketch, variant: 'without' }, stories).document?.params).toEqual({ breaker: { openMs: 900, countSlow: true } });
  });
  it('change nothing the second time', () => {
    const once = migrate(sketch, stories).migrated;
    expect(migrate(once, stories).migrated).toEqual(once);
    const { document } = validateDocument(sketch, stories);
    expect(migrate(document, stories).migrated).toBe(document);
  });
  it('leave what they do not understand to validation', () => {
    for (const params of [7, null, [], 'x']) expect(validateDocument({ ...sketch, params }, stories).problems[0]?.path).toBe('params');
    expect(validateDocument({ ...sketch, scenario: 'constructor' }, stories).problems[0]?.path).toBe('scenario');
    expect(validateDocument({ ...sketch, params: {} }, stories).document?.params).toEqual({});
  });
  it('refuse a newer version, saying so', () => {
    expect(migrate({ ...sketch, version: 2 }, stories).problem?.message).toBe(
      'The document has version 2, made by a newer Patternscope; this one reads up to version 1. Reload the page, or open it where it was made.',
    );
  });
  it('refuse a version that is none', () => {
    for (const version of [undefined, null, '1', 0.5, -1, NaN, Infinity, {}]) expect(migrate({ ...sketch, version }, stories).problem?.path).toBe('version');
    for (const value of [null, 3, [], 'x']) expect(migrate(value, stories).problem).toBeDefined();
  });
});
