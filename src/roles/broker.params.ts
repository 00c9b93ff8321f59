/**
 * What is known of the broker role: topics in partitions, delivered at least once.
 *
 * - In: the call `publish` with payload { topic?, value }, or the value itself (topic: the parameter). Answer ok with { topic, partition, offset }.
 *   The entity of the call chooses the partition, so what is about one entity stays in order.
 * - Out: a message of that topic to each subscriber with payload { id, delivery, value }; `delivery` counts from 1.
 * - Back: a message `ack` or `nack` with payload { id }. Without an ack in time, or with a nack, the message is delivered again, and after
 *   `maxDeliveries` it goes to the dead letters.
 *
 * A subscriber with several nodes shares the partitions among them (a consumer group): partition p goes to node p modulo their number.
 */
import type { EngineStory, ParamsOf, Schema } from '../kernel/story.ts';
import { stationNotes, stationParams } from './station.params.ts';

const delivery = 'Delivery';
const params = {
  ...stationParams,
  concurrency: {
    ...stationParams.concurrency, initial: 1,
    help: 'How many publishes are stored at the same time; above 1, those close together may be stored in another order than they came.',
  },
  queueCapacity: { ...stationParams.queueCapacity, initial: 1_000 },
  publishTime: { kind: 'duration', label: 'Store a message', initial: { kind: 'constant', ms: 0.5 }, group: 'Work', help: 'How long a publish holds a slot until it is stored and acknowledged.' },
  topic: { kind: 'data', label: 'Usual topic', initial: 'events', shape: 'text', group: delivery, help: 'Topic of a publish whose payload names none.' },
  partitions: {
    kind: 'number', label: 'Partitions', unit: 'count', min: 1, max: 256, initial: 4, integer: true, group: delivery,
    help: 'Into how many ordered logs each topic is split; fixed when a topic is first used.',
  },
  subscribers: {
    kind: 'data', label: 'Subscribers', initial: [], shape: '[{ topic: "orders" or "*", to: node or [nodes that share the work], group?: "name" }]', group: delivery,
    help: 'Who gets the messages of which topic; a new one starts with the messages after it, a named group keeps its place when its nodes change.',
  },
  inFlight: {
    kind: 'number', label: 'In flight for each partition', unit: 'count', min: 1, max: 1_000, initial: 1, integer: true, scale: 'log', group: delivery,
    help: 'How many messages of a partition may wait for their ack. Above 1 a redelivery overtakes nothing, but comes after later ones.',
  },
  ackTimeoutMs: {
    kind: 'number', label: 'Ack timeout', unit: 'ms', min: 1, max: 3_600_000, initial: 5_000, scale: 'log', group: delivery,
    help: 'A message not acknowledged for this long is delivered again; shorter than the work on it, everything is done twice.',
  },
  maxDeliveries: {
    kind: 'number', label: 'Deliveries at most', unit: 'count', min: 1, max: 1_000, initial: 5, integer: true, group: delivery,
    help: 'After so many deliveries without an ack a message becomes a dead letter, so that those behind it can go on.',
  },
  capacity: {
    kind: 'number', label: 'Room for messages', unit: 'count', min: 1, max: 1_000_000, initial: 100_000, integer: true, scale: 'log', group: delivery,
    help: 'With so many messages not yet acknowledged by everybody a publish is answered with overload.',
  },
} as const satisfies Schema;

export type BrokerParams = ParamsOf<typeof params>;
export type BrokerNote = keyof typeof brokerStory.notes;

export const brokerStory = {
  title: 'Broker',
  place: 'app',
  params,
  notes: {
    ...stationNotes,
    published: { text: '{id} stored', quiet: true },
    delivered: { text: '{id} sent to {to}, delivery {delivery}', quiet: true },
    acknowledged: { text: '{id} acknowledged by {to} after {deliveries} deliveries', quiet: true, tone: 'good' },
    redelivered: { text: '{id} sent to {to} again: {why}', quiet: true, tone: 'warn' },
    deadLettered: { text: '{id} is a dead letter: {to} did not acknowledge {deliveries} deliveries', tone: 'bad' },
    full: { text: 'publish refused: {backlog} messages are not acknowledged yet', quiet: true, tone: 'bad' },
  },
} as const satisfies EngineStory;
