/**
 * Finds timers of calls that are over. By convention a layer names a call's own timer by the call's id; so a timer with the number of a
 * call whose answer this node has sent (or got, or which its sender has given up) was forgotten.
 */
import { HOP, LOST, MARK, type HopTable, type MarkTable } from '../../src/kernel/trace.ts';
import type { WorldState } from '../../src/kernel/state.ts';
import { timersSet } from '../../src/kernel/timers.ts';
import type { World } from '../../src/kernel/world.ts';

const MANY = 400;

export class TimerWatch {
  readonly leaks: string[] = [];
  private readonly world: World;
  private readonly nodeOf: readonly string[];
  /** When the callee answered, and when the answer reached the caller or the caller gave up; by call. */
  private readonly served = new Map<number, { readonly node: string; readonly atNs: number }>();
  private readonly over = new Map<number, { readonly node: string; readonly atNs: number }>();
  /** Calls to the own node are on both sides at once. */
  private readonly local = new Set<number>();
  /** Where work on a call has begun. An inbound layer of the same node may give it up; the work may go on all the same. */
  private readonly begun = new Map<number, string>();
  /** Calls on their way whose callee has not been told to stop, by sender: a layer (a thread that cannot be interrupted) may let them go on though the caller has gone. */
  private readonly letRun = new Map<number, { readonly node: string; readonly untilNs: number }>();

  constructor(world: World) {
    this.world = world;
    this.nodeOf = world.plan.nodes.flatMap((node) => node.layers.map(() => node.id));
  }

  /** Takes what has been traced, then looks at the timers as they are now. */
  take(hops: HopTable, marks: MarkTable): void {
    const { links } = this.world.plan;
    for (let i = 0; i < hops.length; i++) {
      const call = hops.call[i]!;
      const { from, to } = links[hops.link[i]!]!;
      if (from === to) this.local.add(call);
      if (hops.kind[i] === HOP.request) this.letRun.set(call, { node: from, untilNs: Infinity });
      else if (hops.kind[i] === HOP.cancel) this.letRun.delete(call);
      else if (hops.kind[i] === HOP.reply && (hops.flags[i]! & LOST) === 0) this.letRun.set(call, { node: from, untilNs: hops.arriveNs[i]! });
      if (hops.kind[i] !== HOP.reply) continue;
      this.served.set(call, { node: to, atNs: hops.sentNs[i]! });
      if ((hops.flags[i]! & LOST) === 0) this.over.set(call, { node: from, atNs: hops.arriveNs[i]! });
    }
    for (let i = 0; i < marks.length; i++) {
      if (marks.kind[i] === MARK.began) this.begun.set(marks.call[i]!, this.nodeOf[marks.layer[i]!]!);
      if (marks.kind[i] === MARK.gaveUp) this.over.set(marks.call[i]!, { node: this.nodeOf[marks.layer[i]!]!, atNs: marks.atNs[i]! });
    }
    this.look();
  }

  private mayRun(call: number, node: string, nowNs: number): boolean {
    const run = this.letRun.get(call);
    return run !== undefined && run.node === node && nowNs <= run.untilNs;
  }

  private look(): void {
    // Only looked at: a checkpoint would copy all of it, time and again.
    const { state } = (this.world as unknown as { readonly sim: { readonly state: WorldState } }).sim;
    const conditions = this.world.conditions();
    state.timers.map(timersSet).forEach((timers, layer) => {
      const node = this.nodeOf[layer]!;
      const id = this.world.layerIds[layer]!;
      if (conditions[node]!.paused) return; // it has not heard yet
      for (const key of timers) {
        if (typeof key !== 'number' || this.local.has(key)) continue;
        for (const [what, end] of [['answered', this.served.get(key)], ['over', this.over.get(key)]] as const) {
          if (what === 'over' && (this.begun.get(key) === node || this.mayRun(key, node, state.nowNs))) continue;
          if (end?.node === node && end.atNs < state.nowNs) this.leaks.push(`${id} still has a timer for call ${key}, which was ${what} at ${end.atNs / 1e6} ms (now ${state.nowNs / 1e6} ms)`);
        }
      }
      const { open, pending } = conditions[node]!;
      if (timers.length > MANY + 4 * (open + pending)) this.leaks.push(`${id} has ${timers.length} timers at ${state.nowNs / 1e6} ms, for ${open + pending} calls`);
    });
    if (this.leaks.length > 20) this.leaks.length = 20;
  }
}
