/** The outside observer: conservation laws of the kernel and the engines' own invariants, checked in every run. */
import { countNote } from './metrics.ts';
import { recordNote } from './record.ts';
import { broken, MS, type Sim } from './state.ts';

export function checkLayer(sim: Sim, layer: number): void {
  const node = sim.state.nodes[sim.nodeOf[layer]!]!;
  if (node.down) return;
  const { invariants } = sim.engines[layer]!;
  for (let i = 0; i < invariants.length; i++) {
    const rule = invariants[i]!;
    if (!rule.holds(sim.state.layers[layer], sim.state.params[layer])) broken(sim, rule.name, rule.why, sim.layerIds[layer]!);
  }
}

/** Every call ends once or is still waited for; what a node took in, it has answered or still holds. */
export function checkCalls(sim: Sim): void {
  const { counters, nodes } = sim.state;
  let pending = 0, open = 0;
  for (let n = 0; n < nodes.length; n++) { pending += nodes[n]!.pending; open += nodes[n]!.open.length; }
  if (counters.started !== counters.ended + counters.abandoned + pending) {
    broken(sim, 'every request ends exactly once', `${counters.started} calls started, but ${counters.ended} ended, ${counters.abandoned} were abandoned by a crash and ${pending} are waited for`, 'kernel');
  }
  if (counters.taken !== counters.served + counters.lostInCrash + open) {
    broken(sim, 'admitted = finished + in flight', `${counters.taken} requests were taken in, but ${counters.served} served, ${counters.lostInCrash} lost in crashes and ${open} are open`, 'kernel');
  }
}

export function checkAll(sim: Sim): void {
  checkCalls(sim);
  for (let l = 0; l < sim.engines.length; l++) checkLayer(sim, l);
}

/** Asks each law whether it holds now. False where one has just been broken; the note of it goes to `layer`. */
export function judge(sim: Sim, layer: number): boolean {
  const { state, plan: { laws } } = sim;
  let holds = true;
  for (let i = 0; i < laws.length; i++) {
    const ok = laws[i]!.holds(state.laws[i], state.nowNs / MS);
    if (!ok && !state.lawsBroken[i]) {
      holds = false;
      countNote(state.metrics, sim.layout, layer, 'lawBroken', state.nowNs);
      recordNote(sim, layer, 'lawBroken', { law: laws[i]!.name, why: laws[i]!.why });
    }
    state.lawsBroken[i] = !ok;
  }
  return holds;
}
