import { describe, expect, test } from 'vitest';
import { sagaStory } from './params.ts';
import { HICCUP, NO, OK, sagaRig } from './rig.ts';

const END = 200_000;

describe('readable transcripts', () => {
  const sentences = sagaStory.notes;
  test.each([
    ['completes', {}, {}, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.advance(END); }],
    ['refused-at-the-pivot', {}, { chargeCard: NO }, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.advance(END); }],
    ['time-out-undone', { stepAttempts: 2 }, { reserveStock: 'lost' }, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.advance(END); }],
    ['stuck-and-retried', { compensationAttempts: 2 }, { chargeCard: NO, releaseStock: [HICCUP, HICCUP, OK] }, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.advance(5000); rig.control(5000, 'retryStuck'); rig.advance(END); }],
    ['crash-after-the-pivot', {}, {}, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.crash(310); rig.restart(2000); rig.advance(END); }],
    ['called-off', {}, {}, (rig: ReturnType<typeof sagaRig>) => { rig.start(0); rig.request(150, { op: 'saga.abort', payload: { sagaId: 's1' } }); rig.advance(END); }],
  ] as const)('%s', async (name, params, script, play) => {
    const rig = sagaRig(params as never, script as never);
    play(rig);
    await expect(rig.transcript({ sentences, without: ['timerSet', 'timerCleared', 'logged'] })).toMatchFileSnapshot(`transcripts/${name}.txt`);
  });
});
