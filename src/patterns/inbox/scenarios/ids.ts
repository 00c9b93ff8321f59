/** What tells a repeat: how long ids are kept, which ids, in which order, and effects that no database keeps. */
import type { Scenario } from '../../../kernel/story.ts';
import { BASELINE, both, ERROR, linksOf, nodesOf, ROWS, seconds, TWICE } from '../topologies.ts';

export const lateReplay: Scenario = {
  title: 'A repeat that comes too late',
  summary: 'One credit in ten comes again, on average 20 s later: from dead letters, from a backup. Ids are kept for 10 s, or for long enough. Watch what slips through.',
  seed: 3, durationMs: seconds(80), openAtMs: seconds(10), speed: 4,
  measure: { fromMs: seconds(5), untilMs: seconds(80), label: 'from 5 s on' },
  nodes: nodesOf({ producer: { replayRatio: 0.1 }, consumer: { visibilityMs: 1000, workTime: { kind: 'exponential', meanMs: 10 } }, broker: { ackTimeoutMs: 1000 } }), links: linksOf(), faults: [],
  headlines: [TWICE, ERROR, ROWS],
  claims: [
    { metric: 'ledger.duplicates', better: 'with', worse: 'short', wants: 'lower', factor: 4 },
    { metric: 'ledger.duplicates', better: 'aggregate', worse: 'short', wants: 'lower', factor: 20 },
    { metric: 'ledger.duplicates', better: 'with', worse: 'without', wants: 'lower', factor: 6 },
    { metric: 'accounts.rowsMean', better: 'short', worse: 'with', wants: 'lower', factor: 2 },
  ],
  opensWith: 'short',
  variants: {
    without: { ...BASELINE, summary: 'Every replay is credited again.' },
    short: { title: 'Ids are kept for 10 s', kind: 'pitfall', params: both({ dedupWindowMs: 10_000 }), summary: 'More than half of the replays come when their row has gone: to the inbox they are new.' },
    with: { title: 'Ids are kept for 60 s', kind: 'with', summary: 'Three times the mean delay: one replay in twenty would still slip through. The price is rows: rate times window.' },
    aggregate: { title: 'The account knows its credits', kind: 'fixed', params: { ...both({ dedupWindowMs: 10_000 }), accounts: { keyInAggregate: true } }, summary: 'The business key is part of the account, and stays with it: whatever comes however late is known.' },
  },
};

export const newIds: Scenario = {
  title: 'The same credit under another id',
  summary: 'One answer of the broker in ten is lost; the producer sends again, with a new message id each time. Watch what the inbox makes of it.',
  seed: 5, durationMs: seconds(40), openAtMs: seconds(3), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from 5 s on' },
  nodes: nodesOf({ producer: { newIdOnRetry: true } }), links: linksOf(), faults: [{ kind: 'dropReplies', from: 'producer', to: 'broker', ratio: 0.1, fromMs: 0 }],
  headlines: [TWICE, ERROR],
  claims: [
    { metric: 'ledger.duplicates', better: 'with', worse: 'message-id', wants: 'lower', factor: 20 },
    { metric: 'ledger.duplicates', better: 'same-id', worse: 'message-id', wants: 'lower', factor: 20 },
    { metric: 'ledger.duplicates', better: 'with', worse: 'without', wants: 'lower', factor: 20 },
  ],
  opensWith: 'message-id',
  variants: {
    without: { ...BASELINE, summary: 'Sent again is credited again.' },
    'message-id': { title: 'Told apart by message id', kind: 'pitfall', summary: 'The inbox works, and does not help: to it these are different messages.' },
    'same-id': { title: 'The producer keeps the id', kind: 'fixed', params: { producer: { newIdOnRetry: false } }, summary: 'An id given once, before the first try, is the same each time.' },
    with: { title: 'Told apart by business key', kind: 'with', params: both({ idSource: 'businessKey' }), summary: 'What the credit is about does not change when it is sent again.' },
  },
};

export const email: Scenario = {
  title: 'An e-mail is not in the database',
  summary: 'Each credit sends an e-mail. One commit in ten is lost on its way, so the message is worked on again. Watch how many e-mails come twice.',
  seed: 6, durationMs: seconds(40), openAtMs: seconds(3), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from 5 s on' },
  nodes: nodesOf({ rate: 10, consumer: { sendsMail: true, concurrency: 16 }, mail: true }), links: linksOf(true),
  faults: [{ kind: 'dropRequests', to: 'accounts', op: 'commit', ratio: 0.1, fromMs: 0 }, { kind: 'dropRequests', to: 'accounts', op: 'apply', ratio: 0.1, fromMs: 0 }, { kind: 'dropReplies', to: 'mail', ratio: 0.1, fromMs: 0 }],
  headlines: [{ label: 'E-mails sent again', metric: 'ledger.mailedAgain', unit: 'count', better: 'lower' }, TWICE],
  claims: [
    { metric: 'ledger.mailedAgain', better: 'with', worse: 'direct', wants: 'lower', factor: 10 },
    { metric: 'ledger.mailedAgain', better: 'key', worse: 'direct', wants: 'lower', factor: 10 },
    { metric: 'ledger.mailedAgain', better: 'outbox-alone', worse: 'direct', wants: 'lower', factor: 1.4 },
    { metric: 'ledger.mailedAgain', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
  ],
  opensWith: 'direct',
  variants: {
    without: { ...BASELINE, summary: 'Neither the credit nor the e-mail is protected.' },
    direct: { title: 'Sent in the middle of the work', kind: 'pitfall', params: both({ outbox: false }), summary: 'The credit is there once. The e-mail went out before the commit that never came, and goes out again.' },
    'outbox-alone': { title: 'Outbox', kind: 'pitfall', summary: 'The e-mail is written with the credit and leaves afterwards, until the mail has answered: answers that are lost repeat it all the same.' },
    key: { title: 'The mail heeds a key', kind: 'fixed', params: { ...both({ outbox: false }), mail: { honoursKey: true } }, summary: 'The mail itself knows what it has sent, by the business key.' },
    with: { title: 'Outbox, and a key', kind: 'with', params: { mail: { honoursKey: true } }, summary: 'Nothing is announced before it is true, and nothing arrives twice.' },
  },
};

export const order: Scenario = {
  title: 'In order, or at once',
  summary: 'Twenty accounts, four workers, and work that takes now 10 ms, now 200. Watch later credits overtake earlier ones of the same account.',
  seed: 7, durationMs: seconds(40), openAtMs: 0, speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(40), label: 'from 5 s on' },
  nodes: nodesOf({ rate: 30, accounts: 20, consumer: { workTime: { kind: 'exponential', meanMs: 60 } } }), links: linksOf(), faults: [],
  headlines: [{ label: 'Out of order', metric: 'ledger.outOfOrder', unit: 'count', better: 'lower' }, TWICE],
  claims: [
    { metric: 'ledger.outOfOrder', better: 'with', worse: 'parallel', wants: 'lower', factor: 10 },
    { metric: 'ledger.outOfOrder', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
  ],
  opensWith: 'parallel',
  variants: {
    without: { ...BASELINE, params: both({ serializeBy: 'none' }), summary: 'No inbox, no order.' },
    parallel: { title: 'Whoever is free', kind: 'pitfall', params: both({ serializeBy: 'none' }), summary: 'Each message is applied once, but some in the wrong order: being once says nothing of when.' },
    with: { title: 'One after the other for each account', kind: 'with', summary: 'A worker skips accounts that are being worked on. Different accounts go on at the same time.' },
  },
};
