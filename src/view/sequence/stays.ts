/** For how long machines stayed in their states, from the moves of a run. Grows with the run; starts anew when the run is revised. */
import type { MoveRow } from '../../session/types.ts';

export interface Stay {
  readonly layer: string;
  readonly instance: string;
  readonly state: string;
  readonly fromMs: number;
  /** Infinity: it is still there, as far as the run is computed. */
  untilMs: number;
}
/** States in which others wait or rows are locked. */
const HOLDS = /prepared|inDoubt|locked|waiting/i;
const LEAST_VISITS = 5;
export const isHolding = (state: string): boolean => HOLDS.test(state);

export class Stays {
  readonly list: Stay[] = [];
  private readonly current = new Map<string, Stay>();
  /** The state in which each machine was before it first moved. */
  private readonly initial = new Map<string, string>();
  /** How often a state of a layer was entered and left. */
  private readonly visits = new Map<string, { entered: number; left: number }>();
  private read = 0;
  private revision = -1;

  /** Reads the moves that are new. */
  update(moves: readonly MoveRow[], revision: number): void {
    if (revision !== this.revision || moves.length < this.read) {
      this.list.length = 0;
      this.current.clear();
      this.initial.clear();
      this.visits.clear();
      this.read = 0;
      this.revision = revision;
    }
    for (; this.read < moves.length; this.read++) {
      const { atMs, layer, instance, from, to } = moves[this.read]!;
      const key = `${layer}\n${instance}`;
      const before = this.current.get(key);
      if (before !== undefined) {
        before.untilMs = atMs;
        this.visitsOf(layer, before.state).left++;
      }
      if (!this.initial.has(key)) this.initial.set(key, from);
      if (to === this.initial.get(key) && !isHolding(to)) { this.current.delete(key); continue; }
      const stay: Stay = { layer, instance, state: to, fromMs: atMs, untilMs: Infinity };
      this.current.set(key, stay);
      this.list.push(stay);
      this.visitsOf(layer, to).entered++;
    }
  }
  private visitsOf(layer: string, state: string): { entered: number; left: number } {
    const key = `${layer}\n${state}`;
    const visits = this.visits.get(key) ?? { entered: 0, left: 0 };
    this.visits.set(key, visits);
    return visits;
  }
  /** Machines come to rest in it: many entered it and hardly any ever left. */
  private isRest({ layer, state }: Stay): boolean {
    const { entered, left } = this.visitsOf(layer, state);
    return !isHolding(state) && entered >= LEAST_VISITS && left < entered * 0.1;
  }
  /** Stays that touch a stretch of time. */
  within(fromMs: number, untilMs: number): Stay[] {
    return this.list.filter((stay) => stay.fromMs < untilMs && stay.untilMs > fromMs && !this.isRest(stay));
  }
}
