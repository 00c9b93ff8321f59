/** The tuned parameters as settings of real libraries. */
import type { Story } from '../../kernel/story.ts';

export const settings: NonNullable<Story['settings']> = [
  {
    library: 'KurrentDB', language: 'typescript',
    template: `const { revision, state } = await load(client, stream); // snapshot, then readStream from its revision on
await client.appendToStream(stream, decide(state, command), {
  streamState: revision ?? "no_stream", // "any" is the pitfall, "stream_exists" in between
});
// WrongExpectedVersionError: load and decide again, at most {maxRetries} times, first wait {baseDelayMs} ms
`,
    caveat: 'Older clients call it expectedRevision. Appending the same event ids again is recognised, but only as best effort where “any” is expected. Snapshots are the application’s own.',
  },
  {
    library: 'Marten', language: 'csharp',
    template: `var stream = await session.Events.FetchForWriting<Account>(id);   // or FetchForExclusiveWriting: a lock
stream.AppendMany(Decide(stream.Aggregate, command));
await session.SaveChangesAsync();                                  // throws ConcurrencyException

opts.Projections.Snapshot<Account>(SnapshotLifecycle.Inline);      // or Async; Live folds at each load
opts.Events.Upcast<MoneyIn, Deposited>(old => new Deposited(old.Amount * 100));
var then = await session.Events.AggregateStreamAsync<Account>(id, version: 42); // or timestamp:
`,
    caveat: 'Retries come from Wolverine or Polly. Append(id, expectedVersion, …) takes the version that the stream has after the append.',
  },
  {
    library: 'Axon 4', language: 'java',
    template: `@Bean
SnapshotTriggerDefinition snapshots(Snapshotter snapshotter) {
  return new EventCountSnapshotTriggerDefinition(snapshotter, {snapshotEvery});
  // by load time: new AggregateLoadTimeSnapshotTriggerDefinition(snapshotter, {snapshotAfterMs})
}
@Aggregate(snapshotTriggerDefinition = "snapshots", snapshotFilter = "sameRevision")
class Account { /* @CommandHandler decides, @EventSourcingHandler folds and does nothing else */ }
`,
    caveat: 'Axon 5 has SnapshotPolicy: after so many events, after a sourcing time, or when an event matches. An IntervalRetryScheduler repeats commands that conflict.',
  },
  {
    library: 'Emmett', language: 'typescript',
    template: `const handle = CommandHandler({ evolve, initialState, retry: { onVersionConflict: {maxRetries} } });
await handle(eventStore, streamId, (state) => decide(command, state));
`,
    caveat: 'The expected version is the one that was read. Fold old shapes by a schema upcast of the read.',
  },
];
