/** What travels: credits as messages, and what consumer and database tell each other. */
import type { Json } from '../../kernel/contract.ts';

export interface Credit {
  /** Given by the producer: the same for every copy of a message. */
  readonly messageId: string;
  /** What the message is about in the world: the same also when the producer sends it anew. */
  readonly businessKey: string;
  readonly account: string;
  readonly amount: number;
  readonly poison: boolean;
}
/** What the database says to a step. */
export interface Verdict { readonly verdict: 'go' | 'known' | 'locked' | 'dead'; readonly attempts: number }
export type DbOp = 'claim' | 'check' | 'mark' | 'apply' | 'commit' | 'fail' | 'extend' | 'purge';
export interface Ask {
  /** Of the inbox row. */
  readonly key: string;
  readonly credit: Credit;
  readonly lockMs: number;
  readonly maxAttempts: number;
  readonly dlq: boolean;
  /** An e-mail goes out with the effect. */
  readonly outgoing: boolean;
  readonly windowMs: number;
}
export const asJson = (value: object): Json => value as unknown as Json;
export const fromJson = <T>(value: Json | undefined): T => value as unknown as T;
export function creditOf(payload: Json): { id: string; delivery: number; credit: Credit } | undefined {
  const { id, delivery = 1, value } = fromJson<{ id?: string; delivery?: number; value?: Partial<Credit> } | null>(payload) ?? {};
  if (typeof id !== 'string' || typeof value?.messageId !== 'string' || typeof value.businessKey !== 'string') return undefined;
  return { id, delivery, credit: { messageId: value.messageId, businessKey: value.businessKey, account: String(value.account), amount: Number(value.amount), poison: value.poison === true } };
}
