/** What time does to a log: new shapes, old snapshots, mended readers, clocks, and people who want to be forgotten. */
import type { Scenario } from '../../../kernel/story.ts';
import { LINKS, PROJECTED, auditors, bank, bankStack, eventStore, link, ms, projection, seconds, tellers, users } from '../topologies.ts';

export const oldEvents: Scenario = {
  title: 'Events of an older release',
  summary: 'The first years were written in whole units, under other names. Today’s release reads them lifted step by step, or wrong, or not at all.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(1), speed: 1,
  measure: { fromMs: seconds(1), untilMs: seconds(30), label: 'after the first second' },
  nodes: [tellers({ ratePerSecond: 20, entityCount: 50 }), bank(), eventStore({ accounts: 50, historyEvents: 20, historySchema: 1 })],
  links: LINKS,
  faults: [],
  headlines: [
    { label: 'Wrong folds', metric: 'ledger.wrongFolds', unit: 'count', better: 'lower' },
    { label: 'Commands that succeed', metric: 'tellers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Rejected', metric: 'bank.note.rejected', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'ledger.wrongFolds', better: 'with', worse: 'ignored', wants: 'lower', factor: 20 },
    { metric: 'tellers.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 5 },
    { metric: 'bank.note.rejected', better: 'with', worse: 'ignored', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Unknown types stop it', kind: 'without', params: { bank: { upcasting: false } }, summary: '“MoneyIn” is no type that schema 3 knows. The fold stops with an error, and no command succeeds: loud, and honest.' },
    with: { title: 'Upcasting', kind: 'with', summary: 'Each old event is lifted 1 → 2 → 3 as it is read: names, cents, currency. What is stored stays as it is.' },
    ignored: { title: 'Unknown types passed over', kind: 'pitfall', params: { bank: { upcasting: false, ignoreUnknown: true } }, summary: 'The accounts seem empty: withdrawals are rejected, and nothing says why. The textbook sketch does so.' },
  },
};

export const oldSnapshots: Scenario = {
  title: 'Snapshots of the old release',
  summary: 'At 12 s the release changes from whole units to cents. Snapshots made before hold whole units: read as cents, every account is a hundred times too small.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(10), speed: 1,
  measure: { fromMs: seconds(12), untilMs: seconds(30), label: 'after the change' },
  nodes: [tellers({ ratePerSecond: 20, entityCount: 20 }), bank({ schema: 1, snapshotEvery: 5 }), eventStore({ accounts: 20, historySchema: 1 })],
  links: LINKS,
  faults: [],
  interventions: [{ atMs: seconds(12), kind: 'params', layer: 'bank', params: { schema: 3 } }],
  headlines: [
    { label: 'Wrong folds', metric: 'ledger.wrongFolds', unit: 'count', better: 'lower' },
    { label: 'Rejected', metric: 'bank.note.rejected', unit: 'count', better: 'lower' },
    { label: 'Snapshots thrown away', metric: 'bank.note.snapshotDiscarded', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'ledger.wrongFolds', better: 'with', worse: 'unchecked', wants: 'lower', factor: 20 },
    { metric: 'ledger.wrongFolds', better: 'without', worse: 'unchecked', wants: 'lower', factor: 20 },
  ],
  opensWith: 'unchecked',
  variants: {
    without: { title: 'No snapshots', kind: 'without', params: { bank: { snapshotEvery: 0 } }, summary: 'Nothing is kept that could be out of date; every load folds all.' },
    unchecked: { title: 'Taken as they are', kind: 'pitfall', params: { bank: { checkSnapshotSchema: false } }, summary: 'From 12 s on, whoever has a snapshot is almost broke, and gets it in writing with the next snapshot.' },
    with: { title: 'Thrown away and folded anew', kind: 'fixed', summary: 'A snapshot says by which schema it was made. One of another is thrown away: a cache, not the truth.' },
  },
};

export const rebuild: Scenario = {
  title: 'A read model mended',
  summary: 'Until 15 s the projection forgets withdrawals. Mending it helps from then on; rebuilding it from position 0 mends the past too.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(12), speed: 1,
  measure: { fromMs: seconds(15), untilMs: seconds(30), label: 'after the mending' },
  nodes: [tellers({ ratePerSecond: 30, entityCount: 40 }), bank(), eventStore({ accounts: 40 }), projection({ skipsWithdrawals: true })],
  links: PROJECTED,
  faults: [],
  interventions: [{ atMs: seconds(15), kind: 'params', layer: 'projection', params: { skipsWithdrawals: false } }],
  headlines: [
    { label: 'Rows wrong at the end', metric: 'ledger.wrongRows', unit: 'count', better: 'lower' },
    { label: 'Rebuilds', metric: 'projection.noteTotal.replayFinished', unit: 'count', better: 'higher' },
  ],
  claims: [{ metric: 'ledger.wrongRows', better: 'with', worse: 'without', wants: 'lower', factor: 10 }],
  opensWith: 'with',
  variants: {
    without: { title: 'Mended, not rebuilt', kind: 'without', params: { projection: { rebuildWhenMended: false } }, summary: 'New events are right, the sum of the old ones stays wrong: as with rows, whose history is gone.' },
    with: { title: 'Rebuilt from the log', kind: 'with', summary: 'Everything since position 0 is folded again in a moment. Watch the cursor run from the left end to the right.' },
  },
};

const clocked: Parameters<typeof bankStack>[0] = { decideTime: ms(2), snapshotEvery: 0 };
const north = (id: string, title: string, role: 'client' | 'service', stack: ReturnType<typeof bankStack>) => ({ id, title, role, stack }) as const;
export const clockOrder: Scenario = {
  title: 'Two clocks, one order',
  summary: 'Two services set the limits of the same accounts; the clock of one is 3 s fast. Folded by time stamps, what was written last comes first.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(1), speed: 1,
  measure: { fromMs: seconds(1), untilMs: seconds(30), label: 'after the first second' },
  nodes: [
    north('north', 'North', 'client', [users('north-users', 'setLimit', { ratePerSecond: 5, entityCount: 10 })]), north('south', 'South', 'client', [users('south-users', 'setLimit', { ratePerSecond: 5, entityCount: 10 })]),
    north('north-bank', 'Service north', 'service', bankStack(clocked, 'bank')), north('south-bank', 'Service south', 'service', bankStack(clocked, 'bank-south')),
    eventStore({ accounts: 10 }),
  ],
  links: [link('north', 'north-bank'), link('south', 'south-bank'), link('north-bank', 'store'), link('south-bank', 'store')],
  faults: [{ kind: 'clock', node: 'south-bank', offsetMs: 3000, fromMs: 0 }],
  headlines: [
    { label: 'Wrong folds', metric: 'ledger.wrongFolds', unit: 'count', better: 'lower' },
    { label: 'Limits set', metric: 'north.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'ledger.wrongFolds', better: 'with', worse: 'stamps', wants: 'lower', factor: 20 },
    { metric: 'ledger.wrongFolds', better: 'without', worse: 'stamps', wants: 'lower', factor: 20 },
  ],
  opensWith: 'stamps',
  variants: {
    without: { title: 'Time stamps, clocks agree', kind: 'without', faults: [], params: { bank: { orderBy: 'timestamp' }, 'bank-south': { orderBy: 'timestamp' } }, summary: 'As long as the clocks agree to the millisecond, time stamps seem to do.' },
    stamps: { title: 'Time stamps, one clock fast', kind: 'pitfall', params: { bank: { orderBy: 'timestamp' }, 'bank-south': { orderBy: 'timestamp' } }, summary: 'For 3 s, what the south has set outlives whatever the north sets after it.' },
    with: { title: 'Versions', kind: 'fixed', summary: 'The store numbers what it records. Clocks are for people.' },
  },
};

export const forgetMe: Scenario = {
  title: 'A customer wants to be forgotten',
  summary: 'At 10 s customer 1 asks for erasure. Deleting events tears a hole into the log; dropping the key of the personal data leaves it whole.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(8), speed: 1,
  measure: { fromMs: seconds(10), untilMs: seconds(30), label: 'after the request' },
  nodes: [tellers({ ratePerSecond: 20, entityCount: 10 }), auditors({ ratePerSecond: 5, entityCount: 1, payload: { position: 60 } }), bank(), eventStore({ accounts: 10, historyEvents: 6 })],
  links: [...LINKS, link('auditors', 'bank')],
  faults: [],
  interventions: [{ atMs: seconds(10), kind: 'control', layer: 'events', control: 'forget' }],
  headlines: [
    { label: 'Events gone', metric: 'ledger.erasedEvents', unit: 'count', better: 'lower' },
    { label: 'Questions answered', metric: 'auditors.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Wrong folds', metric: 'ledger.wrongFolds', unit: 'count', better: 'lower' },
  ],
  claims: [
    { metric: 'ledger.erasedEvents', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'auditors.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 5 },
    { metric: 'ledger.wrongFolds', better: 'with', worse: 'without', wants: 'lower', factor: 10 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Events deleted', kind: 'without', params: { events: { erase: 'delete' } }, summary: 'The stream is gone, with the money in it. Positions and hashes have a hole, and what it led to can’t be explained.' },
    with: { title: 'Key dropped', kind: 'with', summary: 'The name was stored encrypted, with a key of its own. Without the key it is noise; sums, versions and hashes are as they were.' },
  },
};
