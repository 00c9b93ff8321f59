import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { LogRibbon } from './LogRibbon.tsx';
import { changesBetween, foldTo, logOf } from './logReading.ts';

const EVENTS: Json = {
  records: [
    { offset: 5, label: 'e1 v2: Deposited 5.00', state: 'in', key: 'e1', value: '15.00', atMs: 1200 },
    { offset: 6, label: 'e2 v1: Deposited 1.00', state: 'in', key: 'e2', value: '1.00' },
    { offset: 7, label: 'e1 v3: Withdrawn 3.00', state: 'out', key: 'e1', value: '12.00' },
  ],
  cursors: [{ name: 'end', at: 8 }], before: { e1: '10.00' }, folded: { e1: '12.00', e2: '1.00' }, of: 8, unit: 'balance',
};
const ROWS: Json = { records: [{ offset: 1, label: 'o-1', state: 'published' }, { offset: 3, label: 'o-2', state: 'open' }], cursors: [{ name: 'read up to', at: 1 }] };
const draw = (value: Json | undefined): string => renderToStaticMarkup(<LogRibbon value={value} label="Log" />);

test('folds to any position: before the first record what was there, at the end what the engine says', () => {
  const log = logOf(EVENTS)!;
  expect([4, 5, 6, 7, 99].map((offset) => Object.fromEntries(foldTo(log, offset)))).toEqual([{ e1: '10.00' }, { e1: '15.00' }, { e1: '15.00', e2: '1.00' }, { e1: '12.00', e2: '1.00' }, { e1: '12.00', e2: '1.00' }]);
});
test('says what changed between two positions, and by how many records', () => {
  expect(changesBetween(logOf(EVENTS)!, 4, 7)).toEqual([{ key: 'e1', was: '10.00', is: '12.00', events: 2 }, { key: 'e2', was: '', is: '1.00', events: 1 }]);
  expect(changesBetween(logOf(EVENTS)!, 6, 6)).toEqual([]);
});
test('is said in words, has two labelled sliders, and follows the end', () => {
  const markup = draw(EVENTS);
  expect(markup).toContain('Log: 3 records up to 7, 2 in, 1 out; end at 8');
  expect(markup).toMatch(/Folded up to.*Compared with/);
  expect(markup).toContain('e1 v3: Withdrawn 3.00');
  expect(markup).not.toMatch(/NaN|undefined|Infinity/);
});
test('a log of rows that set nothing has cells and cursors, and no slider', () => {
  const markup = draw(ROWS);
  expect(markup).toContain('1 published, 1 open; read up to at 1');
  expect(markup).not.toContain('type="range"');
});
test('what it can’t read is a table, and an empty log says so', () => {
  expect(draw({ strange: 5 })).toContain('Strange');
  expect(draw(undefined)).toContain('Nothing at this moment');
  expect(draw({ records: [], cursors: [] })).toContain('The log is empty');
  for (const value of [7, 'text', [], [1], { records: [1] }, { records: [{}] }, { records: 'none' }] as Json[]) expect(() => draw(value)).not.toThrow();
});
