/** What is known of a choreographed participant: it hears events, does its part, and tells what came of it. Nobody has the whole picture. */
import type { EngineStory, ParamsOf } from '../../kernel/story.ts';
import { WRITE_MODES } from './command.ts';
import { participantNotes, participantParams } from './participant.params.ts';

const EVENTS = 'Events';
const params = {
  ...participantParams,
  reactions: {
    kind: 'data', initial: [], shape: '[{ on, step, deed: act | undo | confirm | query, emits?, refused?, ends?: completed | compensated, account?, amount?, gives?, confirm?, lock? }]',
    group: EVENTS, label: 'Reactions',
    help: 'Which event makes it do what, and which events follow. `saga.start` is the request that begins; `ends` is where a saga is over.',
  },
  steps: { kind: 'data', initial: [], shape: '[step]', group: EVENTS, label: 'Steps of a saga', help: 'Where sagas begin: what a completed one consists of. For the outside observer alone; the services know only their own part.' },
  broker: { kind: 'data', initial: 'broker', shape: 'node id or empty', group: EVENTS, label: 'Broker', help: 'Where events are published; empty: each is sent straight to the listeners, once, and whether it arrives is anybody’s guess.' },
  listeners: { kind: 'data', initial: [], shape: '[node]', group: EVENTS, label: 'Listeners', help: 'Without a broker: who gets the events.' },
  outbox: { kind: 'flag', initial: true, group: EVENTS, label: 'Outbox', help: 'Events are written with the local commit and published until they are taken. Off: a crash between commit and publish loses the event.' },
  publishTimeoutMs: { kind: 'number', unit: 'ms', min: 100, max: 60_000, initial: 500, integer: true, scale: 'log', group: EVENTS, label: 'Time-out of a publish', help: 'Then it is tried again (with an outbox) or forgotten (without).' },
  retryMs: { kind: 'number', unit: 'ms', min: 50, max: 60_000, initial: 300, integer: true, scale: 'log', group: EVENTS, label: 'Wait before a retry', help: 'Of a publish, and of a local action that failed for now.' },
  watchdogMs: { kind: 'number', unit: 'ms', min: 0, max: 3_600_000, initial: 0, integer: true, scale: 'log', group: EVENTS, label: 'Watchdog', help: 'Where a saga begins: after so long without an end it says so, and then after twice as long each time; whoever decides goes on or turns back. 0: nobody watches.' },
  expectedMs: { kind: 'number', unit: 'ms', min: 1000, max: 86_400_000, initial: 20_000, integer: true, scale: 'log', group: EVENTS, label: 'Counted as stalled after', help: 'For the outside observer alone: a saga with no end by then is counted as forgotten.' },
  maxHops: { kind: 'number', unit: 'count', min: 0, max: 1000, initial: 20, integer: true, group: EVENTS, label: 'Longest chain of events', help: 'An event that is the consequence of so many others is not passed on: two services that answer each other would never stop. 0: no limit.' },
  writes: {
    kind: 'choice', options: WRITE_MODES, initial: 'commutative', group: EVENTS, label: 'Isolation',
    optionLabels: { overwrite: 'none (read, then overwrite)', commutative: 'commutative updates', reread: 'reread value', lock: 'semantic lock', file: 'version file' },
    help: 'How it treats its accounts; with a semantic lock only steps marked `lock` are locked.',
  },
} as const satisfies EngineStory['params'];
export type ChoreographyParams = ParamsOf<typeof params>;

export const choreographyStory = {
  title: 'Choreographed participant',
  place: 'app',
  machine: 'participant',
  params,
  relations: [
    { left: 'watchdogMs', must: 'above', right: 'publishTimeoutMs', when: { outbox: true }, level: 'warn', message: 'the watchdog should not bark while events are still being published; 0 switches it off.' },
  ],
  notes: {
    ...participantNotes,
    eventHeard: { text: '{node} heard {topic} of {saga}', quiet: true },
    eventPublished: { text: '{node} published {topic} of {saga}', quiet: true, tone: 'good' },
    publishRetried: { text: '{node} could not publish {topic} of {saga} and tries again', quiet: true, tone: 'warn' },
    eventForgotten: { text: '{node} could not publish {topic} of {saga}, and nobody will ever know', tone: 'bad' },
    handlingRetried: { text: '{node} will try {step} of {saga} again', quiet: true, tone: 'warn' },
    watchdogBarked: { text: '{node}: no end of {saga} after {afterMs} ms, asking whoever decides', tone: 'warn' },
    cycleStopped: { text: '{node} stopped {topic} of {saga}: consequence of {hops} events', tone: 'bad' },
    sagaStarted: { text: '{saga} started', quiet: true },
    completed: { text: '{saga} completed', quiet: true, tone: 'good' },
    compensated: { text: '{saga} was undone', quiet: true, tone: 'warn' },
    republished: { text: '{node} publishes {count} events again after its crash', tone: 'warn' },
  },
} as const satisfies EngineStory;
export type ChoreographyNote = keyof typeof choreographyStory.notes;
