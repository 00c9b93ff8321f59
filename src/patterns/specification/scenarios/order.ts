/** The sieve: which part is looked at first. */
import type { Scenario } from '../../../kernel/story.ts';
import type { Leaf } from '../../../primitives/predicates/tree.ts';
import { A, B, C } from '../domain.ts';
import { app, client, data, json, links, seconds, users } from '../topologies.ts';

const cost = { label: 'Cost a row, µs', metric: 'spec.costUsMean', unit: 'none', better: 'lower' } as const;
const p95 = { label: 'p95', metric: 'callers.p95Ms', unit: 'ms', better: 'lower' } as const;
const good = { label: 'Answers in time', metric: 'callers.goodRatio', unit: 'ratio', better: 'higher' } as const;

export const sieve: Scenario = {
  title: 'The sieve: which part first',
  summary: 'Rows fall through three parts. Watch the order change at 10 s: what is cheap and stops many comes first, and the queue for cores goes away.',
  seed: 1, durationMs: seconds(60), openAtMs: seconds(7), speed: 1,
  measure: { fromMs: seconds(25), untilMs: seconds(55), label: 'after the change of order' },
  nodes: [
    client('callers', 'Callers', users('select', { ratePerSecond: 4.2, arrivals: 'periodic', deadlineMs: 4000 })),
    app({ tree: json({ op: 'and', of: [B, A, C] }), strategy: 'greedyRank', reorderEveryMs: 10_000, profileRatio: 0.02 }), data(),
  ],
  links, faults: [],
  headlines: [cost, good, p95],
  claims: [
    { metric: 'spec.costUsMean', better: 'with', worse: 'without', wants: 'lower', factor: 1.2 },
    { metric: 'callers.p95Ms', better: 'with', worse: 'without', wants: 'lower', factor: 2 },
    { metric: 'spec.costUsMean', better: 'with', worse: 'parallel', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'As written', kind: 'without', params: { spec: { strategy: 'asWritten' } }, summary: 'The dear part B stands first and is paid for every row: 10.4 µs, more than four cores can do.' },
    with: { title: 'By cost and selectivity', kind: 'with', summary: 'C, A, B: each row costs 8 µs, the least that any order can do.' },
    optimal: { title: 'Best of all orders', kind: 'with', params: { spec: { strategy: 'optimal' } }, summary: 'A search over all orders finds the same: under independence ascending rank is the best.' },
    parallel: { title: 'All at once', kind: 'pitfall', params: { spec: { strategy: 'parallel' } }, summary: 'Every leaf is evaluated for every row: no short circuit saves anything, 14 µs of work.' },
  },
};

export const either: Scenario = {
  title: 'A disjunction, the other way round',
  summary: 'In an “or” the part that is cheap and often true comes first. Written the worst way a row costs seven times as much.',
  seed: 2, durationMs: seconds(45), openAtMs: seconds(5),
  measure: { fromMs: seconds(15), untilMs: seconds(43), label: 'after the change of order' },
  nodes: [
    client('callers', 'Callers', users('select', { ratePerSecond: 2.4, deadlineMs: 8000 })),
    app({ tree: json({ op: 'or', of: [B, C, A] }), strategy: 'greedyRank', reorderEveryMs: 8000, profileRatio: 0.02 }), data(),
  ],
  links, faults: [],
  headlines: [cost, p95],
  claims: [
    { metric: 'spec.costUsMean', better: 'with', worse: 'without', wants: 'lower', factor: 4 },
    { metric: 'callers.p95Ms', better: 'with', worse: 'without', wants: 'lower', factor: 1.5 },
  ],
  opensWith: 'with',
  variants: {
    without: { title: 'As written', kind: 'without', params: { spec: { strategy: 'asWritten' } }, summary: 'B, C, A: 13 µs a row.' },
    with: { title: 'By cost and selectivity', kind: 'with', summary: 'A, C, B: nine rows in ten are let through by A alone.' },
  },
};

/** Three fields that go together: who is low in one is low in all. */
const fields = ['spend', 'visits', 'tenure'].map((name) => ({ name, type: 'number' as const, lo: 0, hi: 1 }));
const few: Leaf = { op: 'lt', field: 'spend', value: 0.3, label: 'low spend', cost: 1, selectivity: 0.3 };
const rare: Leaf = { op: 'lt', field: 'visits', value: 0.1, label: 'few visits', cost: 40, selectivity: 0.1 };
const long: Leaf = { op: 'gt', field: 'tenure', value: 0.25, label: 'long tenure', cost: 12, selectivity: 0.75 };
export const hangTogether: Scenario = {
  title: 'Leaves that hang together',
  summary: 'Each leaf by itself is measured rightly, and the order is wrong all the same: who spends little rarely has a long tenure, so that the dear leaf is hardly needed.',
  seed: 3, durationMs: seconds(60), openAtMs: seconds(4),
  measure: { fromMs: seconds(30), untilMs: seconds(58), label: 'after the orders have settled' },
  nodes: [
    client('callers', 'Callers', users('select', { ratePerSecond: 2, deadlineMs: 10_000 })),
    app({ tree: json({ op: 'and', of: [rare, long, few] }), fields: json(fields), strategy: 'greedyRank', statistics: 'joint', reorderEveryMs: 5000, profileRatio: 0.03 }),
    data({ fields: json(fields), correlation: 0.95, candidates: 20_000, sampledRows: 1200 }),
  ],
  links, faults: [],
  headlines: [cost, p95],
  claims: [
    { metric: 'spec.costUsMean', better: 'joint', worse: 'marginal', wants: 'lower', factor: 1.2 },
    { metric: 'spec.costUsMean', better: 'joint', worse: 'without', wants: 'lower', factor: 3 },
  ],
  opensWith: 'joint',
  variants: {
    without: { title: 'As written', kind: 'without', params: { spec: { strategy: 'asWritten' } }, summary: 'The dearest leaf stands first: over 40 µs a row.' },
    marginal: { title: 'Each leaf by itself', kind: 'pitfall', params: { spec: { statistics: 'marginal' } }, summary: 'If leaves were independent, low spend, few visits, long tenure would be best. They are not.' },
    joint: { title: 'Measured together', kind: 'fixed', summary: 'On the rows with low spend, long tenure decides nearly all: it goes second, and the dear leaf last.' },
    optimal: { title: 'Best order on the sample', kind: 'fixed', params: { spec: { strategy: 'optimal' } }, summary: 'All orders are compared on the profiled rows.' },
  },
};
