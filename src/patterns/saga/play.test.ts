import { test } from 'vitest';
import { World } from '../../kernel/world.ts';
import { roles } from '../../roles/index.ts';
import { engines, laws } from './engine.ts';
import { planFor } from './testing.ts';
import { sagaStory } from './params.ts';
import { participantStory } from './participant.params.ts';
import { choreographyStory } from './choreography.params.ts';
import { chainStory } from './chain.ts';
import { orderSaga } from './scenarios/orderSaga.ts';

const shelf = {
  engines: { ...engines, ...Object.fromEntries(Object.entries(roles).map(([id, r]) => [id, r.engine])) },
  stories: { saga: sagaStory, participant: participantStory, choreographer: choreographyStory, chain: chainStory, ...Object.fromEntries(Object.entries(roles).map(([id, r]) => [id, r.story])) },
  laws,
};
test('play', () => {
  for (const v of Object.keys(orderSaga.variants)) {
    for (const faults of [[], orderSaga.faults]) {
      const t = performance.now();
      const world = new World(planFor(orderSaga, v, shelf, { faults }), { check: 'sample' });
      world.runUntil(1e9);
      const s = world.summary();
      console.log(v, faults.length, Math.round(performance.now() - t), 'ms', world.events, 'events');
      if (process.env.LONG) console.log(Object.entries(s).filter(([k]) => /shoppers\.(offered|good|ok|perm|tran|mean|p99)|Mean$|noteTotal|amplif/.test(k)).map(([k, x]) => `${k}=${Math.round(x * 1000) / 1000}`).join(' '));
      if (process.env.LONG) console.log(JSON.stringify(world.ledger().map((l) => [l.name, l.holds, l.view && (l.view as any).totals, (l.view as any)?.brokenAtMs, (l.view as any)?.rows.slice(0, 5)])));
      if (process.env.LONG) console.log(JSON.stringify((world.ledger()[0]!.view as any).wrongSagas.slice(0, 4)));
    }
  }
});
