/** In doubt: what participants do that have voted Yes and hear nothing, and what a restarted coordinator knows. */
import { describe, expect, test } from 'vitest';
import { drive } from '../../kernel/harness.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { participant } from './participant.ts';
import { participantStory } from './participant.params.ts';
import { replicaStory } from './replica.params.ts';
import { replica } from './replica.ts';
import { participantPresets } from './presets.ts';
import { MEMBERS, runSetting, type Setting } from './testing.ts';

const diesAt = (node: string, note: string, downMs: number, occurrence = 1) => ({ kind: 'crashAt', node, note, occurrence, fromMs: 0, downMs }) as const;
const replicated: Setting = { replicas: true, coordinator: { protocol: 'replicatedCoordinator', orphanScan: false } };
const resolvedMs = (setting: Setting): number[] => runSetting(setting).notes('doubtResolved').map(({ data }) => (data as { inDoubtMs: number }).inDoubtMs);

describe('Percolator', () => {
  const percolator = { protocol: 'percolator', orphanScan: false } as const;
  const dies = (note: string, occurrence = 1) => ({ kind: 'crashAt', node: 'coordinator', note, occurrence, fromMs: 0 }) as const;
  test('keeps no log at the coordinator, and answers as soon as the primary has committed', () => {
    const ran = runSetting({ coordinator: percolator });
    expect(ran.meters('coordinator').forcedWrites).toBe(0);
    expect(ran.answers[0]!.kind).toBe('ok');
    const [primary, ...others] = ran.notes('committed').map(({ node, atMs }) => ({ node, atMs }));
    expect(primary!.node).toBe('bank-a');
    expect(others.every(({ atMs }) => atMs > ran.notes('decisionLogged')[0]!.atMs)).toBe(true);
  });
  test('the coordinator dies for good after the primary’s commit: the others ask it and roll forward', () => {
    const ran = runSetting({ coordinator: percolator, faults: [dies('decisionLogged')] });
    expect(MEMBERS.map((id) => ran.meters(id).committed)).toEqual([1, 1, 1]);
  });
  test('it dies before it told the primary: the primary finds its lock too old, and all roll back', () => {
    const ran = runSetting({ coordinator: percolator, faults: [dies('allVoted')] });
    expect(ran.notes('primaryRolledBack').map(({ node }) => node)).toEqual(['bank-a']);
    expect(MEMBERS.map((id) => [ran.meters(id).aborted, ran.meters(id).locked])).toEqual([[1, 0], [1, 0], [1, 0]]);
  });
  test('a coordinator that was merely slow hears that its primary has been rolled back, and aborts', () => {
    const ran = runSetting({ coordinator: percolator, faults: [{ kind: 'pause', node: 'coordinator', fromMs: 100, untilMs: 4000 }] });
    expect(ran.answers[0]).toMatchObject({ kind: 'transientError', detail: 'aborted: bank-a, the primary, had been rolled back meanwhile' });
    expect(ran.lawsBroken).toEqual([]);
  });
  test('who only waits leaves an old lock alone until somebody wants the row', () => {
    const lazy: Setting = { coordinator: percolator, participant: { inDoubt: 'block' }, faults: [dies('allVoted')] };
    expect(MEMBERS.map((id) => runSetting(lazy).meters(id).locked)).toEqual([1, 1, 0]);
    const local = { participants: ['bank-a'], data: { 'bank-a': [{ kind: 'account', row: 'e1', delta: 0 }] } };
    const wanted = runSetting({ ...lazy, faults: [{ ...dies('allVoted'), downMs: 3000 }], asks: [{ atMs: 0 }, { atMs: 5000, op: 'execute', payload: local }] });
    expect([wanted.answers.find(({ ask }) => ask === 1)!.kind, wanted.meters('bank-a').locked, wanted.meters('bank-b').locked]).toEqual(['ok', 0, 1]);
    expect(wanted.lawsBroken).toEqual([]);
  });
});

describe('a coordinator that dies after its decision', () => {
  const dead = { faults: [diesAt('coordinator', 'decisionLogged', 15_000)], durationMs: 40_000 };
  test('keeps everybody in doubt for as long as it is down, and carries the commit out when it is back', () => {
    for (const inDoubt of ['block', 'inquire', 'cooperative']) {
      const ran = runSetting({ ...dead, participant: { inDoubt } });
      const times = ran.notes('doubtResolved').map(({ data }) => data as { decision: string; inDoubtMs: number });
      expect(times.map(({ decision }) => decision), inDoubt).toEqual(['commit', 'commit', 'commit']);
      for (const { inDoubtMs } of times) expect(inDoubtMs).toBeGreaterThan(14_900);
      expect(ran.unfinished).toBe(0);
    }
  });
  test('with a replicated decision the others know within a few messages', () => {
    for (const inDoubtMs of resolvedMs({ ...dead, ...replicated })) expect(inDoubtMs).toBeLessThan(2200);
    expect(resolvedMs({ ...dead, ...replicated })).toHaveLength(3);
  });
  test('with three phases the survivors finish by themselves', () => {
    const ran = runSetting({ coordinator: { protocol: 'threePhase', orphanScan: false }, durationMs: 40_000, faults: [diesAt('coordinator', 'preCommitSent', 30_000)] });
    expect(MEMBERS.map((id) => ran.meters(id).committed)).toEqual([1, 1, 1]);
    expect(ran.notes('committed').every(({ atMs }) => atMs < 3000)).toBe(true);
    expect(ran.notes('nodeRestarted').every(({ atMs }) => atMs > 30_000)).toBe(true);
  });
  test('in doubt for the time it is down and, where they only wait, for what is left of the scan: the interval’s half on average', () => {
    const scanMs = 4000;
    const extra: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const ran = runSetting({ ...dead, seed, coordinator: { recoveryScanMs: scanMs }, participant: { inDoubt: 'block' } });
      extra.push(ran.notes('resumed')[0]!.atMs - ran.notes('nodeRestarted')[0]!.atMs);
    }
    const mean = extra.reduce((a, b) => a + b, 0) / extra.length;
    // Even over [0, 4 s): its deviation is 4 s / √12, that of the mean of 60 an eighth of that.
    expect(Math.abs(mean - scanMs / 2)).toBeLessThan(3 * scanMs / Math.sqrt(12 * 60));
  });
});

describe('a coordinator that dies before its decision', () => {
  test('presumed abort: it knows nothing, and that means abort', () => {
    const ran = runSetting({ faults: [diesAt('coordinator', 'allVoted', 3000)] });
    expect(ran.notes('inquiryAnswered').map(({ data }) => (data as { decision: string }).decision)).toContain('abort');
    expect(MEMBERS.map((id) => ran.meters(id).aborted)).toEqual([1, 1, 1]);
    expect(ran.unfinished).toBe(0);
  });
  test('presumed nothing: the log has a beginning without an end, and that means abort', () => {
    const ran = runSetting({ coordinator: { protocol: 'presumedNothing' }, faults: [diesAt('coordinator', 'allVoted', 3000)] });
    expect(ran.notes('recovered').find(({ node }) => node === 'coordinator')!.data).toEqual({ open: 1, lost: 0 });
    expect(MEMBERS.map((id) => ran.meters(id).aborted)).toEqual([1, 1, 1]);
  });
  test('the decision was not on disk yet: it never happened', () => {
    const ran = runSetting({ faults: [{ kind: 'crash', node: 'coordinator', fromMs: 124.5, untilMs: 2000 }] });
    expect(ran.notes('allVoted')).toHaveLength(1);
    expect(ran.notes('decisionLogged')).toHaveLength(0);
    expect(MEMBERS.map((id) => ran.meters(id).aborted)).toEqual([1, 1, 1]);
  });
  test('a replicated decision that nobody had proposed is settled on abort, and stays so', () => {
    const ran = runSetting({ ...replicated, faults: [diesAt('coordinator', 'allVoted', 5000)] });
    expect(MEMBERS.map((id) => ran.meters(id).aborted)).toEqual([1, 1, 1]);
    expect(ran.notes('settled').every(({ data }) => (data as { decision: string }).decision === 'abort')).toBe(true);
  });
  test('orphans: participants that only wait are found by the scan, or by hand, or never', () => {
    const orphan: Setting = { participant: { inDoubt: 'block' }, faults: [diesAt('coordinator', 'allVoted', 500)] };
    expect(runSetting(orphan).notes('orphanFound')).toHaveLength(3);
    expect(runSetting(orphan).unfinished).toBe(0);
    const left = runSetting({ ...orphan, coordinator: { orphanScan: false } });
    expect(MEMBERS.map((id) => left.meters(id).prepared)).toEqual([1, 1, 1]);
    expect(left.meters('bank-a').locked).toBe(1);
  });
});

describe('replicas', () => {
  test('a minority may die: the decision is still made and known', () => {
    const ran = runSetting({ ...replicated, faults: [{ kind: 'crash', node: 'replica-2', fromMs: 0 }] });
    expect(ran.answers[0]!.kind).toBe('ok');
  });
  test('without a majority nothing is decided, and nothing wrong; when it is back, it is', () => {
    const away = (node: string) => ({ kind: 'crash', node, fromMs: 0, untilMs: 8000 }) as const;
    const ran = runSetting({ ...replicated, faults: [away('replica-1'), away('replica-2')] });
    expect(ran.notes('committed').every(({ atMs }) => atMs > 8000)).toBe(true);
    expect(ran.notes('recovered').map(({ node }) => node)).toEqual(['replica-1', 'replica-2']);
    expect(ran.unfinished).toBe(0);
    expect(ran.lawsBroken).toEqual([]);
  });
  test('a replica that has promised a ballot accepts no older one', () => {
    const rig = drive(replica, { params: initialParams(replicaStory.params) as never });
    const ask = (op: string, payload: Record<string, string | number>) => {
      const call = rig.request(rig.nowMs, { op, payload: { tx: 't1', ...payload } });
      rig.advance(rig.nowMs + 50);
      return rig.outcomeOf(call);
    };
    expect(ask('promise', { ballot: 5 })).toMatchObject({ value: { promised: true } });
    expect(ask('propose', { ballot: 0, value: 'commit' })).toMatchObject({ value: { accepted: false } });
    expect(ask('promise', { ballot: 4 })).toMatchObject({ value: { promised: false } });
    expect(ask('propose', { ballot: 5, value: 'abort' })).toMatchObject({ value: { accepted: true } });
  });
  test('a proposal that comes after somebody in doubt has settled on abort finds no majority', () => {
    // The coordinator’s proposals are held back until a participant has asked.
    const ran = runSetting({ ...replicated, faults: [{ kind: 'dropRequests', from: 'coordinator', op: 'propose', ratio: 1, fromMs: 0, untilMs: 3000 }, { kind: 'dropRequests', from: 'coordinator', op: 'inquire', ratio: 1, fromMs: 0, untilMs: 3000 }] });
    expect(ran.answers[0]!.detail).toContain('the replicas had settled on abort');
    expect(ran.unfinished).toBe(0);
    expect(ran.lawsBroken).toEqual([]);
  });
});

describe('three phases', () => {
  const three = { protocol: 'threePhase', orphanScan: false };
  test('who comes back from a crash while nobody else is there does not conclude anything by itself', () => {
    const down = (node: string) => ({ kind: 'crash', node, fromMs: 300, untilMs: 15_000 }) as const;
    const ran = runSetting({
      coordinator: three, durationMs: 14_000,
      faults: [diesAt('coordinator', 'preCommitSent', 60_000), diesAt('bank-a', 'preCommitted', 1000), down('bank-b'), down('ledger')],
    });
    expect(ran.notes('recovered').map(({ node }) => node)).toEqual(['bank-a']);
    expect(ran.notes('nobodyKnows').length).toBeGreaterThan(5);
    expect(ran.meters('bank-a')).toMatchObject({ prepared: 1, committed: 0, aborted: 0 });
  });
  test('a split network splits the outcome', () => {
    const ran = runSetting({ coordinator: three, faults: [{ kind: 'partition', groupA: ['coordinator', 'bank-a'], groupB: ['bank-b', 'ledger'], fromMs: 122.9, untilMs: 6000 }] });
    expect(ran.meters('bank-a').committed).toBe(1);
    expect(ran.lawsBroken).toContain('one outcome for all');
    expect(ran.notes('heuristicMixed').length).toBeGreaterThan(0);
  });
});

test('a participant lists to a coordinator only what is that one’s own', () => {
  const rig = drive(participant, { params: initialParams(participantStory.params) as never });
  const prepare = (tx: string, coordinator: string): void => {
    rig.request(rig.nowMs, { op: 'prepare', payload: { tx, coordinator, protocol: 'presumedAbort', changes: [{ kind: 'account', row: tx, delta: 1 }], peers: ['node'], judges: [] } });
    rig.advance(rig.nowMs + 50);
  };
  prepare('t1', 'outside');
  prepare('t2', 'elsewhere');
  const asked = rig.request(rig.nowMs, { op: 'recover' });
  expect(rig.outcomeOf(asked)).toEqual({ kind: 'ok', value: { prepared: ['t1'] } });
});

describe('heuristics', () => {
  const impatient = participantPresets.impatient.params;
  test('rolling back against the log mixes the outcome; the coordinator hears it, the ledger sees it', () => {
    const ran = runSetting({ each: { 'bank-a': impatient }, faults: [diesAt('coordinator', 'decisionLogged', 8000)] });
    expect(ran.notes('heuristicTaken')).toHaveLength(1);
    expect(ran.notes('heuristicMixed')[0]!.data).toEqual({ tx: 'coordinator-1', at: 'bank-a', outcome: 'committed' });
    expect(ran.notes('heuristicWrong')).toHaveLength(1);
    expect(ran.lawsBroken).toContain('one outcome for all');
    expect(ran.error).not.toBe(0);
  });
  test('a guess that is right does no harm', () => {
    const ran = runSetting({ each: { 'bank-a': { ...impatient, inDoubt: 'heuristicCommit' } }, faults: [diesAt('coordinator', 'decisionLogged', 8000)] });
    expect(ran.notes('heuristicTaken')).toHaveLength(1);
    expect(ran.notes('heuristicMixed')).toEqual([]);
    expect(ran.lawsBroken).toEqual([]);
  });
  test('committing against an abort is reported as well', () => {
    const ran = runSetting({
      each: { 'bank-a': { ...impatient, inDoubt: 'heuristicCommit' } }, coordinator: { prepareTimeoutMs: 6000 }, faults: [{ kind: 'hang', node: 'ledger', op: 'prepare', fromMs: 0 }],
    });
    expect(ran.notes('heuristicMixed')[0]!.data).toMatchObject({ at: 'bank-a', outcome: 'aborted' });
    expect(ran.lawsBroken).toContain('no money is made or lost');
  });
});

describe('what comes twice or late', () => {
  test('a repeated commit changes nothing, unless idempotence is off', () => {
    const faults = [{ kind: 'duplicate', op: 'commit', ratio: 1, lagMs: 300, fromMs: 0 }] as const;
    expect(runSetting({ faults }).error).toBe(0);
    const twice = runSetting({ faults, each: { 'bank-a': { idempotentCommit: false } } });
    expect(twice.notes('appliedAgain')).toHaveLength(1);
    expect(twice.error).not.toBe(0);
  });
  test('a prepare that comes after the end finds that it is over', () => {
    const ran = runSetting({ faults: [{ kind: 'duplicate', op: 'prepare', ratio: 1, lagMs: 2000, fromMs: 0 }] });
    expect(ran.unfinished).toBe(0);
    for (const id of MEMBERS) expect(ran.meters(id).committed).toBe(1);
  });
  test('an abort that overtakes its prepare: the prepare is too late', () => {
    const ran = runSetting({ each: { 'bank-b': { voteNoRatio: 1 } }, faults: [{ kind: 'reorder', to: 'ledger', op: 'prepare', ratio: 1, lagMs: 3000, fromMs: 0 }] });
    expect(ran.meters('ledger').prepared).toBe(0);
    expect(ran.unfinished).toBe(0);
  });
});

describe('locks', () => {
  test('one transaction waits for another at the same account, in the order of coming', () => {
    const ran = runSetting({ asks: [{ atMs: 0 }, { atMs: 5 }, { atMs: 10 }] });
    expect(ran.notes('lockWaited').length).toBeGreaterThanOrEqual(2);
    expect(ran.notes('committed').filter(({ node }) => node === 'bank-a').map(({ data }) => (data as { tx: string }).tx)).toEqual(['coordinator-1', 'coordinator-2', 'coordinator-3']);
    expect(ran.answers.every(({ kind }) => kind === 'ok')).toBe(true);
  });
  test('a wait that takes too long is a No', () => {
    const ran = runSetting({ asks: [{ atMs: 0 }, { atMs: 1000 }], coordinator: { prepareTimeoutMs: 5000 }, participant: { lockWaitMs: 700, inDoubt: 'block' }, faults: [{ kind: 'dropRequests', op: 'commit', ratio: 1, fromMs: 0, untilMs: 4000 }] });
    expect(ran.answers.find(({ ask }) => ask === 1)!.detail).toContain('its lock did not come free in time');
  });
  test('prepared on disk, locked after the restart: nobody slips in', () => {
    const ran = runSetting({ asks: [{ atMs: 0 }, { atMs: 1500 }], coordinator: { prepareTimeoutMs: 400 }, faults: [diesAt('coordinator', 'decisionLogged', 6000), { kind: 'crash', node: 'bank-a', fromMs: 500, untilMs: 1000 }] });
    expect(ran.notes('recovered').find(({ node }) => node === 'bank-a')!.data).toEqual({ inDoubt: 1, lost: 0 });
    expect(ran.lawsBroken).toEqual([]);
    expect(ran.unfinished).toBe(0);
  });
});
