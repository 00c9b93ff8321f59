import type { Card } from '../../kernel/story.ts';

export const twoPhaseCommit: Card = {
  id: 'two-phase-commit',
  number: 32,
  title: 'Two-Phase Commit',
  family: 'transactions',
  summary: 'Make several independent resources all commit or all abort: ask everybody to promise, decide once, and carry the decision out.',
  keywords: [
    '2PC', 'XA', 'atomic commit', 'distributed transaction', 'coordinator', 'participant', 'prepare', 'vote', 'in doubt', 'heuristic', 'presumed abort',
    'three-phase commit', 'Paxos commit', 'Narayana', 'PREPARE TRANSACTION', 'JTA', 'blocking', 'orphan', 'row lock',
  ],
  story: async () => (await import('./story.ts')).story,
  engines: async () => await import('./engine.ts'),
  machines: async () => {
    const { coordinatorMachine, participantMachine } = await import('./machine.ts');
    return { 'two-phase-commit': coordinatorMachine, participant: participantMachine };
  },
};
