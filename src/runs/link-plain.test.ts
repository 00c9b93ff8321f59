import { expect, test } from 'vitest';
import { decodeMoment } from './link-read.ts';
import { readPlain } from './link-plain.ts';
import { fixtureShelf as shelf } from '../../test/fuzz/fixture.ts';
import { catalogue } from '../patterns/catalogue.ts';
import { shelf as real } from './shelf.ts';

const PLAIN = ['?p=circuit-breaker', '?p=circuit-breaker&s=calm', '?p=circuit-breaker&v=without', '?p=circuit-breaker&s=calm&t=0', '?p=circuit-breaker&t=850ms&paused', '?t=1.5s&p=circuit-breaker&motion=none&chrome=none&host=page'];
const OTHER = [
  '', '?p=', '?p=nothing', '?p=constructor', '?p=circuit-breaker&s=constructor', '?p=circuit-breaker&s=', '?p=circuit-breaker&v=nothing', '?p=circuit-breaker&v=toString', '?p=circuit-breaker&t=soon', '?p=circuit-breaker&t=-1s',
  '?p=circuit-breaker&t=9h', '?p=circuit-breaker&t=', '?p=circuit-breaker&p=retry', '?p=circuit-breaker&seed=3', '?p=circuit-breaker&breaker.slidingWindowSize=20', '?p=circuit-breaker&utm_source=x', '?p=circuit-breaker&more=1', '?s=calm',
];

test('what the plain reader understands, the whole reader reads as the same moment, without a word of complaint', async () => {
  for (const search of PLAIN) {
    const plain = await readPlain(search, '', shelf);
    const whole = await decodeMoment(search, '', shelf);
    expect(plain, search).toBeDefined();
    expect(plain, search).toEqual(whole.moment);
    expect([...whole.problems, ...whole.warnings], search).toEqual([]);
  }
});

test('everything else it leaves to the whole reader', async () => {
  for (const search of OTHER) expect(await readPlain(search, '', shelf), search).toBeUndefined();
  expect(await readPlain('?p=circuit-breaker', '#s=1.abc', shelf)).toBeUndefined();
});

test('of every pattern each scenario and variant', async () => {
  for (const { id, story } of catalogue) {
    const { scenarios } = await story();
    for (const [s, { variants }] of Object.entries(scenarios)) {
      for (const v of [undefined, ...Object.keys(variants)]) {
        const search = `?p=${id}&s=${s}${v === undefined ? '' : `&v=${v}`}`;
        const whole = await decodeMoment(search, '', real);
        expect(await readPlain(search, '', real), search).toEqual(whole.moment);
        expect(whole.problems, search).toEqual([]);
        // Nobody is warned of what the scenario itself does.
        expect(whole.warnings.filter(({ path }) => !path.startsWith('interventions[')), search).toEqual([]);
      }
    }
  }
});
