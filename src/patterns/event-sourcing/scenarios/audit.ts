/** The bank at work, and what can be asked of it. */
import type { Scenario } from '../../../kernel/story.ts';
import { LINKS, PROJECTED, auditors, bank, eventStore, link, projection, rows, seconds, tellers } from '../topologies.ts';

export const audit: Scenario = {
  title: 'A bank, and questions about yesterday',
  summary: '50 commands a second on 201 accounts, one of them busy; auditors ask what an account held at some moment. Rows that are overwritten know only now, and lose updates on the way.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(2), speed: 1,
  measure: { fromMs: seconds(5), untilMs: seconds(30), label: 'after the first seconds' },
  nodes: [tellers({ ratePerSecond: 50, entityCount: 201, entitySkew: 1 }), auditors({ ratePerSecond: 5, entityCount: 201, entitySkew: 1 }), bank({ snapshotEvery: 20 }), eventStore(), projection()],
  links: [...PROJECTED, link('auditors', 'bank')],
  faults: [],
  headlines: [
    { label: 'Questions answered', metric: 'auditors.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Updates lost', metric: 'ledger.lostUpdates', unit: 'count', better: 'lower' },
    { label: 'Overdrafts', metric: 'ledger.overdrafts', unit: 'count', better: 'lower' },
    { label: 'Commands that succeed', metric: 'tellers.goodRatio', unit: 'ratio', better: 'higher' },
  ],
  claims: [
    { metric: 'auditors.goodRatio', better: 'with', worse: 'without', wants: 'higher', factor: 5 },
    { metric: 'ledger.lostUpdates', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'auditors.goodRatio', better: 'with', worse: 'checked-rows', wants: 'higher', factor: 5 },
    { metric: 'bank.replayedMean', better: 'with', worse: 'original', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'Rows overwritten', kind: 'without', stacks: { ...rows(), balances: [] }, summary: 'Each command reads a row and overwrites it. Two at once: one change is gone. And what the balance was is not known to anybody.' },
    with: { title: 'Events with expected version', kind: 'with', summary: 'Watch the ribbon grow: each cell is a fact that stays. Drag its slider: any position can be folded again.' },
    'checked-rows': {
      title: 'Rows with a version check', kind: 'without', stacks: { ...rows({ compareAndSet: true }), balances: [] },
      summary: 'A fair baseline: compare-and-set loses no update. But still only now is known.',
    },
    original: { title: 'The textbook sketch', kind: 'pitfall', presets: { bank: 'original' }, params: { bank: { snapshotEvery: 0 } }, summary: 'A log without an expected version: nothing is overwritten, and yet two withdrawals are decided by the same balance.' },
  },
};

export const hotAccount: Scenario = {
  title: 'One account, many hands',
  summary: '20 commands a second on one account, each decided for 40 ms. Without an expected version, money is paid out that is not there; with it, most first tries conflict.',
  seed: 1, durationMs: seconds(30), openAtMs: seconds(1), speed: 0.5,
  measure: { fromMs: seconds(2), untilMs: seconds(30), label: 'after the first seconds' },
  nodes: [tellers({ ratePerSecond: 20, entityCount: 1 }), bank({ decideTime: { kind: 'constant', ms: 40 }, depositShare: 0.4, snapshotEvery: 10 }), eventStore({ accounts: 8, appendLatency: { kind: 'constant', ms: 2 } })],
  links: LINKS,
  faults: [],
  headlines: [
    { label: 'Overdrafts', metric: 'ledger.overdrafts', unit: 'count', better: 'lower' },
    { label: 'Overdrawn', metric: 'ledger.overdrawn', unit: 'count', better: 'lower' },
    { label: 'Commands that succeed', metric: 'tellers.goodRatio', unit: 'ratio', better: 'higher' },
    { label: 'Conflicts', metric: 'bank.note.conflict', unit: 'count', better: 'lower' },
    { label: 'p99', metric: 'tellers.p99Ms', unit: 'ms', better: 'lower' },
  ],
  claims: [
    { metric: 'ledger.overdrafts', better: 'with', worse: 'without', wants: 'lower', factor: 5 },
    { metric: 'tellers.goodRatio', better: 'serial', worse: 'with', wants: 'higher', factor: 1.05 },
    { metric: 'tellers.goodRatio', better: 'locked', worse: 'with', wants: 'higher', factor: 1.05 },
    { metric: 'bank.note.conflict', better: 'split', worse: 'with', wants: 'lower', factor: 2 },
    { metric: 'bank.note.conflict', better: 'commutative', worse: 'with', wants: 'lower', factor: 1.15 },
    { metric: 'bank.note.conflict', better: 'calm', worse: 'with', wants: 'lower', factor: 3 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'No expected version', kind: 'pitfall', params: { bank: { concurrency: 'none' } }, summary: 'Whoever loads while another decides decides by an old balance. The log has every withdrawal: more than there was money.' },
    rows: { title: 'Rows overwritten', kind: 'without', stacks: rows({ decideTime: { kind: 'constant', ms: 40 }, depositShare: 0.4 }), summary: 'The same race on a row: updates are lost, and nothing is left that would show it.' },
    with: { title: 'Expected version', kind: 'with', summary: 'No overdraft. But two first tries in three find that the stream has moved on, and one command in six gives up after three more.' },
    calm: { title: 'A quarter of the traffic', kind: 'with', params: { 'teller-users': { ratePerSecond: 5 } }, summary: 'Conflicts come with rate times window: at 5 a second, one first try in five.' },
    serial: { title: 'One after the other', kind: 'fixed', params: { bank: { serial: true } }, summary: 'Commands of one account queue up in the service: no conflicts, at the price of waiting.' },
    locked: { title: 'A lock', kind: 'fixed', params: { bank: { concurrency: 'pessimistic' } }, summary: 'The load takes a lock that the append gives back. It also holds between services; it also holds when its owner dies, until the lease ends.' },
    split: { title: 'Smaller streams', kind: 'fixed', params: { 'teller-users': { entityCount: 8 } }, summary: 'Eight streams instead of one: each sees an eighth of the traffic.' },
    commutative: { title: 'Deposits expect nothing', kind: 'fixed', params: { bank: { commutativeDeposits: true } }, summary: 'A deposit is right at any balance: it needs no expected version. Only withdrawals try again.' },
  },
};
