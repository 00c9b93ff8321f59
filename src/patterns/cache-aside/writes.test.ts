/** What a write does to the copy, by policy and order. */
import { expect, test } from 'vitest';
import { OK } from '../../kernel/contract.ts';
import type { CacheAsideParams } from './params.ts';
import { cacheRig } from './testing.ts';

const written = (version = 2) => ({ kind: 'ok', value: { version } }) as const;
/** What goes out, in order; `put` is the write itself. */
function orderOf(params: Partial<CacheAsideParams>, request: object = {}) {
  const rig = cacheRig(params);
  const call = rig.write(0, 'k', request);
  const seen: string[] = [];
  let atMs = 0;
  for (let i = 0; i < 6 && rig.outcomeOf(call) === undefined; i++) {
    const out = rig.out().filter(({ op }) => op !== 'put');
    if (out.length > seen.filter((op) => op !== 'put').length) {
      seen.push(out.at(-1)!.op);
      rig.answer((atMs += 5), out.at(-1)!.id, OK);
    } else {
      seen.push('put');
      rig.commit((atMs += 5), written());
    }
  }
  return { rig, call, seen, atMs };
}

test.each([
  [{ writePolicy: 'none' }, ['put']],
  [{ writePolicy: 'invalidate' }, ['put', 'delete']],
  [{ writePolicy: 'invalidate', order: 'cacheThenDb' }, ['delete', 'put']],
  [{ writePolicy: 'update' }, ['put', 'set']],
  [{ writePolicy: 'versionedSet' }, ['put', 'set']],
  [{ writePolicy: 'doubleDelete' }, ['put', 'delete']],
] as const)('%j does %j, then answers', (params, expected) => {
  const { rig, call, seen } = orderOf(params);
  expect(seen).toEqual(expected);
  expect(rig.outcomeOf(call)).toEqual(written());
  expect(rig.decisions('effect')).toMatchObject([{ name: 'writeAnswered', data: { key: 'k', version: 2 } }]);
});

test('a double delete deletes again after its time, on nobody’s behalf', () => {
  for (const order of ['dbThenCache', 'cacheThenDb'] as const) {
    const { rig } = orderOf({ writePolicy: 'doubleDelete', doubleDeleteMs: 400, order });
    rig.advance(399);
    expect(rig.out('delete')).toHaveLength(1);
    rig.advance(500);
    expect(rig.out('delete')).toHaveLength(2);
    rig.answer(501, rig.last('delete'), OK);
    expect(rig.timers()).toEqual([]);
  }
});

test('a write that fails leaves the copy alone, unless it was deleted first', () => {
  const rig = cacheRig();
  const call = rig.write(0);
  rig.commit(1, { kind: 'permanentError', detail: 'version conflict' });
  expect(rig.outcomeOf(call)).toMatchObject({ kind: 'permanentError' });
  expect([rig.out('delete'), rig.decisions('effect')]).toEqual([[], []]);
});

test('a writer who gives up leaves nothing behind', () => {
  for (const params of [{}, { order: 'cacheThenDb' }] as const) {
    const rig = cacheRig(params);
    const call = rig.write(0);
    rig.giveUp(1, call);
    for (const { id } of rig.out('delete')) rig.answer(2, id, OK);
    expect([rig.state.writes.size, rig.state.errands.size, rig.timers()]).toEqual([0, 0, []]);
  }
});

