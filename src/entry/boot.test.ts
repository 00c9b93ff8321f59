import { expect, test } from 'vitest';
import { keepBoot, readBoot } from './boot.ts';

test('an address asks for a page that stands still', () => {
  expect(readBoot('?p=retry&paused&motion=none&chrome=none')).toEqual({ paused: true, still: true, bare: true });
  expect(readBoot('?p=retry&paused=0&motion=all')).toEqual({ paused: false, still: false, bare: false });
});

test('these parameters stay while the address follows what is shown', () => {
  expect(keepBoot('?p=retry&t=3s#s=1.x', '?p=retry&paused&motion=none')).toBe('?p=retry&t=3s&paused&motion=none#s=1.x');
  expect(keepBoot('', '?chrome=none')).toBe('?chrome=none');
  expect(keepBoot('?p=retry', '?p=saga')).toBe('?p=retry');
});
