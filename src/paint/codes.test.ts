import { expect, test } from 'vitest';
import { OUTCOME_KINDS } from '../kernel/contract.ts';
import { DUPLICATE, HOP, LATE, LOST, MARK } from '../kernel/trace.ts';
import * as codes from './codes.ts';

test('the codes are those of the kernel', () => {
  expect(codes.OUTCOMES).toEqual(OUTCOME_KINDS);
  expect(Object.keys(codes.OUTCOME)).toEqual(OUTCOME_KINDS);
  expect(Object.values(codes.OUTCOME)).toEqual(OUTCOME_KINDS.map((_, code) => code));
  expect([codes.HOP, codes.MARK, codes.LOST, codes.DUPLICATE, codes.LATE]).toEqual([HOP, MARK, LOST, DUPLICATE, LATE]);
});
