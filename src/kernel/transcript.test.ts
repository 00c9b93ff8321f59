import { expect, test } from 'vitest';
import type { Engine } from './contract.ts';
import { runSketch, type Sketch } from '../../test/support/smallWorlds.ts';
import { constant, impatient, relay, retrier, server } from '../../test/support/tinyEngines.ts';

/** Says when it trips, and moves. */
const fuse: Engine<null, { failed: number }> = {
  init: () => ({ failed: 0 }), inspect: () => ({}), invariants: [],
  onReply(state, call, outcome, ctx) {
    if (outcome.kind !== 'ok' && ++state.failed === 2) { ctx.note('tripped', { failed: 2, of: 3 }); ctx.transition('shop', 'closed', 'open', 'failedTwice'); }
    ctx.reply(call, outcome);
  },
};
/** A user, a gateway that tries twice and gives up after 60 ms, a shop that fails, loses and repeats. */
const world: Sketch = {
  nodes: {
    user: [{ atMs: 0, to: 'gateway', op: 'buy' }, { atMs: 200, to: 'gateway', op: 'buy' }, { atMs: 400, to: 'gateway', op: 'buy', patienceMs: 50 }, { atMs: 600, to: 'gateway', op: 'hello', how: 'message' }, { atMs: 700, to: 'gateway', op: 'buy' }],
    gateway: [{ engine: relay, params: { to: ['shop'] }, id: 'app' }, { engine: retrier, params: { times: 2 }, id: 'retry' }, { engine: fuse, id: 'fuse' }, { engine: impatient, params: { ms: 60 }, id: 'limit' }],
    shop: [{ engine: server, params: { work: constant(10) }, id: 'shop' }],
  },
  links: { 'user>gateway': 5, 'gateway>shop': 20 },
  faults: [
    { kind: 'errors', node: 'shop', ratio: 1, fromMs: 190, untilMs: 390 }, { kind: 'hang', node: 'shop', fromMs: 390, untilMs: 590 },
    { kind: 'duplicate', to: 'shop', ratio: 1, lagMs: 4, fromMs: 650, untilMs: 720 }, { kind: 'crash', node: 'shop', fromMs: 900, untilMs: 950 },
  ],
  interventions: [{ atMs: 800, kind: 'control', layer: 'shop', control: 'look' }],
  laws: [{ name: 'done once', why: 'One call was worked on twice.', init: () => ({ ops: 0 }), onEffect: (state: { ops: number }) => { state.ops++; }, holds: ({ ops }) => ops < 3 }],
};

test('a small world, told from beginning to end', async () => {
  await expect(runSketch(world).text()).toMatchFileSnapshot('./transcripts/small-world.txt');
});

test('a transcript can be cut to a span and to kinds of lines, and speaks in sentences where there are some', () => {
  const seen = runSketch(world);
  expect(seen.text({ fromMs: 250, untilMs: 290, without: ['hop', 'mark', 'effect'] })).toBe([
    '          285 ms  fuse[shop]: closed → open (failedTwice)', '                  fuse notes tripped (failed 2, of 3)', '',
  ].join('\n'));
  expect(seen.text({ without: ['hop', 'mark', 'effect', 'move', 'took', 'did', 'started', 'heard'], sentences: { tripped: { text: '{layer} tripped after {failed} of {of}: {missing}' } } })).toContain('— fuse tripped after 2 of 3: {missing}\n');
  expect(seen.text({ fromMs: 2000 })).toBe('');
});
