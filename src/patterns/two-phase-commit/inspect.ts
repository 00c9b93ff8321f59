/** What instruments see of the coordinator, and the rules that it always keeps. */
import type { Engine, Inspection, Json } from '../../kernel/contract.ts';
import type { CoordinatorState } from './coordination.ts';
import type { CoordinatorParams } from './params.ts';

const SHOWN = 40;

export function inspectCoordinator(state: CoordinatorState, params: CoordinatorParams, nowMs: number): Inspection {
  const { live, log, committed, aborted, abandoned } = state;
  const open = [...live.values()];
  const completing = open.filter(({ mode }) => mode === 'completing' || mode === 'recovering').length;
  const ended = committed + aborted + abandoned;
  return {
    mode: open.length === 0 ? 'idle' : `${open.length} open, ${completing} to be carried out`,
    tone: state.heuristicMixed + abandoned > 0 ? 'alert' : completing > 0 ? 'warn' : open.length > 0 ? 'active' : 'calm',
    meters: {
      open: open.length, completing, committed, aborted, abandoned, messages: state.messages, forcedWrites: state.forcedWrites, fsyncs: log.syncs,
      heuristicMixed: state.heuristicMixed, latencyMeanMs: ended === 0 ? null : state.latencyMs / ended, restarts: state.restarts,
    },
    machines: open.slice(0, SHOWN).map(({ tx, mode, votes, work, beganMs, done, targets }) => ({
      instance: tx, state: mode,
      guards: [
        { label: 'votes Yes', value: [...votes.values()].filter((vote) => vote === 'yes' || vote === 'readOnly').length, limit: work.length },
        { label: 'acknowledged', value: done.size, limit: targets.length },
      ],
      ...(mode === 'preparing' && params.prepareTimeoutMs > 0 && { countdown: { label: 'prepare time-out', fromMs: beganMs, untilMs: beganMs + params.prepareTimeoutMs } }),
    })),
    views: {
      transactions: open.slice(0, SHOWN).map(({ tx, mode, decision, votes, work, done, targets, beganMs }): Json => ({
        transaction: tx, mode, decision, votes: `${votes.size} of ${work.length}`, acknowledged: `${done.size} of ${targets.length}`, ageMs: nowMs - beganMs,
      })),
      log: log.entries.slice(-24).map(({ position, record }): Json => ({
        position, transaction: record.tx, record: record.kind === 'decided' ? record.decision : record.kind, participants: record.kind === 'ended' ? '' : record.parts.join(', '), durable: position <= log.durable,
      })),
      sequence: state.recent.map(({ atMs, transaction, step, with: party }): Json => ({ atMs, transaction, step, with: party })),
    },
  };
}

const SETTLED = new Set(['decidedCommit', 'decidedAbort', 'completing']);
export const coordinatorInvariants: Engine<CoordinatorParams, CoordinatorState>['invariants'] = [
  {
    name: 'a decision is made before it is told',
    why: 'A transaction is in its second phase without a decision, or while the decision is still being written.',
    holds: ({ live }) => {
      for (const { mode, decision, writing } of live.values()) if (SETTLED.has(mode) && (decision === '' || writing)) return false;
      return true;
    },
  },
  {
    name: 'commit needs every Yes',
    why: 'A commit was decided although somebody voted No.',
    holds: ({ live }) => {
      for (const { decision, votes } of live.values()) {
        if (decision !== 'commit') continue;
        for (const vote of votes.values()) if (vote === 'no' || vote === 'unknown') return false;
      }
      return true;
    },
  },
  {
    name: 'only targets acknowledge',
    why: 'Somebody acknowledged a decision that was none of its business.',
    holds: ({ live }) => {
      for (const { mode, done, targets } of live.values()) if (mode === 'completing') for (const node of done) if (!targets.includes(node)) return false;
      return true;
    },
  },
];
