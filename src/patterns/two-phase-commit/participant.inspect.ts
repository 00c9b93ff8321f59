/** What instruments see of a participant, and the rules that it always keeps. */
import type { Engine, Inspection, Json } from '../../kernel/contract.ts';
import { isPrepared, rowsOf, type ParticipantState } from './branch.ts';
import { commitLaws } from './laws.ts';
import type { ParticipantParams } from './participant.params.ts';

const SHOWN = 40;

export function inspectParticipant(state: ParticipantState, params: ParticipantParams, nowMs: number): Inspection {
  const { branches, locks, log, inDoubt, waiting } = state;
  const prepared = [...branches.values()].filter(isPrepared);
  const machines = [...branches.values()].slice(0, SHOWN).map(({ brief, mode, preparedMs }) => ({
    instance: brief.tx, state: mode,
    ...(mode === 'prepared' && { countdown: { label: 'in doubt', fromMs: preparedMs, untilMs: preparedMs + params.inDoubtAfterMs } }),
  }));
  let balance = 0;
  for (const value of state.balances.values()) balance += value - params.openingBalance;
  return {
    mode: inDoubt > 0 ? `${inDoubt} in doubt, ${locks.size} rows locked` : locks.size > 0 ? `${locks.size} rows locked` : 'idle',
    tone: inDoubt > 0 ? 'alert' : locks.size > 0 ? 'active' : 'calm',
    queue: { length: waiting, capacity: 0 },
    meters: {
      prepared: prepared.length, inDoubt, locked: locks.size, waiting, committed: state.committed, aborted: state.aborted, forcedWrites: state.forcedWrites,
      fsyncs: log.syncs, balanceChange: balance, entries: state.entries, longestDoubtMs: state.longestDoubtMs,
      lockHoldMeanMs: state.committed + state.aborted === 0 ? null : state.lockHoldMs / (state.committed + state.aborted), restarts: state.restarts,
    },
    machines,
    views: {
      locks: [...locks].slice(0, SHOWN).map(([row, { holder, sinceMs, queue }]): Json => ({
        row, holder, heldMs: Math.round(nowMs - sinceMs), inDoubt: branches.get(holder)?.inDoubt === true, waiting: queue.length, next: queue[0] ?? '',
      })),
      inDoubt: prepared.filter((branch) => branch.inDoubt).slice(0, SHOWN).map(({ brief, mode, preparedMs, asked }): Json => ({
        transaction: brief.tx, mode, ageMs: nowMs - preparedMs, rows: rowsOf(brief).join(', '), coordinator: brief.coordinator, asked,
      })),
      // Kept outside; this says which laws it holds.
      ledger: { laws: commitLaws.map(({ name }) => name) },
      log: log.entries.slice(-20).map(({ position, record }): Json => ({
        position, transaction: record.kind === 'prepared' ? record.brief.tx : record.tx, record: record.kind === 'decided' ? record.how : record.kind, durable: position <= log.durable,
      })),
    },
  };
}

export const participantInvariants: Engine<ParticipantParams, ParticipantState>['invariants'] = [
  {
    name: 'locks span prepare to decision',
    why: 'A row of a prepared transaction is not locked: somebody else could change it before the commit.',
    holds: ({ branches, locks }) => {
      for (const branch of branches.values()) {
        if (!isPrepared(branch)) continue;
        for (const row of rowsOf(branch.brief)) if (locks.get(row)?.holder !== branch.brief.tx) return false;
      }
      return true;
    },
  },
  {
    name: 'a lock belongs to somebody',
    why: 'A row is locked for a transaction that is over: nobody will ever free it.',
    holds: ({ branches, locks }) => {
      for (const { holder, queue } of locks.values()) if (!branches.has(holder) || queue.some((tx) => !branches.has(tx))) return false;
      return true;
    },
  },
  {
    name: 'a transaction is open or over',
    why: 'A participant has both decided a transaction and still holds it open.',
    holds: ({ branches, finished }) => {
      for (const tx of branches.keys()) if (finished.has(tx)) return false;
      return true;
    },
  },
  {
    name: 'who waits is counted',
    why: 'The number of waiting transactions is not what the queues hold.',
    holds: ({ locks, waiting }) => {
      let queued = 0;
      for (const { queue } of locks.values()) queued += queue.length;
      return queued === waiting;
    },
  },
];
