import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { canTake, nextState } from '../../primitives/tabulate.ts';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { World } from '../../kernel/world.ts';
import { coordinatorMachine, coordinatorTable, participantMachine, participantTable } from './machine.ts';
import { coordinatorPresets, participantPresets } from './presets.ts';
import { planFor, type Setting } from './testing.ts';

const MACHINES = [['coordinator', coordinatorMachine, coordinatorTable], ['participant', participantMachine, participantTable]] as const;

describe.each(MACHINES)('%s', (_, machine, table) => {
  test('begins as the machine does', () => expect(initialTransition(machine as typeof coordinatorMachine)[0].value).toBe(table.initial));
  test('the table is the machine, for every state and event', () => {
    let moves = 0;
    for (const state of table.states) {
      for (const event of table.events) {
        const snapshot = (machine as typeof coordinatorMachine).resolveState({ value: state as never, context: {} });
        const [after] = transition(machine as typeof coordinatorMachine, snapshot, { type: event } as never);
        const can = canTake(table as typeof coordinatorTable, state as never, event as never);
        // A final state takes nothing, whatever the snapshot thinks of itself.
        expect(can, `${state} ${event}`).toBe(snapshot.status === 'active' && snapshot.can({ type: event } as never));
        if (can) expect(nextState(table as typeof coordinatorTable, state as never, event as never)).toBe(after.value);
        else expect(after.value).toBe(state);
        if (can) moves++;
      }
    }
    expect(moves).toBeGreaterThan(15);
  });
  test('every state and every move says what it means', () => {
    for (const [state, node] of Object.entries(machine.root.states)) {
      expect(node.description, state).toMatch(/\.$|\)\.$/);
      for (const [event, moves] of node.transitions) for (const move of moves) expect(move.description, `${state} ${String(event)}`).toMatch(/\.$/);
    }
  });
});

test('a participant that has voted Yes never forgets by itself', () => {
  expect(() => nextState(participantTable, 'prepared', 'forget')).toThrow('impossible in the state "prepared"');
  expect(() => nextState(participantTable, 'prepared', 'crashed')).toThrow('impossible');
});
test('a decision is final', () => {
  expect(canTake(coordinatorTable, 'decidedCommit', 'abortDecided')).toBe(false);
  expect(canTake(coordinatorTable, 'completing', 'abortDecided')).toBe(false);
  expect(canTake(participantTable, 'committed', 'abortTold')).toBe(false);
});

test('every state and every move is taken in some run, and each is one of the table', () => {
  const diesAt = (note: string, downMs = 3000) => ({ kind: 'crashAt', node: 'coordinator', note, occurrence: 1, fromMs: 0, downMs }) as const;
  const no = { each: { 'bank-b': { voteNoRatio: 1 } } };
  const pn = { protocol: 'presumedNothing' }, three = { protocol: 'threePhase', orphanScan: false }, many = { protocol: 'replicatedCoordinator', orphanScan: false };
  const percolator = { protocol: 'percolator', orphanScan: false };
  const alone = [{ atMs: 0, op: 'execute', payload: { participants: ['bank-a'], data: {} } }];
  const impatient = participantPresets.impatient.params;
  const original = { coordinator: coordinatorPresets.original.params, participant: { inDoubt: 'block' } };
  const read = [{ kind: 'read', row: 'r', delta: 0 }];
  const settings: readonly Setting[] = [
    {}, no, { coordinator: { inquiryRatio: 1 } }, { coordinator: pn }, { ...no, coordinator: pn }, { coordinator: three }, { replicas: true, coordinator: many },
    { asks: alone }, { asks: alone, each: { 'bank-a': { voteNoRatio: 1 } } }, { asks: [{ atMs: 0, op: 'execute', payload: { participants: ['bank-a', 'bank-b'], data: { 'bank-a': read, 'bank-b': read } } }] },
    ...['prepareSent', 'decisionLogged', 'commitSent', 'resumed'].map((note) => ({ faults: [diesAt(note)] })),
    { coordinator: pn, faults: [diesAt('allVoted')] }, { coordinator: { ...pn }, ...no, faults: [diesAt('abortDecided')] },
    { coordinator: percolator }, { coordinator: percolator, faults: [diesAt('commitSent')] },
    { coordinator: percolator, faults: [{ kind: 'dropRequests', from: 'coordinator', op: 'commit', ratio: 1, fromMs: 0, untilMs: 3000 }] },
    { coordinator: three, faults: [diesAt('preCommitSent')] }, { replicas: true, coordinator: many, faults: [diesAt('proposalSent')] }, { asks: alone, faults: [diesAt('prepareSent')] },
    { coordinator: three, faults: [{ kind: 'crash', node: 'coordinator', fromMs: 166, untilMs: 9000 }, { kind: 'dropRequests', op: 'preCommit', to: 'bank-b', ratio: 1, fromMs: 0, untilMs: 1400 }] },
    { replicas: true, coordinator: many, faults: [{ kind: 'dropRequests', from: 'coordinator', op: 'propose', ratio: 1, fromMs: 0, untilMs: 3000 }, { kind: 'dropRequests', from: 'coordinator', op: 'inquire', ratio: 1, fromMs: 0, untilMs: 3000 }] },
    { each: { 'bank-a': impatient }, faults: [diesAt('decisionLogged', 8000)] }, { each: { 'bank-a': { ...impatient, inDoubt: 'heuristicCommit' } }, faults: [diesAt('decisionLogged', 8000)] },
    { ...original, faults: [{ kind: 'errors', node: 'bank-b', op: 'prepare', ratio: 1, fromMs: 0 }] }, { ...original, faults: [{ kind: 'errors', node: 'bank-b', op: 'commit', ratio: 1, fromMs: 0 }] },
    { faults: [{ kind: 'hang', node: 'ledger', op: 'commit', fromMs: 0, untilMs: 4000 }] }, { faults: [{ kind: 'crashAt', node: 'bank-a', note: 'asked', occurrence: 1, fromMs: 0, downMs: 500 }] },
    { asks: [{ atMs: 0 }, { atMs: 5 }], coordinator: { prepareTimeoutMs: 300 }, participant: { inDoubt: 'block' }, faults: [{ kind: 'dropRequests', op: 'commit', ratio: 1, fromMs: 0, untilMs: 3000 }] },
    { coordinator: three, faults: [diesAt('preCommitSent', 9000), { kind: 'crashAt', node: 'bank-a', note: 'preCommitted', occurrence: 1, fromMs: 0, downMs: 5000 }] },
    { coordinator: three, each: { 'bank-b': { inDoubtAfterMs: 100 } }, faults: [{ kind: 'hang', node: 'ledger', op: 'preCommit', fromMs: 0 }] },
    { coordinator: three, faults: [{ kind: 'partition', groupA: ['coordinator', 'bank-a'], groupB: ['bank-b', 'ledger'], fromMs: 130, untilMs: 6000 }, diesAt('preCommitSent', 9000)] },
  ];
  const taken = { coordinator: new Set<string>(), participant: new Set<string>() };
  for (const setting of settings) {
    const names = createNames();
    const trace = createTrace();
    const plan = planFor(setting);
    const world = new World(plan, { check: 'event', fingerprint: false, names, trace });
    world.runUntil(plan.durationMs);
    for (let i = 0; i < trace.moves.length; i++) {
      const [from, event, to] = [trace.moves.from[i]!, trace.moves.event[i]!, trace.moves.to[i]!].map((at) => names.list[at]!) as [string, string, string];
      const which = world.layerIds[trace.moves.layer[i]!] === 'coordinator' ? 'coordinator' : 'participant';
      const table = which === 'coordinator' ? coordinatorTable : participantTable;
      expect((table.next as Record<string, Record<string, string>>)[from]?.[event], `${which}: ${from} ${event}`).toBe(to);
      taken[which].add(`${from} ${event}`);
    }
  }
  const all = ({ next }: { readonly next: Readonly<Record<string, Readonly<Record<string, string>>>> }): string[] => Object.entries(next).flatMap(([from, row]) => Object.keys(row).map((event) => `${from} ${event}`));
  expect(all(coordinatorTable as never).filter((move) => !taken.coordinator.has(move))).toEqual([]);
  expect(all(participantTable as never).filter((move) => !taken.participant.has(move))).toEqual([]);
});
