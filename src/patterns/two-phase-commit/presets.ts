/** Named settings: the sketch with its defects, and what transaction managers do. */
import type { Preset } from '../../kernel/story.ts';

export const coordinatorPresets = {
  original: {
    title: 'Original sketch',
    params: {
      protocol: 'presumedNothing', parallel: false, onePhase: false, readOnly: false, prepareTimeoutMs: 0, commitRetryMs: 0, txTimeoutMs: 600_000, coordLog: 'none', recoveryScanMs: 0,
      orphanScan: false, onPrepareError: 'abandon', stopAtNo: false, checkParticipants: false,
    },
    source: 'The class TwoPhaseCommitCoordinator: one participant after the other, no log, no time-out, no repeat, and an error ends it on the spot.',
  },
  narayana: {
    title: 'Narayana',
    params: { protocol: 'presumedAbort', parallel: false, onePhase: true, readOnly: true, coordLog: 'forced', recoveryScanMs: 120_000, txTimeoutMs: 60_000, orphanScan: true },
    source: 'Narayana: presumed abort, one-phase and read-only optimisations, periodicRecoveryPeriod 120 s, default transaction time-out 60 s. Its pause between the two passes of a scan (recoveryBackoffPeriod, 10 s) is not modelled.',
  },
  postgres: {
    title: 'PostgreSQL, PREPARE TRANSACTION',
    params: { protocol: 'presumedAbort', parallel: true, onePhase: true, readOnly: false, coordLog: 'forced', orphanScan: true },
    source: 'PREPARE TRANSACTION and COMMIT PREPARED from any session; who coordinates has to keep the decision and to look into pg_prepared_xacts.',
  },
  threePhase: { title: 'Three-phase commit', params: { protocol: 'threePhase', orphanScan: false }, source: 'Skeen 1981: no blocking while crashes are the only failures.' },
  replicated: {
    title: 'Replicated decision',
    params: { protocol: 'replicatedCoordinator', replicas: ['replica-1', 'replica-2', 'replica-3'], orphanScan: false },
    source: 'Gray and Lamport, Consensus on Transaction Commit: the decision belongs to a majority.',
  },
  percolator: {
    title: 'Percolator, TiKV', params: { protocol: 'percolator', orphanScan: false },
    source: 'Peng and Dabek 2010, and TiKV: prewrite everywhere, commit the primary, then the secondaries. The client keeps no log; old locks are resolved by their primary.',
  },
} as const satisfies Readonly<Record<string, Preset>>;

export const participantPresets = {
  original: { title: 'Original sketch', params: { inDoubt: 'block', idempotentCommit: false }, source: 'The sketch leaves everything to the participant, and never asks.' },
  xa: { title: 'XA resource', params: { inDoubt: 'block', idempotentCommit: true }, source: 'A resource manager keeps a prepared branch until xa_commit or xa_rollback; xa_recover lists it.' },
  postgres: { title: 'PostgreSQL', params: { inDoubt: 'block', idempotentCommit: true, lockWaitMs: 0 }, source: 'A prepared transaction keeps its locks until somebody finishes it; lock_timeout is off.' },
  impatient: { title: 'Impatient', params: { inDoubt: 'heuristicRollback', inDoubtAfterMs: 1500, heuristicAfterMs: 3000 }, source: 'Heuristic rollback after 3 s in doubt.' },
} as const satisfies Readonly<Record<string, Preset>>;
