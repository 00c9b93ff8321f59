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
  engineStories: async () => (await import('./stories.ts')).engineStories,
  // Side by side, so that no file is too large.
  engines: async () => (await Promise.all([import('./engine.ts'), import('./participant.ts'), import('./replica.ts')]))[0],
  machines: async () => {
    const { coordinatorMachine, participantMachine } = await import('./machine.ts');
    return { 'two-phase-commit': coordinatorMachine, participant: participantMachine };
  },
};
