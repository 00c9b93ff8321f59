/**
 * A decision as callers are told of it: the IETF header fields (draft-ietf-httpapi-ratelimit-headers), Retry-After, and the answer of
 * redis-cell's CL.THROTTLE.
 */
import type { Decision } from '../../primitives/rateLimits/decision.ts';
import type { BucketTerms } from '../../primitives/rateLimits/tokenBucket.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Base64 of a key, as a structured byte sequence carries it; what is not ASCII becomes a question mark. */
export function base64(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 3) {
    const bytes = [0, 1, 2].map((j) => { const code = text.charCodeAt(i + j); return code < 128 ? code : 63; });
    const count = Math.min(3, text.length - i);
    const bits = (bytes[0]! << 16) | ((count > 1 ? bytes[1]! : 0) << 8) | (count > 2 ? bytes[2]! : 0);
    for (let j = 0; j < 4; j++) out += j <= count ? LETTERS[(bits >> (18 - 6 * j)) & 63]! : '=';
  }
  return out;
}
const quoted = (name: string): string => `"${name.replaceAll('"', '')}"`;

/** `"client";q=40;w=4;pk=:QQ==:`: 40 tokens, in the 4 s that an empty bucket takes to fill, for this partition key. */
export function policyField(name: string, { capacity, ratePerSecond }: BucketTerms, key?: string): string {
  const window = Math.max(1, Math.ceil(capacity / ratePerSecond - 1e-9));
  return `${quoted(name)};q=${Math.floor(capacity)};w=${window}${key === undefined ? '' : `;pk=:${base64(key)}:`}`;
}
/** `"client";r=12;t=3`: 12 tokens left; in 3 s it is full. */
export const limitField = (name: string, { remaining, resetAfterMs }: Decision, key?: string): string =>
  `${quoted(name)};r=${Math.floor(remaining + 1e-9)};t=${Math.ceil(resetAfterMs / 1000)}${key === undefined ? '' : `;pk=:${base64(key)}:`}`;
/** Whole seconds, never 0. */
export const retryAfterField = ({ retryAfterMs }: Pick<Decision, 'retryAfterMs'>): string => String(Math.max(1, Math.ceil(retryAfterMs / 1000)));

/** [limited, limit, remaining, retry after (−1 when admitted), reset after], times in whole seconds, cut off as redis-cell does. */
export const clThrottle = ({ allowed, limit, remaining, retryAfterMs, resetAfterMs }: Decision): readonly [0 | 1, number, number, number, number] => [
  allowed ? 0 : 1, Math.floor(limit), Math.floor(remaining + 1e-9), allowed ? -1 : Math.floor(retryAfterMs / 1000), Math.floor(resetAfterMs / 1000),
];
