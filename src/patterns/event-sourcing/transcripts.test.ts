/** Golden transcripts: one behaviour a file, to be read from top to bottom. */
import { expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { sourcingStory } from './params.ts';
import { storeStory } from './store.params.ts';
import { bankRig, found, listening, storeRig } from './testing.ts';

test('a conflict', async () => {
  const { calls, options } = listening();
  const rig = bankRig({}, options);
  rig.request(0, { op: 'withdraw', entity: 'e1', payload: { amount: 6000 } });
  rig.answer(7, calls[0]!, { kind: 'ok', value: found(100) });
  rig.advance(12);
  rig.answer(22, calls[1]!, { kind: 'permanentError', detail: 'wrongExpectedVersion' });
  rig.advance(32);
  rig.answer(39, calls[2]!, { kind: 'ok', value: found(70) });
  rig.advance(44);
  rig.answer(54, calls[3]!, { kind: 'ok', value: { from: 2, to: 2, position: 2 } });
  await expect(`# Somebody was faster: loaded, decided and appended again\n\n${rig.transcript({ sentences: sourcingStory.notes })}`).toMatchFileSnapshot('transcripts/conflict.txt');
});

test('two writers at the store', async () => {
  const rig = storeRig({ accounts: 1 });
  const append = (id: string, expected: number) => ({ op: 'append', entity: 'e1', payload: { expected, events: [{ id, type: 'Withdrawn', schema: 3, data: { minor: 8000, currency: 'EUR' } }] } as Json });
  rig.request(0, append('first', 1));
  rig.request(2, append('second', 1));
  rig.request(30, append('first', 1));
  rig.advance(50);
  await expect(`# Two withdrawals of 80 decided by version 1, one of them sent twice\n\n${rig.transcript({ sentences: storeStory.notes })}`).toMatchFileSnapshot('transcripts/two-writers.txt');
});
