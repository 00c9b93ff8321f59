/** Whether going back to a checkpoint changes a run. */
import type { Plan } from '../../src/kernel/contract.ts';
import { World } from '../../src/kernel/world.ts';

/** Fingerprints of a run straight through, and of one that went on to the end, back to a structured clone of its checkpoint at `atMs`, and on again. */
export function thereAndBack(plan: Plan, atMs: number): { readonly straight: string; readonly back: string } {
  const straight = new World(plan, { check: 'off' }), back = new World(plan, { check: 'off' });
  straight.runUntil(plan.durationMs);
  back.runUntil(atMs);
  const checkpoint = back.checkpoint();
  back.runUntil(plan.durationMs);
  back.restore(structuredClone(checkpoint));
  back.runUntil(plan.durationMs);
  return { straight: straight.fingerprint, back: back.fingerprint };
}

/** The same plan again, by way of a structured clone of a checkpoint, without looking at anything: the same run to the last bit. Says what is not. */
export function comesBack(plan: Plan, checkpointMs: number, straight: World): string[] {
  const again = new World(plan, { check: 'off' });
  again.runUntil(checkpointMs);
  again.restore(structuredClone(again.checkpoint()));
  again.runUntil(plan.durationMs);
  if (again.fingerprint !== straight.fingerprint) return [`a checkpoint at ${checkpointMs} ms changes the run: ${again.fingerprint} instead of ${straight.fingerprint}`];
  return JSON.stringify(again.summary()) === JSON.stringify(straight.summary()) ? [] : [`a checkpoint at ${checkpointMs} ms changes the figures`];
}
