/** Each preset does what its library is documented to do as it comes. */
import { expect, test } from 'vitest';
import type { Json, Outcome } from '../../kernel/contract.ts';
import { validateParams } from '../../runs/validate-params.ts';
import { sourcingStory } from './params.ts';
import { bankRig, found, listening } from './testing.ts';

type Name = keyof typeof sourcingStory.presets;
const ok = (value: Json): Outcome => ({ kind: 'ok', value });
/** A deposit: what goes to the store until the append is answered with a conflict, or well. */
function play(name: Name, answer: 'conflict' | 'well') {
  const { calls, options } = listening();
  const rig = bankRig(sourcingStory.presets[name].params, options);
  const call = rig.request(0, { op: 'deposit', entity: 'e1', payload: { amount: 1000 } });
  rig.answer(600, calls[0]!, ok(found(100)));
  rig.advance(605);
  rig.answer(610, calls[1]!, answer === 'well' ? ok({ from: 2, to: 2, position: 2 }) : { kind: 'permanentError', detail: 'wrongExpectedVersion' });
  return { rig, ops: calls.map(({ op }) => op), payloads: calls.map(({ payload }) => payload as Readonly<Record<string, Json>>), outcome: rig.outcomeOf(call) };
}

test.each(Object.keys(sourcingStory.presets) as Name[])('%s is legal and says where it comes from', (name) => {
  expect(validateParams(sourcingStory, sourcingStory.presets[name].params).problems).toEqual([]);
  expect(sourcingStory.presets[name].source.length).toBeGreaterThan(20);
});
test.each(['kurrentdb', 'marten', 'axon'] as const)('%s names the version that was read, and leaves a conflict to the caller', (name) => {
  expect(play(name, 'conflict')).toMatchObject({ outcome: { kind: 'transientError' }, payloads: [{}, { expected: 1 }] });
});
test('Marten’s inline projection keeps the state with every append; KurrentDB and Emmett keep none', () => {
  expect(play('marten', 'well').ops).toEqual(['load', 'append', 'saveSnapshot']);
  for (const name of ['kurrentdb', 'emmett'] as const) expect(play(name, 'well').ops, name).toEqual(['load', 'append']);
});
test('Marten’s exclusive writing loads with a lock and expects nothing', () => expect(play('marten-exclusive', 'well').payloads).toMatchObject([{ lock: true }, { expected: 'any', locked: true }, {}]));
test('Axon takes a snapshot when a load is slow', () => expect(play('axon-load-time', 'well').ops).toContain('saveSnapshot'));
test('Emmett tries again', () => expect(play('emmett', 'conflict').outcome).toBeUndefined());
test('the sketch expects nothing, and gives each event a new id', () => expect(play('original', 'well').payloads[1]).toMatchObject({ expected: 'any', events: [{ id: 'c1.0' }] }));
