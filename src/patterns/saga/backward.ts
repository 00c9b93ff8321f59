/** Undoing what was done: in reverse order or all at once, with attempts of its own, and with an end for what can't be undone. */
import type { Outcome } from '../../kernel/contract.ts';
import { clearAlarm } from './alarms.ts';
import { sendStep } from './commands.ts';
import { decide, dueKey, retryLater, wordsFor } from './flow.ts';
import { moveStep, undoOf, type Desk, type Saga } from './state.ts';

/** Done, or perhaps done; or tried in vain, and an operator wants it tried again. */
function needsUndo({ ctx }: Desk, saga: Saga, at: number): boolean {
  const step = saga.steps[at]!;
  if (undoOf(saga.definition, at).compensation === null) return false;
  if (step.mode === 'unknown') return ctx.params.onUnknown !== 'ignore';
  return step.mode === 'done' || (step.mode === 'compensationFailed' && step.undoAttempts === 0);
}

export function goBack(desk: Desk, saga: Saga): void {
  const { ctx } = desk;
  let waiting = saga.steps.some(({ mode }) => mode === 'compensating');
  for (let at = saga.steps.length - 1; at >= 0; at--) {
    if (waiting && saga.reverse) return;
    if (!needsUndo(desk, saga, at)) continue;
    waiting = true;
    undo(desk, saga, at, 'undoSent', 1);
  }
  if (waiting) return;
  saga.ending = true;
  clearAlarm(desk.state.alarms, dueKey(saga), ctx);
  decide(desk, { kind: 'ended', saga: saga.key, mode: ctx.params.statusAfterUndo, atMs: ctx.nowMs });
}

function undo(desk: Desk, saga: Saga, at: number, event: 'undoSent' | 'undoRetried', attempt: number): void {
  const step = saga.steps[at]!;
  moveStep(desk.state, step, event);
  step.undoAttempts = attempt;
  desk.state.compensations++;
  sendStep(desk, saga, at, 'undo');
}

/** The wait before another attempt is over. */
export function undoAgain(desk: Desk, saga: Saga, at: number): void {
  const step = saga.steps[at]!;
  if (step.mode === 'compensating') undo(desk, saga, at, 'undoRetried', step.undoAttempts + 1);
}

export function undoAnswered(desk: Desk, saga: Saga, at: number, outcome: Outcome): void {
  const { ctx } = desk;
  const step = saga.steps[at]!;
  const { name } = saga.definition.steps[at]!;
  if (step.mode !== 'compensating') return;
  if (outcome.kind === 'ok' || outcome.kind === 'stale') {
    ctx.note('compensationSucceeded', { saga: saga.key, step: name });
    return decide(desk, { kind: 'undone', saga: saga.key, step: at });
  }
  const why = wordsFor(outcome);
  ctx.note('compensationFailed', { saga: saga.key, step: name, why });
  const allowed = ctx.params.compensationAttempts || Infinity;
  if (outcome.kind !== 'permanentError' && step.undoAttempts < allowed) return retryLater(desk, saga, at, 'undo', step.undoAttempts, outcome);
  decide(desk, { kind: 'undoExhausted', saga: saga.key, step: at, why: `undo of ${name}: ${why}`, skip: ctx.params.onCompensationFailure === 'skip', atMs: ctx.nowMs });
}
