/** Golden transcripts: one behaviour a file, to be read from top to bottom. A change of behaviour shows here as prose. */
import { expect, test } from 'vitest';
import { createNames, createTrace } from '../../kernel/trace.ts';
import { legendOf, transcript } from '../../kernel/transcript.ts';
import { World } from '../../kernel/world.ts';
import { coordinatorStory } from './params.ts';
import { participantStory } from './participant.params.ts';
import { planFor, type Setting } from './testing.ts';
import { replicaStory } from './replica.params.ts';
import { coordinatorPresets, participantPresets } from './presets.ts';

/** Said of every message; the hops tell it already. */
const QUIET = ['asked', 'prepareSent', 'commitSent', 'abortSent', 'preCommitSent', 'proposalSent', 'lockReleased', 'voteReceived', 'mark', 'recoveryAllowed'];
function tell(setting: Setting): string {
  const plan = planFor(setting);
  const names = createNames();
  const trace = createTrace();
  const world = new World(plan, { check: 'event', names, trace });
  world.runUntil(plan.durationMs);
  // Participants and coordinator note some of the same words: their sentences are told apart by their data.
  const sentences = { ...replicaStory.notes, ...participantStory.notes, ...coordinatorStory.notes };
  const own = Object.fromEntries(Object.entries(sentences).filter(([name]) => name !== 'recovered'));
  return transcript(trace, legendOf(world, names), { without: QUIET, sentences: own }).replaceAll('{node}', 'a participant');
}
const diesAt = (node: string, note: string, downMs: number) => ({ kind: 'crashAt', node, note, occurrence: 1, fromMs: 0, downMs }) as const;
const page = (title: string, setting: Setting): string => `# ${title}\n\n${tell({ durationMs: 12_000, ...setting, coordinator: { recoveryScanMs: 60_000, ...setting.coordinator } })}`;

test.each([
  ['commit', 'All vote Yes: prepared, decided on disk, committed, acknowledged', {}],
  ['abort', 'Bank B votes No: who had prepared is told, nobody has to acknowledge', { each: { 'bank-b': { voteNoRatio: 1 } } }],
  ['coordinator-dies', 'The coordinator dies after its decision: three participants are in doubt until its log answers', { faults: [diesAt('coordinator', 'decisionLogged', 3000)] }],
  ['participant-dies', 'Bank B dies after its vote was written, before it was sent: presumed abort, and it hears so when it asks', { faults: [diesAt('bank-b', 'prepared', 2000)] }],
  ['heuristic', 'Bank A is impatient and wrong: the ledger is broken', { each: { 'bank-a': participantPresets.impatient.params }, faults: [diesAt('coordinator', 'decisionLogged', 6000)] }],
  ['three-phase', 'Three-phase commit: the coordinator dies after telling one of three, and the survivors finish', { coordinator: { protocol: 'threePhase', orphanScan: false }, faults: [diesAt('coordinator', 'preCommitSent', 9000)] }],
  ['replicated', 'The decision is on three replicas: a majority answers for the dead coordinator', { replicas: true, coordinator: { protocol: 'replicatedCoordinator', orphanScan: false }, faults: [diesAt('coordinator', 'decisionLogged', 9000)] }],
  ['percolator', 'Percolator: the coordinator dies after the primary’s commit; the others find their locks old, ask the primary, and follow', { coordinator: { protocol: 'percolator', orphanScan: false }, faults: [diesAt('coordinator', 'decisionLogged', 9000)] }],
  ['original', 'The sketch: an error while preparing, and bank A stays prepared for ever', { coordinator: { ...coordinatorPresets.original.params }, participant: { inDoubt: 'block' }, faults: [{ kind: 'errors', node: 'bank-b', op: 'prepare', ratio: 1, fromMs: 0 }] }],
] as readonly [string, string, Setting][])('%s', async (name, title, setting) => {
  await expect(page(title, setting)).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
