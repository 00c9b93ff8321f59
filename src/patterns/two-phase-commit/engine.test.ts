/** What the coordinator and its participants do, in small worlds: one or a few transactions, one fault at a time. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/contract.ts';
import { drive } from '../../kernel/harness.ts';
import { validateParams } from '../../runs/validate-params.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { bestEffortStory } from './bestEffort.params.ts';
import { WrongParticipants } from './coordination.ts';
import { engine } from './engine.ts';
import { coordinatorStory } from './params.ts';
import { participantStory } from './participant.params.ts';
import { coordinatorPresets } from './presets.ts';
import { MEMBERS, runSetting, type Setting } from './testing.ts';

const diesAt = (node: string, note: string, downMs: number, occurrence = 1) => ({ kind: 'crashAt', node, note, occurrence, fromMs: 0, downMs }) as const;
const names = (setting: Setting, ...wanted: string[]): string[] => runSetting(setting).notes().filter(({ name }) => wanted.includes(name)).map(({ node, name }) => `${node} ${name}`);
const account = (row: string, delta: number) => [{ kind: 'account', row, delta }];
const execute = (participants: readonly string[], data: Readonly<Record<string, unknown>> = {}) => ({ op: 'execute', payload: { participants, data } as unknown as Json });

describe('the two phases', () => {
  test('no failure and all Yes: everybody commits, and the caller hears it', () => {
    const ran = runSetting({});
    expect(ran.answers).toMatchObject([{ kind: 'ok', value: { transaction: 'coordinator-1', success: true, complete: true } }]);
    for (const id of MEMBERS) expect(ran.meters(id).committed).toBe(1);
    expect(ran.unfinished).toBe(0);
    expect(ran.lawsBroken).toEqual([]);
  });
  test('the commit is on disk before it is sent', () => {
    const order = runSetting({}).notes().filter(({ node }) => node === 'coordinator').map(({ name }) => name);
    expect(order.indexOf('decisionLogged')).toBeGreaterThan(order.indexOf('allVoted'));
    expect(order.indexOf('commitSent')).toBeGreaterThan(order.indexOf('decisionLogged'));
  });
  test('one No aborts all, and whoever said it is not told again', () => {
    const ran = runSetting({ each: { 'bank-b': { voteNoRatio: 1 } } });
    expect(ran.answers).toMatchObject([{ kind: 'permanentError', detail: 'aborted: bank-b voted No, it has reasons of its own' }]);
    expect(ran.notes('abortSent').map(({ data }) => (data as { to: string }).to)).toEqual(['bank-a', 'ledger']);
    expect(ran.unfinished).toBe(0);
  });
  test('silence is a No after the prepare time-out', () => {
    const ran = runSetting({ faults: [{ kind: 'hang', node: 'ledger', op: 'prepare', fromMs: 0 }] });
    expect(ran.answers).toMatchObject([{ kind: 'transientError', detail: 'aborted: a vote did not come in time' }]);
    expect(ran.notes('abortDecided')[0]!.atMs).toBe(1040);
  });
  test('the time-out of the transaction counts before the decision only', () => {
    const late = { coordinator: { prepareTimeoutMs: 3000, txTimeoutMs: 3000 }, faults: [{ kind: 'hang', node: 'ledger', op: 'prepare', fromMs: 0 }] } as const;
    expect(runSetting(late).answers[0]!.detail).toContain('aborted');
    const decided = runSetting({ coordinator: { prepareTimeoutMs: 300, txTimeoutMs: 300 }, faults: [{ kind: 'hang', node: 'ledger', op: 'commit', fromMs: 0, untilMs: 9000 }] });
    expect(decided.answers[0]).toMatchObject({ kind: 'ok', value: { complete: false } });
    expect(decided.meters('ledger').committed).toBe(1);
  });
  test('one by one, each is asked when the one before has voted, and nobody after a No', () => {
    const ran = runSetting({ coordinator: { parallel: false }, each: { 'bank-a': { voteNoRatio: 1 } } });
    expect(ran.notes('prepareSent').map(({ data }) => (data as { to: string }).to)).toEqual(['bank-a']);
  });
  test('a commit is repeated until it is acknowledged, for ever', () => {
    const ran = runSetting({ faults: [{ kind: 'dropRequests', op: 'commit', to: 'bank-b', ratio: 1, fromMs: 0, untilMs: 15_000 }], participant: { inDoubt: 'block' } });
    expect(ran.notes('outcomeRepeated').length).toBeGreaterThan(25);
    expect(ran.unfinished).toBe(0);
  });
});

describe('optimisations', () => {
  const local = { asks: [{ atMs: 0, ...execute(['bank-a'], { 'bank-a': [...account('e1', -5), ...account('e2', 5)] }) }] };
  test('a single participant commits in one phase, without a decision record', () => {
    const ran = runSetting(local);
    expect(ran.answers[0]!.kind).toBe('ok');
    expect(ran.hops().map(({ op }) => op)).not.toContain('prepare');
    expect(ran.meters('coordinator').forcedWrites).toBe(0);
    expect(ran.meters('bank-a').forcedWrites).toBe(1);
    expect(runSetting({ ...local, coordinator: { onePhase: false } }).meters('bank-a').forcedWrites).toBe(2);
  });
  test('a single participant that answers after a lost reply has committed once', () => {
    const ran = runSetting({ ...local, faults: [{ kind: 'dropReplies', op: 'commitOnePhase', ratio: 1, fromMs: 0, untilMs: 700 }] });
    expect(ran.answers[0]!.kind).toBe('ok');
    expect(ran.meters('bank-a').committed).toBe(1);
    expect(ran.error).toBe(0);
  });
  test('who only read leaves after phase one', () => {
    const ran = runSetting({ coordinator: { inquiryRatio: 1 } });
    expect(ran.notes('votedReadOnly')).toHaveLength(1);
    expect(ran.notes('commitSent')).toHaveLength(2);
    expect(ran.meters('ledger').forcedWrites).toBe(0);
    expect(ran.lawsBroken).toEqual([]);
    expect(runSetting({ coordinator: { inquiryRatio: 1, readOnly: false } }).notes('commitSent')).toHaveLength(3);
  });
  test('nobody changed anything: no second phase', () => {
    const read = [{ kind: 'read', row: 'r', delta: 0 }];
    const ran = runSetting({ asks: [{ atMs: 0, ...execute(['bank-a', 'bank-b'], { 'bank-a': read, 'bank-b': read }) }] });
    expect(ran.answers[0]!.kind).toBe('ok');
    expect(ran.notes('decisionLogged')).toEqual([]);
  });
  test('presumed abort forces nothing for an abort; presumed nothing logs it and waits for acknowledgements', () => {
    const no = { each: { 'bank-b': { voteNoRatio: 1 } } };
    expect(runSetting(no).meters('coordinator').forcedWrites).toBe(0);
    const heavy = runSetting({ ...no, coordinator: { protocol: 'presumedNothing' } });
    expect(heavy.meters('coordinator').forcedWrites).toBe(2);
    expect(heavy.notes('acknowledged')).toHaveLength(2);
  });
});

describe('the operations of the sketch', () => {
  const ask = (op: string, payload: unknown, more: Setting = {}) => runSetting({ ...more, asks: [{ atMs: 0, op, payload: payload as Json }] }).answers[0]!;
  test('a transaction among registered participants, each with its own data', () => {
    const ran = runSetting({ asks: [{ atMs: 0, ...execute(['bank-a', 'bank-b'], { 'bank-a': account('e1', -7), 'bank-b': account('e2', 7) }) }] });
    expect(ran.answers[0]).toMatchObject({ kind: 'ok', value: { success: true } });
    expect(ran.meters('bank-a').balanceChange).toBe(-7);
    expect(ran.meters('bank-b').balanceChange).toBe(7);
  });
  test.each([
    ['an empty list', { participants: [], data: {} }, 'noParticipants'],
    ['a participant named twice', { participants: ['bank-a', 'bank-a'], data: {} }, 'duplicateParticipant'],
    ['an unknown participant', { participants: ['bank-a', 'bank-z'], data: {} }, 'unknownParticipant'],
    ['no list', { participants: 'bank-a' }, 'malformed'],
    ['data that is no change', { participants: ['bank-a'], data: { 'bank-a': [{ row: 3 }] } }, 'malformed'],
  ])('%s is refused before anybody is asked', (_, payload, why) => {
    const answer = ask('execute', payload);
    expect(answer).toMatchObject({ kind: 'permanentError' });
    expect(answer.detail).toMatch(new RegExp(`^${why}: `));
  });
  test('registering: who has no link, and who is there already, is refused; the rest take part', () => {
    expect(ask('register', { participant: 'nobody' }).detail).toMatch(/^unknownParticipant: /);
    expect(ask('register', {}).detail).toMatch(/^malformed: /);
    expect(ask('register', { participant: 'ledger' }).detail).toMatch(/^duplicateParticipant: /);
    const ran = runSetting({ coordinator: { participants: ['bank-a', 'bank-b'] }, asks: [{ atMs: 0, op: 'register', payload: { participant: 'ledger' } }, { atMs: 100 }, { atMs: 200, op: 'participants' }] });
    expect(ran.notes('registered')).toHaveLength(1);
    expect(ran.answers.find(({ ask: which }) => which === 2)!.value).toEqual([...MEMBERS]);
    expect(ran.meters('ledger').committed).toBe(1);
  });
  test('status tells of an open transaction; one that is over is unknown', () => {
    const ran = runSetting({ asks: [{ atMs: 0 }, { atMs: 60, op: 'status', payload: { tx: 'coordinator-1' } }, { atMs: 5000, op: 'status', payload: { tx: 'coordinator-1' } }] });
    expect(ran.answers.find(({ ask: which }) => which === 1)!.value).toMatchObject({ mode: 'preparing', participants: [...MEMBERS] });
    expect(ran.answers.find(({ ask: which }) => which === 2)!.detail).toMatch(/^unknownTransaction: /);
  });
  test('an operation that nobody knows is refused', () => expect(ask('explode', null).detail).toMatch(/^unknownOperation: /));
});

describe('the sketch and its defects, with the preset original', () => {
  const original: Setting = { coordinator: coordinatorPresets.original.params, participant: { inDoubt: 'block', idempotentCommit: false } };
  test('an error in prepare is answered as a failure, and who had prepared stays prepared', () => {
    const ran = runSetting({ ...original, faults: [{ kind: 'errors', node: 'bank-b', op: 'prepare', ratio: 1, fromMs: 0 }] });
    expect(ran.answers[0]).toMatchObject({ kind: 'transientError' });
    expect(ran.notes('abandoned')[0]!.data).toMatchObject({ prepared: 1 });
    expect(ran.meters('bank-a').prepared).toBe(1);
    expect(ran.notes('abortSent')).toEqual([]);
  });
  test('an error in commit leaves the first committed, the rest prepared, and reports a failure', () => {
    const ran = runSetting({ ...original, faults: [{ kind: 'errors', node: 'bank-b', op: 'commit', ratio: 1, fromMs: 0 }] });
    expect(ran.answers[0]).toMatchObject({ kind: 'transientError' });
    expect([ran.meters('bank-a').committed, ran.meters('bank-b').prepared, ran.meters('ledger').prepared]).toEqual([1, 1, 1]);
  });
  test('it goes on preparing after a No, and aborts even who never prepared', () => {
    const ran = runSetting({ ...original, each: { 'bank-a': { voteNoRatio: 1 } } });
    expect(ran.notes('prepareSent')).toHaveLength(3);
    expect(ran.notes('abortSent')).toHaveLength(3);
  });
  test('an empty list succeeds; an unknown participant is a No; one named twice is asked and told twice', () => {
    expect(runSetting({ ...original, asks: [{ atMs: 0, ...execute([]) }] }).answers[0]).toMatchObject({ kind: 'ok' });
    expect(runSetting({ ...original, asks: [{ atMs: 0, ...execute(['bank-a', 'bank-z']) }] }).answers[0]!.detail).toContain('bank-z voted No, it is unknown');
    const twice = runSetting({ ...original, asks: [{ atMs: 0, ...execute(['bank-a', 'bank-a'], { 'bank-a': account('e1', 9) }) }] });
    expect(twice.notes('commitSent')).toHaveLength(2);
    expect(twice.meters('bank-a').balanceChange).toBe(18);
  });
  test('a restart knows nothing, and the prepared stay prepared for ever', () => {
    const ran = runSetting({ ...original, durationMs: 60_000, faults: [diesAt('coordinator', 'decisionLogged', 1000)] });
    expect(MEMBERS.map((id) => ran.meters(id).prepared)).toEqual([1, 1, 1]);
  });
});

describe('the baseline: one write after the other', () => {
  const baseline: Setting = { baseline: true };
  test('the first write fails: nothing has happened', () => {
    const ran = runSetting({ ...baseline, each: { 'bank-a': { voteNoRatio: 1 } } });
    expect(ran.notes('failed')).toHaveLength(1);
    expect(ran.lawsBroken).toEqual([]);
  });
  test('a later one fails: half a transfer is done, and reported as a failure', () => {
    const ran = runSetting({ ...baseline, each: { 'bank-b': { voteNoRatio: 1 } } });
    expect(ran.notes('leftHalfDone')[0]!.data).toMatchObject({ done: 1, of: 3 });
    expect(ran.answers[0]!.kind).toBe('permanentError');
    expect(ran.error).toBe(ran.meters('bank-a').balanceChange);
    expect(ran.error).not.toBe(0);
  });
});

describe('bad input', () => {
  test.each([
    ['coordinator', coordinatorStory, { txTimeoutMs: 500 }, 'txTimeoutMs'],
    ['coordinator', coordinatorStory, { coordLog: 'none' }, 'recoveryScanMs'],
    ['coordinator', coordinatorStory, { protocol: 'replicatedCoordinator', replicas: ['replica-1'], commitRetryMs: 0 }, 'commitRetryMs'],
    ['coordinator', coordinatorStory, { protocol: 'fourPhase' }, 'protocol'],
    ['coordinator', coordinatorStory, { prepareTimeoutMs: Infinity }, 'prepareTimeoutMs'],
    ['participant', participantStory, { inDoubt: 'heuristicRollback', heuristicAfterMs: 1000 }, 'heuristicAfterMs'],
    ['participant', participantStory, { inDoubt: 'heuristicCommit', heuristicAfterMs: 1000 }, 'heuristicAfterMs'],
    ['participant', participantStory, { voteNoRatio: -0.1 }, 'voteNoRatio'],
    ['coordinator', coordinatorStory, { protocol: 'percolator', commitRetryMs: 0 }, 'commitRetryMs'],
    ['coordinator', coordinatorStory, { participants: [] }, 'participants'],
    ['coordinator', coordinatorStory, { participants: ['bank-a', 'bank-a'] }, 'participants'],
    ['coordinator', coordinatorStory, { participants: 'bank-a' }, 'participants'],
    ['coordinator', coordinatorStory, { protocol: 'replicatedCoordinator' }, 'replicas'],
    ['best effort', bestEffortStory, { callTimeoutMs: 0 }, 'callTimeoutMs'],
  ])('%s: refused with the name of the parameter', (_, story, params, name) => {
    const { problems } = validateParams(story, params);
    expect(problems.map(({ path }) => path)).toEqual([name]);
    expect(problems[0]!.message).toContain(name);
  });
  test('three phases are accepted with a warning: they are not safe in a split network', () => {
    const { problems, warnings } = validateParams(coordinatorStory, { protocol: 'threePhase' });
    expect(problems).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(['protocol']);
  });
  test('every preset is legal', () => {
    for (const [name, { params }] of Object.entries(coordinatorStory.presets)) expect(validateParams(coordinatorStory, params).problems, name).toEqual([]);
    for (const [name, { params }] of Object.entries(participantStory.presets)) expect(validateParams(participantStory, params).problems, name).toEqual([]);
  });
  test.each([[[]], [['bank-a', 'bank-a']], ['bank-a'], [Array.from({ length: 9 }, (_, i) => `bank-${i}`)]])('participants %j: refused when the world is built', (participants) => {
    expect(() => drive(engine, { params: { ...initialParams(coordinatorStory.params), participants } as never })).toThrow(WrongParticipants);
  });
  test('a replicated coordinator without replicas is refused', () => {
    expect(() => drive(engine, { params: { ...initialParams(coordinatorStory.params), protocol: 'replicatedCoordinator' } as never })).toThrow('replicas must be a list of 1 to 9 node ids');
  });
  test('a participant that cannot prepare takes no part in a transaction with others, but may be alone in one', () => {
    const ran = runSetting({ each: { 'bank-b': { canPrepare: false } }, asks: [{ atMs: 0 }, { atMs: 1000, ...execute(['bank-b'], { 'bank-b': [...account('e1', 5), ...account('e2', -5)] }) }] });
    expect(ran.answers[0]!.detail).toContain('cannotPrepare');
    expect(ran.answers[1]!.kind).toBe('ok');
    expect(ran.lawsBroken).toEqual([]);
  });
  test('an account that does not cover it is a No', () => {
    const ran = runSetting({ asks: [{ atMs: 0, ...execute(['bank-a', 'bank-b'], { 'bank-a': account('e1', -20_000), 'bank-b': account('e1', 20_000) }) }] });
    expect(ran.answers[0]!.detail).toContain('e1 does not cover it');
  });
});

test('what happens in a commit, in order', () => {
  expect(names({}, 'prepared', 'allVoted', 'decisionLogged', 'committed', 'ended')).toEqual([
    'bank-b prepared', 'bank-a prepared', 'ledger prepared', 'coordinator allVoted', 'coordinator decisionLogged',
    ...names({}, 'committed'), 'coordinator ended',
  ]);
});
