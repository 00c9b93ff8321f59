/** Which buckets a request must pass, under which keys, for which cost. */
import type { Call } from '../../kernel/contract.ts';
import type { BucketTerms } from '../../primitives/rateLimits/tokenBucket.ts';
import type { LimitParams } from './params.ts';

export const KEYS = ['none', 'tenant', 'client', 'clientRoute'] as const;
export type KeyBy = (typeof KEYS)[number];
/** What a level of buckets is called when the settings give it no name. */
export const KEY_WORDS: Readonly<Record<KeyBy, string>> = { none: 'all', tenant: 'tenant', client: 'client', clientRoute: 'client and route' };

export interface Level {
  readonly name: string;
  readonly keyBy: KeyBy;
  /** b, tokens. */
  readonly capacity: number;
  /** r, tokens a second. */
  readonly ratePerSecond: number;
}
/** One bucket that a request must pass. Plain data: it travels to the store. */
export type Row = { readonly key: string; readonly level: string; readonly cost: number; readonly terms: BucketTerms };
/** What becomes of quotas on a node: each node has all of them, or its share of them. */
export type Share = 'whole' | 'split';

/** Outermost first; the last is the one that `capacity`, `ratePerSecond` and `keyBy` describe. */
export function levelsOf({ levels, keyBy, capacity, ratePerSecond }: LimitParams): Level[] {
  const outer = Array.isArray(levels) ? (levels as unknown as readonly Level[]) : [];
  const word = KEY_WORDS[keyBy];
  // Two levels of one name would share their buckets and pay twice.
  const name = outer.some((level) => level.name === word) ? `each ${word}` : word;
  return [...outer, { name, keyBy, capacity, ratePerSecond }];
}

type Identity = LimitParams['identity'];
/** Who asks: the caller whom the gateway has authenticated, or whatever the request says of itself. */
export function clientOf({ payload, entity, from }: Call, identity: Identity): string {
  if (identity === 'claimed') return entity === '' ? from : entity;
  const client = typeof payload === 'object' && payload !== null && 'client' in payload ? payload.client : undefined;
  return typeof client === 'string' ? client : from;
}
/** Clients are named `tenant/user`; without a stroke the client is its own tenant. */
export const tenantOf = (client: string): string => client.split('/')[0]!;

export function keyOf({ name, keyBy }: Level, call: Call, identity: Identity): string {
  if (keyBy === 'none') return name;
  const client = clientOf(call, identity);
  return `${name} ${keyBy === 'tenant' ? tenantOf(client) : keyBy === 'client' ? client : `${client} ${call.op}`}`;
}

/** The price of a route, else what the request itself says it costs. */
export function costOf({ costs }: LimitParams, call: Call): number {
  const price = typeof costs === 'object' && costs !== null && Object.hasOwn(costs, call.op) ? (costs as Readonly<Record<string, unknown>>)[call.op] : undefined;
  return typeof price === 'number' ? price : call.cost;
}

export function termsOf(level: Level, params: LimitParams, share: Share, own: boolean): BucketTerms {
  const by = share === 'split' ? params.nodeCount : 1;
  const capacity = level.capacity / by;
  const initial = own && !params.startsFull ? Math.min(capacity, params.initial / by) : capacity;
  return {
    capacity, ratePerSecond: level.ratePerSecond / by, initial, refill: params.algo === 'gcra' ? 'greedy' : params.refill, fillMs: params.fillMs,
    debt: params.overCapacityCost === 'allowWhenFullDebt',
  };
}

export function rowsOf(params: LimitParams, call: Call, share: Share, identity: Identity = params.identity): Row[] {
  const cost = costOf(params, call);
  const levels = levelsOf(params);
  return levels.map((level, i) => ({ key: keyOf(level, call, identity), level: level.name, cost, terms: termsOf(level, params, share, i === levels.length - 1) }));
}
