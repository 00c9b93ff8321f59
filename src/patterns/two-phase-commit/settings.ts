/** The tuned parameters as settings of real transaction managers. `{name}` is a parameter, `{name:s}` in seconds. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'Narayana', language: 'properties',
    template: `# Transaction time-out, before the decision only
com.arjuna.ats.arjuna.coordinator.defaultTimeout={txTimeoutMs:s}
# Presumed abort, one-phase and read-only optimisations are always on
com.arjuna.ats.arjuna.recovery.periodicRecoveryPeriod={recoveryScanMs:s}
com.arjuna.ats.arjuna.recovery.recoveryBackoffPeriod=10
`,
    caveat: 'Each recovery scan has two passes, recoveryBackoffPeriod apart: a transaction is taken up only if both see it.',
  },
  {
    library: 'PostgreSQL', language: 'sql',
    template: `-- postgresql.conf: max_prepared_transactions above 0
BEGIN;
-- … the work of this participant …
PREPARE TRANSACTION 'transfer-42';
-- when every participant is prepared, and the decision is stored durably:
COMMIT PREPARED 'transfer-42';
-- the orphan scan, every {recoveryScanMs:s} s:
SELECT gid, prepared FROM pg_prepared_xacts WHERE prepared < now() - interval '{txTimeoutMs:s} s';
-- for each gid that the coordinator knows nothing of:
ROLLBACK PREPARED 'transfer-42';
`,
    caveat: 'A prepared transaction keeps its locks and holds back vacuum until somebody finishes it, from whichever session.',
  },
  {
    library: 'XA (JTA)', language: 'java',
    template: `xa.setTransactionTimeout({txTimeoutMs:s});
xa.start(xid, XAResource.TMNOFLAGS);
// … the work of this participant …
xa.end(xid, XAResource.TMSUCCESS);
int vote = xa.prepare(xid);            // XA_RDONLY leaves after phase one
// one participant alone: xa.commit(xid, true)
// all voted Yes: force the decision to the log first, then
xa.commit(xid, false);                 // again every {commitRetryMs} ms until it answers
// every {recoveryScanMs:s} s:
Xid[] left = xa.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
// XAException.XA_HEURMIX, XA_HEURCOM, XA_HEURRB, XA_HEURHAZ: tell an operator, then xa.forget(xid)
`,
  },
];
