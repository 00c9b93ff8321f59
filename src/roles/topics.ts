/** Topics, their partitions, and how far each subscriber has come in them: the plain data of a broker. */
import type { Json, Ms, NodeId } from '../kernel/contract.ts';
import { hashText } from '../kernel/random.ts';

export interface Entry {
  readonly id: string;
  readonly entity: string;
  readonly value: Json;
}
export interface Delivery {
  readonly offset: number;
  count: number;
  sentMs: Ms;
}
/** One subscriber's place in one partition. */
export interface Lane {
  /** Next offset to deliver. */
  next: number;
  /** Delivered and not acknowledged, by offset, in order of offset. */
  inFlight: Map<number, Delivery>;
}
export interface Subscriber {
  /** Its name: places in the logs belong to it. */
  readonly group: string;
  readonly topic: string;
  readonly to: readonly NodeId[];
  /** By `topic/partition`. */
  lanes: Map<string, Lane>;
}
export interface Partition {
  readonly topic: string;
  readonly index: number;
  /** Offset after the last. */
  end: number;
  entries: Map<number, Entry>;
}
/** By topic, then by index. */
export type Topics = Map<string, Partition[]>;

export function readSubscribers(subscribers: Json): Subscriber[] {
  if (!Array.isArray(subscribers)) throw new TypeError('broker: subscribers must be a list');
  return (subscribers as readonly Json[]).map((entry, i) => {
    const { topic, to, group } = (entry ?? {}) as { readonly topic?: Json; readonly to?: Json; readonly group?: Json };
    const nodes = Array.isArray(to) ? (to as readonly Json[]) : [to];
    if (typeof topic !== 'string' || nodes.length === 0 || !nodes.every((node) => typeof node === 'string')) {
      throw new TypeError(`broker: subscribers must be [{ topic, to }], but entry ${i} has no text topic or no node to go to`);
    }
    return { group: typeof group === 'string' ? group : `${topic}>${nodes.join()}`, topic, to: nodes as string[], lanes: new Map() };
  });
}

export const wants = (subscriber: Subscriber, topic: string): boolean => subscriber.topic === '*' || subscriber.topic === topic;
export const memberFor = ({ to }: Subscriber, { index }: Partition): NodeId => to[index % to.length]!;

export function partitionFor(topics: Topics, topic: string, entity: string, count: number): Partition {
  let partitions = topics.get(topic);
  if (partitions === undefined) {
    partitions = Array.from({ length: count }, (_, index) => ({ topic, index, end: 0, entries: new Map() }));
    topics.set(topic, partitions);
  }
  return partitions[hashText(entity) % partitions.length]!;
}

export function laneOf(subscriber: Subscriber, { topic, index, end }: Partition): Lane {
  const key = `${topic}/${index}`;
  let lane = subscriber.lanes.get(key);
  if (lane === undefined) {
    lane = { next: end, inFlight: new Map() };
    subscriber.lanes.set(key, lane);
  }
  return lane;
}

/** Partition and offset of a message id; undefined when it was never given out. */
export function locate(topics: Topics, id: string): { partition: Partition; offset: number } | undefined {
  const offsetAt = id.lastIndexOf('/');
  const indexAt = id.lastIndexOf('/', offsetAt - 1);
  const partition = topics.get(id.slice(0, indexAt))?.[Number(id.slice(indexAt + 1, offsetAt))];
  const offset = Number(id.slice(offsetAt + 1));
  return partition === undefined || !(offset < partition.end) ? undefined : { partition, offset };
}
