/** Any stack of up to six layers in any order runs without a broken invariant under random traffic and faults. */
import { expect, test } from 'vitest';
import { catalogue, openKitchen, stackLaw } from './native.ts';

/** `STACK_RUNS=20000 npx vitest run test/conformance/stacks` for a night's work, with new cases each time. */
const asked = process.env['STACK_RUNS'];
const runs = asked === undefined ? 60 : Number(asked);

const kitchen = await openKitchen(catalogue);

test('every layer of the catalogue takes part', () => {
  expect(kitchen.layers).toContain('retry');
  expect(kitchen.layers).toContain('circuit-breaker');
  for (const ref of kitchen.layers) expect(kitchen.stories.of(ref)?.place ?? 'layer', ref).toBe('layer');
});
test('every wrong order names an outer layer that exists, and a note that can show it', () => {
  const wrong = kitchen.layers.flatMap((ref) => (kitchen.stories.of(ref)!.misplaced ?? []).flatMap(({ inside, shows }): string[] => {
    const outer = kitchen.stories.of(inside);
    // A pattern that is still to come may be named already.
    if (outer === undefined) return kitchen.stories.refs.includes(inside) ? [`${ref} inside ${inside}, which has no such engine`] : [];
    const notes = shows.of === 'self' ? kitchen.stories.of(ref)!.notes : outer.notes;
    return Object.hasOwn(notes, shows.note) ? [] : [`${ref} inside ${inside}: no note ${shows.note} of ${shows.of}`];
  }));
  expect(wrong).toEqual([]);
});
test(`any stack of up to six layers keeps all invariants in ${runs} random runs`, { timeout: 120_000 + runs * 2000 }, () => stackLaw(kitchen, runs, asked === undefined ? 20_260_101 : undefined));
