/** Long streams, and answers that get lost. */
import type { Scenario } from '../../../kernel/story.ts';
import { LINKS, bank, eventStore, rows, seconds, tellers } from '../topologies.ts';

export const longStream: Scenario = {
  title: 'Ten thousand events for one balance',
  summary: 'An account with 10 000 events: half a second to load it, for each command. A snapshot leaves the last few to be folded.',
  seed: 1, durationMs: seconds(30), openAtMs: 0, speed: 1,
  measure: { fromMs: seconds(10), untilMs: seconds(30), label: 'after ten seconds' },
  nodes: [tellers({ ratePerSecond: 1, entityCount: 1 }), bank({ decideTime: { kind: 'constant', ms: 1 } }), eventStore({ accounts: 1, historyEvents: 10_000 })],
  links: LINKS,
  faults: [],
  headlines: [
    { label: 'p99', metric: 'tellers.p99Ms', unit: 'ms', better: 'lower' },
    { label: 'Load', metric: 'bank.lastLoadMsMean', unit: 'ms', better: 'lower' },
    { label: 'Events folded per load', metric: 'bank.replayedMean', unit: 'count', better: 'lower' },
    { label: 'Snapshots', metric: 'bank.noteTotal.snapshotTaken', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'bank.lastLoadMsMean', better: 'with', worse: 'without', wants: 'lower', factor: 30 },
    { metric: 'tellers.p99Ms', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'bank.lastLoadMsMean', better: 'by-time', worse: 'without', wants: 'lower', factor: 30 },
    { metric: 'bank.noteTotal.snapshotTaken', better: 'with', worse: 'every-event', wants: 'lower', factor: 5 },
    { metric: 'bank.replayedMean', better: 'with', worse: 'rare', wants: 'lower', factor: 1.2 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No snapshots', kind: 'without', params: { bank: { snapshotEvery: 0 } }, summary: 'Each command reads and folds the whole history: 505 ms and more, for ever longer.' },
    with: { title: 'Every 10 events', kind: 'with', params: { bank: { snapshotEvery: 10 } }, summary: 'The first load is slow and leaves a snapshot; from then on a handful of events remain.' },
    rare: { title: 'Every 100 events', kind: 'with', params: { bank: { snapshotEvery: 100 } }, summary: 'The default: after the first load there are at most 100 events to fold. Hardly slower, with one snapshot instead of several.' },
    'by-time': { title: 'When a load is slow', kind: 'with', params: { bank: { snapshotEvery: 0, snapshotAfterMs: 50 } }, summary: 'A snapshot only when a load has taken more than 50 ms: one is enough here.' },
    'every-event': { title: 'On every deposit and withdrawal', kind: 'pitfall', params: { bank: { snapshotEvery: 1 } }, summary: 'Nothing is ever folded, and each command writes a state beside its event: the row is back, as a cache.' },
  },
};

export const lostAnswer: Scenario = {
  title: 'Was it recorded?',
  summary: 'A tenth of the store’s answers are lost. The service sends the append again; the store knows it by its event ids, or records the money twice.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(1), speed: 1,
  measure: { fromMs: seconds(2), untilMs: seconds(30), label: 'while answers are lost' },
  nodes: [tellers({ ratePerSecond: 30, entityCount: 100 }), bank({ storeTimeoutMs: 200, maxRetries: 5 }), eventStore({ accounts: 100 })],
  links: LINKS,
  faults: [{ kind: 'dropReplies', from: 'bank', to: 'store', op: 'append', ratio: 0.1, fromMs: 0 }],
  headlines: [
    { label: 'Recorded twice', metric: 'ledger.recordedTwice', unit: 'count', better: 'lower' },
    { label: 'Commands that succeed', metric: 'tellers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Known again', metric: 'events.note.repeated', unit: 'count', better: 'higher' },
  ],
  claims: [
    { metric: 'ledger.recordedTwice', better: 'with', worse: 'new-ids', wants: 'lower', factor: 10 },
    { metric: 'ledger.recordedTwice', better: 'with', worse: 'short-window', wants: 'lower', factor: 10 },
    { metric: 'tellers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 1.05 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No second try', kind: 'without', params: { bank: { maxRetries: 0 } }, summary: 'Nothing is recorded twice, and one in ten tellers does not know what became of the money.' },
    with: { title: 'The same ids again', kind: 'with', summary: 'A repeated append carries the ids of the first: the store answers as it would have, and adds nothing.' },
    'new-ids': { title: 'New ids at each try', kind: 'pitfall', params: { bank: { stableIds: false } }, summary: 'The store can’t know it again. The expected version stops the copy once; the command is then decided again, and recorded again.' },
    'short-window': { title: 'Ids are soon forgotten', kind: 'pitfall', params: { events: { dedupWindow: 4 } }, summary: 'The store remembers the ids of the newest 4 events; within 200 ms six more come.' },
  },
};

export const mailTwice: Scenario = {
  title: 'Mail out of the fold',
  summary: 'A confirmation for each movement. Sent where events are folded, it goes out again with each load: history is replayed, and so are its effects.',
  seed: 1, durationMs: seconds(20), openAtMs: seconds(1), speed: 1,
  measure: { fromMs: seconds(1), untilMs: seconds(20), label: 'after the first second' },
  nodes: [tellers({ ratePerSecond: 10, entityCount: 20 }), bank({ mails: 'afterAppend' }), eventStore({ accounts: 20 })],
  links: LINKS,
  faults: [],
  headlines: [
    { label: 'Mails sent again', metric: 'ledger.mailsTwice', unit: 'count', better: 'lower' },
    { label: 'Commands that succeed', metric: 'tellers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [{ metric: 'ledger.mailsTwice', better: 'with', worse: 'folding', wants: 'lower', factor: 100 }],
  opensWith: 'folding',
  variants: {
    without: { title: 'Rows overwritten', kind: 'without', stacks: rows(), summary: 'Nothing is ever replayed, so nothing is sent again; nothing can be replayed either.' },
    folding: { title: 'Sent while folding', kind: 'pitfall', params: { bank: { mails: 'inEvolve' } }, summary: 'Every load of an account sends the mail about each of its movements.' },
    with: { title: 'Sent after the append', kind: 'fixed', summary: 'The fold only computes. What goes out is done once, by whoever has just recorded the event.' },
  },
};
