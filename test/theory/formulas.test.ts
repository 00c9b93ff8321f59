import { describe, expect, test } from 'vitest';
import { cobham, erlangB, erlangC, finiteQueue, interactive, statesOfMMcK, waitInMG1, waitInMMc } from './formulas.ts';

describe('formulas agree with printed values', () => {
  test.each([[10, 8, 0.1217], [5, 3, 0.1101], [1, 1, 0.5], [2, 1, 0.2]])('Erlang B: %i servers, %f erlangs', (servers, erlangs, expected) => {
    expect(erlangB(servers, erlangs)).toBeCloseTo(expected, 4);
  });

  test.each([[10, 6.5, 0.154], [10, 9, 0.669], [1, 0.8, 0.8], [2, 1, 1 / 3], [5, 4, 0.5541]])('Erlang C: %i servers, %f erlangs', (servers, erlangs, expected) => {
    expect(erlangC(servers, erlangs)).toBeCloseTo(expected, 3);
  });

  test('waits of M/M/10 with 50 ms of service are 2.2 ms at 6.5 erlangs and 33 ms at 9', () => {
    expect(waitInMMc(10, 6.5) * 50).toBeCloseTo(2.2, 1);
    expect(waitInMMc(10, 9) * 50).toBeCloseTo(33.4, 1);
  });

  test('M/M/1 waits ρ/(1 − ρ) services', () => {
    expect([0.5, 0.8, 0.9].map((rho) => waitInMMc(1, rho))).toEqual([1, 4, 9].map((wait) => expect.closeTo(wait, 10)));
  });

  test('ten waiting places cut the loss of 10 servers at 8 erlangs from 12.2 % to 0.9 %', () => {
    expect(finiteQueue(10, 10, 8).loss).toBeCloseTo(erlangB(10, 8), 12);
    expect(finiteQueue(10, 20, 8).loss).toBeCloseTo(0.009, 3);
  });

  test('M/M/1/K at ρ = 1 is in each state alike', () => {
    expect(statesOfMMcK(1, 4, 1)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2].map((p) => expect.closeTo(p, 12)));
    expect(finiteQueue(1, 4, 1)).toEqual({ loss: expect.closeTo(0.2, 12), queue: expect.closeTo(1.2, 12), busy: expect.closeTo(0.8, 12), wait: expect.closeTo(1.5, 12) });
  });

  test('M/M/c/K with endless room is M/M/c', () => {
    expect(finiteQueue(4, 2_000, 3).wait).toBeCloseTo(waitInMMc(4, 3), 8);
  });

  test('Cobham: two classes of 0.4 erlangs wait 4/3 and 20/3 services', () => {
    expect(cobham(1, [0.4, 0.4])).toEqual([expect.closeTo(4 / 3, 10), expect.closeTo(20 / 3, 10)]);
  });

  test('Cobham: priorities move waiting about and neither make nor save any', () => {
    const loads = [0.7, 1.1, 1.6];
    const total = 3.4;
    const waiting = cobham(4, loads).reduce((sum, wait, k) => sum + wait * loads[k]!, 0);
    expect(waiting).toBeCloseTo(total * waitInMMc(4, total), 10);
  });

  test('Pollaczek–Khinchine: constant service halves the wait of exponential service', () => {
    expect(waitInMG1(0.8, 1)).toBeCloseTo(waitInMMc(1, 0.8), 10);
    expect(waitInMG1(0.8, 0)).toBeCloseTo(2, 10);
  });

  test('two users who think as long as they are served keep one server 80 % busy', () => {
    const { throughput, answer } = interactive(1, 2, 1);
    expect(throughput).toBeCloseTo(0.8, 12);
    expect(answer).toBeCloseTo(1.5, 12); // 2 users / 0.8 − 1 of thinking
  });
});
