import { describe, expect, it } from 'vitest';
import { minimise } from './document-minimal.ts';
import { defaultDocument } from './document.ts';
import { breakerStories as stories, fixtureShelf as shelf } from '../../test/fuzz/fixture.ts';
import { openDocument, openText, validateDocument } from './validate.ts';

const base = { version: 1, pattern: 'circuit-breaker' };
const check = (part: Record<string, unknown>) => validateDocument({ ...base, ...part }, stories);
/** Path, rule and nearest value of each problem. */
const found = (part: Record<string, unknown>) => check(part).problems.map(({ path, rule, nearest }) => (nearest === undefined ? [path, rule] : [path, rule, nearest]));

describe('a document', () => {
  it('that says only its pattern becomes the default one', () => {
    expect(check({}).document).toEqual(defaultDocument(stories));
  });
  it('keeps nothing of what was handed in', () => {
    const given = { ...base, faults: [{ kind: 'pause', node: 'payments', fromMs: 0 }], params: { breaker: { weights: [1] } } };
    const { document } = validateDocument(given, stories);
    given.faults[0]!.node = 'x';
    given.params.breaker.weights[0] = 99;
    expect(document?.faults).toEqual([{ kind: 'pause', node: 'payments', fromMs: 0 }]);
    expect(document?.params).toEqual({ breaker: { weights: [1] } });
  });
  it('holds 0 where -0 was written, because JSON cannot tell them apart', () => {
    const { document } = check({ seed: -0, params: { breaker: { weights: [-0], openMs: -0 } } });
    expect(Object.is(document?.seed, 0)).toBe(true);
    expect(document?.params).toEqual({ breaker: { weights: [0], openMs: 0 } });
    expect(Object.is((document!.params.breaker!.weights as number[])[0], 0)).toBe(true);
  });
  it('of an unknown pattern, scenario or variant gets the nearest name', () => {
    expect(found({ pattern: 'circut-breaker' })).toEqual([['pattern', 'the pattern: circuit-breaker', 'circuit-breaker']]);
    expect(found({ scenario: 'hanging-paymets' })).toEqual([['scenario', 'a scenario of circuit-breaker: hanging-payments, calm', 'hanging-payments']]);
    expect(found({ variant: 'wiht' })).toEqual([['variant', 'a variant of hanging-payments: without, with, pitfall, fixed', 'with']]);
    expect(found({ variant: 'constructor' })[0]![0]).toBe('variant');
    expect(found({ sede: 7 })[0]).toEqual(['sede', expect.any(String), 'seed']);
  });
  it('says in one sentence what is wrong', () => {
    expect(check({ params: { breaker: { slidingWindowSize: 0.5 } } }).problems[0]!.message).toBe('params.breaker.slidingWindowSize is 0.5, but must be a whole number from 1 to 1000. Nearest: 1.');
    expect(check({ variant: 'wiht' }).problems[0]!.message).toBe('variant is "wiht", but must be a variant of hanging-payments: without, with, pitfall, fixed. Nearest: "with".');
    expect(check({ params: { braker: {} } }).problems[0]!.message).toBe('params.braker: "braker" is not a layer of the scenario: browse, shop, breaker, payments, retry, prober. Nearest: breaker.');
  });
  it('may be large, but not larger than 256 kB', () => {
    const many = (bytes: number) => check({ params: { breaker: { label: 'x'.repeat(60_000) }, browse: { op: 'x'.repeat(60_000) } }, breakpoints: Array.from({ length: 50 }, () => ({ kind: 'mode', layer: 'breaker', instance: 'x'.repeat(200), mode: 'open' })), faults: Array.from({ length: bytes }, () => ({ kind: 'pause', node: 'payments', fromMs: 1000 })) });
    expect(many(200).document).toBeDefined();
    expect(check({ params: { breaker: { extra: 'x'.repeat(300_000) } } }).problems[0]!.message).toMatch(/^The document is too large/);
  });
});

describe('parameters', () => {
  it('are checked against the engine of their layer, together with preset, layer and variant', () => {
    expect(found({ params: { breaker: { slidingWindowSize: 4 } } })).toEqual([['params.breaker.minimumCalls', 'at most slidingWindowSize (4)', 4]]);
    expect(found({ variant: 'fixed', params: { breaker: { slidingWindowSize: 9 } } })).toEqual([['params.breaker.minimumCalls', 'at most slidingWindowSize (9)', 9]]);
    expect(found({ params: { breaker: { slidingWindowSize: 9 } } })).toEqual([]);
  });
  it('of a layer in another variant are kept and checked, with a warning that they have no effect', () => {
    const { document, warnings } = check({ variant: 'without', params: { breaker: { openMs: 1 } } });
    expect(document?.params).toEqual({ breaker: { openMs: 1 } });
    expect(warnings.map(({ path }) => path)).toEqual(['params.breaker.openMs', 'params.breaker']);
    expect(found({ variant: 'without', params: { breaker: { openMs: -1 } } })).toEqual([['params.breaker.openMs', 'a number from 0 to 600000', 0]]);
  });
  it('of a layer that the stack editor took out are kept too', () => {
    expect(check({ stacks: { gateway: [{ id: 'shop', engine: 'service' }] }, params: { breaker: { openMs: 100 } } }).document?.params).toEqual({ breaker: { openMs: 100 } });
  });
});

describe('stacks', () => {
  const shop = { id: 'shop', engine: 'service' };
  it('may put any known engine anywhere, from other patterns too', () => {
    const stacks = { gateway: [{ id: 'again', engine: 'retry', params: { attempts: 2 }, to: ['payments'] }, shop, { id: 'b2', engine: 'circuit-breaker', preset: 'strict' }] };
    expect(check({ stacks, params: { b2: { countSlow: true }, again: { attempts: 4 } } }).document?.stacks).toEqual(stacks);
  });
  it.each<[unknown, string]>([
    [{ gateway: [shop, { id: 'x', engine: 'rety' }] }, 'stacks.gateway[1].engine'],
    [{ gateway: [shop, { id: 'payments', engine: 'retry' }] }, 'stacks.gateway'],
    [{ payments: [{ id: 'payments', engine: 'service' }, { id: 'shop', engine: 'retry' }] }, 'stacks.payments[1].id'],
    [{ gateway: [shop, { id: 'constructor', engine: 'retry' }] }, 'stacks.gateway[1].id'],
    [{ gateway: [shop, { id: 'a.b', engine: 'retry' }] }, 'stacks.gateway[1].id'],
    [{ gateway: [shop, { id: 'x', engine: 'retry', preset: 'gone' }] }, 'stacks.gateway[1].preset'],
    [{ gateway: [shop, { id: 'x', engine: 'retry', params: { attempts: 0 } }] }, 'stacks.gateway[1].params.attempts'],
    [{ gateway: [shop, { id: 'x', engine: 'retry', to: ['nowhere'] }] }, 'stacks.gateway[1].to[0]'],
    [{ gateway: [] }, 'stacks.gateway'],
    [{ gateway: [{ id: 'x', engine: 'retry' }] }, 'stacks.gateway'],
    [{ nowhere: [shop] }, 'stacks.nowhere'],
    [{ gateway: Array.from({ length: 17 }, (_, i) => ({ id: `x${i}`, engine: 'retry' })) }, 'stacks.gateway'],
  ])('%j are refused at %s', (stacks, path) => {
    expect(found({ stacks }).map(([where]) => where)).toEqual([path]);
  });
});

describe('faults', () => {
  it('of every kind are accepted with legal fields', () => {
    const faults = [
      { kind: 'crash', node: 'payments', fromMs: 1, untilMs: 2, refuse: false }, { kind: 'pause', node: 'payments', fromMs: 1 }, { kind: 'hang', node: 'payments', fromMs: 1, op: 'pay' },
      { kind: 'errors', node: 'payments', fromMs: 1, ratio: 1, outcome: 'overload' }, { kind: 'slow', node: 'payments', fromMs: 1, factor: 3 }, { kind: 'latency', fromMs: 1, from: 'users', factor: 0.5 },
      { kind: 'dropRequests', fromMs: 1, ratio: 0 }, { kind: 'dropReplies', fromMs: 1, ratio: 0.5 }, { kind: 'dropMessages', fromMs: 1, to: 'payments', ratio: 0.5 }, { kind: 'duplicate', fromMs: 1, ratio: 0.1, lagMs: 0 },
      { kind: 'reorder', fromMs: 1, ratio: 0.1, lagMs: 5 }, { kind: 'partition', fromMs: 1, groupA: ['users'], groupB: ['gateway', 'payments'], oneWay: true }, { kind: 'clock', node: 'gateway', fromMs: 1, offsetMs: -500, driftPpm: 200 },
    ];
    expect(check({ faults }).document?.faults).toEqual(faults);
  });
  it.each<[Record<string, unknown>, string, unknown]>([
    [{ kind: 'crash', node: 'paymnts', fromMs: 0 }, 'node', 'payments'],
    [{ kind: 'crahs', node: 'payments', fromMs: 0 }, 'kind', 'crash'],
    [{ kind: 'constructor', fromMs: 0 }, 'kind', undefined],
    [{ kind: 'errors', node: 'payments', fromMs: 0, ratio: 30 }, 'ratio', 1],
    [{ kind: 'slow', node: 'payments', fromMs: 0, factor: 0 }, 'factor', 1],
    [{ kind: 'slow', node: 'payments', fromMs: 0, factor: -2 }, 'factor', 1],
    [{ kind: 'pause', node: 'payments', fromMs: -1 }, 'fromMs', 0],
    [{ kind: 'pause', node: 'payments', fromMs: 10, untilMs: 10 }, 'untilMs', undefined],
    [{ kind: 'pause', node: 'payments' }, 'fromMs', undefined],
    [{ kind: 'pause', node: 'payments', fromMs: 0, ratio: 1 }, 'ratio', undefined],
    [{ kind: 'latency', from: 'nowhere', fromMs: 0, factor: 2 }, 'from', undefined],
    [{ kind: 'partition', fromMs: 0, groupA: [], groupB: ['users'] }, 'groupA', undefined],
    [{ kind: 'reorder', fromMs: 0, ratio: 1, lagMs: 0 }, 'lagMs', 1],
    [{ kind: 'clock', node: 'users', fromMs: 0, offsetMs: 0, driftPpm: -1_000_000 }, 'driftPpm', -500_000],
  ])('%j is refused at %s', (fault, field, nearest) => {
    expect(check({ faults: [fault] }).problems.map((problem) => [problem.path, problem.nearest])).toEqual([[`faults[0].${field}`, nearest]]);
  });
  it('may not stop a clock together', () => {
    const slow = { kind: 'clock', node: 'users', fromMs: 0, offsetMs: 0, driftPpm: -500_000 };
    expect(found({ faults: [slow] })).toEqual([]);
    expect(found({ faults: [slow, { ...slow, node: 'payments' }] })).toEqual([]);
    expect(found({ faults: [slow, slow] })[0]![0]).toBe('faults[0].driftPpm');
  });
  it('are at most 200', () => {
    const faults = Array.from({ length: 201 }, () => ({ kind: 'pause', node: 'payments', fromMs: 0 }));
    expect(found({ faults })).toEqual([['faults', 'a list of at most 200']]);
    expect(found({ faults: faults.slice(1) })).toEqual([]);
  });
});

describe('interventions', () => {
  it('are sorted by time, and keep their order at one instant', () => {
    const at = (atMs: number, openMs: number) => ({ atMs, kind: 'params', layer: 'breaker', params: { openMs } });
    expect(check({ interventions: [at(5, 100), at(1, 200), at(5, 300)] }).document?.interventions).toEqual([at(1, 200), at(5, 100), at(5, 300)]);
  });
  it('must be legal together with what is in force by then', () => {
    const change = (atMs: number, params: unknown) => ({ atMs, kind: 'params', layer: 'breaker', params });
    expect(found({ interventions: [change(1, { slidingWindowSize: 4 })] })).toEqual([['interventions[0].params.minimumCalls', 'at most slidingWindowSize (4)', 4]]);
    expect(found({ interventions: [change(2, { slidingWindowSize: 4 }), change(1, { minimumCalls: 3 })] })).toEqual([]);
    expect(found({ interventions: [change(1, { slidingWindowSize: 0 })] })).toEqual([['interventions[0].params.slidingWindowSize', 'a whole number from 1 to 1000', 1]]);
  });
  it('must use a control that the layer has', () => {
    expect(found({ interventions: [{ atMs: 1, kind: 'control', layer: 'breaker', control: 'forceopen' }] })).toEqual([['interventions[0].control', 'a control of breaker: forceOpen, reset', 'forceOpen']]);
    expect(found({ interventions: [{ atMs: 1, kind: 'control', layer: 'braker', control: 'reset' }] })[0]).toEqual(['interventions[0].layer', expect.any(String), 'breaker']);
  });
  it('after the end only warn, so that a run can be shortened', () => {
    const { document, warnings } = check({ durationMs: 30_000 });
    expect(document?.durationMs).toBe(30_000);
    expect(warnings.map(({ path }) => path)).toEqual(['interventions[0].atMs']);
    expect(check({ durationMs: 5000 }).warnings.map(({ path }) => path)).toContain('durationMs');
  });
});

describe('breakpoints', () => {
  it('of every kind are accepted', () => {
    const breakpoints = [
      { kind: 'note', note: 'opened' }, { kind: 'note', note: 'opened', layer: 'breaker' }, { kind: 'note', note: 'nodeCrashed' }, { kind: 'mode', layer: 'breaker', mode: 'open' }, { kind: 'mode', layer: 'breaker', instance: 'payments', mode: 'open' },
      { kind: 'metric', metric: 'browse.goodputPerSecond', is: 'below', value: 10 }, { kind: 'invariant' }, { kind: 'firstRetry' }, { kind: 'time', atMs: 5 },
    ];
    expect(check({ breakpoints }).document?.breakpoints).toEqual(breakpoints);
  });
  it('on what does not exist are refused', () => {
    expect(found({ breakpoints: [{ kind: 'note', note: 'opend' }] })[0]).toEqual(['breakpoints[0].note', expect.any(String), 'opened']);
    expect(found({ breakpoints: [{ kind: 'note', note: 'retried', layer: 'breaker' }] })[0]![0]).toBe('breakpoints[0].note');
    expect(found({ breakpoints: [{ kind: 'metric', metric: 'x', value: 1 }] })[0]![0]).toBe('breakpoints[0].is');
    expect(found({ breakpoints: Array.from({ length: 51 }, () => ({ kind: 'invariant' })) })).toEqual([['breakpoints', 'a list of at most 50']]);
  });
});

describe('opening', () => {
  it('loads the stories that a document needs', async () => {
    const { document, stories: loaded } = await openDocument({ version: 1, pattern: 'retry', stacks: { users: [{ id: 'browse', engine: 'client' }, { id: 'breaker', engine: 'circuit-breaker' }] } }, shelf);
    expect(document?.pattern).toBe('retry');
    expect(loaded?.of('circuit-breaker')).toBeDefined();
  });
  it('gives the nearest pattern for a misspelt one', async () => {
    expect((await openDocument({ version: 1, pattern: 'rety' }, shelf)).problems[0]).toMatchObject({ path: 'pattern', nearest: 'retry' });
  });
  it('says so when a story does not load', async () => {
    const broken = { patterns: ['retry'], load: () => Promise.reject(new Error('offline')) };
    expect((await openDocument({ version: 1, pattern: 'retry' }, broken)).problems[0]!.message).toBe('The pattern retry could not be loaded.');
  });
  it('reads a file that was saved', async () => {
    const { document } = check({ seed: 3, variant: 'without' });
    expect((await openText(JSON.stringify(minimise(document!, stories)), shelf)).document).toEqual(document);
    expect((await openText('{"version":1,', shelf)).problems[0]!.message).toMatch(/^The document is not valid JSON: /);
  });
});
