import { describe, expect, test } from 'vitest';
import type { Found } from '../../protocol/messages.ts';
import { SearchJob } from './searchJob.ts';
import { freshForm, pointGroups, pointKey, pointsOf, problemOf, runsOf, searchOf } from './searchForm.ts';

const layer = (node: string, place: 'app' | 'layer', ...notes: string[]) => ({ node, nodeTitle: node.toUpperCase(), story: { place, notes: Object.fromEntries(notes.map((name) => [name, { text: name }])) } });
const groups = pointGroups([layer('bank', 'app', 'voted', 'logged'), layer('bank', 'layer', 'retried'), layer('proxy', 'layer', 'opened'), layer('client', 'app')]);

describe('what to try', () => {
  test('steps are those of nodes with an application', () => {
    expect(groups.map(({ node, notes }) => [node, notes.map(({ name }) => name)])).toEqual([['bank', ['voted', 'logged', 'retried']]]);
  });
  test('none, chosen ones, or all', () => {
    const chosen = new Set([pointKey({ node: 'bank', note: 'logged' }), pointKey({ node: 'gone', note: 'x' })]);
    expect(pointsOf({ crashes: 'none', chosen }, groups)).toEqual([]);
    expect(pointsOf({ crashes: 'chosen', chosen }, groups)).toEqual([{ node: 'bank', note: 'logged' }]);
    expect(pointsOf({ crashes: 'all', chosen }, groups)).toHaveLength(3);
  });
  test('as many runs as there are seeds × (no crash + crash points × occurrences), up to the limit', () => {
    expect(runsOf(freshForm, 0)).toEqual({ all: 20, done: 20 });
    expect(runsOf({ ...freshForm, occurrences: 3, maxRuns: 100 }, 3)).toEqual({ all: 200, done: 100 });
  });
  test('what can’t be run says why', () => {
    expect(problemOf(freshForm, 0)).toBeNull();
    expect(problemOf({ ...freshForm, seeds: 201 }, 0)).toMatch(/Seeds/);
    expect(problemOf({ ...freshForm, seeds: NaN }, 0)).toMatch(/Seeds/);
    expect(problemOf({ ...freshForm, crashes: 'chosen' }, 0)).toMatch(/Choose/);
    expect(problemOf({ ...freshForm, crashes: 'all', downSeconds: 0 }, 3)).toMatch(/Down/);
    expect(problemOf({ ...freshForm, crashes: 'all', occurrences: 6 }, 3)).toMatch(/Occurrences/);
    expect(problemOf({ ...freshForm, crashes: 'none', occurrences: 6 }, 0)).toBeNull();
  });
  test('the request', () => expect(searchOf({ ...freshForm, crashes: 'all' }, [{ node: 'bank', note: 'voted' }])).toEqual({ seeds: 20, crashPoints: [{ node: 'bank', note: 'voted' }], occurrences: 1, downMs: 5000, rule: null, maxRuns: 2000 }));
});

describe('the job', () => {
  const search = searchOf({ ...freshForm, crashes: 'all' }, [{ node: 'bank', note: 'voted' }]);
  type Result = { readonly runs: number; readonly found: Found | null; readonly problem?: string } | null;
  function setUp() {
    let progress: (runs: number, ofRuns: number) => void = () => undefined;
    let finish: (result: Result) => void = () => undefined;
    let cancelled = 0, now = 0;
    const job = new SearchJob({
      search: async (_, onProgress) => { progress = onProgress; return new Promise<Result>((resolve) => { finish = resolve; }); },
      cancelSearch: () => { cancelled++; },
    }, () => now);
    const done = job.start(search, 40, 0);
    return { job, done, progress: (runs: number, ms: number) => { now = ms; progress(runs, 40); }, finish: (result: Result) => finish(result), cancelled: () => cancelled };
  }
  test('tells how far it is and how fast', () => {
    const { job, progress } = setUp();
    expect(job.state).toMatchObject({ phase: 'running', runs: 0, ofRuns: 40 });
    progress(20, 2000);
    expect(job.state).toEqual({ phase: 'running', runs: 20, ofRuns: 40, perSecond: 10 });
  });
  test('none found; a problem; the host gone', async () => {
    for (const [result, state] of [[{ runs: 40, found: null }, { phase: 'none', runs: 40 }], [{ runs: 1, found: null, problem: 'no' }, { phase: 'failed', problem: 'no' }], [null, { phase: 'cancelled' }]] as const) {
      const { job, done, finish } = setUp();
      finish(result);
      await done;
      expect(job.state).toEqual(state);
    }
  });
  test('a found run tells the crash that was added', async () => {
    const crash = { kind: 'crashAt', node: 'bank', note: 'voted', occurrence: 1, downMs: 5000, fromMs: 0 } as const;
    const { job, done, finish } = setUp();
    const document = { version: 1, pattern: 'p', scenario: 's', variant: 'v', params: {}, seed: 3, interventions: [], breakpoints: [], faults: [crash] } as const;
    finish({ runs: 7, found: { document, atMs: 1234, rule: 'sum', why: 'money' } });
    await done;
    expect(job.state).toMatchObject({ phase: 'found', runs: 7, crash });
  });
  test('cancelled, it says nothing more', async () => {
    const { job, done, progress, finish, cancelled } = setUp();
    job.cancel();
    progress(20, 10);
    finish({ runs: 40, found: null });
    await done;
    expect(job.state).toEqual({ phase: 'cancelled' });
    expect(cancelled()).toBe(1);
  });
});
