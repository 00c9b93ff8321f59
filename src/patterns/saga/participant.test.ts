import { describe, expect, test } from 'vitest';
import { drive } from '../../kernel/harness.ts';
import type { StackOptions } from '../../kernel/harnessStack.ts';
import type { Call, Outcome } from '../../kernel/contract.ts';
import { initialParams } from '../../kernel/harnessParams.ts';
import { participant } from './participant.ts';
import { participantStory, type ParticipantParams } from './participant.params.ts';

const WORK = 50;
function participantRig(params: Partial<ParticipantParams> = {}, options: StackOptions = {}) {
  const initial = initialParams(participantStory.params);
  const rig = drive(participant, {
    ...options, layer: 'stock',
    params: { ...initial, fsyncMs: 2, workTime: { kind: 'constant', ms: WORK }, undoTime: { kind: 'constant', ms: WORK }, ...params } as ParticipantParams,
  });
  const command = (atMs: number, deed: string, saga = 's1', more: object = {}): Call =>
    rig.request(atMs, { op: deed, payload: { saga, step: 'stock', deed, account: 'item', amount: 3, provisional: true, mode: 'commutative', ...more } });
  const settled = (atMs: number, deed: string, saga = 's1', more: object = {}): Outcome | undefined => {
    const call = command(atMs, deed, saga, more);
    rig.advance(atMs + 1000);
    return rig.outcomeOf(call);
  };
  return { rig, command, settled, holding: (saga = 's1') => rig.state.books.holdings.get(`${saga}/stock`), used: () => rig.state.books.accounts.get('item')?.used ?? 0,
    moves: () => rig.decisions('transition').map(({ event, to }) => `${event} ${to}`), effects: () => rig.decisions('effect').map(({ name, data }) => [name, (data as { change: number }).change]) };
}
const DONE = { kind: 'ok', value: { stockId: 's1/stock' } };

describe('a command', () => {
  test('is worked on, committed, and answered when the commit is on disk', () => {
    const { rig, command, used, effects } = participantRig();
    const call = command(0, 'act');
    rig.advance(WORK + 1.9);
    expect([rig.outcomeOf(call), effects()]).toEqual([undefined, []]);
    rig.advance(WORK + 2);
    expect(rig.outcomeOf(call)).toEqual(DONE);
    expect([used(), effects()]).toEqual([3, [['done', 3]]]);
  });
  test('shares an fsync with others: all of them take effect and are answered', () => {
    const { rig, command, effects } = participantRig({ fsyncMs: 20 });
    const calls = [command(0, 'act', 'a'), command(5, 'act', 'b'), command(6, 'act', 'c')]; // b and c wait for the fsync of a
    rig.advance(1000);
    expect(rig.state.books.log.syncs).toBe(2);
    expect([effects().length, calls.map((call) => rig.outcomeOf(call)?.kind)]).toEqual([3, ['ok', 'ok', 'ok']]);
  });
  test('is undone by its compensation, and made final by a confirm', () => {
    const { settled, used, moves, effects, rig } = participantRig();
    settled(0, 'act');
    expect(rig.inspect().meters).toMatchObject({ pending: 3 });
    expect(settled(1000, 'undo')).toEqual({ kind: 'ok', value: { done: true } });
    settled(2000, 'act', 's2');
    settled(3000, 'confirm', 's2');
    expect(rig.inspect().meters).toMatchObject({ pending: 0, atWork: 0 });
    expect([used(), effects()]).toEqual([3, [['done', 3], ['undone', -3], ['done', 3]]]);
    expect(moves()).toEqual(['commandTaken working', 'committed held', 'undone undone', 'commandTaken working', 'committed held', 'confirmed confirmed']);
    expect(settled(4000, 'undo', 's2')).toMatchObject({ kind: 'permanentError', detail: expect.stringContaining('final') });
  });
  test('is refused by the limit, by business, and when there is nothing to give back', () => {
    const limited = participantRig({ limit: 5 });
    expect(limited.settled(0, 'act')).toMatchObject({ kind: 'ok' });
    expect(limited.settled(1000, 'act', 's2')).toEqual({ kind: 'permanentError', detail: 'refused: item has 2 left of 5' });
    const unlucky = participantRig({ refuseRatio: 0.6 });
    expect(unlucky.settled(0, 'act')).toEqual({ kind: 'permanentError', detail: 'refused: no' });
    const empty = participantRig();
    expect(empty.settled(0, 'act', 's1', { gives: true })).toMatchObject({ kind: 'permanentError', detail: expect.stringContaining('nothing to give back') });
  });
  test('fails for now without a trace, and the next attempt may succeed', () => {
    const { settled, effects, moves } = participantRig({ transientRatio: 0.5 }, { uniform: (purpose, call) => (purpose === 'transient' ? call!.attempt / 2 : 0.9) });
    expect(settled(0, 'act')).toMatchObject({ kind: 'transientError' });
    expect([effects(), moves()]).toEqual([[], ['commandTaken working', 'failed absent']]);
  });
  test('that is none is refused', () => {
    const { rig } = participantRig();
    expect(rig.outcomeOf(rig.request(0, { op: 'dance', payload: { saga: 's1' } }))).toEqual({ kind: 'permanentError', detail: 'unknownCommand: dance' });
  });
});

describe('repeats', () => {
  test('with an inbox the second gets the answer of the first, and one that is under way is joined', () => {
    const { rig, command, settled, used, effects } = participantRig();
    const [a, b] = [command(0, 'act'), command(10, 'act')];
    rig.advance(100);
    expect([rig.outcomeOf(a), rig.outcomeOf(b)]).toEqual([DONE, DONE]);
    expect(settled(1000, 'act')).toEqual(DONE);
    expect([used(), effects()]).toEqual([3, [['done', 3]]]);
    expect(rig.notes()).toContain('duplicateAnswered');
  });
  test('a refusal is remembered too', () => {
    const { settled } = participantRig({ limit: 4 });
    settled(0, 'act');
    expect(settled(1000, 'act', 's2')).toMatchObject({ kind: 'permanentError' });
    settled(2000, 'undo'); // there is room now
    expect(settled(3000, 'act', 's2')).toMatchObject({ kind: 'permanentError' });
  });
  test('without one everything is done each time (the sketch)', () => {
    const { rig, settled, used, holding } = participantRig({ dedupe: false });
    settled(0, 'act');
    settled(1000, 'act');
    expect([used(), holding()!.times]).toEqual([6, 2]);
    expect(rig.inspect()).toMatchObject({ tone: 'alert', meters: { doubled: 3 } });
    expect(rig.notes()).toContain('repeated');
    settled(2000, 'undo');
    expect(holding()).toMatchObject({ mode: 'held', times: 1 }); // one undo takes back one
  });
  test('what is remembered is forgotten after a while, but never what is still held', () => {
    const { settled, holding } = participantRig({ rememberMs: 10_000 });
    settled(0, 'act');
    settled(1000, 'undo');
    settled(2000, 'act', 's2');
    settled(20_000, 'act', 's3');
    expect([holding('s1'), holding('s2')?.mode, holding('s3')?.mode]).toEqual([undefined, 'held', 'held']);
  });
});

describe('disorder', () => {
  test('a compensation that comes first leaves a tombstone, and the late command is turned away', () => {
    const { settled, moves, effects } = participantRig();
    expect(settled(0, 'undo')).toMatchObject({ kind: 'ok' });
    expect(settled(1000, 'act')).toMatchObject({ kind: 'permanentError', detail: expect.stringContaining('tombstoned') });
    expect([effects(), moves()]).toEqual([[], ['undoneBeforeDone tombstoned', 'blocked tombstoned']]);
  });
  test('one that overtakes its command while that is worked on stops it', () => {
    const { rig, command, moves, effects } = participantRig();
    const act = command(0, 'act');
    const undo = command(20, 'undo');
    rig.advance(1000);
    expect([rig.outcomeOf(act), rig.outcomeOf(undo)]).toMatchObject([{ kind: 'permanentError' }, { kind: 'ok' }]);
    expect([effects(), moves()]).toEqual([[], ['commandTaken working', 'overtaken tombstoned', 'blocked tombstoned']]);
  });
  test('without tombstones the late command is a zombie: done, and nobody will undo it', () => {
    const { settled, effects, rig } = participantRig({ tombstones: false });
    settled(0, 'undo');
    expect(settled(1000, 'act')).toEqual(DONE);
    expect(effects()).toEqual([['done', 3]]);
    expect(rig.notes()).toContain('nothingToUndo');
  });
  test('a version file does without tombstones', () => {
    const { settled, effects } = participantRig({ tombstones: false });
    settled(0, 'undo', 's1', { mode: 'file' });
    settled(1000, 'act', 's1', { mode: 'file' });
    expect(effects()).toEqual([]);
  });
  test('who asks what became of a command is told, and what has not happened never will', () => {
    const { settled } = participantRig();
    settled(0, 'act');
    expect(settled(1000, 'query')).toEqual({ kind: 'ok', value: { done: true } });
    expect(settled(2000, 'query', 's2')).toEqual({ kind: 'ok', value: { done: false } });
    expect(settled(3000, 'act', 's2')).toMatchObject({ kind: 'permanentError' });
  });
});

describe('a crash', () => {
  test('rolls back what is not on disk: work, and a commit under way', () => {
    for (const crashMs of [20, WORK + 1]) {
      const { rig, command, settled, effects } = participantRig();
      command(0, 'act');
      rig.crash(crashMs);
      rig.restart(500);
      expect(rig.notes()).toContain('rolledBack');
      expect([rig.state.books.holdings.size, rig.state.books.accounts.size, effects()]).toEqual([0, 0, []]);
      expect(settled(1000, 'act')).toEqual(DONE);
    }
  });
  test('keeps what is: holdings, inbox, tombstones, locks', () => {
    const { rig, settled } = participantRig();
    settled(0, 'act', 's1', { mode: 'lock' });
    settled(1000, 'undo', 's2');
    rig.crash(3000);
    rig.restart(3100);
    expect(settled(4000, 'act', 's1', { mode: 'lock' })).toEqual(DONE);
    expect(settled(5000, 'act', 's2')).toMatchObject({ kind: 'permanentError' });
    expect(rig.state.books.locks.get('item')).toMatchObject({ saga: 's1' });
    expect(rig.inspect().meters).toMatchObject({ pending: 3, locks: 1 });
  });
  test('of two commits the one on disk stays, whatever they changed', () => {
    const { rig, command, used } = participantRig({ fsyncMs: 20 });
    command(0, 'act', 's1');
    command(15, 'act', 's2'); // its fsync begins when the first has ended
    rig.crash(WORK + 25);
    rig.restart(500);
    expect([used(), rig.state.books.holdings.size]).toEqual([3, 1]);
  });
});

describe('accounts', () => {
  test('overwritten, updates get lost; commutative, they do not; reread, one starts over', () => {
    const two = (mode: string) => {
      const { rig, command, used } = participantRig();
      command(0, 'act', 's1', { mode });
      command(10, 'act', 's2', { mode });
      rig.advance(1000);
      return [used(), rig.state.books.accounts.get('item')!.taken, rig.notes().includes('startedOver')];
    };
    expect(two('overwrite')).toEqual([3, 6, false]);
    expect(two('commutative')).toEqual([6, 6, false]);
    expect(two('reread')).toEqual([6, 6, true]);
  });
  test('a lock makes other sagas wait until it is confirmed or undone', () => {
    for (const end of ['confirm', 'undo']) {
      const { rig, command, settled } = participantRig();
      settled(0, 'act', 's1', { mode: 'lock' });
      const other = command(1100, 'act', 's2', { mode: 'lock' });
      rig.advance(1900);
      expect(rig.outcomeOf(other)).toBeUndefined();
      expect(rig.inspect().meters).toMatchObject({ waiting: 1 });
      command(1900, end, 's1', { mode: 'lock' });
      rig.advance(2100);
      expect(rig.outcomeOf(other)).toMatchObject({ kind: 'ok' });
      expect(rig.state.books.locks.get('item')).toMatchObject({ saga: 's2' });
    }
  });
  test('whoever waits too long, or may not wait, fails for now', () => {
    const { settled } = participantRig({ lockWaitMs: 300 });
    settled(0, 'act', 's1', { mode: 'lock' });
    expect(settled(1000, 'act', 's2', { mode: 'lock' })).toEqual({ kind: 'transientError', detail: 'locked by s1' });
    const hasty = participantRig({ onLocked: 'refuse' });
    hasty.settled(0, 'act', 's1', { mode: 'lock' });
    const call = hasty.command(1001, 'act', 's2', { mode: 'lock' });
    expect(hasty.rig.outcomeOf(call)).toMatchObject({ kind: 'transientError' });
  });
  test('an action that came to nothing gives its lock back', () => {
    const { settled, rig } = participantRig({ limit: 2 });
    expect(settled(0, 'act', 's1', { mode: 'lock' })).toMatchObject({ kind: 'permanentError' });
    expect(rig.state.books.locks.size).toBe(0);
  });
  test('taking back what was freed can break the limit: the dirty read', () => {
    const { settled, rig } = participantRig({ limit: 10, openingBalance: 9 });
    settled(0, 'act', 'cancel', { gives: true, amount: 5 });
    expect(settled(1000, 'act', 'order', { amount: 6 })).toMatchObject({ kind: 'ok' });
    settled(2000, 'undo', 'cancel', { gives: true, amount: 5 });
    expect(rig.inspect().meters).toMatchObject({ overLimit: 5 });
  });
});

test('a transcript of a zombie', async () => {
  const { rig, settled } = participantRig({ tombstones: true });
  settled(0, 'undo');
  settled(2000, 'act');
  await expect(rig.transcript({ sentences: participantStory.notes, without: ['timerSet', 'timerCleared'] })).toMatchFileSnapshot('transcripts/zombie-turned-away.txt');
});
